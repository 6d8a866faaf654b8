import type { Connection } from 'mongoose';
import { keyMarkOf } from '../database/key-mark.ts';
import { ASIDE, UNFINISHED_RESTORE } from '../database/unfinished-restore.ts';
import { ARCHIVE_FORMAT, createDigest, type Frame } from './format.ts';

/**
 * The order in which collections are read while the bot goes on working: an update first, what it changes after it, so
 * that what was being worked is worked again after a restore (which changes nothing twice) and never lost; and what refers
 * before what it refers to, so that nothing in the archive points to something that is not in it. A file's chunks are
 * stored before the file, and a number is given out before it is used.
 */
const READ_FIRST = ['inbox'];
const READ_LAST = ['obstacles', 'businesses', 'files.files', 'files.chunks', 'members', 'counters'];
/** Who works on this database just now: nobody does on the restored one. */
const LEFT_OUT: ReadonlySet<string> = new Set(['leases', UNFINISHED_RESTORE]);

/** Documents of one answer of the database; chunks of files have a quarter of a megabyte each. */
const BATCH = 200;
const BATCH_OF_CHUNKS = 8;

export interface CollectionCount {
  name: string;
  documents: number;
  bytes: number;
}

/**
 * Everything in a database as the frames of an archive, while it is in use, in flat memory. Each document is as it was in
 * one moment. `key`: null where none is known; it goes into the archive only with `withKey`. `keyMark`: of the key that sealed
 * the data, where it is not the one that is known.
 */
export async function* backupFrames(
  connection: Connection,
  options: {
    schemaVersion: number;
    key: Uint8Array | null;
    withKey: boolean;
    keyMark?: string | null;
    now: () => Date;
    onCollection?: (count: CollectionCount) => void;
  },
): AsyncGenerator<Frame> {
  const { schemaVersion, key, withKey, keyMark = key && keyMarkOf(key), now } = options;
  const { db } = connection;
  if (!db) throw new Error('The connection is not open');
  const found = await db.listCollections({ type: 'collection' }, { nameOnly: true }).toArray();
  const names = found
    .map(({ name }) => name)
    .filter((name) => !name.startsWith('system.') && !name.startsWith(ASIDE) && !LEFT_OUT.has(name));

  yield {
    type: 'header',
    value: {
      product: 'khoosheh',
      format: ARCHIVE_FORMAT,
      madeAt: now().toISOString(),
      schemaVersion,
      keyMark,
    },
  };
  for (const name of names.toSorted((a, b) => placeOf(a) - placeOf(b) || (a < b ? -1 : 1))) {
    const collection = db.collection(name);
    const indexes = await collection.indexes();
    yield {
      type: 'collection',
      value: {
        name,
        indexes: indexes
          .filter(({ name: index }) => index !== '_id_')
          .map(({ v: _version, ns: _namespace, ...index }) => index),
      },
    };
    const digest = createDigest();
    let documents = 0;
    let size = 0;
    const batchSize = name.endsWith('.chunks') ? BATCH_OF_CHUNKS : BATCH;
    for await (const document of collection.find({}, { raw: true, batchSize })) {
      const bytes = document as unknown as Uint8Array;
      digest.add(bytes);
      documents += 1;
      size += bytes.length;
      yield { type: 'document', bytes };
    }
    options.onCollection?.({ name, documents, bytes: size });
    yield { type: 'collection-end', value: { name, documents, digest: digest.value() } };
  }
  if (withKey && key) yield { type: 'key', bytes: key };
}

function placeOf(name: string): number {
  if (READ_FIRST.includes(name)) return READ_FIRST.indexOf(name) - READ_FIRST.length;
  return READ_LAST.indexOf(name) + 1;
}
