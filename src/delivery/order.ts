import type { Clock } from './contract.ts';

/** Gives each call a number greater than the one before: microseconds since 1970, counted on within a millisecond. */
export function createOrder(clock: Clock): () => number {
  let last = 0;
  return () => (last = Math.max(last + 1, Math.floor(clock.wall() * 1000)));
}
