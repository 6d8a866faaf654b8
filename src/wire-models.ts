import type { Connection } from 'mongoose';
import { pino } from 'pino';
import { createDelivery } from './delivery/delivery.ts';
import { createGapWatch } from './inbox/gaps.ts';
import { createInboxStore } from './inbox/store.ts';
import { createTranslations } from './language/translator.ts';
import { createLeases } from './database/leases.ts';
import { createMigrations } from './database/migrations/migrate.ts';
import { RETENTION } from './retention.ts';
import { wireFeatures } from './wire-features.ts';

/**
 * Defines every model on a connection, as a start does, and starts nothing: for commands that look at the whole database.
 * It wires the features, so that no list of models beside theirs can be out of date.
 */
export function defineModels(connection: Connection): void {
  const delivery = createDelivery({
    connection,
    clients: new Map(),
    logger: pino({ level: 'silent' }),
    renderers: {},
    recipientsOf: () => Promise.resolve([]),
    markUnreachable: () => Promise.resolve(),
  });
  createInboxStore(connection);
  createGapWatch({ connection, logger: pino({ level: 'silent' }), onGap: () => Promise.resolve() });
  createLeases(connection);
  createMigrations({ connection, logger: pino({ level: 'silent' }) });
  wireFeatures({
    connection,
    translations: createTranslations({ onProblem: () => {} }),
    delivery: () => delivery,
    aside: { list: () => Promise.resolve([]), retry: () => Promise.resolve(false), drop: () => Promise.resolve(false) },
    // Nothing is sealed or opened with it.
    secretKey: new Uint8Array(32),
    forgetChat: () => Promise.resolve(),
    clients: new Map(),
    retention: RETENTION,
  });
}
