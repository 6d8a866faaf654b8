import { percentile } from '../harness/statistics.ts';

/** Prints how long some work takes, after a warm-up. True where its 95th percentile is below the limit. */
export async function measure(
  name: string,
  { count, limitMs, warmUp = 30 }: { count: number; limitMs: number; warmUp?: number },
  work: () => Promise<unknown>,
): Promise<boolean> {
  for (let round = 0; round < warmUp; round += 1) await work();
  const times: number[] = [];
  for (let round = 0; round < count; round += 1) {
    const from = performance.now();
    await work();
    times.push(performance.now() - from);
  }
  const [p50, p95, p99] = [percentile(times, 0.5), percentile(times, 0.95), percentile(times, 0.99)];
  console.log(`${name.padEnd(32)} p50 ${p50.toFixed(1)} ms  p95 ${p95.toFixed(1)} ms  p99 ${p99.toFixed(1)} ms`);
  return p95 < limitMs;
}

/** A small seeded generator (mulberry32). */
export function mulberry(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
