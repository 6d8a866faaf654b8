import { mongo, type Connection } from 'mongoose';
import type { Now } from '../clock.ts';
import { UNFINISHED_RESTORE } from '../database/migrations/migrate.ts';
import {
  ARCHIVE_FORMAT,
  ArchiveError,
  createDigest,
  type ArchiveHeader,
  type CollectionEnd,
  type Frame,
} from './format.ts';

/** Why a restore was not begun, or why its result must not be used. What to do about it is in the message. */
export class RestoreError extends Error {
  override readonly name = 'RestoreError';
}

export interface RestoreReport {
  header: ArchiveHeader;
  collections: CollectionEnd[];
  documents: number;
  /** The key that was in the archive. */
  key: Uint8Array | null;
}

const BATCH_DOCUMENTS = 500;
const BATCH_BYTES = 8 * 1024 * 1024;
/** Every type as it was stored: a whole number that was a double stays one. */
const AS_STORED = { promoteValues: false, promoteLongs: false, promoteBuffers: false, bsonRegExp: true } as const;

/**
 * Reads all frames and says what is in them: whether an archive is whole, before anything is touched.
 * @throws ArchiveError, RestoreError
 */
export async function inspect(
  frames: AsyncIterable<Frame>,
  { schemaVersion }: { schemaVersion: number },
): Promise<RestoreReport> {
  const noted = createNotes(schemaVersion);
  for await (const frame of frames) noted.take(frame);
  return noted.report();
}

/**
 * Fills a database from frames in flat memory, reads everything back and compares it, then builds the indexes. It must be
 * empty; with `replace` everything that is there is dropped first. Nobody else may use it meanwhile.
 * @param options.schemaVersion the newest that this version of the bot knows
 * @throws RestoreError, ArchiveError
 */
export async function restoreFrames(
  connection: Connection,
  frames: AsyncIterable<Frame>,
  options: { schemaVersion: number; replace: boolean; now: Now },
): Promise<RestoreReport> {
  const { db } = connection;
  if (!db) throw new Error('The connection is not open');
  await makeRoom(db, options);
  // The bot does not start on a database that is not whole.
  await db.collection(UNFINISHED_RESTORE).insertOne({ since: options.now() });

  const noted = createNotes(options.schemaVersion);
  const indexes = new Map<string, mongo.IndexDescription[]>();
  let target: mongo.Collection | undefined;
  let batch: mongo.BSON.Document[] = [];
  let held = 0;
  const flush = async (): Promise<void> => {
    if (target && batch.length > 0) await target.insertMany(batch, { ordered: false });
    batch = [];
    held = 0;
  };
  for await (const frame of frames) {
    noted.take(frame);
    if (frame.type === 'collection') {
      target = await db.createCollection(frame.value.name);
      indexes.set(frame.value.name, frame.value.indexes);
    } else if (frame.type === 'document') {
      batch.push(mongo.BSON.deserialize(frame.bytes, AS_STORED));
      held += frame.bytes.length;
      if (batch.length >= BATCH_DOCUMENTS || held >= BATCH_BYTES) await flush();
    } else await flush();
  }
  const report = noted.report();
  for (const end of report.collections) await compare(db.collection(end.name), end);
  // Last: an index that deletes what has expired must not do so before it was compared.
  for (const [name, specs] of indexes) if (specs.length > 0) await db.collection(name).createIndexes(specs);
  await db.collection(UNFINISHED_RESTORE).drop();
  return report;
}

async function makeRoom(db: mongo.Db, { replace, now }: { replace: boolean; now: Now }): Promise<void> {
  const working = await db
    .collection<{ _id: string }>('leases')
    .findOne({ _id: { $regex: '^poller:' }, expiresAt: { $gt: now() } });
  if (working) throw new RestoreError('A bot works on this database: stop it first');
  const found = await db.listCollections({ type: 'collection' }, { nameOnly: true }).toArray();
  const names = found.map(({ name }) => name).filter((name) => !name.startsWith('system.'));
  for (const name of names) {
    if (replace || name === 'leases') continue;
    if ((await db.collection(name).findOne({}, { projection: { _id: 1 } })) === null) continue;
    throw new RestoreError(
      `The database is not empty (${name}): restore into an empty one, or give --replace, which deletes all that is there`,
    );
  }
  // Empty ones too: they are made anew with the archive's indexes.
  for (const name of names) await db.collection(name).drop();
}

/** Reads back what was written and compares every byte. @throws RestoreError */
async function compare(collection: mongo.Collection, { name, documents, digest }: CollectionEnd): Promise<void> {
  const found = createDigest();
  let count = 0;
  for await (const document of collection.find({}, { raw: true })) {
    found.add(document as unknown as Uint8Array);
    count += 1;
  }
  if (count !== documents || found.value() !== digest) {
    throw new RestoreError(
      `${name} is not what it was (${count} of ${documents} documents): do not use this database, and report it`,
    );
  }
}

/** Follows the frames: their order, the counts and digests that each collection ends with. */
function createNotes(schemaVersion: number) {
  let header: ArchiveHeader | undefined;
  let key: Uint8Array | null = null;
  let digest = createDigest();
  let documents = 0;
  let total = 0;
  const collections: CollectionEnd[] = [];

  return {
    take(frame: Frame): void {
      switch (frame.type) {
        case 'header':
          header = frame.value;
          refuseWhatIsNewer(header, schemaVersion);
          break;
        case 'collection':
          digest = createDigest();
          documents = 0;
          break;
        case 'document':
          digest.add(frame.bytes);
          documents += 1;
          break;
        case 'collection-end':
          if (frame.value.documents !== documents || frame.value.digest !== digest.value()) {
            throw new ArchiveError(`The archive is damaged in ${frame.value.name}: take another one`);
          }
          collections.push(frame.value);
          total += documents;
          break;
        case 'key':
          key = Uint8Array.from(frame.bytes);
      }
    },
    report(): RestoreReport {
      if (!header) throw new ArchiveError('The archive is empty');
      return { header, collections, documents: total, key };
    },
  };
}

function refuseWhatIsNewer({ product, format, schemaVersion }: ArchiveHeader, known: number): void {
  if (product !== 'khoosheh') throw new ArchiveError('This is no archive of Khoosheh');
  if (format > ARCHIVE_FORMAT || schemaVersion > known) {
    throw new RestoreError(
      `The archive was made by a newer version of Khoosheh (archive ${format}, data ${schemaVersion}; this one knows ${ARCHIVE_FORMAT} and ${known}): restore it with that version`,
    );
  }
}
