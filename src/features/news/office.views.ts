import { buttonKind } from '../../bot/callback-data.ts';
import { pairUp } from '../../bot/dialogue/buttons.ts';
import { sureButton } from '../../bot/sure.ts';
import { join, type RichText } from '../../language/rich-text.ts';
import type { TextKey, Translator } from '../../language/translator.ts';
import type { InlineButton, MessengerName, OutgoingMessage } from '../../messengers/messenger.ts';
import type { Progress } from '../../delivery/progress.ts';
import { markOfItem, NEWS_LANGUAGES, type NewsItem, type NewsLanguage } from './news-item.ts';
import { topicLabel } from './news.views.ts';
import type { NewsVersion } from './versions.service.ts';

/** An item as its authors work on it. */
/** `how`: `new` where the message with the button stays as it is. */
export const officeButton = buttonKind('hd', 1, ['id', 'how']);
export const ACTS = [
  'preview',
  'test',
  'edit',
  'languages',
  'urgent',
  'calm',
  'progress',
  'sheet',
  'versions',
] as const;
export type Act = (typeof ACTS)[number];
export const actButton = buttonKind('he', 1, ['id', 'act']);
export const languageButton = buttonKind('hf', 2, ['id', 'language']);
/** An earlier version: shown, or with `over`, the revision that was seen, brought back in its place. */
export const versionButton = buttonKind('hi', 1, ['id', 'version', 'over']);
export const draftsButton = buttonKind('hg', 1, []);
export const writeButton = buttonKind('hh', 1, []);

/** What its authors find below the archive. */
export const authorRows = (t: Translator, drafts: number): InlineButton[][] => [
  [
    { label: t.text('news.button.write'), data: writeButton.data() },
    { label: t.text('news.button.drafts', { count: drafts }), data: draftsButton.data() },
  ],
];

export function draftsPage(t: Translator, drafts: readonly NewsItem[]): OutgoingMessage {
  const rows = drafts
    .slice(0, SHOWN_DRAFTS)
    .map(({ id, headline }): InlineButton[] => [{ label: headline, data: officeButton.data(id, '') }]);
  rows.push([{ label: t.text('news.button.write'), data: writeButton.data() }]);
  return {
    text: t.rich(drafts.length === 0 ? 'news.drafts.none' : 'news.drafts.title'),
    keyboard: { kind: 'inline', rows },
  };
}

const SHOWN_DRAFTS = 20;

export interface OfficeView {
  /** How to send it, where that may be done. */
  sendRows: InlineButton[][];
  progress: Progress | null;
  /** Said first. */
  before?: RichText | undefined;
}

export function officePage(t: Translator, item: NewsItem, view: OfficeView): OutgoingMessage {
  const act = (key: TextKey, name: Act): InlineButton => ({ label: t.text(key), data: actButton.data(item.id, name) });
  /** Asked about first, see `office.sure.ts`. */
  const sure = (key: TextKey, name: 'np' | 'nd' | 'ne' | 'nr' | 'ns'): InlineButton => ({
    label: t.text(key),
    data: sureButton.data(name, item.id, markOfItem(item)),
  });
  const rows: InlineButton[][] = [];
  if (item.recalledAt === null) {
    rows.push([act('news.button.preview', 'preview'), act('news.button.test', 'test')]);
    rows.push([act('news.button.edit', 'edit'), act('news.button.languages', 'languages')]);
    if (item.campaignId === null) {
      rows.push([
        item.urgent ? act('news.button.calm', 'calm') : act('news.button.urgent', 'urgent'),
        ...(item.number === null ? [sure('news.button.publish', 'np')] : []),
      ]);
      rows.push(...view.sendRows);
    } else {
      rows.push([act('news.button.progress', 'progress'), act('news.button.sheet', 'sheet')]);
      rows.push([sure('news.button.everywhere', 'ne')]);
      if (view.progress?.isOver) rows.push(...view.sendRows);
      if (view.progress && view.progress.byState.failed > 0) rows.push([sure('news.button.resend', 'ns')]);
    }
    rows.push([
      item.number === null ? sure('news.button.discard', 'nd') : sure('news.button.recall', 'nr'),
      ...(item.revision > 1 ? [act('news.button.versions', 'versions')] : []),
    ]);
  } else if (item.campaignId !== null) {
    rows.push([act('news.button.sheet', 'sheet')]);
  }
  return {
    text: join([view.before ?? '', officeText(t, item, view.progress)], '\n\n'),
    keyboard: { kind: 'inline', rows },
  };
}

function officeText(t: Translator, item: NewsItem, progress: Progress | null): RichText {
  const languages = NEWS_LANGUAGES.filter((language) => item.translations[language]);
  return join([
    item.recalledAt
      ? t.rich('news.office.recalled', { number: item.number ?? 0, at: item.recalledAt })
      : item.number === null || item.publishedAt === null
        ? t.rich('news.office.draft')
        : t.rich('news.office.published', { number: item.number, at: item.publishedAt }),
    t.rich('news.item.headline', { headline: item.headline }),
    item.issued ? issuedLine(t, item.issued) : '',
    t.rich('news.office.topic', { topic: topicLabel(t, item.topic) }),
    t.rich('news.office.length', { count: item.body.length }),
    item.attachment ? t.rich('news.office.attachment') : '',
    item.tags.length > 0 ? t.rich('news.office.tags', { tags: item.tags.join(t.text('bot.listComma')) }) : '',
    languages.length > 0
      ? t.rich('news.office.languages', {
          languages: languages.map((language) => languageName(t, language)).join(t.text('bot.listComma')),
        })
      : '',
    item.urgent ? t.rich('news.office.urgent') : '',
    progress ? t.rich('news.office.sent', { sent: progress.byState.sent, total: progress.total }) : '',
  ]);
}

const issuedLine = (t: Translator, { at, number }: NonNullable<NewsItem['issued']>): RichText =>
  number === '' ? t.rich('news.office.issuedAt', { at }) : t.rich('news.office.issued', { at, number });

export const languageName = (t: Translator, language: NewsLanguage): string => t.text(`news.language.${language}`);

export function languagesPage(t: Translator, item: NewsItem): OutgoingMessage {
  const rows = NEWS_LANGUAGES.map((language): InlineButton[] => {
    const name = languageName(t, language);
    const write = { label: name, data: languageButton.data(item.id, language) };
    if (!item.translations[language]) return [write];
    return [
      { ...write, label: t.text('bot.dialogue.ticked', { label: name }) },
      {
        label: t.text('news.button.dropLanguage'),
        data: sureButton.data('nl', `${item.id}.${language}`, markOfItem(item)),
      },
    ];
  });
  return { text: t.rich('news.languages.title'), keyboard: { kind: 'inline', rows: [...rows, [back(t, item)]] } };
}

const back = (t: Translator, item: NewsItem): InlineButton => ({
  label: t.text('bot.button.back'),
  data: officeButton.data(item.id, ''),
});

/** How many messages the item becomes on each messenger. */
export function previewHead(
  t: Translator,
  counts: readonly { messenger: MessengerName; parts: number }[],
): OutgoingMessage {
  return {
    text: join([
      t.rich('news.preview.title'),
      ...counts.map(({ messenger, parts }) =>
        t.rich('news.preview.parts', { messenger: messengerName(t, messenger), count: parts }),
      ),
    ]),
  };
}

export const previewPart = (
  t: Translator,
  { messenger, index, total, text }: { messenger: MessengerName; index: number; total: number; text: RichText },
): OutgoingMessage => ({
  text: join(
    [t.rich('news.preview.part', { messenger: messengerName(t, messenger), number: index + 1, total }), text],
    '\n\n',
  ),
});

export const messengerName = (t: Translator, messenger: MessengerName): string => t.text(`news.messenger.${messenger}`);

export function versionsPage(
  t: Translator,
  item: NewsItem,
  versions: readonly (NewsVersion & { name: string | null })[],
): OutgoingMessage {
  const shown = versions.slice(0, SHOWN_VERSIONS);
  // What a change replaced is the version before its own.
  const earlier = ({ revision }: NewsVersion): InlineButton => ({
    label: t.text('news.button.version', { revision: revision - 1 }),
    data: versionButton.data(item.id, String(revision - 1), ''),
  });
  return {
    text: join(
      [
        t.rich('news.versions.title', { headline: item.headline }),
        ...shown.map(({ revision, at, name, fields }) =>
          t.rich('news.versions.line', {
            revision,
            at,
            name: name ?? t.text('news.versions.nobody'),
            fields: fields.map((field) => t.text(`news.field.${field}` as TextKey)).join(t.text('bot.listComma')),
          }),
        ),
        t.rich('news.versions.choose'),
      ],
      '\n\n',
    ),
    keyboard: { kind: 'inline', rows: [...pairUp(shown.map(earlier)), [back(t, item)]] },
  };
}

const SHOWN_VERSIONS = 15;

/** Stands below an earlier version as its readers would see it. */
export function restoreQuestion(t: Translator, item: NewsItem, version: number): OutgoingMessage {
  const restore = versionButton.data(item.id, String(version), String(item.revision));
  return {
    text: t.rich('news.versions.sure', { revision: version }),
    keyboard: {
      kind: 'inline',
      rows: [
        [{ label: t.text('news.button.restore'), data: restore }],
        [{ label: t.text('news.button.cancel'), data: actButton.data(item.id, 'versions') }],
      ],
    },
  };
}

/** After an item was changed: what was sent can be brought up to date. */
export const savedHead = (t: Translator, item: NewsItem): RichText =>
  t.rich(item.campaignId === null ? 'news.edit.saved' : 'news.edit.savedSent');
