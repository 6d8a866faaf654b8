import { randomUUID } from 'node:crypto';
import { Schema, type Connection } from 'mongoose';
import type { Now } from '../clock.ts';
import { createLeases } from './leases.ts';
import { modelOn } from './model.ts';

interface OnceMarker {
  _id: string;
  doneAt: Date;
}

const KEPT_SECONDS = 90 * 24 * 60 * 60;

const onceSchema = new Schema<OnceMarker>(
  { _id: String, doneAt: { type: Date, index: { expireAfterSeconds: KEPT_SECONDS } } },
  { collection: 'once', versionKey: false },
);

/**
 * Runs `work` unless it was done before under this key, by whichever process comes first. The key carries the period,
 * for example `daily-list:1405-09-01`; it is remembered for 90 days.
 * If `work` throws or its process dies, the key is free again (after `withinMs` at most), so `work` must bear to be
 * repeated; if it takes longer than `withinMs`, another process may begin it as well.
 */
export type RunOnce = (
  key: string,
  options: { withinMs: number },
  work: () => Promise<void>,
) => Promise<'done' | 'done-before' | 'being-done'>;

export function createRunOnce(connection: Connection, now: Now): RunOnce {
  const markers = modelOn(connection, 'OnceMarker', onceSchema);
  const leases = createLeases(connection);

  return async (key, { withinMs }, work) => {
    const lease = `once:${key}`;
    const holder = randomUUID();
    if (await markers.exists({ _id: key })) return 'done-before';
    if (!(await leases.acquire(lease, { holder, ttlMs: withinMs }))) return 'being-done';
    try {
      // It may have been finished between the first look and the lease.
      if (await markers.exists({ _id: key })) return 'done-before';
      await work();
      await markers.updateOne({ _id: key }, { doneAt: now() }, { upsert: true });
      return 'done';
    } finally {
      await leases.release(lease, holder);
    }
  };
}
