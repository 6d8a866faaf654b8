import { randomUUID } from 'node:crypto';
import { Schema, type Connection } from 'mongoose';
import type { Logger } from 'pino';
import type { Now } from '../../clock.ts';
import { createLeases, holdLease } from '../leases.ts';
import { modelOn } from '../model.ts';
import { describeUnfinished, findUnfinishedRestore } from '../unfinished-restore.ts';
import type { Migration, MigrationTools } from './migration.ts';
import { MIGRATIONS } from './migrations.ts';

/** The data can't be used by this version of the bot; the message says what to do. */
export class SchemaError extends Error {
  override readonly name = 'SchemaError';
}

interface SchemaState {
  _id: 'schema';
  version: number;
  at: Date;
}

const stateSchema = new Schema<SchemaState>(
  { _id: String, version: Number, at: Date },
  { collection: 'schema', versionKey: false },
);

/** Long enough for one batch on a slow disk. */
const LEASE_MS = 30_000;

export interface Step {
  version: number;
  what: string;
  /** Documents that it changes. */
  documents: number;
}

/** How the data stands against what this version writes. */
export interface Migrations {
  /** What the data is written as; 0 before the first migration. @throws SchemaError */
  version(): Promise<number>;
  /** What is still to be done, in order; changes nothing. @throws SchemaError */
  plan(): Promise<Step[]>;
  /**
   * Brings the data forward, step by step, under a lease: of several processes that start at once one does it and the
   * others wait. Cut off, it goes on where it was. Returns the steps that were done by this call.
   * @throws SchemaError where the data is of a newer version, or a restore was not finished
   */
  run(): Promise<Step[]>;
}

export function createMigrations(deps: {
  connection: Connection;
  logger: Logger;
  now: Now;
  /** Tests bring their own. */
  migrations?: readonly Migration[];
  tools?: MigrationTools;
}): Migrations {
  const { connection, logger, now, migrations = MIGRATIONS, tools = {} } = deps;
  const newest = migrations.length;
  const states = modelOn(connection, 'SchemaState', stateSchema);
  const database = () => {
    if (!connection.db) throw new Error('The connection is not open');
    return connection.db;
  };

  async function versionNow(): Promise<number> {
    const unfinished = await findUnfinishedRestore(database());
    if (unfinished) throw new SchemaError(describeUnfinished(unfinished));
    const version = (await states.findById('schema').lean())?.version ?? 0;
    if (version > newest) {
      throw new SchemaError(
        `The data was written by a newer version of Khoosheh (${version}; this one knows ${newest}): start that version`,
      );
    }
    return version;
  }

  const stepOf = async (migration: Migration): Promise<Step> => ({
    version: migration.version,
    what: migration.what,
    documents: await migration.pending(database()),
  });

  return {
    version: versionNow,
    async plan() {
      const from = await versionNow();
      return Promise.all(migrations.slice(from).map(stepOf));
    },

    async run() {
      const done: Step[] = [];
      if ((await versionNow()) === newest) return done;
      const lease = { leases: createLeases(connection), name: 'migrations', ttlMs: LEASE_MS, holder: randomUUID() };
      await holdLease({ ...lease, signal: new AbortController().signal, logger }, async (held) => {
        const from = await versionNow();
        for (const migration of migrations.slice(from)) {
          // Lost to another process, which goes on from here.
          if (held.aborted) return;
          const step = await stepOf(migration);
          await migration.run(database(), tools);
          await states.updateOne(
            { _id: 'schema' },
            { $set: { version: migration.version, at: now() } },
            { upsert: true },
          );
          if (step.documents > 0) logger.info(step, 'the data was brought forward');
          done.push(step);
        }
      });
      return done;
    },
  };
}
