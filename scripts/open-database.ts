import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pino, type Logger } from 'pino';
import { ConfigError } from '../src/config-error.ts';
import { parseConfig, type Config } from '../src/config.ts';
import { refuseOtherOwner } from '../src/data-owner.ts';
import { openDatabaseBeside, type Database, type DatabaseAddress } from '../src/database/connect.ts';
import { loadSettingsFile } from '../src/env-file.ts';

/** For commands: what goes wrong is said by themselves. */
export const quiet: Logger = pino({ level: 'warn' });

/**
 * Where a command works. Beside the database there is the key in DATA_DIR, so its owner counts with a server too.
 * @throws ConfigError where DATA_DIR is another user's
 */
export function addressOf({ database, dataDir }: Config): DatabaseAddress {
  refuseOtherOwner(dataDir);
  return database.kind === 'server' ? { uri: database.uri } : { dataDir: database.dataDir };
}

/** Whether the embedded database is there. A server's has to be looked at. */
export const hasDatabase = (address: DatabaseAddress): boolean =>
  !('dataDir' in address) || existsSync(join(address.dataDir, 'mongo'));

/**
 * A command that was given another folder than the bot's would else make an empty database there, and say that all went well.
 * @throws ConfigError where there is no database, or it is another user's
 */
export function refuseNoDatabase(address: DatabaseAddress): void {
  if ('dataDir' in address) refuseOtherOwner(address.dataDir);
  if (!hasDatabase(address)) throw noDatabase(address);
}

/** The name of a server's database may be mistyped as the folder may. @throws ConfigError where it holds nothing */
async function refuseEmpty(database: Database): Promise<void> {
  const collections = await database.connection.listCollections();
  if (collections.length > 0) return;
  throw new NoDatabase(
    `the database «${database.connection.name}» of MONGODB_URI is empty: set MONGODB_URI as the bot has it, for example MONGODB_URI=mongodb://127.0.0.1:27017/khoosheh`,
  );
}

class NoDatabase extends ConfigError {
  withNew = (): ConfigError => new ConfigError(`${this.message}; or give --new to begin one`);
}

const noDatabase = (address: DatabaseAddress): NoDatabase =>
  new NoDatabase(
    `there is no database in ${'dataDir' in address ? address.dataDir : 'MONGODB_URI'}: set DATA_DIR, or MONGODB_URI, as the bot has it, for example DATA_DIR=/var/lib/khoosheh`,
  );

/** Said of a command that takes `--new`. */
export const NEW_USAGE = `  --new       begins a database where there is none yet; else that is an error, since DATA_DIR may be mistyped`;

/**
 * The database of the settings that the bot has, for a command that works beside it.
 * @param options.mayBeNew the operator said that there is none yet (`--new`), or false, that they did not
 * @throws ConfigError where a setting is wrong, there is no database, it is empty, or it is another user's
 */
export async function openConfiguredDatabase({ mayBeNew }: { mayBeNew?: boolean } = {}): Promise<Database> {
  const address = configuredAddress();
  try {
    return await openThere(address, mayBeNew ?? false);
  } catch (error) {
    if (mayBeNew === false && error instanceof NoDatabase) throw error.withNew();
    throw error;
  }
}

async function openThere(address: DatabaseAddress, mayBeNew: boolean): Promise<Database> {
  if (!mayBeNew) refuseNoDatabase(address);
  const database = await openDatabaseBeside(address, { logger: quiet });
  if (mayBeNew || !('uri' in address)) return database;
  try {
    await refuseEmpty(database);
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** @throws ConfigError */
export function configuredAddress(): DatabaseAddress {
  loadSettingsFile();
  return addressOf(parseConfig(process.env));
}
