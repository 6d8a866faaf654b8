import { Worker } from 'node:worker_threads';
import type { Logger } from 'pino';
import { COUNTER, createTable, put, take, type Table } from './in-hand-table.ts';

/**
 * Sees that the process stands still (a loop without end, a pattern that takes minutes), from a thread beside it, and writes
 * to the database what was in hand, while the process still can't. Whoever works the source next, be it this process after
 * it was killed or another that has taken over the lease, sets it aside instead of standing still as well. An update costs
 * no round trip for it: what is in hand stands in memory that both threads share.
 */
export interface StandStills {
  /**
   * An update is worked from now on, until the function that is returned is called.
   * @param isSuspected a process has stood still at it or at one beside it
   */
  begin(id: string, isSuspected: boolean): () => void;
  stop(): Promise<void>;
}

/** What the thread is given. */
export interface WatcherOptions {
  table: Table;
  uri: string;
  dbName: string;
  /** Milliseconds after which a process counts as standing still. */
  markAfterMs: number;
  /** Milliseconds after which it is ended, for whoever starts it to start it again. */
  endAfterMs: number;
}

/** Less than a lease lasts: whoever takes over knows of it. */
const MARK_AFTER_MS = 2_000;
const END_AFTER_MS = 20_000;
const BEAT_MS = 200;

export function watchStandStills(deps: {
  database: { uri: string; name: string };
  logger: Logger;
  markAfterMs?: number | undefined;
  endAfterMs?: number | undefined;
}): StandStills {
  const table = createTable();
  const workerData: WatcherOptions = {
    table,
    uri: deps.database.uri,
    dbName: deps.database.name,
    markAfterMs: deps.markAfterMs ?? MARK_AFTER_MS,
    endAfterMs: deps.endAfterMs ?? END_AFTER_MS,
  };
  const thread = new Worker(new URL('stand-still-thread.ts', import.meta.url), {
    workerData,
    // It sleeps nearly always, and loads the driver once it is needed.
    resourceLimits: { maxYoungGenerationSizeMb: 4, maxOldGenerationSizeMb: 96 },
  });
  thread.unref();
  thread.on('error', (error) => {
    deps.logger.error({ err: error }, 'nobody watches any more whether the process stands still');
  });
  const beat = setInterval(() => void Atomics.add(table.numbers, COUNTER, 1), BEAT_MS).unref();

  return {
    begin(id, isSuspected) {
      const place = put(table, id, isSuspected);
      return () => take(table, place);
    },
    async stop() {
      clearInterval(beat);
      await thread.terminate();
    },
  };
}
