import { buttonKind } from '../../bot/callback-data.ts';
import { WEEKDAYS } from '../../language/jalali-names.ts';
import { join } from '../../language/rich-text.ts';
import { NEWS_TOPICS } from '../../language/taxonomies.ts';
import type { TextKey, Translator } from '../../language/translator.ts';
import type { InlineButton, OutgoingMessage } from '../../messengers/messenger.ts';
import { PACES, type Pace, type Preference } from './preferences.service.ts';

/**
 * home, topics, topic (a code), pace (a pace), hours, hour (0–23), day (0–6), quiet, no-quiet, from (0–23), to (`<from>.<to>`),
 * guest (on, off).
 */
export const preferenceButton = buttonKind('pa', 1, ['what', 'value']);
/** Under a news item: mutes its topic, or takes that back. */
export const muteButton = buttonKind('pm', 1, ['topic', 'act']);
/** Opens an item of a digest; features/news knows how. */
export type OpenNewsButton = (newsId: string) => string;

const ALL_DAY = Array.from({ length: 24 }, (_, hour) => hour);
const WEEK = [6, 0, 1, 2, 3, 4, 5] as const;

type What =
  | 'home'
  | 'topics'
  | 'topic'
  | 'pace'
  | 'hours'
  | 'hour'
  | 'day'
  | 'quiet'
  | 'no-quiet'
  | 'from'
  | 'to'
  | 'guest';

const button = (label: string, what: What, value = ''): InlineButton => ({
  label,
  data: preferenceButton.data(what, value),
});
const hourText = (t: Translator, hour: number): string => t.text('preferences.hour', { hour });
const topicText = (t: Translator, topic: string): string => t.text(`taxonomy.topics.${topic}` as TextKey);
const ticked = (t: Translator, label: string, isTicked: boolean): string =>
  isTicked ? t.text('bot.dialogue.ticked', { label }) : label;
const back = (t: Translator, to: What = 'home'): InlineButton[] => [button(t.text('bot.button.back'), to)];
const inRows = (buttons: readonly InlineButton[], width: number): InlineButton[][] =>
  buttons.flatMap((_, index) => (index % width === 0 ? [buttons.slice(index, index + width)] : []));

function paceText(t: Translator, { pace, hour, weekday }: Preference): string {
  if (pace === 'at-once') return t.text('preferences.pace.atOnce');
  if (pace === 'daily') return t.text('preferences.pace.dailyAt', { hour: hourText(t, hour) });
  return t.text('preferences.pace.weeklyAt', { day: WEEKDAYS[t.language][weekday], hour: hourText(t, hour) });
}

/** What the person has chosen, and the ways to change it. */
export function preferencesHome(
  t: Translator,
  preference: Preference,
  { accounts, guest }: { accounts: InlineButton; guest: boolean | null },
): OutgoingMessage {
  const { muted, quiet } = preference;
  const followed = NEWS_TOPICS.filter((topic) => !muted.includes(topic));
  return {
    text: join(
      [
        t.rich('preferences.home.title'),
        ...(guest === null ? [] : [t.rich(guest ? 'preferences.home.guestOn' : 'preferences.home.guestOff')]),
        join([
          followed.length === NEWS_TOPICS.length
            ? t.rich('preferences.home.allTopics')
            : followed.length === 0
              ? t.rich('preferences.home.noTopics')
              : t.rich('preferences.home.topics', {
                  topics: followed.map((topic) => topicText(t, topic)).join(t.text('bot.listComma')),
                }),
          t.rich('preferences.home.pace', { pace: paceText(t, preference) }),
          quiet === null
            ? t.rich('preferences.home.noQuiet')
            : t.rich('preferences.home.quiet', { from: hourText(t, quiet.from), to: hourText(t, quiet.to) }),
        ]),
        t.rich('preferences.home.own'),
      ],
      '\n\n',
    ),
    keyboard: {
      kind: 'inline',
      rows: [
        ...(guest === null
          ? []
          : [
              [
                button(
                  t.text(guest ? 'preferences.button.guestOff' : 'preferences.button.guestOn'),
                  'guest',
                  guest ? 'off' : 'on',
                ),
              ],
            ]),
        [button(t.text('preferences.button.topics'), 'topics'), button(t.text('preferences.button.pace'), 'pace')],
        [button(t.text('preferences.button.quiet'), 'quiet'), accounts],
      ],
    },
  };
}

export function topicsScreen(t: Translator, { muted }: Preference): OutgoingMessage {
  const topics = NEWS_TOPICS.map((topic) =>
    button(ticked(t, topicText(t, topic), !muted.includes(topic)), 'topic', topic),
  );
  return {
    text: t.rich('preferences.topics'),
    keyboard: { kind: 'inline', rows: [...inRows(topics, 2), back(t)] },
  };
}

const PACE_KEYS: Record<Pace, 'atOnce' | 'daily' | 'weekly'> = {
  'at-once': 'atOnce',
  daily: 'daily',
  weekly: 'weekly',
};

export function paceScreen(t: Translator, preference: Preference): OutgoingMessage {
  const { pace, weekday } = preference;
  const paces = PACES.map((one) =>
    button(ticked(t, t.text(`preferences.button.${PACE_KEYS[one]}`), one === pace), 'pace', one),
  );
  const days = WEEK.map((day) =>
    button(ticked(t, WEEKDAYS[t.language][day] ?? '', day === weekday), 'day', String(day)),
  );
  return {
    text: join(
      [t.rich('preferences.pace.ask'), t.rich('preferences.pace.is', { pace: paceText(t, preference) })],
      '\n\n',
    ),
    keyboard: {
      kind: 'inline',
      rows: [
        ...paces.map((one) => [one]),
        ...(pace === 'weekly' ? inRows(days, 4) : []),
        ...(pace === 'at-once' ? [] : [[button(t.text('preferences.button.hour'), 'hours')]]),
        back(t),
      ],
    },
  };
}

/** Hours to choose from: of the digest, or the two ends of the quiet hours. */
export function hoursScreen(t: Translator, what: 'hour' | 'from' | 'to', from?: number): OutgoingMessage {
  const hours = ALL_DAY.filter((hour) => hour !== from).map((hour) =>
    button(hourText(t, hour), what, what === 'to' ? `${from}.${hour}` : String(hour)),
  );
  return {
    text:
      what === 'to'
        ? t.rich('preferences.hours.to', { from: hourText(t, from ?? 0) })
        : t.rich(`preferences.hours.${what}`),
    keyboard: { kind: 'inline', rows: [...inRows(hours, 4), back(t, what === 'hour' ? 'pace' : 'quiet')] },
  };
}

export function quietScreen(t: Translator, { quiet }: Preference): OutgoingMessage {
  return {
    text: join(
      [
        t.rich('preferences.quiet.ask'),
        quiet === null
          ? t.rich('preferences.home.noQuiet')
          : t.rich('preferences.home.quiet', { from: hourText(t, quiet.from), to: hourText(t, quiet.to) }),
      ],
      '\n\n',
    ),
    keyboard: {
      kind: 'inline',
      rows: [
        [button(t.text('preferences.button.hours'), 'from')],
        ...(quiet === null ? [] : [[button(t.text('preferences.button.noQuiet'), 'no-quiet')]]),
        back(t),
      ],
    },
  };
}

/** Stands under a news item. */
export const muteRow = (t: Translator, topic: string): InlineButton[] => [
  { label: t.text('preferences.button.mute'), data: muteButton.data(topic, 'mute') },
];

export function mutedMessage(t: Translator, topic: string, isMuted: boolean): OutgoingMessage {
  return {
    text: t.rich(isMuted ? 'preferences.muted' : 'preferences.unmuted', { topic: topicText(t, topic) }),
    keyboard: {
      kind: 'inline',
      rows: [
        ...(isMuted ? [[{ label: t.text('preferences.button.undo'), data: muteButton.data(topic, 'undo') }]] : []),
        [button(t.text('preferences.button.open'), 'home')],
      ],
    },
  };
}

export interface DigestEntry {
  id: string;
  headline: string;
}

const ENTRIES_IN_ONE = 10;

/** The headlines of a digest, each with a button that opens it; ten to a message. */
export function digestMessages(
  t: Translator,
  entries: readonly DigestEntry[],
  openNews: OpenNewsButton,
): OutgoingMessage[] {
  const parts = entries.flatMap((_, index) =>
    index % ENTRIES_IN_ONE === 0 ? [entries.slice(index, index + ENTRIES_IN_ONE)] : [],
  );
  return parts.map((part, index) => ({
    text: join(
      [
        ...(index === 0 ? [t.rich('preferences.digest.title')] : []),
        ...part.map(({ headline }) => t.rich('preferences.digest.item', { headline })),
        ...(index === 0 ? [t.rich('preferences.digest.hint')] : []),
      ],
      '\n\n',
    ),
    keyboard: {
      kind: 'inline',
      rows: [
        ...part.map(({ id, headline }) => [{ label: headline, data: openNews(id) }]),
        ...(index === parts.length - 1 ? [[button(t.text('preferences.button.open'), 'home')]] : []),
      ],
    },
  }));
}
