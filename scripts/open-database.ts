import { existsSync } from 'node:fs';
import { loadEnvFile } from 'node:process';
import { pino } from 'pino';
import { parseConfig } from '../src/config.ts';
import { openDatabase, type Database } from '../src/database/connect.ts';

/** The database of the settings that the bot has, for a command that works beside it. */
export async function openConfiguredDatabase(): Promise<Database> {
  if (existsSync('.env')) loadEnvFile('.env');
  const { database } = parseConfig(process.env);
  return openDatabase(database.kind === 'server' ? { uri: database.uri } : { dataDir: database.dataDir }, {
    logger: pino({ level: 'warn' }),
  });
}
