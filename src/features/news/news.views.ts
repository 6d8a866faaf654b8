import { buttonKind } from '../../bot/callback-data.ts';
import { concat, join } from '../../language/rich-text.ts';
import type { Translator } from '../../language/translator.ts';
import type { InlineButton, OutgoingMessage } from '../../messengers/messenger.ts';
import type { NewsItem } from './news.service.ts';

export const itemButton = buttonKind('ni', 1, ['id']);
export const archiveButton = buttonKind('np', 1, ['page']);
/** send, sure, stop. */
export const sendButton = buttonKind('ns', 1, ['id', 'act']);

export const PAGE_SIZE = 6;
const BAR_LENGTH = 12;

export function archivePage(
  t: Translator,
  { items, total, page }: { items: readonly NewsItem[]; total: number; page: number },
): OutgoingMessage {
  if (total === 0) return { text: join([t.rich('news.list.title'), t.rich('news.list.empty')], '\n\n') };
  const rows = items.map(({ id, headline }): InlineButton[] => [{ label: headline, data: itemButton.data(id) }]);
  const turns: InlineButton[] = [];
  if (page > 0) turns.push({ label: t.text('bot.button.previousPage'), data: archiveButton.data(String(page - 1)) });
  if ((page + 1) * PAGE_SIZE < total)
    turns.push({ label: t.text('bot.button.nextPage'), data: archiveButton.data(String(page + 1)) });
  if (turns.length > 0) rows.push(turns);
  return {
    text: join([t.rich('news.list.title'), t.rich('news.list.choose')], '\n\n'),
    keyboard: { kind: 'inline', rows },
  };
}

/** An item as members read it; a long body is split by the messenger at paragraph ends. */
export function newsMessage(t: Translator, item: NewsItem, { maySend }: { maySend: boolean }): OutgoingMessage {
  const rows: InlineButton[][] = [[{ label: t.text('news.button.archive'), data: archiveButton.data('0') }]];
  if (maySend && item.campaignId === null)
    rows.unshift([{ label: t.text('news.button.send'), data: sendButton.data(item.id, 'send') }]);
  return {
    text: join(
      [
        t.rich('news.item.head', { number: item.number, at: item.publishedAt }),
        t.rich('news.item.headline', { headline: item.headline }),
        item.lead === '' ? '' : t.rich('news.item.lead', { lead: item.lead }),
        concat(item.body),
        item.source === '' ? '' : t.rich('news.item.source', { source: item.source }),
      ],
      '\n\n',
    ),
    keyboard: { kind: 'inline', rows },
  };
}

export function sendQuestion(
  t: Translator,
  item: NewsItem,
  counts: { telegram: number; bale: number },
): OutgoingMessage {
  return {
    text: t.rich('news.send.sure', { ...counts, total: counts.telegram + counts.bale }),
    keyboard: {
      kind: 'inline',
      rows: [
        [{ label: t.text('news.button.sendSure'), data: sendButton.data(item.id, 'sure') }],
        [{ label: t.text('news.button.cancel'), data: itemButton.data(item.id) }],
      ],
    },
  };
}

export interface SendProgress {
  sent: number;
  unreachable: number;
  failed: number;
  total: number;
}

export function progressMessage(t: Translator, item: NewsItem, progress: SendProgress): OutgoingMessage {
  const { sent, unreachable, failed, total } = progress;
  const full = total === 0 ? 0 : Math.round(((sent + unreachable + failed) / total) * BAR_LENGTH);
  return {
    text: t.rich('news.send.progress', {
      number: item.number,
      bar: '▰'.repeat(full) + '▱'.repeat(BAR_LENGTH - full),
      sent,
      total,
      failed: failed + unreachable,
    }),
    keyboard: {
      kind: 'inline',
      rows: [[{ label: t.text('news.button.stop'), data: sendButton.data(item.id, 'stop') }]],
    },
  };
}

export function reportMessage(
  t: Translator,
  item: NewsItem,
  progress: SendProgress & { seconds: number; cancelled: boolean },
): OutgoingMessage {
  const { number } = item;
  const { sent, unreachable, failed, seconds } = progress;
  return {
    text: progress.cancelled
      ? t.rich('news.send.cancelled', { sent })
      : t.rich('news.send.report', { number, sent, unreachable, failed, seconds }),
  };
}
