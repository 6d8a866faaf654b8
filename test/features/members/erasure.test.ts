import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Types, mongo } from 'mongoose';
import { beforeEach, expect, it } from 'vitest';
import { backupFrames } from '../../../src/archive/backup.ts';
import { readArchive, writeArchive } from '../../../src/archive/format.ts';
import { restoreFrames } from '../../../src/archive/restore.ts';
import { SCHEMA_VERSION } from '../../../src/database/migrations/migrations.ts';
import { ensureIndexes } from '../../../src/database/indexes.ts';
import { TAKEN_OUT } from '../../../src/language/redact.ts';
import { keepDeletionsAside, replayDeletions } from '../../../src/repeat-deletions.ts';
import { systemNow } from '../../../src/system-clock.ts';
import { wireAlone } from '../../../src/wire-models.ts';
import { afterThisTest } from '../../support/clean-up.ts';
import { useDatabase } from '../../support/database.ts';
import { filledDocument } from '../../support/member-paths.ts';

const database = useDatabase();
const secretKey = Buffer.alloc(32, 'a key');
const NAME = 'زرین‌تاج نشانه‌پور';
const PHONE = '+989140004567';
const PLACE = { provinceCode: '03', cityCode: '03-tabriz' };
/** As people write it: other letters, no half space, the last name first, digits of three scripts, parted. */
const WORDS = [
  NAME,
  'زرين تاج نشانه پور',
  'نشانه‌پور، زرین‌تاج',
  'زرینتاج نشانهپور',
  PHONE,
  '0914 000 45 67',
  '۰۹۱۴-۰۰۰-۴۵۶۷',
  '٠٠٩٨٩١٤٠٠٠٤٥٦٧',
  '989140004567',
].join(' یا ');
const TRACES = ['نشانه', 'زرین', 'زرين', '9140004567', '۹۱۴۰۰۰۴۵۶۷', '۹۱۴-۰۰۰', '٩١٤٠٠٠', '914 000 45'];
/** Of the program's own making; no person's words get there. */
const WORDLESS = [
  'members',
  'deletions',
  'leases',
  'schema',
  'sendRates',
  'once',
  'counters',
  'receptions',
  'gram_statistics',
];
let folder: string;

beforeEach(async () => {
  await database.connection.dropDatabase();
  folder = mkdtempSync(join(tmpdir(), 'khoosheh-erasure-'));
  features();
  await ensureIndexes(database.connection);
  afterThisTest(() => rmSync(folder, { recursive: true }));
});

const features = () => wireAlone({ connection: database.connection, secretKey, dataDir: folder, now: systemNow });

/** Where in the database something of the person is left. */
async function traces(): Promise<string[]> {
  const found: string[] = [];
  for (const { name } of await database.connection.listCollections()) {
    for (const document of await database.connection.collection(name).find({}).toArray()) {
      const text = name === 'files.chunks' ? String(document['data']) : JSON.stringify(document);
      found.push(...TRACES.filter((trace) => text.includes(trace)).map((trace) => `${name}: ${trace}`));
    }
  }
  return found;
}

/** A member with a case, and their name and number in every text that any collection can hold. */
async function everywhere(): Promise<string> {
  const { members, obstacles, files } = features();
  const { id } = await members.identify({ messenger: 'bale', userId: 77, chatId: 77 });
  await members.saveProfile(id, { name: NAME, phone: PHONE, ...PLACE });
  const file = await files.keep({
    bytes: Buffer.from(`نامهٔ ${NAME} با شمارهٔ ${PHONE}`),
    kind: 'document',
    ownerId: id,
    source: 'a letter',
  });
  await obstacles.report({
    draftId: 'their own',
    reporterId: id,
    businessId: null,
    category: 'license',
    title: `مجوز ${NAME}`,
    description: `${WORDS}. خانم نشانه‌پور هستم.`,
    evidence: [{ fileId: file.id, kind: 'document', caption: WORDS }],
  });
  for (const { collection, schema } of Object.values(database.connection.models)) {
    if (WORDLESS.includes(collection.name)) continue;
    await database.connection.collection(collection.name).insertOne(filledDocument(schema, WORDS));
  }
  // Told apart by nothing but how the name is written.
  for (const [index, nameKey] of ['زرینتاج نشانهپور', 'نشانهپور زرینتاج'].entries())
    await database.connection.collection('segments').insertOne({ name: `${WORDS} ${index}`, nameKey });
  await database.connection.collection('businesses').insertOne({
    draftId: `import:${NAME}`,
    name: `کارگاه ${NAME}`,
    terms: ['کارگاه', 'زرینتاج', 'نشانهپور'],
    people: [{ memberId: new Types.ObjectId(), role: 'owner' }],
  });
  return id;
}

async function deleteNow(id: string): Promise<void> {
  const { deletions } = features().people;
  await deletions.request(id);
  await database.connection
    .collection('members')
    .updateOne({ _id: new Types.ObjectId(id) }, { $set: { 'deletion.dueAt': new Date(0) } });
  expect(await deletions.runDue()).toBe(1);
}

async function backUp(name: string): Promise<string> {
  const file = join(folder, name);
  const options = { schemaVersion: SCHEMA_VERSION, key: null, withKey: false, now: systemNow };
  await writeArchive(file, backupFrames(database.connection, options));
  return file;
}

async function textOf(archive: string): Promise<string> {
  let text = '';
  for await (const frame of readArchive(archive))
    if (frame.type === 'document') text += JSON.stringify(mongo.BSON.deserialize(frame.bytes));
  return text;
}

it('leaves nothing of a person in any text, file or archive, and an older backup brings nothing back', async () => {
  const id = await everywhere();
  expect((await traces()).length).toBeGreaterThan(100);
  const older = await backUp('older');

  await deleteNow(id);
  expect(await traces()).toEqual([]);
  const [own] = await database.connection.collection('obstacles').find({ draftId: 'their own' }).toArray();
  expect(own).toMatchObject({ title: `مجوز ${TAKEN_OUT}`, evidence: [] });
  expect(String(own?.['description'])).toContain(`خانم ${TAKEN_OUT} هستم.`);
  const after = await textOf(await backUp('newer'));
  expect(TRACES.filter((trace) => after.includes(trace))).toEqual([]);
  const kept = readdirSync(folder).filter((name) => !['older', 'newer'].includes(name));
  for (const name of kept)
    for (const trace of [...TRACES, id]) expect(readFileSync(join(folder, name), 'utf8')).not.toContain(trace);

  const { connection } = database;
  await keepDeletionsAside({ connection, secretKey, dataDir: folder, now: systemNow });
  await restoreFrames(connection, readArchive(older), { now: systemNow, schemaVersion: SCHEMA_VERSION, replace: true });
  expect((await traces()).length).toBeGreaterThan(100);
  expect(await replayDeletions({ connection, secretKey, dataDir: folder, now: systemNow })).toMatchObject({ again: 1 });
  expect(await traces()).toEqual([]);
  expect(await features().members.find(id)).toBeNull();
  expect(await replayDeletions({ connection, secretKey, dataDir: folder, now: systemNow })).toMatchObject({ again: 0 });
}, 60_000);

it('keeps the name of a namesake, and the number of who has it now', async () => {
  const { members, obstacles } = features();
  const person = async (userId: number, name: string) => {
    const { id } = await members.identify({ messenger: 'bale', userId, chatId: userId });
    await members.saveProfile(id, { name, phone: PHONE, ...PLACE });
    return id;
  };
  const [leaver, namesake] = [await person(81, NAME), await person(82, NAME)];
  const report = (reporterId: string) =>
    obstacles.report({
      draftId: `of-${reporterId}`,
      reporterId,
      businessId: null,
      category: 'license',
      title: 'مجوز',
      description: `${NAME} ${PHONE}`,
      evidence: [],
    });
  const [own, other] = [await report(leaver), await report(namesake)];
  await deleteNow(leaver);
  expect((await obstacles.find(own.id))?.description).toBe(`${TAKEN_OUT} ${TAKEN_OUT}`);
  expect((await obstacles.find(other.id))?.description).toBe(`${NAME} ${PHONE}`);
  expect(await members.find(namesake)).toMatchObject({ name: NAME, phone: PHONE });
});
