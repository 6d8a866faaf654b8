import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Schema } from 'mongoose';
import { beforeEach, describe, expect, it } from 'vitest';
import { insertEach, insertMissing } from '../../src/database/insert.ts';
import { modelOn } from '../../src/database/model.ts';
import { useDatabase } from '../support/database.ts';

interface Thing {
  _id: string;
  year: number;
  code: string;
}
const thing = new Schema<Thing>(
  { _id: String, year: { type: Number, required: true }, code: { type: String, required: true } },
  { collection: 'things' },
);
thing.index({ code: 1 }, { unique: true });

const database = useDatabase();
const things = () => modelOn(database.connection, 'Thing', thing);
const one = (_id: string, year = 1400, code = _id): Thing => ({ _id, year, code });
const stored = async () => (await things().find().sort({ _id: 1 }).lean()).map(({ _id }) => _id);

beforeEach(async () => {
  await things().deleteMany({});
  await things().createIndexes();
});

describe('inserting many documents', () => {
  it('names those that the schema or the database refused, and keeps the others', async () => {
    const given = [one('a'), one('b', Number.NaN), one('c'), one('d', 1400, 'a')];
    expect(await insertEach(things(), given)).toEqual(['b', 'd']);
    expect(await stored()).toEqual(['a', 'c']);
    expect(await insertEach(things(), [])).toEqual([]);
    expect(await insertEach(things(), [one('e', Number.NaN)])).toEqual(['e']);
  });

  it('passes over what is there, and throws where something is not there afterwards', async () => {
    await insertMissing(things(), [one('a'), one('b')]);
    await insertMissing(things(), [one('b'), one('c')]);
    expect(await stored()).toEqual(['a', 'b', 'c']);
    await expect(insertMissing(things(), [one('a'), one('d', Number.NaN), one('e')])).rejects.toThrow(
      '1 of 3 new things are not stored',
    );
    await expect(insertMissing(things(), [one('f', 1400, 'a')])).rejects.toThrow(/1 of 1 new things .*duplicate/);
    expect(await stored()).toEqual(['a', 'b', 'c', 'e']);
  });

  // The driver's own has no schema, drops nothing and throws what it could not write.
  const OF_THE_DRIVER: Readonly<Record<string, string>> = {
    'src/archive/restore.ts': 'target',
    'src/database/insert.ts': 'model',
    'src/delivery/preparation.ts': 'deliveries',
    'src/inbox/store.ts': 'entries',
  };

  it('goes one way in all of the code: nothing else calls insertMany or bulkSave of a model', () => {
    const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
    const found = files.flatMap((file) => {
      const path = join('src', file).replaceAll('\\', '/');
      const calls = readFileSync(path, 'utf8').matchAll(/(\w+)\??\s*\.(insertMany|bulkSave)\(/g);
      return [...calls].map(([, receiver = '', method]) => ({ path, receiver, method }));
    });
    expect(found.length).toBeGreaterThan(0);
    expect(found.filter(({ path, receiver }) => OF_THE_DRIVER[path] !== receiver)).toEqual([]);
  });
});
