import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mongo } from 'mongoose';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { backupFrames } from '../../src/archive/backup.ts';
import { ArchiveError, readArchive, writeArchive, type Frame } from '../../src/archive/format.ts';
import { inspect, restoreFrames } from '../../src/archive/restore.ts';
import { openDatabase, type Database } from '../../src/database/connect.ts';
import { keyMarkOf } from '../../src/database/key-mark.ts';
import { createLeases } from '../../src/database/leases.ts';
import { createMigrations } from '../../src/database/migrations/migrate.ts';
import { MIGRATIONS } from '../../src/database/migrations/migrations.ts';
import { silentLogger, useDatabase } from '../support/database.ts';
import { systemNow } from '../../src/system-clock.ts';

const source = useDatabase();
const known = { schemaVersion: 1 };
const key = randomBytes(32);
const cleanUps: (() => unknown)[] = [];
let file: string;

beforeEach(async () => {
  const directory = mkdtempSync(join(tmpdir(), 'khoosheh-archive-'));
  cleanUps.push(() => rmSync(directory, { recursive: true }));
  file = join(directory, 'backup.khoosheh');
  await source.connection.dropDatabase();
});
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

async function emptyDatabase(): Promise<Database> {
  const dbName = `test_${randomUUID().replaceAll('-', '')}`;
  const database = await openDatabase({ uri: inject('mongoUri') }, { logger: silentLogger, dbName });
  cleanUps.push(async () => {
    await database.connection.dropDatabase();
    await database.close();
  });
  return database;
}

const dbOf = ({ connection }: Database) => connection.db as mongo.Db;

/** Every byte of every document and every index, by collection. */
async function contentsOf(database: Database): Promise<Record<string, { documents: string[]; indexes: unknown[] }>> {
  const contents: Awaited<ReturnType<typeof contentsOf>> = {};
  for (const { name } of await dbOf(database).listCollections().toArray()) {
    const collection = dbOf(database).collection(name);
    const documents = await collection.find({}, { raw: true, sort: { _id: 1 } }).toArray();
    contents[name] = {
      documents: documents.map((document) => Buffer.from(document as unknown as Uint8Array).toString('hex')),
      indexes: await collection.indexes(),
    };
  }
  return contents;
}

/** What a database holds of every kind, and a file of several chunks. */
async function fill(): Promise<void> {
  const db = dbOf(source);
  await db.collection('members').createIndex({ phone: 1 }, { unique: true, sparse: true });
  await db
    .collection('members')
    .createIndex({ due: 1 }, { expireAfterSeconds: 60, partialFilterExpression: { due: { $type: 'date' } } });
  await db.collection('members').insertMany([
    {
      name: 'مریم',
      phone: '+98',
      whole: new mongo.Double(3),
      small: 7,
      big: mongo.Long.fromString('9007199254740993'),
    },
    {
      _id: 'text' as never,
      at: new Date(),
      code: /^a.c$/i,
      none: null,
      bytes: Buffer.from([0, 1, 2]),
      inside: { b: 1, a: [1, 'x'] },
    },
    { decimal: mongo.Decimal128.fromString('1.10'), id: new mongo.UUID() },
  ]);
  await db
    .collection('inbox')
    .insertMany(Array.from({ length: 1_500 }, (_, index) => ({ index, text: 'سلام'.repeat(50) })));
  await db.createCollection('empty');
  const upload = new mongo.GridFSBucket(db, { bucketName: 'files' }).openUploadStream('photo.jpg');
  await new Promise<void>((resolve, reject) => {
    upload.on('finish', resolve).on('error', reject);
    upload.end(randomBytes(3_000_000));
  });
}

const backUp = (withKey = false): Promise<void> =>
  writeArchive(file, backupFrames(source.connection, { now: systemNow, ...known, key, withKey }));

describe('an archive', () => {
  it('restores every byte of every document, every file and every index', async () => {
    await fill();
    await backUp();
    const target = await emptyDatabase();
    const report = await restoreFrames(target.connection, readArchive(file), {
      now: systemNow,
      ...known,
      replace: false,
    });
    expect(await contentsOf(target)).toEqual(await contentsOf(source));
    expect(report.collections.map(({ name }) => name).toSorted()).toEqual([
      'empty',
      'files.chunks',
      'files.files',
      'inbox',
      'members',
    ]);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('holds the key only where that is asked for, and else says which one belongs to it', async () => {
    await fill();
    await backUp();
    expect(await inspect(readArchive(file), known)).toMatchObject({ key: null, header: { keyMark: keyMarkOf(key) } });
    rmSync(file);
    await backUp(true);
    expect((await inspect(readArchive(file), known)).key).toEqual(new Uint8Array(key));
  });

  it('is written once: a file that is there stays', async () => {
    writeFileSync(file, 'precious');
    await expect(backUp()).rejects.toMatchObject({ code: 'EEXIST' });
    expect(readFileSync(file, 'utf8')).toBe('precious');
  });

  it.each<[string, (whole: Buffer) => Buffer, RegExp]>([
    ['cut off', (whole) => whole.subarray(0, whole.length - 40), /cut off|damaged/],
    ['cut off in the middle', (whole) => whole.subarray(0, whole.length / 2), /cut off|damaged/],
    [
      'changed in one bit',
      (whole) => (whole.writeUInt8((whole[99_999] ?? 0) ^ 1, 99_999), whole),
      /damaged|no archive/,
    ],
    ['of another kind', () => Buffer.from('PK\u0003\u0004 something else'), /no archive/],
    ['empty', () => Buffer.alloc(0), /cut off|damaged|no archive/],
  ])('that is %s is refused before anything is touched', async (_what, spoil, reason) => {
    await fill();
    await backUp();
    writeFileSync(file, spoil(readFileSync(file)));
    await expect(inspect(readArchive(file), known)).rejects.toThrow(reason);
  });

  it('of a newer version is refused', async () => {
    await fill();
    await backUp();
    await expect(inspect(readArchive(file), { schemaVersion: 0 })).rejects.toThrow('made by a newer version');
  });
});

describe('a restore', () => {
  beforeEach(async () => {
    await fill();
    await backUp();
  });
  const restore = (target: Database, replace: boolean) =>
    restoreFrames(target.connection, readArchive(file), { now: systemNow, ...known, replace });

  it('leaves a database that is not empty alone, unless it is told to replace it', async () => {
    const target = await emptyDatabase();
    await dbOf(target).collection('members').insertOne({ name: 'دیگری' });
    await dbOf(target).collection('extra').createIndex({ x: 1 });
    const before = await contentsOf(target);
    await expect(restore(target, false)).rejects.toThrow('not empty (members)');
    expect(await contentsOf(target)).toEqual(before);
    await restore(target, true);
    expect(await contentsOf(target)).toEqual(await contentsOf(source));
  });

  it('is refused while a bot works on the database, and allowed once it has stopped', async () => {
    const target = await emptyDatabase();
    const leases = createLeases(target.connection);
    await leases.acquire('poller:bale:1', { holder: 'a bot', ttlMs: 60_000 });
    await expect(restore(target, true)).rejects.toThrow('stop it first');
    await leases.release('poller:bale:1', 'a bot');
    await restore(target, false);
    expect(await contentsOf(target)).toEqual(await contentsOf(source));
  });

  it('that broke off leaves a database on which the bot does not start', async () => {
    const target = await emptyDatabase();
    async function* broken() {
      let left = 100;
      for await (const frame of readArchive(file)) {
        if ((left -= 1) === 0) throw new Error('the line broke');
        yield frame;
      }
    }
    await expect(
      restoreFrames(target.connection, broken(), { now: systemNow, ...known, replace: false }),
    ).rejects.toThrow('line broke');
    const migrations = createMigrations({ now: systemNow, connection: target.connection, logger: silentLogger });
    await expect(migrations.run()).rejects.toThrow('was not finished');
    await restore(target, true);
    expect(await migrations.run()).toHaveLength(MIGRATIONS.length);
  });
});

describe('an archive that no backup wrote', () => {
  const header = {
    type: 'header',
    value: { product: 'khoosheh', format: 1, madeAt: '2026-12-01T00:00:00.000Z', schemaVersion: 1, keyMark: null },
  } as const;
  const collection = (name: unknown, indexes: unknown = []): Frame =>
    ({ type: 'collection', value: { name, indexes } }) as Frame;
  const end = (name: string): Frame => ({
    type: 'collection-end',
    value: { name, documents: 0, digest: '0'.repeat(64) },
  });
  const document: Frame = { type: 'document', bytes: mongo.BSON.serialize({ x: 1 }) };
  const names = [
    'system.users',
    'restoring.members',
    'unfinished_restore',
    '../members',
    '$cmd',
    '',
    'a b',
    'x'.repeat(200),
    7,
    null,
  ];

  it.each<[string, Frame[]]>([
    ...names.map((name): [string, Frame[]] => [`of the name «${String(name)}»`, [header, collection(name)]]),
    ['twice', [header, collection('members'), end('members'), collection('members')]],
    ['with indexes that are none', [header, collection('members', 'all')]],
    ['that ends as another', [header, collection('members'), end('news')]],
    ['of documents alone', [header, document]],
    ['behind a header that says nothing', [{ type: 'header', value: null } as never, collection('members')]],
    ['with a key that did not seal it', [header, { type: 'key', bytes: key }]],
  ])('with a collection %s is refused before anything is touched', async (_what, frames) => {
    const target = await emptyDatabase();
    await dbOf(target).collection('members').insertOne({ name: 'پیشین' });
    const before = await contentsOf(target);
    async function* given() {
      yield* frames;
    }
    await writeArchive(file, given());
    await expect(inspect(readArchive(file), known)).rejects.toThrow(ArchiveError);
    expect(await contentsOf(target)).toEqual(before);
  });
});
