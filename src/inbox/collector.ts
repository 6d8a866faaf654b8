import type { Logger } from 'pino';
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
  /** Something was handed in within this process. */
  nudge(): void;
  /** Resolves when nothing more is taken over. */
  stop(): Promise<void>;
}

/** How soon it is noticed what another process handed in: nothing compared to the network on the way here. */
const POLL_MS = 50;
const DATABASE_RETRY_MS = 250;
const BATCH = 500;
/** With so many in memory the rest can wait in the database. */
const MOST_IN_MEMORY = 2_000;

export function createCollector(deps: {
  store: Pick<InboxStore, 'handedIn' | 'collect'>;
  source: Source;
  enqueue: (item: Waiting) => void;
  /** Items in memory. */
  size: () => number;
  logger: Logger;
}): Collector {
  const { store, source, logger } = deps;
  const sequence = createSequence({ holdMs: HOLD_MS });
  const stopping = new AbortController();
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

  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      let next = POLL_MS;
      try {
        const found = deps.size() > MOST_IN_MEMORY ? [] : await store.handedIn(source, BATCH);
        const ready = sequence.next(found, performance.now());
        if (ready.length > 0 && !stopping.signal.aborted) {
          await store.collect(ready);
          for (const item of ready) deps.enqueue(item);
        }
        if (ready.length === BATCH) next = 0;
      } catch (error) {
        logger.debug({ error: (error as Error).name }, 'what was handed in can’t be read; trying on');
        next = DATABASE_RETRY_MS;
      }
      if (next > 0) await wait(next);
    }
  };
  const running = run();

  return {
    nudge() {
      nudged = true;
      wake();
    },
    async stop() {
      stopping.abort();
      wake();
      await running;
    },
  };
}

/** Longer than two requests on their way at once are apart; a hole in the numbers that nothing fills costs as much. */
const HOLD_MS = 1_000;

/**
 * Puts updates that came over several connections back into the order of their ids, which count up by one for each bot:
 * "especially handy if you're using webhooks, to restore the correct update sequence" (Telegram, Update). Behind a hole
 * they are held for `holdMs`, in which the missing one usually comes; then they go on without it.
 */
export function createSequence({ holdMs }: { holdMs: number }) {
  let expected: number | undefined;
  let heldSince: number | undefined;

  return {
    /** What may be worked now of all that is there, in order. `now`: milliseconds on a clock that is never set. */
    next(found: readonly Waiting[], now: number): Waiting[] {
      const sorted = [...found].sort((a, b) => a.update.update_id - b.update.update_id);
      const ready: Waiting[] = [];
      for (const item of sorted) {
        const id = item.update.update_id;
        // Nothing tells which is the first one of all: it is waited for like a missing one.
        const isHole = expected === undefined || id > expected;
        if (isHole) {
          heldSince ??= now;
          if (now - heldSince < holdMs) return ready;
        }
        heldSince = undefined;
        expected = id + 1;
        ready.push(item);
      }
      return ready;
    },
  };
}
