import { Buffer } from 'node:buffer';
import { placeName } from '../../language/places.ts';
import { join, type RichText } from '../../language/rich-text.ts';
import type { Translator } from '../../language/translator.ts';
import type { OutgoingMessage } from '../../messengers/messenger.ts';
import { barChart } from '../../pictures/bars.ts';
import { NOTE, gap, paragraph, type Block } from '../../pictures/block.ts';
import { picture } from '../../pictures/picture.ts';
import { writeXlsx, type SheetCell } from '../../sheets/write-xlsx.ts';
import type { TopCase, Weekly } from './weekly.service.ts';

export interface WeeklyViewOptions {
  /** Of a category's code, in the language of the reader. */
  categoryText: (t: Translator, category: string) => string;
}

const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
const MOST_BARS = 12;
const DAY_HOURS = 24;
/** Up to three days are told in hours. */
const TOLD_IN_HOURS = 72;
const FIGURES = ['fresh', 'solved', 'closed', 'declined', 'open', 'overdue', 'registrations'] as const;
/** In the message; the sheet has all. */
const TOLD = ['fresh', 'solved', 'closed', 'overdue', 'registrations'] as const;

const countText = (t: Translator, count: number | null): string =>
  count === null ? t.text('weekly.few') : t.number(count);

function durationText(t: Translator, hours: number | null): string {
  if (hours === null) return t.text('weekly.tooFew');
  return hours <= TOLD_IN_HOURS
    ? t.text('weekly.hours', { count: Math.max(1, Math.round(hours)) })
    : t.text('weekly.days', { count: Math.round(hours / DAY_HOURS) });
}

const line = (t: Translator, name: string, value: string): RichText => t.rich('weekly.line', { name, value });

function topLines(t: Translator, { byPeople, byCost }: Weekly): RichText[] {
  const list = (title: 'weekly.byPeople' | 'weekly.byCost', lines: RichText[]): RichText[] =>
    lines.length === 0 ? [] : [join([t.rich(title), ...lines])];
  return [
    ...list(
      'weekly.byPeople',
      byPeople.map(({ title, people, code }) => t.rich('weekly.topPeople', { title, people: people ?? 0, code })),
    ),
    ...list(
      'weekly.byCost',
      byCost.map(({ title, rials, code }) => t.rich('weekly.topCost', { title, rials: rials ?? 0, code })),
    ),
  ];
}

/** One short message. */
export function weeklyText(t: Translator, week: Weekly): OutgoingMessage {
  const { campaigns, messengers } = week.news;
  return {
    text: join(
      [
        t.rich('weekly.title', { from: week.from, to: week.to }),
        join([
          ...TOLD.map((figure) => line(t, t.text(`weekly.${figure}`), countText(t, week[figure]))),
          line(t, t.text('weekly.firstAnswer'), durationText(t, week.firstAnswerHours)),
          line(t, t.text('weekly.solution'), durationText(t, week.solutionHours)),
          line(t, t.text('weekly.campaigns'), t.number(campaigns)),
          ...(campaigns === 0
            ? []
            : messengers.map(({ messenger, sent, failed }) =>
                t.rich('weekly.reach', {
                  messenger: t.text(`weekly.messenger.${messenger}`),
                  sent: countText(t, sent),
                  failed: countText(t, failed),
                }),
              )),
        ]),
        ...topLines(t, week),
      ],
      '\n\n',
    ),
    direction: t.direction,
  };
}

/** What the picture of the week is made of. */
export function weeklyBlocks(t: Translator, week: Weekly, { categoryText }: WeeklyViewOptions): Block[] {
  const { otherCategories: others } = week;
  const empty = t.text('weekly.picture.none');
  return [
    barChart({
      title: t.text('weekly.picture.categories'),
      subtitle: t.text('weekly.picture.week', { from: week.from, to: week.to }),
      bars: [
        ...week.categories
          .slice(0, MOST_BARS)
          .map(({ category, cases }) => ({ label: categoryText(t, category), value: cases })),
        // Alone it would be a bar that says nothing.
        ...(others.groups === 0 || week.categories.length === 0
          ? []
          : [
              {
                label: t.text('weekly.picture.others', { count: others.groups }),
                value: others.cases,
                shown: countText(t, others.cases),
              },
            ]),
      ],
      empty,
    }),
    gap(1),
    barChart({
      title: t.text('weekly.picture.cities'),
      bars: week.cities.slice(0, MOST_BARS).map(({ cityCode, perThousand, members }) => ({
        label: placeName(cityCode, t.language),
        value: perThousand,
        note: t.text('weekly.picture.base', { members }),
      })),
      empty,
    }),
    ...(week.otherCities === 0
      ? []
      : [paragraph(t.text('weekly.picture.hidden', { count: week.otherCities }), { font: NOTE, faint: true })]),
  ];
}

async function weeklyPicture(t: Translator, week: Weekly, options: WeeklyViewOptions): Promise<OutgoingMessage> {
  const bytes = await picture(weeklyBlocks(t, week, options), { language: t.language });
  return {
    text: t.rich('weekly.caption', { to: week.to }),
    media: { kind: 'photo', file: { bytes, fileName: 'khoosheh-week.png', mimeType: 'image/png' } },
    direction: t.direction,
  };
}

/** Everything that is told of the week, as rows. */
export function weeklyRows(t: Translator, week: Weekly, { categoryText }: WeeklyViewOptions): SheetCell[][] {
  const few = (count: number | null): SheetCell => count ?? t.text('weekly.few');
  const hours = (count: number | null): SheetCell =>
    count === null ? t.text('weekly.tooFew') : Math.round(count * 10) / 10;
  const [summary, categories, cities, people, cost, news] = (
    ['summary', 'categories', 'cities', 'people', 'cost', 'news'] as const
  ).map((section) => t.text(`weekly.sheet.${section}`));
  const top = (section: string | undefined, cases: readonly TopCase[], valueOf: (one: TopCase) => number | null) =>
    cases.map((one): SheetCell[] => [
      section ?? '',
      one.title,
      valueOf(one),
      [categoryText(t, one.category), one.code].join(t.text('bot.listComma')),
    ]);
  return [
    ...FIGURES.map((figure): SheetCell[] => [summary ?? '', t.text(`weekly.${figure}`), few(week[figure]), '']),
    [summary ?? '', t.text('weekly.firstAnswer'), hours(week.firstAnswerHours), t.text('weekly.sheet.hours')],
    [summary ?? '', t.text('weekly.solution'), hours(week.solutionHours), t.text('weekly.sheet.hours')],
    ...week.categories.map(({ category, cases }): SheetCell[] => [
      categories ?? '',
      categoryText(t, category),
      cases,
      '',
    ]),
    ...(week.otherCategories.groups === 0
      ? []
      : [
          [
            categories ?? '',
            t.text('weekly.picture.others', { count: week.otherCategories.groups }),
            few(week.otherCategories.cases),
            '',
          ],
        ]),
    ...week.cities.map(({ cityCode, perThousand, members }): SheetCell[] => [
      cities ?? '',
      placeName(cityCode, t.language),
      perThousand,
      t.text('weekly.picture.base', { members }),
    ]),
    ...top(people, week.byPeople, (one) => one.people),
    ...top(cost, week.byCost, (one) => one.rials),
    [news ?? '', t.text('weekly.campaigns'), week.news.campaigns, ''],
    ...week.news.messengers.flatMap(({ messenger, sent, failed }): SheetCell[][] => {
      const name = t.text(`weekly.messenger.${messenger}`);
      return [
        [news ?? '', t.text('weekly.sheet.reached', { messenger: name }), few(sent), ''],
        [news ?? '', t.text('weekly.sheet.missed', { messenger: name }), few(failed), ''],
      ];
    }),
    [news ?? '', t.text('weekly.unreachable'), few(week.news.unreachable), ''],
  ];
}

async function weeklySheet(t: Translator, week: Weekly, options: WeeklyViewOptions): Promise<OutgoingMessage> {
  const chunks: Buffer[] = [];
  const columns = (['section', 'item', 'value', 'note'] as const).map((column, index) => ({
    header: t.text(`weekly.sheet.${column}`),
    width: [26, 40, 14, 30][index] ?? 20,
  }));
  const sheet = { columns, rows: weeklyRows(t, week, options), rightToLeft: t.direction === 'rtl' };
  for await (const chunk of writeXlsx({ ...sheet, name: t.text('weekly.sheet.name') })) chunks.push(chunk);
  return {
    text: t.rich('weekly.caption', { to: week.to }),
    media: {
      kind: 'document',
      file: { bytes: Buffer.concat(chunks), fileName: 'khoosheh-week.xlsx', mimeType: XLSX },
    },
    direction: t.direction,
  };
}

/** The week as one short message, one picture and one sheet. */
export async function weeklyMessages(
  t: Translator,
  week: Weekly,
  options: WeeklyViewOptions,
): Promise<OutgoingMessage[]> {
  return [weeklyText(t, week), await weeklyPicture(t, week, options), await weeklySheet(t, week, options)];
}
