import type { Clock } from '../clock.ts';
import type { Lane } from './messenger.ts';

/** What a pacer has learned, to be stored and given to the next process. */
export interface PacerState {
  /** Messages a second. */
  rate: number;
  /** Milliseconds since 1970; 0 when nothing is paused. */
  pausedUntil: number;
}

/** Leave to send one message; given back when the answer has come. */
export interface Permit {
  /** On the monotonic clock. */
  readonly grantedAt: number;
  /** The busy stretch that it belongs to, and how many were granted before it there. */
  readonly stretch: Stretch;
  readonly before: number;
}

interface Stretch {
  since: number;
  count: number;
  /** How many seconds' worth the messenger let through at once when it began. */
  burstS: number;
}

export interface Pacer {
  /** Messages a second that it was made for. */
  readonly ratePerSecond: number;
  /**
   * Waits for leave to send one message. `bulk` waits its turn in the order it came; `reply` passes at once and counts
   * against the same rate, except that nothing passes a pause.
   *
   * @throws {PausedError} in the `reply` lane, when a pause outlasts `patienceMs`: nobody's dialogue hangs on it.
   * @throws what `signal` was aborted with.
   */
  take(lane: Lane, options?: { signal?: AbortSignal | undefined; patienceMs?: number | undefined }): Promise<Permit>;
  /** The message has been answered, or never will be: until then it may reach the messenger at any moment. Once for each permit. */
  settle(permit: Permit): void;
  /**
   * The messenger refused a message for its rate: everything stops for so many seconds, then goes on at the rate that
   * it turned out to bear, or 5 % slower where that isn't known.
   */
  penalise(permit: Permit, retryAfterSeconds: number): void;
  snapshot(): PacerState & {
    /** From leave to answer, smoothed; undefined before the first. */
    roundTripMs: number | undefined;
  };
  /** Goes on from a stored state. The opening burst counts as spent: the process before may just have spent it. */
  restore(state: PacerState): void;
}

export class PausedError extends Error {
  override readonly name = 'PausedError';
  readonly retryAfter: number;
  /** Only one chat is meant. */
  readonly ofChat: boolean;

  constructor(retryAfter: number, { ofChat = false } = {}) {
    super(`Nothing may be sent for ${retryAfter} more seconds; try again after them`);
    this.retryAfter = retryAfter;
    this.ofChat = ofChat;
  }
}

/** grammY's signals are a polyfill's, which know no reason. */
const calledOff = (signal: AbortSignal): unknown => signal.reason ?? new Error('Waiting to send was called off');

/** Just under the rate, so that two clocks that disagree a little don't make a 429. */
const MARGIN = 0.998;
/** Messengers let through at once, after a rest, what they let through in so long; no number is published. */
const BURST_S = 1;
/** Of the burst, what bulk leaves to replies, which ask nobody. */
const RESERVE_S = 0.1;
const SLOWER_AFTER_429 = 0.95;
/** Under what the messenger turned out to bear. */
const LEARNED_MARGIN = 0.97;
/** One refusal takes away no more than this: it may have had other reasons. */
const LEAST_LEFT_AFTER_429 = 0.5;
/** Of a second's messages, as many must have gone before a refusal for it to tell the rate. */
const TELLING_SHARE = 0.3;
const LEAST_STRETCH_S = 0.2;
/** Fewer do where the last refusal is no longer ago than this. */
const SOON_MS = 60_000;
const FEWEST_TELLING = 3;
/** The way back up: one per cent of the first rate a minute. */
const RECOVERY_PER_MS = 0.01 / 60_000;
const LOWEST_RATE = 0.5;
/** Replies may run ahead of the rate by this much; more would starve the bulk lane for long after a rush. */
const LONGEST_DEBT_S = 1.8;
/** What has been under way for so long has arrived, though its answer may be long in coming. */
const ARRIVED_MS = 3000;
/** Share of a new round trip in the smoothed one. */
const SMOOTHING = 0.1;

/** Sums of fractions come out a little beside. */
const EARLY = 0.001;

/** Longer waits are cut into pieces: a timer over 2^31 ms would fire at once. */
const LONGEST_TIMER_MS = 2 ** 30;

interface Waiter {
  grant: (permit: Permit) => void;
  refuse: (error: Error) => void;
  /** On the monotonic clock: a pause that lasts beyond this is not waited for. */
  deadline: number;
  gone: boolean;
}

/**
 * One pacer per bot: a token bucket on a monotonic clock that is never fuller than the messenger's own, whatever the way
 * there takes. A message counts from its answer on and weighs as one under way until then, since it may arrive at any
 * moment between; so no delay can bunch up more of them than the messenger allows. It lets a burst through when the bot
 * has been quiet for a second and keeps to the rate from there on. One timer serves all who wait.
 *
 * @param options.ratePerSecond messages a second to start with and to return to after a slowdown.
 */
export function createPacer(options: { ratePerSecond: number; clock: Clock }): Pacer {
  const { ratePerSecond: fullRate, clock } = options;
  if (!(fullRate > 0)) throw new RangeError(`The rate must be above 0 messages a second, not ${fullRate}`);
  const lowestRate = Math.min(LOWEST_RATE, fullRate);

  let rate = fullRate;
  let rateChangedAt = clock.monotonic();
  let slowedAt = Number.NEGATIVE_INFINITY;
  let refusedAt = Number.NEGATIVE_INFINITY;
  let pausedUntil = Number.NEGATIVE_INFINITY;
  /** What the messenger's bucket holds if all that is under way has not arrived. Below 0 after a rush of replies. */
  let level = Number.POSITIVE_INFINITY;
  let levelAt = rateChangedAt;
  const underWay = new Set<Permit>();
  let roundTripMs: number | undefined;
  /** The busy stretch: since when the bucket hasn't been full, and how many went in it. */
  let stretch: Stretch | undefined;
  let nextBurstS = BURST_S;
  /** Replies wait only while everything is paused. */
  let replies: Waiter[] = [];
  const bulk: Waiter[] = [];
  /** Those before `bulk[head]` are served; shifting them off one by one would cost the length of the queue each time. */
  let head = 0;
  let cancelTimer: (() => void) | undefined;

  const perMs = (): number => (rate * MARGIN) / 1000;
  const capacity = (): number => Math.max(1, rate * MARGIN * BURST_S);
  const consume = (): void => {
    level = Math.max(level - 1, -LONGEST_DEBT_S * rate);
  };
  /** Brings rate and level to `now`. */
  const pass = (now: number): void => {
    if (rate < fullRate) rate = Math.min(fullRate, rate + fullRate * RECOVERY_PER_MS * (now - rateChangedAt));
    rateChangedAt = now;
    level = Math.min(capacity(), level + Math.max(0, now - levelAt) * perMs());
    levelAt = Math.max(levelAt, now);
    // In order of their leave: the first is the oldest.
    for (const oldest of underWay) {
      if (oldest.grantedAt + ARRIVED_MS > now) break;
      underWay.delete(oldest);
      consume();
    }
  };
  /** From `at` on the bucket counts as empty but for a little, though the messenger's may have had a rest. */
  const spendBurst = (at: number, restS: number): void => {
    level = Math.min(level, needed());
    levelAt = Math.max(levelAt, at);
    stretch = undefined;
    nextBurstS = Math.min(BURST_S, restS);
  };
  /** What must be there for one in the bulk lane. */
  const needed = (): number => Math.min(capacity(), 1 + Math.max(1, rate * RESERVE_S));
  const oldestArrives = (): number => {
    for (const oldest of underWay) return oldest.grantedAt + ARRIVED_MS;
    return levelAt;
  };
  const nextBulkAt = (): number => {
    const wanted = needed() + underWay.size;
    // A bucket that holds less is waited for in vain: an answer makes room, or time does.
    const isPossible = wanted <= capacity() + EARLY;
    const refilledAt = isPossible ? levelAt + Math.max(0, wanted - level) / perMs() : oldestArrives();
    return Math.max(refilledAt, pausedUntil);
  };

  const permit = (now: number): Permit => {
    if (stretch === undefined || (underWay.size === 0 && level >= capacity() - 0.5)) {
      stretch = { since: now, count: 0, burstS: nextBurstS };
      nextBurstS = BURST_S;
    }
    const granted: Permit = { grantedAt: now, stretch, before: stretch.count };
    stretch.count += 1;
    underWay.add(granted);
    return granted;
  };

  function serve(): void {
    cancelTimer?.();
    cancelTimer = undefined;
    const now = clock.monotonic();
    pass(now);

    if (pausedUntil <= now) {
      for (const waiter of replies) if (!waiter.gone) waiter.grant(permit(now));
      replies = [];
    }
    for (; head < bulk.length; head += 1) {
      const waiter = bulk[head]!;
      if (waiter.gone) continue;
      if (nextBulkAt() > now + EARLY) break;
      waiter.grant(permit(now));
    }
    if (head > 64 && head * 2 > bulk.length) {
      bulk.splice(0, head);
      head = 0;
    }

    const next = replies.length > 0 ? pausedUntil : nextBulkAt();
    if (replies.length > 0 || head < bulk.length) {
      cancelTimer = clock.after(Math.min(Math.max(1, Math.ceil(next - now)), LONGEST_TIMER_MS), serve);
    }
  }

  const giveUpOn = (waiter: Waiter): void => {
    waiter.gone = true;
    waiter.refuse(new PausedError(Math.ceil((pausedUntil - clock.monotonic()) / 1000)));
  };

  /** The rate to go on with after the refusal of a message. */
  function rateAfter({ grantedAt, stretch: { since, burstS }, before }: Permit, now: number): number {
    const slower = rate * SLOWER_AFTER_429;
    const isTelling = before >= (now - refusedAt < SOON_MS ? FEWEST_TELLING : rate * TELLING_SHARE);
    // What it let through is its burst, and its rate for as long as the stretch has lasted.
    const borne = (before / Math.max(LEAST_STRETCH_S, burstS + (grantedAt - since) / 1000)) * LEARNED_MARGIN;
    const learned = isTelling ? Math.max(rate * LEAST_LEFT_AFTER_429, borne) : slower;
    return Math.max(lowestRate, Math.min(slower, learned));
  }

  return {
    ratePerSecond: fullRate,
    take: (lane, { signal, patienceMs = Number.POSITIVE_INFINITY } = {}) => {
      if (signal?.aborted) return Promise.reject(calledOff(signal));
      const now = clock.monotonic();
      if (lane === 'reply' && pausedUntil <= now) {
        pass(now);
        return Promise.resolve(permit(now));
      }

      return new Promise<Permit>((resolve, reject) => {
        const abort = (): void => {
          waiter.gone = true;
          reject(calledOff(signal!));
        };
        const leave = (): void => signal?.removeEventListener('abort', abort);
        const waiter: Waiter = {
          gone: false,
          deadline: lane === 'reply' ? now + patienceMs : Number.POSITIVE_INFINITY,
          grant: (granted) => {
            leave();
            resolve(granted);
          },
          refuse: (error) => {
            leave();
            reject(error);
          },
        };
        if (waiter.deadline < pausedUntil) {
          giveUpOn(waiter);
          return;
        }
        signal?.addEventListener('abort', abort, { once: true });
        (lane === 'reply' ? replies : bulk).push(waiter);
        // With a timer running, those before this one are still waiting.
        if (cancelTimer === undefined || lane === 'reply') serve();
      });
    },
    settle: (granted) => {
      if (!underWay.delete(granted)) return;
      const now = clock.monotonic();
      pass(now);
      consume();
      const tookMs = now - granted.grantedAt;
      roundTripMs = roundTripMs === undefined ? tookMs : roundTripMs + (tookMs - roundTripMs) * SMOOTHING;
      if (cancelTimer !== undefined) serve();
    },
    penalise: (refused, retryAfterSeconds) => {
      const now = clock.monotonic();
      pass(now);
      // Several sends were in flight when the limit was hit: they are one offence, not many.
      if (refused.grantedAt >= slowedAt) {
        rate = rateAfter(refused, now);
        refusedAt = now;
      }
      pausedUntil = Math.max(pausedUntil, now + retryAfterSeconds * 1000);
      slowedAt = Math.max(slowedAt, pausedUntil);
      spendBurst(pausedUntil, (pausedUntil - now) / 1000);
      for (const waiter of replies) if (!waiter.gone && waiter.deadline < pausedUntil) giveUpOn(waiter);
      replies = replies.filter((waiter) => !waiter.gone);
      if (cancelTimer !== undefined) serve();
    },
    snapshot: () => {
      const now = clock.monotonic();
      pass(now);
      return { rate, pausedUntil: pausedUntil > now ? clock.wall() + (pausedUntil - now) : 0, roundTripMs };
    },
    restore: (state) => {
      const now = clock.monotonic();
      rate = Math.min(fullRate, Math.max(lowestRate, state.rate));
      rateChangedAt = now;
      const left = state.pausedUntil - clock.wall();
      if (left > 0) pausedUntil = Math.max(pausedUntil, now + left);
      spendBurst(Math.max(now, pausedUntil), Math.max(0, pausedUntil - now) / 1000);
      if (cancelTimer !== undefined) serve();
    },
  };
}
