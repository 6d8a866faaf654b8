import type { Clock as HouseClock } from '../clock.ts';
import type { QuietHours } from '../language/quiet-hours.ts';
import type { MessengerName, OutgoingMessage } from '../messengers/messenger.ts';

/** Where one person can be reached on one messenger. */
export interface Account {
  messenger: MessengerName;
  chatId: number;
}

/** One person to write to. */
export interface Recipient {
  memberId: string;
  /** A language code, handed to the renderer as it is. */
  language: string;
  /** In order of preference; when the first is unreachable, the next one is tried. */
  accounts: readonly Account[];
  /** In a campaign: nothing leaves within these hours, also where they begin while it goes. The others don't wait. */
  quiet?: QuietHours | undefined;
}

export interface RenderTarget {
  memberId: string;
  language: string;
  messenger: MessengerName;
  chatId: number;
}

/**
 * Builds what is sent, at the moment of sending, and again when it is edited. A text over the messenger's limit is split
 * (`client.parts`). It must give the same messages for the same payload and messenger: after a failure the sending goes
 * on at the one that failed. The same `Uint8Array` object returned twice is uploaded once per messenger.
 * @param payload what `notify` or `create` was given, after a round trip through JSON
 * @throws any error: the delivery becomes `failed`, the others go on
 */
export type Renderer = (payload: unknown, target: RenderTarget) => Promise<OutgoingMessage[]>;

/**
 * One page of an audience, in a fixed order of member ids; an empty page is the end. Asked again with the same
 * `after` it must give the same people, in whatever process asks.
 * @param audience what `create` was given, after a round trip through JSON
 */
export type RecipientsOf = (
  audience: unknown,
  page: { after: string | undefined; limit: number },
) => Promise<Recipient[]>;

/** What to do about a message that may or may not have arrived: send it again, or leave it as `unknown` and list it. */
export type Doubt = 'resend' | 'leave';

export interface DeliverySettings {
  /**
   * The most sends in flight, in seconds of the messenger's rate; never fewer than 4. As a rule it is two and a half
   * round trips' worth: 5 at 30/s and 65 ms.
   */
  windowSeconds: number;
  /** How long a change made by another process goes unseen, at most. */
  pollMs: number;
  /** Recipients read and deliveries written at a time. */
  pageSize: number;
  /** Clean failures of one delivery on one messenger before it is `failed`. */
  maxTries: number;
  /** Wait before the second try; each further wait is three times longer, up to `longestBackoffMs`. */
  firstBackoffMs: number;
  longestBackoffMs: number;
  /** A delivery that was in the hands of a process that died. */
  afterCrash: Doubt;
  /** A send whose connection broke after the request had left. */
  afterBreak: Doubt;
  /** Kinds that must not arrive twice (one-time codes, payments), whatever the two settings above say. */
  neverTwice: readonly string[];
  /**
   * After so long without an answer from a messenger, what waits for it goes to people's other accounts. What may have
   * arrived, and what they got a part of, waits on.
   */
  switchAfterMs: number;
  /** A process that dies is replaced after this long. */
  leaseMs: number;
  /** For so long a process leaves a bot's sending to the one that replies for that bot, and gives it up to that one. */
  giveWayMs: number;
  /** A message that shows how a campaign goes is edited no more often. */
  displayMs: number;
  /** The pause after a 429 that names no time. */
  unnamedPauseMs: number;
  /** The pause after the messenger refused the token; nothing but the operator can help. */
  badTokenPauseMs: number;
}

export const DEFAULT_SETTINGS: DeliverySettings = {
  windowSeconds: 1,
  pollMs: 250,
  pageSize: 1000,
  maxTries: 8,
  firstBackoffMs: 500,
  longestBackoffMs: 10 * 60_000,
  afterCrash: 'resend',
  afterBreak: 'resend',
  neverTwice: [],
  switchAfterMs: 10 * 60_000,
  leaseMs: 1200,
  giveWayMs: 5000,
  displayMs: 3000,
  unnamedPauseMs: 5000,
  badTokenPauseMs: 60_000,
};

/** Wall time goes into documents; waits are measured on the monotonic clock, which no time server moves. */
export type Clock = Pick<HouseClock, 'wall' | 'monotonic'>;
