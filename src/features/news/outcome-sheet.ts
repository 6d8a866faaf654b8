import { Buffer } from 'node:buffer';
import type { Translator } from '../../language/translator.ts';
import { writeXlsx, type SheetCell } from '../../sheets/write-xlsx.ts';
import type { NewsOutcome } from './news.service.ts';
import { messengerName } from './office.views.ts';
import { reasonText } from './sending.views.ts';

export const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

const COLUMNS = [
  ['name', 28],
  ['messenger', 12],
  ['state', 18],
  ['reason', 36],
  ['tries', 8],
  ['at', 24],
] as const;
/** Names are looked up so many at a time. */
const PAGE = 500;

/** What became of each recipient, for the secretariat: names, and no number of anybody. */
export async function outcomeSheet(
  {
    outcomes,
    namesOf,
  }: {
    outcomes: AsyncIterable<NewsOutcome>;
    namesOf: (ids: readonly string[]) => Promise<ReadonlyMap<string, string>>;
  },
  t: Translator,
): Promise<Buffer> {
  async function* rows(): AsyncGenerator<SheetCell[]> {
    let page: NewsOutcome[] = [];
    for await (const outcome of outcomes) {
      page.push(outcome);
      if (page.length < PAGE) continue;
      yield* cellsOf(page);
      page = [];
    }
    yield* cellsOf(page);
  }

  async function* cellsOf(page: readonly NewsOutcome[]): AsyncGenerator<SheetCell[]> {
    const names = await namesOf(page.map(({ memberId }) => memberId));
    for (const { memberId, account, state, outcome, tries, endedAt } of page)
      yield [
        names.get(memberId) ?? t.text('news.sheet.noName'),
        account ? messengerName(t, account.messenger) : t.text('news.messenger.none'),
        t.text(`news.state.${state}`),
        outcome && state !== 'sent' ? reasonText(t, outcome.code) : '',
        tries,
        endedAt ? t.date(endedAt, 'dateTime') : '',
      ];
  }

  const chunks: Buffer[] = [];
  for await (const chunk of writeXlsx({
    name: t.text('news.sheet.title'),
    columns: COLUMNS.map(([key, width]) => ({ header: t.text(`news.sheet.${key}`), width })),
    rows: rows(),
    rightToLeft: t.direction === 'rtl',
  }))
    chunks.push(chunk);
  return Buffer.concat(chunks);
}
