import { AsyncLocalStorage } from 'node:async_hooks';
import { Mongoose, type ConnectOptions, type Connection, type Schema } from 'mongoose';
import type { Logger } from 'pino';
import { ConfigError } from '../config-error.ts';
import { describeUnfinished, findUnfinishedRestore } from './unfinished-restore.ts';
import { runningEngine, startEmbeddedEngine, type EmbeddedEngine } from './embedded/engine.ts';

/** A server by its address, or the embedded engine with its files in a directory. */
export type DatabaseAddress = { uri: string } | { dataDir: string; cacheDir?: string };

export interface Database {
  /** Define models on it with `connection.model(name, schema)`; there is no global mongoose state. */
  readonly connection: Connection;
  /** Where it is, for a connection of one's own; it may hold a password. */
  readonly uri: string;
  /** Undefined where a server was given. */
  readonly engine: EmbeddedEngine | undefined;
  /** Resolves if the database answers. @throws the driver's error, within about five seconds, if it does not */
  ping(): Promise<void>;
  /** Ends the connections, then the embedded engine. */
  close(): Promise<void>;
}

/**
 * How long a command waits for a database that is away before it fails; longer than the embedded engine takes to
 * start again, so that such a restart is only felt as a pause.
 */
const SERVER_SELECTION_MS = 5_000;
/** A command without an answer for this long is given up, and its connection with it. */
const SOCKET_MS = 30_000;

/** A path that a schema does not have is a mistake of ours: in a filter it would match everything, in a document vanish. */
function refuseUnknownPaths(schema: Schema): void {
  schema.set('strict', 'throw');
  schema.set('strictQuery', 'throw');
}

/**
 * Opens the database. Unknown paths throw; operators in filters are taken as values (`sanitizeFilter`) unless they are
 * wrapped in mongoose's `trusted()`; indexes are built by `ensureIndexes`, not behind anyone's back.
 * Commands don't queue up while the database is away: each fails after five seconds, and the next may succeed.
 * @param dbName by default the one in the address, else `khoosheh`
 * @throws ConfigError where the server of the address can't be reached, or the data directory written; EngineError where
 * the embedded engine can't run
 */
export async function openDatabase(
  address: DatabaseAddress,
  { logger, dbName }: { logger: Logger; dbName?: string },
): Promise<Database> {
  if ('uri' in address)
    return connect(address.uri, { logger, dbName }).catch((error: unknown) => {
      throw unusableServer(error);
    });
  const engine = await startEmbeddedEngine({ ...address, logger });
  try {
    return await connect(engine.uri, { logger, dbName, engine });
  } catch (error) {
    await engine.stop();
    throw error;
  }
}

/** The driver's reasons name hosts and options, and no password. */
function unusableServer(cause: unknown): ConfigError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new ConfigError(
    `MONGODB_URI does not lead to a database (${reason}): check the address, the name and the password, for example MONGODB_URI=mongodb://127.0.0.1:27017/khoosheh`,
    { cause },
  );
}

async function connect(
  uri: string,
  { logger, dbName, engine }: { logger: Logger; dbName?: string | undefined; engine?: EmbeddedEngine },
): Promise<Database> {
  const mongoose = new Mongoose();
  mongoose.plugin(refuseUnknownPaths);
  const name = dbName ?? (nameIn(uri) === undefined ? 'khoosheh' : undefined);
  const connection = mongoose.createConnection(uri, {
    ...(name === undefined ? {} : { dbName: name }),
    autoIndex: false,
    autoCreate: false,
    bufferCommands: false,
    sanitizeFilter: true,
    serverSelectionTimeoutMS: SERVER_SELECTION_MS,
    connectTimeoutMS: SERVER_SELECTION_MS,
    socketTimeoutMS: SOCKET_MS,
    // How soon a pause of the server is noticed where no command notices it first.
    heartbeatFrequencyMS: 2_000,
    maxPoolSize: 50,
    ...durabilityFor(uri),
  });
  try {
    await connection.asPromise();
  } catch (error) {
    await connection.close(true).catch(() => {});
    throw error;
  }
  // Only now: what goes wrong before is thrown, and the caller says it once.
  // A connection serves whoever comes: what becomes of it is no step of the update that happened to open it.
  const onBehalfOfNone = AsyncLocalStorage.snapshot();
  connection.on('disconnected', () => onBehalfOfNone(() => logger.warn('the database is away')));
  connection.on('reconnected', () => onBehalfOfNone(() => logger.info('the database is back')));
  connection.on('error', (error: Error) => onBehalfOfNone(() => logger.error({ err: error }, 'database connection')));
  return {
    connection,
    uri,
    engine,
    async ping() {
      await connection.db?.admin().command({ ping: 1 });
    },
    async close() {
      connection.removeAllListeners('disconnected');
      await connection.close();
      await engine?.stop();
    },
  };
}

/**
 * What an acknowledged write has to have survived: the journal of the server that took it, and where the address names a
 * replica set, of most members. The driver repeats a write by itself where the server can tell that it had it already.
 * An address that says something else is right. The embedded engine must not be asked for a majority: it then answers
 * before the journal is written.
 */
export function durabilityFor(uri: string): Pick<ConnectOptions, 'w' | 'journal' | 'retryWrites'> {
  const given = new Set([...uri.matchAll(/[?&](\w+)=/g)].map(([, option]) => option?.toLowerCase()));
  const isReplicaSet = given.has('replicaset') || uri.startsWith('mongodb+srv:');
  return {
    ...(isReplicaSet && !given.has('w') ? { w: 'majority' } : {}),
    ...(given.has('journal') ? {} : { journal: true }),
    ...(given.has('retrywrites') ? {} : { retryWrites: true }),
  };
}

/**
 * Opens the database for a command: the embedded engine of a bot that runs is used as it is, else one is started.
 * Closing it leaves the bot's engine alone.
 * @param options.evenUnfinished also where a restore was not finished: who only looks, and says so
 * @throws as {@link openDatabase}; ConfigError where a restore was not finished, since what is there may be half of two
 */
export async function openDatabaseBeside(
  address: DatabaseAddress,
  options: { logger: Logger; dbName?: string; evenUnfinished?: boolean },
): Promise<Database> {
  const running = 'dataDir' in address ? await runningEngine(address.dataDir) : null;
  const database = running === null ? await openDatabase(address, options) : await connect(running, options);
  const { db } = database.connection;
  const unfinished = db && !options.evenUnfinished ? await findUnfinishedRestore(db) : null;
  if (!unfinished) return database;
  await database.close();
  throw new ConfigError(describeUnfinished(unfinished));
}

/** The database that a connection string names, if it does. */
function nameIn(uri: string): string | undefined {
  const [, name] = /^mongodb(?:\+srv)?:\/\/[^/]+\/([^?]+)/.exec(uri) ?? [];
  return name;
}
