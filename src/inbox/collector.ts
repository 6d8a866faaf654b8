import type { Logger } from 'pino';
import { inTime } from '../database/in-time.ts';
import type { InboxStore, Source, Waiting } from './store.ts';

/**
 * Takes what web processes handed in (`Inbox.handIn`) over into the queues of the one process that works the source.
 *
 * Why one process works all of a bot's updates, and not whichever has a lease on the chat: storing is what must be
 * answered fast and is spread over all web processes; working waits for the messenger, so one process has room for more
 * than a bot may send. One lease is held against one renewal a second; a lease for each chat would cost two writes for
 * each message of a chat that was quiet, and leave a dead process's chats to be found one by one.
 */
export interface Collector {
  /**
   * These were handed in within this process, and stored. What is next in the order of ids is worked at once, and marked as
   * taken over only if it isn't done a moment later; the rest is found in the database, like what other processes hand in.
   */
  arrived(items: readonly Waiting[]): void;
  /** Resolves when nothing more is taken over. */
  stop(): Promise<void>;
}

/** How soon it is noticed what another process handed in: nothing compared to the network on the way here. */
const POLL_MS = 50;
/** Most are done by then, and need not be marked as taken over. */
const DONE_SOON_MS = 250;
const DATABASE_RETRY_MS = 250;
const BATCH = 500;
/** With so many in memory, of however many chats, the rest can wait in the database. */
const MOST_IN_MEMORY = 10_000;

export function createCollector(deps: {
  store: Pick<InboxStore, 'handedIn' | 'collect'>;
  source: Source;
  enqueue: (item: Waiting) => void;
  isDone: (id: string) => boolean;
  /** Whether the next of this chat would be taken into memory. */
  hasRoom: (chatKey: string) => boolean;
  /** Items in memory. */
  size: () => number;
  logger: Logger;
}): Collector {
  const { store, source, logger } = deps;
  const sequence = createSequence(HOLD);
  const stopping = new AbortController();
  /** Being worked, while the database has them as handed in; since when, the longest first. */
  const ahead = new Map<string, { item: Waiting; since: number }>();
  let isTakingOver = false;
  let nudged = false;
  let wake: () => void = () => {};

  const wait = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      if (nudged || stopping.signal.aborted) {
        nudged = false;
        resolve();
        return;
      }
      const end = (): void => {
        clearTimeout(timer);
        wake = () => {};
        nudged = false;
        resolve();
      };
      const timer = setTimeout(end, ms);
      wake = end;
    });

  const nudge = (): void => {
    nudged = true;
    wake();
  };

  const catchUp = async (): Promise<void> => {
    const long: Waiting[] = [];
    for (const [id, { item, since }] of ahead) {
      if (deps.isDone(id)) ahead.delete(id);
      else if (performance.now() - since >= DONE_SOON_MS) long.push(item);
    }
    await inTime(store.collect(long));
    for (const { id } of long) ahead.delete(id);
  };

  /** How many. They are marked first: one that kills the process is counted at the next start. */
  const takeOver = async (): Promise<number> => {
    const found = deps.size() > MOST_IN_MEMORY ? [] : await inTime(store.handedIn(source, BATCH));
    isTakingOver = true;
    try {
      const ready = sequence.next(
        found.filter(({ id }) => !ahead.has(id)),
        performance.now(),
      );
      if (ready.length === 0 || stopping.signal.aborted) return 0;
      // What is ahead came before: taken over later, or never, it would be worked after them by whoever works on.
      const before = [...ahead.values()].filter(({ item }) => !deps.isDone(item.id)).map(({ item }) => item);
      await inTime(store.collect([...before, ...ready]));
      for (const { id } of before) ahead.delete(id);
      for (const item of ready) deps.enqueue(item);
      return ready.length;
    } finally {
      isTakingOver = false;
    }
  };

  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      let next = POLL_MS;
      try {
        await catchUp();
        if ((await takeOver()) === BATCH) next = 0;
      } catch (error) {
        logger.debug({ error: (error as Error).name }, 'what was handed in can’t be read; trying on');
        next = DATABASE_RETRY_MS;
      }
      if (next > 0) await wait(next);
    }
  };
  const running = run();

  return {
    arrived(items) {
      for (const item of items.toSorted((a, b) => a.update.update_id - b.update.update_id)) {
        // What is being taken over comes before it.
        const isNext =
          !isTakingOver &&
          !stopping.signal.aborted &&
          deps.size() <= MOST_IN_MEMORY &&
          // What is left in the database must be taken over there.
          deps.hasRoom(item.chatKey);
        if (isNext && sequence.isNext(item.update.update_id, performance.now())) {
          ahead.set(item.id, { item, since: performance.now() });
          deps.enqueue(item);
          if (sequence.isHolding) nudge();
        } else {
          nudge();
        }
      }
    },
    async stop() {
      stopping.abort();
      wake();
      await running;
    },
  };
}

/**
 * `longMs`: longer than two requests on their way at once are apart. `shortMs`: for a bot whose numbers have holes that
 * nothing ever fills, as Bale's may; the longer wait would cost such a bot a second for each of them.
 */
const HOLD = { longMs: 1_000, shortMs: 100 };
/** So many holes in a row that nothing filled say that holes there mean nothing. */
const EMPTY_HOLES = 3;

/**
 * Puts updates that came over several connections back into the order of their ids, which count up by one for each bot:
 * "especially handy if you're using webhooks, to restore the correct update sequence" (Telegram, Update). What stands behind
 * a hole is held for `longMs` from when it was first seen, in which the missing one usually comes; then it goes on without.
 * After some holes that stayed empty `shortMs` is enough, until one comes that would have needed longer.
 */
export function createSequence({ longMs, shortMs }: { longMs: number; shortMs: number }) {
  let expected: number | undefined;
  let emptyHoles = 0;
  /** The first id behind the hole that is waited at. */
  let heldId: number | undefined;
  const seenAt = new Map<number, number>();

  const mind = (id: number, now: number): void => {
    if (expected === undefined) return;
    const late = id < expected;
    const filled = heldId !== undefined && id < heldId && now - (seenAt.get(heldId) ?? now) > shortMs;
    if (late || filled) emptyHoles = 0;
  };

  return {
    /** Whether nothing is missing before it; then it counts as gone on with. */
    isNext(id: number, now: number): boolean {
      if (id !== expected) return false;
      mind(id, now);
      expected = id + 1;
      seenAt.delete(id);
      return true;
    },
    /** Something waits behind a hole. */
    get isHolding(): boolean {
      return heldId !== undefined;
    },
    /** What may be worked now of all that is there, in order. `now`: milliseconds on a clock that is never set. */
    next(found: readonly Waiting[], now: number): Waiting[] {
      if (found.length === 0) seenAt.clear();
      const sorted = [...found].sort((a, b) => a.update.update_id - b.update.update_id);
      for (const { update } of sorted) if (!seenAt.has(update.update_id)) seenAt.set(update.update_id, now);
      if (sorted[0]) mind(sorted[0].update.update_id, now);
      const ready: Waiting[] = [];
      for (const item of sorted) {
        const id = item.update.update_id;
        // Nothing tells which is the first one of all: it is waited for like a missing one.
        if (expected === undefined || id > expected) {
          heldId = id;
          const holdMs = emptyHoles >= EMPTY_HOLES ? shortMs : longMs;
          if (now - (seenAt.get(id) ?? now) < holdMs) return ready;
          if (expected !== undefined) emptyHoles += 1;
        }
        heldId = undefined;
        expected = id + 1;
        seenAt.delete(id);
        ready.push(item);
      }
      return ready;
    },
  };
}
