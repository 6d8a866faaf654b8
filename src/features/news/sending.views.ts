import { buttonKind } from '../../bot/callback-data.ts';
import { sureButton } from '../../bot/sure.ts';
import type { Reason } from '../../delivery/campaigns.ts';
import type { Progress } from '../../delivery/progress.ts';
import { join, type RichText } from '../../language/rich-text.ts';
import { wakingText } from '../../language/quiet-hours.ts';
import type { TextKey, Translator } from '../../language/translator.ts';
import type { InlineButton, OutgoingMessage } from '../../messengers/messenger.ts';
import { markOfItem, type NewsItem } from './news-item.ts';
import { actButton, messengerName, officeButton } from './office.views.ts';

/** stop, pause, resume. Stopping is a brake and asks nothing: who does not have the item yet can be sent it later. */
export const sendButton = buttonKind('ns', 1, ['id', 'act']);

/** How an item is sent from its authors' screen: the room of audiences says. */
export type SendButtons = (t: Translator, item: NewsItem) => InlineButton[][];

/** What is going on: a sending, or a change of what was sent. */
export type Doing = 'send' | 'edit' | 'recall';

export interface SendProgress {
  sent: number;
  unreachable: number;
  failed: number;
  total: number;
  paused: boolean;
  /** Who gets it when their quiet hours end. */
  asleep: Progress['asleep'];
  /** Who got it only then. */
  putOff: number;
}

const BAR_LENGTH = 12;

export const countsOf = ({ byState, total, state, asleep, putOff }: Progress): SendProgress => ({
  sent: byState.sent,
  unreachable: byState.unreachable,
  failed: byState.failed + byState.unknown,
  total,
  paused: state === 'paused',
  asleep,
  putOff,
});

export function progressMessage(
  t: Translator,
  item: NewsItem,
  { doing = 'send', ...progress }: SendProgress & { doing?: Doing },
): OutgoingMessage {
  const { sent, unreachable, failed, total, paused, asleep } = progress;
  const full = total === 0 ? 0 : Math.round(((sent + unreachable + failed) / total) * BAR_LENGTH);
  const button = (key: TextKey, act: string): InlineButton => ({
    label: t.text(key),
    data: sendButton.data(item.id, act),
  });
  return {
    text: join([
      t.rich(`news.${doing}.progress`, {
        number: item.number ?? 0,
        bar: '▰'.repeat(full) + '▱'.repeat(BAR_LENGTH - full),
        sent,
        total,
        failed: failed + unreachable,
      }),
      ...(asleep ? [t.rich('news.send.quiet', { people: asleep.people, hours: wakingText(t, asleep) })] : []),
    ]),
    keyboard: {
      kind: 'inline',
      rows:
        doing === 'send'
          ? [
              [
                paused ? button('news.button.resume', 'resume') : button('news.button.pause', 'pause'),
                button('news.button.stop', 'stop'),
              ],
            ]
          : [],
    },
  };
}

/** How a sending, an edit or a recall ended, with what could not be done and why. */
export function reportMessage(
  t: Translator,
  item: NewsItem,
  report: SendProgress & { doing?: Doing; seconds: number; cancelled: boolean; reasons: readonly Reason[] },
): OutgoingMessage {
  const { doing = 'send', sent, unreachable, failed, seconds, total } = report;
  const rows: InlineButton[][] = [];
  if (doing === 'send') {
    rows.push([{ label: t.text('news.button.sheet'), data: actButton.data(item.id, 'sheet') }]);
    if (failed > 0 && !report.cancelled)
      rows.unshift([{ label: t.text('news.button.resend'), data: sureButton.data('ns', item.id, markOfItem(item)) }]);
  }
  if (doing !== 'recall') rows.push([{ label: t.text('news.button.office'), data: officeButton.data(item.id, 'new') }]);
  const numbers = { number: item.number ?? 0, sent, unreachable, failed, seconds, total };
  return {
    text: join(
      [
        report.cancelled && doing === 'send'
          ? t.rich('news.send.cancelled', { sent })
          : t.rich(`news.${doing}.report`, numbers),
        ...(doing === 'send' && report.putOff > 0 ? [t.rich('news.send.wasQuiet', { people: report.putOff })] : []),
        ...reasonLines(t, report.reasons),
      ],
      '\n',
    ),
    keyboard: { kind: 'inline', rows },
  };
}

const SHOWN_REASONS = 6;
/** Codes of the outbox that people can do something with; the others are faults. */
const KNOWN = [
  'too-late',
  'message-gone',
  'unreachable',
  'no-account',
  'rejected',
  'file-kept',
  'no-message-id',
] as const;

export const reasonText = (t: Translator, code: string): string => {
  const known = KNOWN.find((one) => one === code);
  return t.text(known ? `news.reason.${known}` : 'news.reason.other');
};

function reasonLines(t: Translator, reasons: readonly Reason[]): RichText[] {
  return reasons
    .filter(({ state }) => state !== 'sent')
    .slice(0, SHOWN_REASONS)
    .map(({ messenger, code, count }) =>
      t.rich('news.reason.line', {
        reason: reasonText(t, code),
        messenger: messenger === null ? t.text('news.messenger.none') : messengerName(t, messenger),
        count,
      }),
    );
}
