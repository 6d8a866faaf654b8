import { mongo, type Connection } from 'mongoose';
import type { Now } from '../clock.ts';
import {
  ASIDE,
  describeUnfinished,
  findUnfinishedRestore,
  UNFINISHED_RESTORE,
  type UnfinishedRestore,
} from '../database/unfinished-restore.ts';
import { keyMarkOf } from '../database/key-mark.ts';
import {
  ARCHIVE_FORMAT,
  ArchiveError,
  createDigest,
  type ArchiveHeader,
  type CollectionEnd,
  type CollectionStart,
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
  /** Of the documents as they are stored, before the database packs them. */
  bytes: number;
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
 * Fills a database from frames in flat memory: aside, under other names, while what is there stays as it is; reads everything
 * back and compares it, builds the indexes, and only then puts it in the place of what was there. Killed at any moment, it
 * leaves the old data or the new whole, and a mark that says which and with which the bot does not start. The database must be
 * empty, unless `replace` allows to put the archive in the place of all that is there. Nobody else may use it meanwhile.
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
  const { now } = options;
  await refuseBeside(db);
  if ((await findUnfinishedRestore(db))?.phase === 'swapping') await swap(db);
  if (!options.replace) await refuseFull(db);
  await mark(db, { phase: 'filling', since: now() });
  await dropAside(db);

  const report = await fill(db, frames, options.schemaVersion);
  await mark(db, { phase: 'swapping', since: now(), names: report.collections.map(({ name }) => name) });
  await swap(db);
  return report;
}

/**
 * Ends what a killed restore left: `finish` puts what it restored in the place of what was there, `undo` takes it away again.
 * @throws RestoreError where there is nothing to end that way
 */
export async function endRestore(connection: Connection, how: 'finish' | 'undo'): Promise<void> {
  const { db } = connection;
  if (!db) throw new Error('The connection is not open');
  await refuseBeside(db);
  const unfinished = await findUnfinishedRestore(db);
  if (!unfinished) throw new RestoreError('There is no restore that was not finished: nothing was changed');
  if (unfinished.phase !== (how === 'finish' ? 'swapping' : 'filling'))
    throw new RestoreError(describeUnfinished(unfinished));
  if (how === 'finish') return swap(db);
  await dropAside(db);
  await db.collection(UNFINISHED_RESTORE).drop();
}

async function fill(db: mongo.Db, frames: AsyncIterable<Frame>, schemaVersion: number): Promise<RestoreReport> {
  const noted = createNotes(schemaVersion);
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
      target = await db.createCollection(ASIDE + frame.value.name);
      indexes.set(frame.value.name, frame.value.indexes);
    } else if (frame.type === 'document') {
      batch.push(mongo.BSON.deserialize(frame.bytes, AS_STORED));
      held += frame.bytes.length;
      if (batch.length >= BATCH_DOCUMENTS || held >= BATCH_BYTES) await flush();
    } else await flush();
  }
  const report = noted.report();
  for (const end of report.collections) await compare(db.collection(ASIDE + end.name), end);
  // Last: an index that deletes what has expired must not do so before it was compared.
  for (const [name, specs] of indexes) if (specs.length > 0) await db.collection(ASIDE + name).createIndexes(specs);
  return report;
}

/** Goes on where it was: a collection that is no longer aside is in its place. What the archive does not have goes. */
async function swap(db: mongo.Db): Promise<void> {
  const kept = new Set((await findUnfinishedRestore(db))?.names);
  for (const name of await namesIn(db)) {
    if (!name.startsWith(ASIDE)) continue;
    await db.renameCollection(name, name.slice(ASIDE.length), { dropTarget: true });
  }
  for (const name of await namesIn(db))
    if (!kept.has(name) && name !== UNFINISHED_RESTORE) await db.collection(name).drop();
  await db.collection(UNFINISHED_RESTORE).drop();
}

async function mark(db: mongo.Db, state: UnfinishedRestore): Promise<void> {
  await db.collection<UnfinishedRestore>(UNFINISHED_RESTORE).replaceOne({}, state, { upsert: true });
}

async function namesIn(db: mongo.Db): Promise<string[]> {
  const found = await db.listCollections({ type: 'collection' }, { nameOnly: true }).toArray();
  return found.map(({ name }) => name).filter((name) => !name.startsWith('system.'));
}

async function dropAside(db: mongo.Db): Promise<void> {
  for (const name of await namesIn(db)) if (name.startsWith(ASIDE)) await db.collection(name).drop();
}

/** By the database's clock, which gave the leases: the machine's may go otherwise. */
async function refuseBeside(db: mongo.Db): Promise<void> {
  const working = await db
    .collection<{ _id: string }>('leases')
    .findOne({ _id: { $regex: '^poller:' }, $expr: { $gt: ['$expiresAt', '$$NOW'] } });
  if (working) throw new RestoreError('A bot works on this database: stop it first');
}

async function refuseFull(db: mongo.Db): Promise<void> {
  for (const name of await namesIn(db)) {
    if (name === 'leases' || name === UNFINISHED_RESTORE || name.startsWith(ASIDE)) continue;
    if ((await db.collection(name).findOne({}, { projection: { _id: 1 } })) === null) continue;
    throw new RestoreError(
      `The database is not empty (${name}): restore into an empty one, or give --replace, which deletes all that is there`,
    );
  }
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
  let bytes = 0;
  let current: string | null = null;
  const collections: CollectionEnd[] = [];

  return {
    take(frame: Frame): void {
      switch (frame.type) {
        case 'header':
          header = frame.value;
          refuseWhatIsNewer(header, schemaVersion);
          break;
        case 'collection':
          refuseName(frame.value, collections);
          current = frame.value.name;
          digest = createDigest();
          documents = 0;
          break;
        case 'document':
          if (current === null) throw new ArchiveError('The archive is damaged: a document stands in no collection');
          bytes += frame.bytes.length;
          digest.add(frame.bytes);
          documents += 1;
          break;
        case 'collection-end':
          if (
            frame.value.name !== current ||
            frame.value.documents !== documents ||
            frame.value.digest !== digest.value()
          ) {
            throw new ArchiveError(`The archive is damaged in ${frame.value.name}: take another one`);
          }
          collections.push(frame.value);
          total += documents;
          current = null;
          break;
        case 'key':
          key = Uint8Array.from(frame.bytes);
          if (header?.keyMark !== keyMarkOf(key))
            throw new ArchiveError('The archive holds another key than the one that sealed its data: take another one');
      }
    },
    report(): RestoreReport {
      if (!header) throw new ArchiveError('The archive is empty');
      return { header, collections, documents: total, bytes, key };
    },
  };
}

/** What no backup writes: names of the database’s own, of ours while we restore, twice the same. @throws ArchiveError */
function refuseName({ name, indexes }: CollectionStart, before: readonly CollectionEnd[]): void {
  const isName = typeof name === 'string' && /^\w[\w.-]{0,99}$/.test(name);
  const isOurs = isName && !name.startsWith('system.') && !name.startsWith(ASIDE) && name !== UNFINISHED_RESTORE;
  if (isOurs && Array.isArray(indexes) && !before.some((one) => one.name === name)) return;
  throw new ArchiveError('The archive is damaged: it has a collection that no backup writes');
}

function refuseWhatIsNewer({ product, format, schemaVersion }: ArchiveHeader, known: number): void {
  if (product !== 'khoosheh') throw new ArchiveError('This is no archive of Khoosheh');
  if (format > ARCHIVE_FORMAT || schemaVersion > known) {
    throw new RestoreError(
      `The archive was made by a newer version of Khoosheh (archive ${format}, data ${schemaVersion}; this one knows ${ARCHIVE_FORMAT} and ${known}): restore it with that version`,
    );
  }
}
