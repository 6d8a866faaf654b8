import { createPacer, type Pacer } from '../../src/messengers/index.ts';
import type { Permit } from '../../src/messengers/pacer.ts';
import { createLimiter, type Limits } from '../../src/simulator/api/limiter.ts';
import type { ManualClock } from './manual-clock.ts';

/** Lets promises that are due run. */
export const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export interface Played {
  /** Seconds from the first message to the last answer. */
  seconds: number;
  refusals: number;
  /** Milliseconds from leave to answer, of the replies. */
  replies: number[];
  delivered: number;
}

export interface PlayOptions {
  clock: ManualClock;
  limits: Limits;
  pacer: Pacer;
  /** Messages to many; what is refused is sent again. */
  count: number;
  window: number;
  /** One way; drawn anew for each message. */
  delayMs: () => number;
  /** A reply each so many milliseconds. */
  replyEveryMs?: number;
  /** So many replies come at once then. */
  repliesAtOnce?: number;
}

/** A broadcast against the simulated messengers' own limiter, message by message, without a network or real time. */
export async function play(options: PlayOptions): Promise<Played> {
  const { clock, pacer, count, window, delayMs } = options;
  const limiter = createLimiter(options.limits, () => Math.floor(clock.monotonic()));
  const startedAt = clock.monotonic();
  const played: Played = { seconds: 0, refusals: 0, replies: [], delivered: 0 };
  let left = count;
  let inFlight = 0;

  const travel = (): Promise<void> => new Promise((resolve) => clock.after(delayMs(), resolve));
  async function deliver(permit: Permit): Promise<boolean> {
    await travel();
    const wait = limiter.take();
    await travel();
    pacer.settle(permit);
    if (wait === null) return true;
    played.refusals += 1;
    pacer.penalise(permit, wait);
    return false;
  }
  async function bulk(): Promise<void> {
    left -= 1;
    inFlight += 1;
    if (await deliver(await pacer.take('bulk'))) played.delivered += 1;
    else left += 1;
    inFlight -= 1;
  }
  async function reply(): Promise<void> {
    const askedAt = clock.monotonic();
    while (!(await deliver(await pacer.take('reply'))));
    played.replies.push(clock.monotonic() - askedAt);
  }

  for (let ms = 0; played.delivered < count; ms += 1) {
    while (inFlight < window && left > 0) void bulk();
    if (options.replyEveryMs !== undefined && ms % options.replyEveryMs === 0) {
      for (let nth = 0; nth < (options.repliesAtOnce ?? 1); nth += 1) void reply();
    }
    clock.advance(1);
    await settle();
  }
  played.seconds = (clock.monotonic() - startedAt) / 1000;
  return played;
}

/** 30 ms there and 30 back, and up to `jitterMs` more each way; always the same ones. */
export function wobbly(jitterMs: number, seed = 1): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return 30 + (state / 2_147_483_648) * jitterMs;
  };
}

export const pacerAt = (ratePerSecond: number, clock: ManualClock): Pacer => createPacer({ ratePerSecond, clock });
