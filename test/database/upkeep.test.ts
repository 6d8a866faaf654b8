import { inspect } from 'node:util';
import { Schema } from 'mongoose';
import { describe, expect, test } from 'vitest';
import { ensureIndexes } from '../../src/database/indexes.ts';
import { createSweeper } from '../../src/database/sweeper.ts';
import { useDatabase } from '../support/database.ts';
import { systemNow } from '../../src/system-clock.ts';

const ago = (seconds: number): Date => new Date(Date.now() - seconds * 1000);

describe('ensureIndexes', () => {
  const database = useDatabase();

  test('builds the indexes of every model, and names all that could not be built', async () => {
    const { connection } = database;
    connection.model('Clean', new Schema({ code: { type: String, unique: true } }));
    connection.model('Double', new Schema({ code: { type: String, unique: true } }));
    connection.model('Late', new Schema({ at: { type: Date, index: true } }));
    await connection.collection('doubles').insertMany([{ code: '09120000000' }, { code: '09120000000' }]);
    const failure: unknown = await ensureIndexes(connection).catch((error: unknown) => error);
    expect(failure).toMatchObject({ name: 'IndexError', message: expect.stringMatching(/Double: .*E11000/) });
    expect(inspect(failure)).not.toContain('0912');
    await connection.collection('doubles').deleteOne({ code: '09120000000' });
    await ensureIndexes(connection);
    for (const name of ['cleans', 'doubles', 'lates']) {
      expect(await connection.collection(name).indexes()).toHaveLength(2);
    }
  });
});

describe('the sweeper', () => {
  const database = useDatabase();

  test('deletes what its TTL index says is over, in batches, and nothing else', async () => {
    const { connection } = database;
    const notes = connection.collection<{ _id: string; at?: unknown; draft?: boolean }>('notes');
    await notes.createIndex({ at: 1 }, { expireAfterSeconds: 60, partialFilterExpression: { draft: true } });
    await notes.insertMany(Array.from({ length: 2_500 }, (_, n) => ({ _id: `old-${n}`, at: ago(61), draft: true })));
    await notes.insertMany([
      { _id: 'young', at: ago(30), draft: true },
      { _id: 'kept by the partial index', at: ago(600), draft: false },
      { _id: 'no date', at: 'long ago', draft: true },
      { _id: 'no field', draft: true },
    ]);
    expect(await createSweeper(connection, systemNow).sweep()).toBe(2_500);
    expect((await notes.find().toArray()).map(({ _id }) => _id)).toEqual([
      'young',
      'kept by the partial index',
      'no date',
      'no field',
    ]);
  });
});
