import { existsSync } from 'node:fs';
import { loadEnvFile } from 'node:process';
import { pino, type Logger } from 'pino';
import { parseConfig, type Config } from '../src/config.ts';
import { openDatabaseBeside, type Database, type DatabaseAddress } from '../src/database/connect.ts';

/** For commands: what goes wrong is said by themselves. */
export const quiet: Logger = pino({ level: 'warn' });

/** The settings that the bot has. */
export function loadEnv(): void {
  if (existsSync('.env')) loadEnvFile('.env');
}

export const addressOf = ({ database }: Config): DatabaseAddress =>
  database.kind === 'server' ? { uri: database.uri } : { dataDir: database.dataDir };

/** The database of the settings that the bot has, for a command that works beside it. */
export async function openConfiguredDatabase(): Promise<Database> {
  loadEnv();
  return openDatabaseBeside(addressOf(parseConfig(process.env)), { logger: quiet });
}
