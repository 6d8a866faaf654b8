import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { inTime } from './in-time.ts';

/** A round trip that takes longer is stuck, perhaps with its connection: it holds nobody else up. */
const STUCK_MS = 100;

interface Waiting<Item, Result> {
  item: Item;
  resolve: (result: Result) => void;
  reject: (error: unknown) => void;
}

/**
 * Many small round trips as few large ones (writes so: group commit; reads so: a data loader): what is asked for in one moment
 * goes together, and what comes while that is under way together in the next, in the order of coming.
 * None goes before it was asked for, so that a read sees all that was written before. A failure is everybody's who was in
 * it. It is nobody's alone: what is logged about it names none of the updates in it.
 * @param work gives the results in the order of the items
 * @param options.gather it waits `ms` for more company, where `expected` says that some may come
 * @param options.inTurn nothing overtakes even a round trip that is stuck: `work` sees to it that none is for ever
 */
export function batched<Item, Result>(
  work: (items: Item[]) => Promise<readonly Result[]>,
  { gather, inTurn = false }: { gather?: { ms: number; expected: () => boolean }; inTurn?: boolean } = {},
): (item: Item) => Promise<Result> {
  let waiting: Waiting<Item, Result>[] = [];
  let isRunning = false;
  const onBehalfOfNone = AsyncLocalStorage.snapshot();

  const perform = async (batch: readonly Waiting<Item, Result>[]): Promise<void> => {
    try {
      const working = work(batch.map(({ item }) => item));
      const results = await (inTurn ? working : inTime(working));
      for (const [index, { resolve }] of batch.entries()) resolve(results[index] as Result);
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  };

  const run = async (): Promise<void> => {
    isRunning = true;
    while (waiting.length > 0) {
      // What a finished round trip has woken asks in the same moment, and goes along.
      await (gather?.expected() ? delay(gather.ms) : Promise.resolve());
      const batch = waiting;
      waiting = [];
      await (inTurn ? perform(batch) : unlessStuck(perform(batch)));
    }
    isRunning = false;
  };

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (!isRunning) void onBehalfOfNone(run);
    });
}

async function unlessStuck(work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  await Promise.race([work, new Promise((resolve) => (timer = setTimeout(resolve, STUCK_MS)))]);
  clearTimeout(timer);
}
