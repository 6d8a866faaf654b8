import type { RememberedPacer } from './rate-memory.ts';

/** Fewer would leave the messenger waiting for us between an answer and the next send. */
const SMALLEST = 4;
/** Before the first answer. */
const FIRST_S = 0.2;
/** One for the way, and as much for claiming, recording and what else holds a send up. */
const ROUND_TRIPS = 2.5;

/** Sends in flight at most, those that wait for the pacer included: what a crash leaves in doubt. */
export function windowOf(options: {
  pacer: RememberedPacer | undefined;
  /** Messages a second where there is no pacer. */
  sendsPerSecond: number;
  longestSeconds: number;
}): number {
  const { rate, roundTripMs } = options.pacer?.snapshot() ?? { rate: options.sendsPerSecond };
  const seconds = roundTripMs === undefined ? FIRST_S : (roundTripMs / 1000) * ROUND_TRIPS;
  return Math.max(SMALLEST, Math.floor(Math.min(seconds, options.longestSeconds) * rate));
}
