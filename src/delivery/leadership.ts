import type { Connection } from 'mongoose';
import type { Clock, DeliveryLogger } from './contract.ts';

/**
 * The right to do one thing alone, such as sending for one bot. It must be renewed to be kept; a process that dies or
 * loses the database loses it after `ttlMs`, and another takes over.
 */
export interface Leadership {
  /** Tries to get it; true if this process has it now. */
  take(): Promise<boolean>;
  /**
   * Whether this process certainly still has it. Reckoned on the monotonic clock from before the last renewal was
   * asked for, and so never later than the database's own reckoning, which began when the renewal arrived.
   */
  held: () => boolean;
  release(): Promise<void>;
}

interface LeaseDoc {
  _id: string;
  holder: string;
  until: Date;
}

export function createLeadership(deps: {
  connection: Connection;
  name: string;
  /** Names this process, differently from every other and from itself before a restart. */
  holder: string;
  ttlMs: number;
  clock: Clock;
  logger: DeliveryLogger;
}): Leadership {
  const { connection, name, holder, ttlMs, clock, logger } = deps;
  const leases = connection.collection<LeaseDoc>('leases');
  let heldUntil = Number.NEGATIVE_INFINITY;
  let renewal: NodeJS.Timeout | undefined;

  async function take(): Promise<boolean> {
    const askedAt = clock.monotonic();
    // The database's clock decides for everybody, so that processes need not agree on the time. A lease nobody has
    // had yet has no end, which compares as earlier than any time.
    const free = { $or: [{ $eq: ['$holder', holder] }, { $lte: ['$until', '$$NOW'] }] };
    const lease = await leases.findOneAndUpdate(
      { _id: name },
      [
        {
          $set: {
            holder: { $cond: [free, holder, '$holder'] },
            until: { $cond: [free, { $add: ['$$NOW', ttlMs] }, '$until'] },
          },
        },
      ],
      { upsert: true, returnDocument: 'after' },
    );
    if (lease?.holder !== holder) {
      heldUntil = Number.NEGATIVE_INFINITY;
      return false;
    }
    heldUntil = askedAt + ttlMs;
    clearTimeout(renewal);
    renewal = setTimeout(() => void renew(), ttlMs / 3);
    renewal.unref();
    return true;
  }

  async function renew(): Promise<void> {
    try {
      if (!(await take())) logger.warn({ lease: name }, 'another process has taken over');
    } catch (error) {
      logger.warn({ lease: name, error: (error as Error).message }, 'lease not renewed, trying again');
      renewal = setTimeout(() => void renew(), ttlMs / 3);
      renewal.unref();
    }
  }

  return {
    take,
    held: () => clock.monotonic() < heldUntil,
    async release() {
      clearTimeout(renewal);
      heldUntil = Number.NEGATIVE_INFINITY;
      await leases.deleteOne({ _id: name, holder });
    },
  };
}
