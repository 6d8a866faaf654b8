import type { Connection } from 'mongoose';
import { pino } from 'pino';
import { clockOf, type Now } from './clock.ts';
import { createDelivery } from './delivery/delivery.ts';
import { createGapWatch } from './inbox/gaps.ts';
import { createInboxStore } from './inbox/store.ts';
import { createRanAt } from './jobs/ran-at.ts';
import { createTranslations } from './language/translator.ts';
import { createLeases } from './database/leases.ts';
import { createMigrations } from './database/migrations/migrate.ts';
import { RETENTION } from './retention.ts';
import { wireFeatures, type Features } from './wire-features.ts';

/**
 * Defines every model on a connection, as a start does, and starts nothing: for commands that look at the whole database.
 * It wires the features, so that no list of models beside theirs can be out of date.
 */
export function defineModels(connection: Connection, now: Now): void {
  // Nothing is sealed or opened with it.
  wireAlone({ connection, secretKey: new Uint8Array(32), dataDir: null, now });
}

/** The features over a database, without a messenger: nothing is received and nothing leaves. */
export function wireAlone(options: {
  connection: Connection;
  secretKey: Uint8Array;
  dataDir: string | null;
  now: Now;
}): Features {
  const { connection, now } = options;
  const delivery = createDelivery({
    connection,
    clients: new Map(),
    logger: pino({ level: 'silent' }),
    renderers: {},
    clock: clockOf(now),
    recipientsOf: () => Promise.resolve([]),
    markUnreachable: () => Promise.resolve(),
  });
  const inbox = createInboxStore(connection, now);
  createGapWatch({ connection, logger: pino({ level: 'silent' }), now, onGap: () => Promise.resolve() });
  createLeases(connection);
  createRanAt(connection);
  createMigrations({ connection, logger: pino({ level: 'silent' }), now });
  return wireFeatures({
    ...options,
    translations: createTranslations({ onProblem: () => {} }),
    delivery: () => delivery,
    aside: { list: () => Promise.resolve([]), retry: () => Promise.resolve(false), drop: () => Promise.resolve(false) },
    forgetChat: ({ messenger, chatId }) => inbox.forgetChat(`${messenger}:${chatId}`),
    clients: new Map(),
    retention: RETENTION,
  });
}
