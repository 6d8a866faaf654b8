import { setTimeout as delay } from 'node:timers/promises';
import { Schema, type Connection } from 'mongoose';
import type { Logger } from 'pino';
import { inTime } from './in-time.ts';
import { modelOn } from './model.ts';

interface Lease {
  _id: string;
  holder: string;
  ttlMs: number;
  expiresAt: Date;
}

const leaseSchema = new Schema<Lease>(
  { _id: String, holder: String, ttlMs: Number, expiresAt: Date },
  { collection: 'leases', versionKey: false },
);

export interface LeaseClaim {
  /** Unique to one contender: two that share it share the lease. */
  holder: string;
  ttlMs: number;
}

export interface Leases {
  /** Takes or renews a lease; false where another holder has it. One atomic write to one document. */
  acquire(name: string, claim: LeaseClaim): Promise<boolean>;
  /** Gives it up, so that the next contender need not wait; nothing happens where `holder` does not have it. */
  release(name: string, holder: string): Promise<void>;
}

/**
 * A command's time is that of its beginning, and it may be held up behind others on the same lease: to one that began before
 * the lease was granted it reaches further than it is long, though no clock was set back.
 */
const HELD_UP_MS = 30_000;

/**
 * Named leases: at most one holder at a time among all processes on a database. Time is the database server's alone,
 * so the contenders' clocks don't matter; if the server's clock is set back, a lease much further in the future than its own
 * length counts as expired, so that nothing stands still for as long as the jump.
 * A holder that can't renew must stop by itself before `ttlMs` has passed: {@link holdLease} does that.
 */
export function createLeases(connection: Connection): Leases {
  const leases = modelOn(connection, 'Lease', leaseSchema);

  return {
    async acquire(name, { holder, ttlMs }) {
      const expired = {
        $or: [
          { $lte: [{ $ifNull: ['$expiresAt', '$$NOW'] }, '$$NOW'] },
          { $gt: [{ $subtract: ['$expiresAt', '$$NOW'] }, { $add: ['$ttlMs', HELD_UP_MS] }] },
        ],
      };
      const mine = { $or: [{ $eq: ['$holder', { $literal: holder }] }, expired] };
      const lease = await connection.collection<Lease>(leases.collection.name).findOneAndUpdate(
        { _id: name },
        [
          { $set: { granted: mine } },
          {
            $set: {
              holder: { $cond: ['$granted', { $literal: holder }, '$holder'] },
              ttlMs: { $cond: ['$granted', ttlMs, '$ttlMs'] },
              expiresAt: { $cond: ['$granted', { $add: ['$$NOW', ttlMs] }, '$expiresAt'] },
            },
          },
          { $unset: 'granted' },
        ],
        { upsert: true, returnDocument: 'after' },
      );
      return lease?.holder === holder;
    },
    async release(name, holder) {
      await leases.deleteOne({ _id: name, holder });
    },
  };
}

/** Another has the lease, or the database can't be asked. */
export type WaitingReason = 'taken' | 'database-away';

export interface HoldLeaseOptions {
  leases: Leases;
  name: string;
  /** After a holder's death the next one takes over within this and half a second; later where the database is slow. */
  ttlMs: number;
  holder: string;
  /** Ends the wait or the work; the lease is released. */
  signal: AbortSignal;
  logger: Logger;
  /** Called when it has to wait, and again when the reason changes. */
  onWaiting?: ((reason: WaitingReason) => void) | undefined;
  /** Called when the lease is lost while `work` runs, right after its signal: to another, or for want of an answer. */
  onLost?: ((reason: WaitingReason) => void) | undefined;
}

const CONTEND_MS = 500;
/** A lease must outlast some round trips, or a slow database costs it again and again. */
const ROUND_TRIPS = 4;
const LONGEST_TTL_MS = 30_000;

/** As short as was asked for, so that the next takes over soon, and as long as the database's slowness calls for. */
const ttlFor = (shortestMs: number, roundTripMs: number): number =>
  Math.max(shortestMs, Math.min(ROUND_TRIPS * roundTripMs, LONGEST_TTL_MS));

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => {});
}

/**
 * Runs `work` while a lease is held: waits for the lease, renews it every third of `ttlMs`, and aborts the signal given
 * to `work` when it is lost to another or could not be renewed in time (counted on this process's monotonic clock from
 * before the last renewal was sent, so this side always ends first). `work` should end soon after that; then the wait
 * begins again, unless `signal` is aborted or `work` returned or threw by itself.
 */
export async function holdLease(options: HoldLeaseOptions, work: (held: AbortSignal) => Promise<void>): Promise<void> {
  const { leases, name, signal, logger } = options;
  let waitingFor: WaitingReason | undefined;
  let ttlMs = options.ttlMs;
  while (!signal.aborted) {
    const askedAt = performance.now();
    const askedFor = ttlMs;
    const obstacle = await tryToAcquire({ ...options, ttlMs });
    ttlMs = ttlFor(options.ttlMs, performance.now() - askedAt);
    if (obstacle) {
      if (obstacle !== waitingFor) options.onWaiting?.(obstacle);
      waitingFor = obstacle;
      await pause(Math.min(CONTEND_MS, options.ttlMs / 4), signal);
      continue;
    }
    // It would run out before it could be renewed.
    if (ttlMs > askedFor) continue;
    waitingFor = undefined;
    const finished = new AbortController();
    const lost = new AbortController();
    const renewing = renew(
      { ...options, shortestMs: options.ttlMs, ttlMs, askedAt, finished: finished.signal },
      (reason) => {
        lost.abort();
        options.onLost?.(reason);
      },
    );
    try {
      await work(AbortSignal.any([signal, lost.signal]));
    } finally {
      finished.abort();
      await renewing;
      if (!lost.signal.aborted) {
        await inTime(leases.release(name, options.holder), ttlMs).catch((error: unknown) => {
          logger.warn({ err: error, lease: name }, 'a lease could not be released; it runs out by itself');
        });
      }
    }
    if (!lost.signal.aborted) return;
  }
}

/** Undefined when it has the lease. */
async function tryToAcquire(options: HoldLeaseOptions): Promise<WaitingReason | undefined> {
  const { leases, name, holder, ttlMs, logger } = options;
  try {
    return (await inTime(leases.acquire(name, { holder, ttlMs }))) ? undefined : 'taken';
  } catch (error) {
    logger.debug({ err: error, lease: name }, 'a lease could not be asked for');
    return 'database-away';
  }
}

/** Asks every third of the time whether or not the last answer is there: a slow database must not cost the lease. */
async function renew(
  options: HoldLeaseOptions & { shortestMs: number; askedAt: number; finished: AbortSignal },
  onLost: (reason: WaitingReason) => void,
): Promise<void> {
  const { leases, name, holder, shortestMs, finished, logger } = options;
  let { ttlMs } = options;
  let validUntil = options.askedAt + ttlMs;
  const taken = new AbortController();
  const onItsWay = new Set<Promise<void>>();
  const ask = async (): Promise<void> => {
    const askedAt = performance.now();
    const askedFor = ttlMs;
    try {
      if (await leases.acquire(name, { holder, ttlMs: askedFor }))
        validUntil = Math.max(validUntil, askedAt + askedFor);
      else taken.abort();
      ttlMs = ttlFor(shortestMs, performance.now() - askedAt);
    } catch (error) {
      logger.debug({ err: error, lease: name }, 'a lease could not be renewed');
    }
  };
  const over = AbortSignal.any([finished, taken.signal]);
  while (!over.aborted) {
    await pause(Math.min(ttlMs / 3, Math.max(0, validUntil - performance.now())), over);
    if (over.aborted || performance.now() >= validUntil) break;
    const asked = ask().finally(() => onItsWay.delete(asked));
    onItsWay.add(asked);
  }
  if (finished.aborted) {
    // One that came in after the release would take the lease for nobody.
    await Promise.race([Promise.all(onItsWay), delay(ttlMs, undefined, { ref: false })]);
    return;
  }
  logger.warn({ lease: name }, 'a lease was lost');
  onLost(taken.signal.aborted ? 'taken' : 'database-away');
}
