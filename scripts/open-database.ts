import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pino, type Logger } from 'pino';
import { ConfigError } from '../src/config-error.ts';
import { parseConfig, type Config } from '../src/config.ts';
import { openDatabaseBeside, type Database, type DatabaseAddress } from '../src/database/connect.ts';
import { loadSettingsFile } from '../src/env-file.ts';

/** For commands: what goes wrong is said by themselves. */
export const quiet: Logger = pino({ level: 'warn' });

export const addressOf = ({ database }: Config): DatabaseAddress =>
  database.kind === 'server' ? { uri: database.uri } : { dataDir: database.dataDir };

/**
 * A command that was given another folder than the bot's would else make an empty database there, and say that all went well.
 * @throws ConfigError where there is no database
 */
export function refuseNoDatabase(address: DatabaseAddress): void {
  if (!('dataDir' in address) || existsSync(join(address.dataDir, 'mongo'))) return;
  throw new ConfigError(
    `there is no database in ${address.dataDir}: set DATA_DIR, or MONGODB_URI, as the bot has it, for example DATA_DIR=/var/lib/khoosheh`,
  );
}

/**
 * The database of the settings that the bot has, for a command that works beside it.
 * @param options.mayBeNew the command may come before the bot's first start
 * @throws ConfigError where a setting is wrong, or there is no database
 */
export async function openConfiguredDatabase({ mayBeNew = false } = {}): Promise<Database> {
  loadSettingsFile();
  const address = addressOf(parseConfig(process.env));
  if (!mayBeNew) refuseNoDatabase(address);
  return openDatabaseBeside(address, { logger: quiet });
}
