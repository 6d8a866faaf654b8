import { AsyncLocalStorage } from 'node:async_hooks';
import type { mongo } from 'mongoose';
import type { Logger } from 'pino';
import { inTime } from '../database/in-time.ts';
import type { DeliveryCollection, DeliveryDoc } from './delivery.model.ts';

/** Writes outcomes, together what comes together: one journalled write then serves all that ended meanwhile. */
export interface Recorder {
  /**
   * Resolves when it is stored. Keeps trying while the database is away; gives up, and rejects, only after `abandon`. May be
   * stored once more later, when a write that was given up arrives after all: the filter must not match by then.
   */
  record(update: mongo.UpdateOneModel<DeliveryDoc>): Promise<void>;
  abandon(): void;
}

const RETRY_MS = 250;

export function createRecorder(deps: { deliveries: DeliveryCollection; logger: Logger }): Recorder {
  const { deliveries, logger } = deps;
  let pending: { update: mongo.UpdateOneModel<DeliveryDoc>; resolve: () => void; reject: (error: unknown) => void }[] =
    [];
  let writing = false;
  let abandoned = false;
  // A write is for many: what is logged about it names none of their updates.
  const onBehalfOfNone = AsyncLocalStorage.snapshot();

  async function write(): Promise<void> {
    writing = true;
    while (pending.length > 0) {
      const batch = pending;
      pending = [];
      try {
        // All that is recorded later waits for it, also where it is never answered.
        await inTime(
          deliveries.bulkWrite(
            batch.map(({ update }) => ({ updateOne: update })),
            { ordered: false },
          ),
        );
        for (const { resolve } of batch) resolve();
      } catch (error) {
        if (abandoned) {
          for (const { reject } of batch) reject(error);
          continue;
        }
        logger.warn(
          { error: (error as Error).message, waiting: batch.length },
          'outcomes not stored yet, trying again',
        );
        pending = [...batch, ...pending];
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
    writing = false;
  }

  return {
    record(update) {
      return new Promise((resolve, reject) => {
        pending.push({ update, resolve, reject });
        if (!writing) void onBehalfOfNone(write);
      });
    },
    abandon() {
      abandoned = true;
    },
  };
}
