import { setTimeout as delay } from 'node:timers/promises';

/**
 * Reads at most once in `everyMs`, however often it is asked, and answers within `patienceMs`: with what was read last,
 * which is undefined where that failed or is still to come.
 */
export function seldom<Value>(
  read: () => Promise<Value>,
  { everyMs, patienceMs }: { everyMs: number; patienceMs: number },
): () => Promise<Value | undefined> {
  let last: Value | undefined;
  let readAt = Number.NEGATIVE_INFINITY;
  let reading: Promise<void> | undefined;

  const readNow = async (): Promise<void> => {
    readAt = performance.now();
    last = await read().catch(() => undefined);
    reading = undefined;
  };
  return async () => {
    if (reading === undefined && performance.now() - readAt >= everyMs) reading = readNow();
    if (reading !== undefined) {
      const late = new AbortController();
      await Promise.race([reading, delay(patienceMs, undefined, { signal: late.signal }).catch(() => {})]);
      late.abort();
    }
    return last;
  };
}
