import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * Many small writes as few large ones: the first goes at once, and what comes while a write is under way goes together in
 * the next, in the order of coming. A write that fails fails for all who were in it. It is nobody's alone: what is logged
 * about it names none of the updates in it.
 * @param gather what is written at once all the same waits `ms` for company, where `expected` says that some may come
 */
export function groupCommit<Item, Result>(
  write: (items: Item[]) => Promise<readonly Result[]>,
  gather?: { ms: number; expected: () => boolean },
): (item: Item) => Promise<Result> {
  type Waiting = { item: Item; resolve: (result: Result) => void; reject: (error: unknown) => void };
  let waiting: Waiting[] = [];
  let writing = false;
  const onBehalfOfNone = AsyncLocalStorage.snapshot();

  const run = async (): Promise<void> => {
    writing = true;
    while (waiting.length > 0) {
      if (gather?.expected()) await delay(gather.ms);
      const batch = waiting;
      waiting = [];
      try {
        const results = await write(batch.map(({ item }) => item));
        for (const [index, { resolve }] of batch.entries()) resolve(results[index] as Result);
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    writing = false;
  };

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (!writing) void onBehalfOfNone(run);
    });
}
