import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mongo, Schema, trusted } from 'mongoose';
import { afterEach, describe, expect, inject, test } from 'vitest';
import { startEmbeddedEngine } from '../../src/database/embedded/engine.ts';
import { durabilityFor, openDatabase } from '../../src/database/connect.ts';
import { isDatabaseAway } from '../../src/database/away.ts';
import { relayedDatabase } from '../faults/relay.ts';
import { silentLogger as logger, useDatabase } from '../support/database.ts';

const shopSchema = new Schema({ name: String, size: Number });

describe('the database connection', () => {
  const database = useDatabase();
  const shops = () => database.connection.model('Shop', shopSchema, undefined, { overwriteModels: true });

  test('takes an operator in a filter as a value unless the code vouches for it', async () => {
    await shops().create({ name: 'الف', size: 3 });
    const fromOutside = JSON.parse('{"$gt":""}') as string;
    await expect(shops().findOne({ name: fromOutside })).rejects.toThrow('Cast to string failed');
    expect(await shops().findOne({ size: trusted({ $gte: 3 }) })).toMatchObject({ name: 'الف' });
  });

  test('refuses a path that the schema does not have, in a filter and in a document', async () => {
    const mistyped: object = { nmae: 'الف' };
    await expect(shops().deleteMany(mistyped)).rejects.toThrow('nmae');
    await expect(shops().create(mistyped)).rejects.toThrow('nmae');
  });

  test('builds no index and no collection behind anyone’s back', async () => {
    const quiet = database.connection.model('Quiet', new Schema({ code: { type: String, unique: true } }));
    await quiet.init();
    const names = (await database.connection.db!.listCollections().toArray()).map(({ name }) => name);
    expect(names).not.toContain('quiets');
  });

  test('knows which database the address names', async () => {
    const address = inject('mongoUri').replace('/?', '/named?');
    const named = await openDatabase({ uri: address }, { logger });
    const unnamed = await openDatabase({ uri: inject('mongoUri') }, { logger });
    expect([named.connection.name, unnamed.connection.name]).toEqual(['named', 'khoosheh']);
    await named.close();
    await unnamed.close();
  });
});

describe('a database that goes away', () => {
  const directories: string[] = [];
  afterEach(() => {
    for (const directory of directories.splice(0)) rmSync(directory, { recursive: true, force: true });
  });
  const dataDirectory = (): string => {
    const directory = mkdtempSync(join(tmpdir(), 'khoosheh-connect-'));
    directories.push(directory);
    return directory;
  };

  test('fails commands rather than keep them, and serves the same connection when it is back', async () => {
    const dataDir = dataDirectory();
    const options = { dataDir, logger, cacheDir: inject('engineCacheDir') };
    const engine = await startEmbeddedEngine(options);
    const database = await openDatabase({ uri: engine.uri }, { logger });
    await engine.stop();
    const failures = await Promise.allSettled([
      database.ping(),
      database.connection.model('Shop', shopSchema).findOne({}),
      database.connection.collection('shops').insertOne({ name: 'ب' }),
    ]);
    expect(failures.map((failure) => failure.status === 'rejected' && isDatabaseAway(failure.reason))).toEqual([
      true,
      true,
      true,
    ]);
    const again = await startEmbeddedEngine(options);
    await database.ping();
    await database.close();
    await again.stop();
  });

  test('leaves no engine behind when it is closed', async () => {
    const options = { dataDir: dataDirectory(), cacheDir: inject('engineCacheDir') };
    const first = await openDatabase(options, { logger });
    await first.ping();
    await first.close();
    const second = await openDatabase(options, { logger });
    await second.close();
    expect([first.engine?.pid, second.engine?.pid]).toEqual([undefined, undefined]);
  });
});

describe('isDatabaseAway', () => {
  const database = useDatabase();

  test.each([1_000, 10_000_000])('knows a write of %i characters whose connection breaks under way', async (size) => {
    const { relay, uri } = await relayedDatabase();
    const client = await new mongo.MongoClient(uri, { retryWrites: false }).connect();
    const things = client.db(database.connection.name).collection('things');
    await things.countDocuments();
    const writing = things.insertOne({ text: 'x'.repeat(size) }).catch((error: unknown) => error);
    setImmediate(() => relay.cut());
    const failure = await writing;
    await client.close();
    expect(failure).toBeInstanceOf(Error);
    expect(isDatabaseAway(failure)).toBe(true);
  });

  test('does not take a refusal for an absence, and looks through what wraps an error', async () => {
    const things = database.connection.collection<{ _id: number }>('things');
    await things.insertOne({ _id: 1 });
    const refusal: unknown = await things.insertOne({ _id: 1 }).catch((error: unknown) => error);
    expect(isDatabaseAway(refusal)).toBe(false);
    const nobody = new mongo.MongoClient('mongodb://127.0.0.1:1', { serverSelectionTimeoutMS: 50 });
    const unreachable: unknown = await nobody.connect().catch((error: unknown) => error);
    expect(isDatabaseAway(new Error('registration failed', { cause: unreachable }))).toBe(true);
  });
});

describe('a write', () => {
  test.each([
    ['mongodb://127.0.0.1/khoosheh', { journal: true, retryWrites: true }],
    ['mongodb://a,b,c/khoosheh?replicaSet=rs', { w: 'majority', journal: true, retryWrites: true }],
    ['mongodb+srv://cluster.example.ir/khoosheh', { w: 'majority', journal: true, retryWrites: true }],
    ['mongodb://a,b,c/khoosheh?replicaSet=rs&w=1&journal=false&retryWrites=false', {}],
  ])('waits for what the address %s promises, and says', (uri, expected) => {
    expect(durabilityFor(uri)).toEqual(expected);
  });

  test('waits for the journal of a server whose address says nothing', async () => {
    const uri = inject('mongoUri').replaceAll(/&(?:w|journal)=\w+/g, '');
    const database = await openDatabase({ uri }, { logger, dbName: `test_${randomUUID()}` });
    try {
      await database.connection.collection('things').insertOne({});
      expect(database.connection.getClient().options.writeConcern).toMatchObject({ journal: true });
    } finally {
      await database.connection.dropDatabase();
      await database.close();
    }
  });
});
