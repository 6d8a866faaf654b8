import { buttonKind } from '../../bot/callback-data.ts';
import { pairUp } from '../../bot/dialogue/buttons.ts';
import { concat, join, plain, styled, type RichText } from '../../language/rich-text.ts';
import { NEWS_TOPICS, type NewsTopic } from '../../language/taxonomies.ts';
import type { Translator } from '../../language/translator.ts';
import type { FileSource, InlineButton, OutgoingMessage } from '../../messengers/messenger.ts';
import { textIn, type NewsItem, type PublishedItem } from './news-item.ts';

export const itemButton = buttonKind('ni', 1, ['id']);
/** A page of the archive: of one topic, or of what the search in this draft finds. */
export const archiveButton = buttonKind('np', 2, ['page', 'topic', 'search']);
/** As it stands under items that were sent before topics and searching came. */
export const formerArchiveButton = buttonKind('np', 1, ['page']);
export const topicsButton = buttonKind('ha', 1, []);
export const searchButton = buttonKind('hb', 1, []);
export const shareButton = buttonKind('hc', 1, ['id']);

export const PAGE_SIZE = 6;

export interface ArchiveView {
  items: readonly PublishedItem[];
  more: boolean;
  page: number;
  topic: NewsTopic | null;
  /** What was searched, and the draft that holds it. */
  search: { words: string; draft: string } | null;
  /** What its authors find below the list. */
  rows: InlineButton[][];
}

export const topicLabel = (t: Translator, topic: NewsTopic): string => t.text(`taxonomy.topics.${topic}`);

export function archivePage(t: Translator, view: ArchiveView): OutgoingMessage {
  const { items, more, page, topic, search } = view;
  const to = (toPage: number): string => archiveButton.data(String(toPage), topic ?? '', search?.draft ?? '');
  const rows = items.map((item): InlineButton[] => [
    { label: textIn(item, t.language).headline, data: itemButton.data(item.id) },
  ]);
  const turns: InlineButton[] = [];
  if (page > 0) turns.push({ label: t.text('bot.button.previousPage'), data: to(page - 1) });
  if (more) turns.push({ label: t.text('bot.button.nextPage'), data: to(page + 1) });
  if (turns.length > 0) rows.push(turns);
  rows.push([
    { label: t.text('news.button.topics'), data: topicsButton.data() },
    { label: t.text('news.button.search'), data: searchButton.data() },
  ]);
  if (topic || search) rows.push([{ label: t.text('news.button.archive'), data: archiveButton.data('0', '', '') }]);
  const empty = search ? 'news.list.notFound' : 'news.list.empty';
  return {
    text: join(
      [
        t.rich('news.list.title'),
        topic ? t.rich('news.list.topic', { topic: topicLabel(t, topic) }) : '',
        search ? t.rich('news.list.found', { words: search.words }) : '',
        t.rich(items.length === 0 ? empty : 'news.list.choose'),
      ],
      '\n\n',
    ),
    keyboard: { kind: 'inline', rows: [...rows, ...view.rows] },
  };
}

export function topicsPage(t: Translator): OutgoingMessage {
  const topics = NEWS_TOPICS.map((topic) => ({
    label: topicLabel(t, topic),
    data: archiveButton.data('0', topic, ''),
  }));
  const all = [{ label: t.text('news.button.archive'), data: archiveButton.data('0', '', '') }];
  return { text: t.rich('news.list.topics'), keyboard: { kind: 'inline', rows: [...pairUp(topics), all] } };
}

export interface ItemView {
  /** How the item's file can be sent on this messenger. */
  file: FileSource | null;
  /** Above «all news»; empty in a preview. */
  rows: InlineButton[][];
}

/** An item as its readers see it, in their language where it has that; a long body is split at paragraph ends. */
export function newsMessage(t: Translator, item: NewsItem, { file, rows }: ItemView): OutgoingMessage {
  const { headline, lead, body } = textIn(item, t.language);
  const archive = [{ label: t.text('news.button.archive'), data: archiveButton.data('0', '', '') }];
  return {
    text: join(
      [
        item.number === null || item.publishedAt === null
          ? t.rich('news.item.draft')
          : t.rich('news.item.head', { number: item.number, at: item.publishedAt }),
        t.rich('news.item.headline', { headline }),
        lead === '' ? '' : t.rich('news.item.lead', { lead }),
        concat(body),
        item.sources.length === 0 ? '' : sourceLine(t, item),
        item.tags.length === 0 ? '' : plain(item.tags.map(hashtag).join(' ')),
      ],
      '\n\n',
    ),
    keyboard: { kind: 'inline', rows: [...rows, archive] },
    ...(item.attachment && file ? { media: { kind: item.attachment.kind, file, key: item.attachment.storedId } } : {}),
  };
}

function sourceLine(t: Translator, item: NewsItem): RichText {
  const source = sourcesText(t, item);
  return item.issued
    ? t.rich('news.item.sourceAt', { source, at: item.issued.at })
    : t.rich('news.item.source', { source });
}

const sourcesText = (t: Translator, { sources }: NewsItem): RichText =>
  join(
    sources.map(({ title, url }) => (url === '' ? plain(title) : styled(title, { style: 'link', url }))),
    t.text('bot.listComma'),
  );

const hashtag = (tag: string): string => `#${tag.replace(/[^\p{L}\p{N}\p{M}\u200C]+/gu, '_')}`;

export function recalledMessage(t: Translator, item: NewsItem): OutgoingMessage {
  const archive = [{ label: t.text('news.button.archive'), data: archiveButton.data('0', '', '') }];
  return {
    text: t.rich('news.item.recalled', { number: item.number ?? 0, at: item.recalledAt ?? new Date(0) }),
    keyboard: { kind: 'inline', rows: [archive] },
  };
}

/** Passes an item on: by the messenger's own link, or by a message that can be forwarded. */
export const shareRow = (t: Translator, item: NewsItem, url: string | null): InlineButton[] => [
  { label: t.text('news.button.share'), ...(url === null ? { data: shareButton.data(item.id) } : { url }) },
];

/** What is forwarded where the messenger has no link for sharing: it stands on its own, so it has no buttons. */
export function forwardableMessage(t: Translator, item: NewsItem, links: readonly string[]): OutgoingMessage {
  const { headline, lead } = textIn(item, t.language);
  return {
    text: join(
      [
        t.rich('news.item.headline', { headline }),
        lead === '' ? '' : t.rich('news.item.lead', { lead }),
        t.rich('news.share.read'),
        plain(links.join('\n')),
      ],
      '\n\n',
    ),
  };
}
