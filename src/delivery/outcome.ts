import type { MessengerName } from '../messengers/messenger.ts';
import type { Attempt } from './attempt.ts';
import type { DeliverySettings, Doubt } from './contract.ts';
import { AT_ONCE, campaignIdOf, type DeliveryDoc, type DeliveryState, type Sendable } from './delivery.model.ts';

/** What an attempt makes of a delivery: the fields to write, and what happens to the messenger. */
export interface Verdict {
  state: DeliveryState;
  set: Partial<DeliveryDoc>;
  unset?: (keyof DeliveryDoc)[];
  /** Send nothing on this messenger for so long. `remembered`: also after a restart. */
  pause?: { ms: number; remembered: boolean };
  /** The account of this try can't be written to. */
  unreachable?: true;
}

export interface VerdictOptions {
  now: number;
  /** 0 to 1. */
  random: number;
  settings: DeliverySettings;
  /** Nothing gets through to the messenger: a failure says nothing about the delivery and is never its last. */
  isOutage: boolean;
  /** Messengers that this process can send on. */
  messengers: ReadonlySet<MessengerName>;
}

export function doubtAbout(kind: string, doubt: Doubt, settings: DeliverySettings): Doubt {
  return settings.neverTwice.includes(kind) ? 'leave' : doubt;
}

/** The rules of sending: decides on one attempt and touches nothing. */
export function judge(delivery: Sendable, attempt: Attempt, options: VerdictOptions): Verdict {
  const { settings } = options;
  switch (attempt.result) {
    case 'sent':
      return ended('sent', options, { set: { parts: attempt.parts }, unset: ['outcome'] });
    case 'unreachable':
      return switchAccount(delivery, attempt.text, options);
    case 'limited':
      if (attempt.ofChat) {
        return { state: 'waiting', set: { dueAt: new Date(options.now + (attempt.retryAfterMs ?? OF_CHAT_MS)) } };
      }
      return { ...WAIT, pause: { ms: attempt.retryAfterMs ?? settings.unnamedPauseMs, remembered: true } };
    case 'bad-token':
      return { ...WAIT, pause: { ms: settings.badTokenPauseMs, remembered: false } };
    case 'held-back':
      return WAIT;
    case 'not-yet':
      return { state: 'waiting', set: { dueAt: new Date(options.now + NOT_YET_MS) } };
    case 'down':
      return tryAgain(delivery, { code: 'down', text: attempt.text, last: 'failed' }, options);
    case 'broken': {
      const outcome = { code: 'ambiguous', text: attempt.text };
      if (doubtAbout(delivery.kind, settings.afterBreak, settings) === 'leave') {
        return ended('unknown', options, { set: { outcome } });
      }
      const verdict = tryAgain(delivery, { ...outcome, last: 'unknown' }, options);
      if (verdict.state !== 'waiting') return verdict;
      return { ...verdict, set: { ...verdict.set, ambiguous: (delivery.ambiguous ?? 0) + 1 } };
    }
    case 'refused':
      break;
  }
  return ended('failed', options, { set: { outcome: { code: attempt.code, text: attempt.text } } });
}

/** How one attempt at one delivery ended, without whose it is. */
export interface AttemptReport {
  messenger: MessengerName;
  kind: 'notice' | 'campaign';
  /** `again`: it waits for another attempt. */
  outcome: 'sent' | 'unreachable' | 'failed' | 'unknown' | 'again';
}

export function reportOf({ messenger, queue }: Sendable, state: DeliveryState): AttemptReport {
  const isOver = state === 'sent' || state === 'unreachable' || state === 'failed' || state === 'unknown';
  return {
    messenger,
    kind: campaignIdOf(queue) === undefined ? 'notice' : 'campaign',
    outcome: isOver ? state : 'again',
  };
}

const NOT_YET_MS = 1000;
/** Where a chat has to wait and nothing says how long. */
const OF_CHAT_MS = 1000;
const OUTAGE_BACKOFF_MS = 30_000;

/** Back in the queue, in its old place. */
const WAIT: Verdict = { state: 'waiting', set: {} };

function ended(
  state: DeliveryState,
  { now }: VerdictOptions,
  change: { set?: Partial<DeliveryDoc>; unset?: (keyof DeliveryDoc)[] },
): Verdict {
  return { state, set: { ...change.set, endedAt: new Date(now) }, ...(change.unset ? { unset: change.unset } : {}) };
}

function switchAccount(delivery: Sendable, text: string, options: VerdictOptions): Verdict {
  const outcome = { code: 'unreachable', text };
  const [next, ...rest] = (delivery.alternatives ?? []).filter((account) => options.messengers.has(account.messenger));
  if (next === undefined) return { ...ended('unreachable', options, { set: { outcome } }), unreachable: true };
  return {
    state: 'waiting',
    set: {
      messenger: next.messenger,
      chatId: next.chatId,
      switchedFrom: delivery.messenger,
      tries: 0,
      dueAt: AT_ONCE,
      outcome,
      ...(rest.length > 0 ? { alternatives: rest } : {}),
    },
    ...(rest.length > 0 ? {} : { unset: ['alternatives'] }),
    unreachable: true,
  };
}

function tryAgain(
  delivery: Sendable,
  failure: { code: string; text: string; last: 'failed' | 'unknown' },
  options: VerdictOptions,
): Verdict {
  const { now, random, settings, isOutage } = options;
  const outcome = { code: failure.code, text: failure.text };
  const tries = isOutage ? Math.min(delivery.tries + 1, settings.maxTries - 1) : delivery.tries + 1;
  if (tries >= settings.maxTries) return ended(failure.last, options, { set: { tries, outcome } });
  // In an outage it waits as well, so that the next probe is another: one that always fails must not hide the end.
  const most = isOutage ? Math.min(settings.longestBackoffMs, OUTAGE_BACKOFF_MS) : settings.longestBackoffMs;
  const longest = Math.min(most, settings.firstBackoffMs * 3 ** delivery.tries);
  // Half of it by chance: what failed together must not come back together.
  const wait = longest * (0.5 + random / 2);
  return { state: 'waiting', set: { tries, outcome, dueAt: new Date(now + wait) } };
}
