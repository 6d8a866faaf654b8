import { type Clock, systemClock } from './clock.ts';
import type { Lane } from './messenger.ts';

/** What a pacer has learned, to be stored and given to the next process. */
export interface PacerState {
  /** Messages a second. */
  rate: number;
  /** Milliseconds since 1970; 0 when nothing is paused. */
  pausedUntil: number;
}

/** Leave to send one message; given back when the messenger says it was one too many. */
export interface Permit {
  grantedAt: number;
}

export interface Pacer {
  /**
   * Waits for leave to send one message. `bulk` waits its turn in the order it came; `reply` passes at once and counts
   * against the same rate, except that nothing passes a pause.
   *
   * @throws {PausedError} in the `reply` lane, when a pause outlasts `patienceMs`: nobody's dialogue hangs on it.
   * @throws what `signal` was aborted with.
   */
  take(lane: Lane, options?: { signal?: AbortSignal | undefined; patienceMs?: number | undefined }): Promise<Permit>;
  /** The messenger refused a message for its rate: everything stops for so many seconds, then goes on 5 % slower. */
  penalise(permit: Permit, retryAfterSeconds: number): void;
  snapshot(): PacerState;
  /** Goes on from a stored state. The opening burst counts as spent: the process before may just have spent it. */
  restore(state: PacerState): void;
}

export class PausedError extends Error {
  override readonly name = 'PausedError';
  readonly retryAfter: number;

  constructor(retryAfter: number) {
    super(`The messenger asked for a pause of ${retryAfter} more seconds; try again after it`);
    this.retryAfter = retryAfter;
  }
}

/** grammY's signals are a polyfill's, which know no reason. */
const calledOff = (signal: AbortSignal): unknown => signal.reason ?? new Error('Waiting to send was called off');

/** Just under the rate, so that two clocks that disagree a little don't make a 429 (measured: performance notes). */
const MARGIN = 0.995;
/**
 * The burst is this long's worth of messages. A whole second's would leave nothing for the way: the first requests open
 * their connections and arrive late, the next ones don't, and a server that counts strictly sees one too many.
 */
const BURST_MS = 800;
const SLOWER_AFTER_429 = 0.95;
/** The way back up: one per cent of the first rate a minute. */
const RECOVERY_PER_MS = 0.01 / 60_000;
const LOWEST_RATE = 0.5;
/** Replies may run ahead of the rate by this much; more would starve the bulk lane for long after a rush. */
const LONGEST_DEBT_MS = 2000;

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
 * One pacer per bot: the generic cell rate algorithm on a monotonic clock. It lets a burst through
 * when the bot has been quiet for a second and keeps to the rate from there on. One timer serves all who wait.
 *
 * @param options.ratePerSecond messages a second to start with and to return to after a slowdown.
 */
export function createPacer(options: { ratePerSecond: number; clock?: Clock | undefined }): Pacer {
  const { ratePerSecond: fullRate, clock = systemClock } = options;
  if (!(fullRate > 0)) throw new RangeError(`The rate must be above 0 messages a second, not ${fullRate}`);

  let rate = fullRate;
  let rateChangedAt = clock.monotonic();
  let slowedAt = Number.NEGATIVE_INFINITY;
  let pausedUntil = Number.NEGATIVE_INFINITY;
  /** When the next message would be due if all were evenly spaced; behind the clock when the bot has been quiet. */
  let due = Number.NEGATIVE_INFINITY;
  /** Replies wait only while everything is paused. */
  let replies: Waiter[] = [];
  const bulk: Waiter[] = [];
  /** Those before `bulk[head]` are served; shifting them off one by one would cost the length of the queue each time. */
  let head = 0;
  let cancelTimer: (() => void) | undefined;

  const recover = (now: number): void => {
    if (rate < fullRate) rate = Math.min(fullRate, rate + fullRate * RECOVERY_PER_MS * (now - rateChangedAt));
    rateChangedAt = now;
  };
  const interval = (): number => 1000 / (rate * MARGIN);
  /** The first message of a burst is always free, the others come out of the tolerance. */
  const tolerance = (): number => Math.max(0, BURST_MS / MARGIN - interval());
  const count = (now: number): void => {
    due = Math.min(Math.max(due, now) + interval(), now + tolerance() + LONGEST_DEBT_MS);
  };
  const spendBurst = (from: number): void => {
    due = Math.max(due, from + tolerance());
  };
  const nextBulkAt = (): number => Math.max(due - tolerance(), pausedUntil);

  const permit = (now: number): Permit => {
    count(now);
    return { grantedAt: now };
  };

  function serve(): void {
    cancelTimer?.();
    cancelTimer = undefined;
    const now = clock.monotonic();
    recover(now);

    if (pausedUntil <= now) {
      for (const waiter of replies) if (!waiter.gone) waiter.grant(permit(now));
      replies = [];
    }
    for (; head < bulk.length; head += 1) {
      const waiter = bulk[head]!;
      if (waiter.gone) continue;
      if (nextBulkAt() > now) break;
      waiter.grant(permit(now));
    }
    if (head > 64 && head * 2 > bulk.length) {
      bulk.splice(0, head);
      head = 0;
    }

    const next = replies.length > 0 ? pausedUntil : nextBulkAt();
    if (replies.length > 0 || head < bulk.length) {
      cancelTimer = clock.after(Math.min(Math.ceil(next - now), LONGEST_TIMER_MS), serve);
    }
  }

  const giveUpOn = (waiter: Waiter): void => {
    waiter.gone = true;
    waiter.refuse(new PausedError(Math.ceil((pausedUntil - clock.monotonic()) / 1000)));
  };

  return {
    take: (lane, { signal, patienceMs = Number.POSITIVE_INFINITY } = {}) => {
      if (signal?.aborted) return Promise.reject(calledOff(signal));
      const now = clock.monotonic();
      if (lane === 'reply' && pausedUntil <= now) {
        recover(now);
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
    penalise: ({ grantedAt }, retryAfterSeconds) => {
      const now = clock.monotonic();
      recover(now);
      pausedUntil = Math.max(pausedUntil, now + retryAfterSeconds * 1000);
      spendBurst(pausedUntil);
      // Several sends were in flight when the limit was hit: they are one offence, not many.
      if (grantedAt >= slowedAt) {
        rate = Math.max(Math.min(LOWEST_RATE, fullRate), rate * SLOWER_AFTER_429);
        slowedAt = pausedUntil;
      }
      for (const waiter of replies) if (!waiter.gone && waiter.deadline < pausedUntil) giveUpOn(waiter);
      replies = replies.filter((waiter) => !waiter.gone);
      if (cancelTimer !== undefined) serve();
    },
    snapshot: () => {
      const now = clock.monotonic();
      recover(now);
      return { rate, pausedUntil: pausedUntil > now ? clock.wall() + (pausedUntil - now) : 0 };
    },
    restore: (state) => {
      const now = clock.monotonic();
      rate = Math.min(fullRate, Math.max(Math.min(LOWEST_RATE, fullRate), state.rate));
      rateChangedAt = now;
      const left = state.pausedUntil - clock.wall();
      if (left > 0) pausedUntil = Math.max(pausedUntil, now + left);
      spendBurst(Math.max(now, pausedUntil));
      if (cancelTimer !== undefined) serve();
    },
  };
}
