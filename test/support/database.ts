import { randomUUID } from 'node:crypto';
import { pino, type Logger } from 'pino';
import { afterAll, beforeAll, inject } from 'vitest';
import { openDatabase, type Database } from '../../src/database/connect.ts';

export const silentLogger: Logger = pino({ level: 'silent' });

/**
 * A database of its own for a test file, dropped after it; files may run side by side. Call it at the top of the file
 * (or of a `describe`) and read the properties within tests and hooks.
 */
export function useDatabase(): Database {
  const dbName = `test_${randomUUID().replaceAll('-', '')}`;
  let database: Database | undefined;
  beforeAll(async () => {
    database = await openDatabase({ uri: inject('mongoUri') }, { logger: silentLogger, dbName });
  });
  afterAll(async () => {
    await database?.connection.dropDatabase();
    await database?.close();
  });
  const opened = (): Database => {
    if (!database) throw new Error('the database is open from beforeAll on: use it within a test or a hook');
    return database;
  };
  return {
    get connection() {
      return opened().connection;
    },
    get uri() {
      return opened().uri;
    },
    get engine() {
      return opened().engine;
    },
    ping: () => opened().ping(),
    close: () => opened().close(),
  };
}
