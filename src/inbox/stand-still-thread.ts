import { writeSync } from 'node:fs';
import { workerData } from 'node:worker_threads';
import type { mongo } from 'mongoose';
import { COUNTER, list } from './in-hand-table.ts';
import type { InboxEntry, StoodStill } from './inbox.model.ts';
import type { WatcherOptions } from './stand-stills.ts';

/* Runs beside the process (see `stand-stills.ts`), which may not answer any more: what it needs it does by itself. */

const { table, uri, dbName, markAfterMs, endAfterMs } = workerData as WatcherOptions;
const LOOK_MS = 250;
/** A look that comes so late says that the machine stood still, not the process. */
const LATE_MS = 1_000;

let lastCount = -1;
let lookedAt = performance.now();
let beatAt = lookedAt;
let marked: string[] | undefined;

async function inEntries(act: (entries: mongo.Collection<InboxEntry>) => Promise<unknown>): Promise<void> {
  // Not before it is needed: hardly any process ever stands still.
  const { mongo: driver } = await import('mongoose');
  const client = new driver.MongoClient(uri, { serverSelectionTimeoutMS: 2_000, maxPoolSize: 1 });
  try {
    await act(client.db(dbName).collection<InboxEntry>('inbox'));
  } catch {
    // The next look tries again, and where the database is away nobody takes over either.
    marked = undefined;
  } finally {
    await client.close().catch(() => {});
  }
}

/** Of several in hand it may be any; one that had been in hand before when a process stood still is the one. */
async function mark(): Promise<void> {
  const inHand = list(table);
  const suspected = inHand.filter(({ isSuspected }) => isSuspected);
  const meant = (suspected.length > 0 ? suspected : inHand).map(({ id }) => id);
  marked = meant;
  if (meant.length === 0) return;
  const stoodStill: StoodStill = meant.length === 1 ? 'surely' : 'perhaps';
  await inEntries((entries) => entries.updateMany({ _id: { $in: meant }, state: 'waiting' }, { $set: { stoodStill } }));
}

async function unmark(ids: string[]): Promise<void> {
  marked = undefined;
  if (ids.length === 0) return;
  await inEntries((entries) => entries.updateMany({ _id: { $in: ids } }, { $unset: { stoodStill: 1 } }));
}

async function look(): Promise<void> {
  const now = performance.now();
  const isLate = now - lookedAt > LOOK_MS + LATE_MS;
  lookedAt = now;
  const count = Atomics.load(table.numbers, COUNTER);
  if (count !== lastCount || isLate) {
    const hasGoneOn = count !== lastCount;
    lastCount = count;
    beatAt = now;
    if (hasGoneOn && marked !== undefined) await unmark(marked);
    return;
  }
  const stillMs = now - beatAt;
  if (stillMs >= endAfterMs) {
    writeSync(
      2,
      `Khoosheh has stood still for ${Math.round(stillMs / 1_000)} s and ends itself, to be started again\n`,
    );
    process.kill(process.pid, 'SIGKILL');
  }
  if (stillMs >= markAfterMs && marked === undefined) await mark();
}

async function watch(): Promise<void> {
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    await look();
  }
}

void watch();
