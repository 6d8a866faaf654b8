import { readFileSync } from 'node:fs';
import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Schema, type Connection } from 'mongoose';
import { modelOn } from '../../database/model.ts';
import { createVault } from './vault.ts';

/** Who was deleted, so that it is known again in a restored backup, and by nobody who lacks the key. */
interface DeletionEntry {
  /** `<key id>.<keyed hash of the member's id>` */
  _id: string;
}

const ledgerSchema = new Schema<DeletionEntry>(
  { _id: { type: String, required: true } },
  { collection: 'deletions', versionKey: false },
);

export interface DeletionLedgerDeps {
  connection: Connection;
  /** 32 bytes. */
  secretKey: Uint8Array;
  /** DATA_DIR, where the file is that no restore replaces; null: the database alone knows. */
  folder: string | null;
}

export type DeletionLedger = ReturnType<typeof createDeletionLedger>;

const FILE = 'deletions';
const OWNER_ONLY = 0o600;
const ENTRY = /^[0-9a-f]{8}\.[\w-]{43}$/;

/**
 * Every deletion is written down twice: in the database, where it goes along in archives and to all processes, and in a
 * file of the data folder. What the file has and the database lacks was deleted after the backup that was restored.
 */
export function createDeletionLedger({ connection, secretKey, folder }: DeletionLedgerDeps) {
  const Entry = modelOn(connection, 'Deletion', ledgerSchema);
  const vault = createVault(secretKey, 'deletions');
  const path = folder === null ? null : join(folder, FILE);
  const entryOf = (memberId: string): string => `${vault.keyId}.${vault.hash(memberId)}`;

  /** A line that a crash cut off is none. */
  function inFile(): Set<string> {
    if (path === null) return new Set();
    try {
      return new Set(
        readFileSync(path, 'utf8')
          .split('\n')
          .filter((line) => ENTRY.test(line)),
      );
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return new Set();
      throw error;
    }
  }

  async function writeDown(entries: readonly string[]): Promise<void> {
    if (path === null || entries.length === 0) return;
    // A line break first: what stands there may be cut off.
    await appendFile(path, `\n${entries.join('\n')}\n`, { mode: OWNER_ONLY, flush: true });
  }

  async function store(entries: readonly string[]): Promise<void> {
    const upserts = entries.map((_id) => ({
      updateOne: { filter: { _id }, update: { $setOnInsert: { _id } }, upsert: true },
    }));
    if (upserts.length > 0) await Entry.collection.bulkWrite(upserts as never, { ordered: false });
  }

  return {
    /** Before anything of them is deleted. Repeated, it changes nothing. */
    async add(memberIds: readonly string[]): Promise<void> {
      const [known, entries] = [inFile(), memberIds.map(entryOf)];
      await writeDown(entries.filter((entry) => !known.has(entry)));
      await store(entries);
    },

    /** Brings what the database knows into the file: before a restore replaces it, and for the file of this process. */
    async keepAside(): Promise<void> {
      const known = inFile();
      const entries = (await Entry.find({}).lean()).map(({ _id }) => _id);
      await writeDown(entries.filter((entry) => !known.has(entry)));
    },

    /** What the file knows and this database does not. */
    async unknownHere(): Promise<{
      isGone: (memberId: string) => boolean;
      count: number;
      underOtherKeys: number;
      settle: () => Promise<void>;
    }> {
      const here = new Set((await Entry.find({}).lean()).map(({ _id }) => _id));
      const missing = [...inFile()].filter((entry) => !here.has(entry));
      const own = new Set(missing.filter((entry) => entry.startsWith(`${vault.keyId}.`)));
      return {
        count: own.size,
        underOtherKeys: missing.length - own.size,
        isGone: (memberId) => own.has(entryOf(memberId)),
        settle: () => store([...own]),
      };
    },
  };
}
