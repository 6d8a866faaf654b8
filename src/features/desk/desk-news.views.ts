import { join, type RichText } from '../../language/rich-text.ts';
import type { Translator } from '../../language/translator.ts';
import type { InlineButton, OutgoingMessage } from '../../messengers/messenger.ts';
import { NEWS, type News } from './desk-news.service.ts';
import { homeButton } from './desk.views.ts';

/** An act as its hearer reads it. */
export interface ShownNews {
  what: News;
  /** The case's title, or the business's name. */
  title: string;
  /** The tracking code of a case. */
  code: string | null;
  /** What its button opens. */
  opens: string;
}

const MOST_LISTED = 8;

/** One message for all: how many of each, then which. */
export function deskNews(t: Translator, shown: readonly ShownNews[]): OutgoingMessage {
  const counts = NEWS.map((what) => ({ what, count: shown.filter((one) => one.what === what).length }));
  const listed = shown.slice(0, MOST_LISTED);
  const more = shown.length - listed.length;
  const line = ({ what, title, code }: ShownNews) =>
    code === null
      ? t.rich('desk.news.business', { what: t.text(`desk.news.what.${what}`), title })
      : t.rich('desk.news.case', { what: t.text(`desk.news.what.${what}`), title, code });
  return {
    text: join(
      [
        t.rich('desk.news.title'),
        join(counts.filter(({ count }) => count > 0).map((one) => countLine(t, one))),
        join([...listed.map(line), ...(more > 0 ? [t.rich('desk.news.more', { count: more })] : [])]),
      ],
      '\n\n',
    ),
    keyboard: {
      kind: 'inline',
      rows: [
        ...[...new Map(listed.map((one) => [one.opens, one])).values()].map(
          ({ title, code, opens }): InlineButton[] => [
            { label: shown.length === 1 && code !== null ? t.text('desk.button.card') : title, data: opens },
          ],
        ),
        [{ label: t.text('desk.menu.desk'), data: homeButton.data() }],
      ],
    },
  };
}

const countLine = (t: Translator, { what, count }: { what: News; count: number }): RichText =>
  what === 'addition' && count === 1 ? t.rich('desk.notice.added') : t.rich(`desk.news.count.${what}`, { count });
