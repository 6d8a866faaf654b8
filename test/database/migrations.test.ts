import { beforeEach, describe, expect, it } from 'vitest';
import { ensureIndexes } from '../../src/database/indexes.ts';
import { fillCaseTimes } from '../../src/database/migrations/0003-fill-case-times.ts';
import { createMigrations } from '../../src/database/migrations/migrate.ts';
import type { Migration } from '../../src/database/migrations/migration.ts';
import { MIGRATIONS, SCHEMA_VERSION } from '../../src/database/migrations/migrations.ts';
import { createNews } from '../../src/features/news/news.service.ts';
import { createCodeBinder } from '../../src/features/members/national-codes.service.ts';
import { createVault, VaultError } from '../../src/features/members/vault.ts';
import { obstacleModel } from '../../src/features/obstacles/obstacle.model.ts';
import { silentLogger as logger, useDatabase } from '../support/database.ts';
import { systemNow } from '../../src/system-clock.ts';

const database = useDatabase();
const at = new Date('2026-09-01T08:00:00Z');
/** A case as the first version stored it. */
const oldCase = (code: string) => ({
  draftId: `draft-${code}`,
  code,
  category: 'tax',
  title: 'عنوان',
  titleKey: 'عنوان',
  description: 'شرح',
  status: 'received',
  history: [],
  clock: { firstAnswerDue: at },
  reportedAt: at,
  updatedAt: at,
});

beforeEach(() => database.connection.dropDatabase());
const cases = () => database.connection.collection('obstacles');
const create = (migrations?: readonly Migration[]) =>
  createMigrations({ now: systemNow, connection: database.connection, logger, ...(migrations ? { migrations } : {}) });

describe('the migrations', () => {
  it('are counted from one without a gap', () => {
    expect(MIGRATIONS.map(({ version }) => version)).toEqual(MIGRATIONS.map((_, index) => index + 1));
  });

  it('say what they would do, and do nothing, in a dry run', async () => {
    await cases().insertMany([oldCase('1'), oldCase('2')]);
    const before = await cases().find().toArray();
    expect((await create().plan())[0]).toMatchObject({ version: 1, documents: 2 });
    expect(await cases().find().toArray()).toEqual(before);
    expect(await create().version()).toBe(0);
  });

  it('fill old cases so that they are valid, leave new ones as they are, and are done once', async () => {
    const cost = { days: 3, rials: null, people: 2 };
    const fresh = { kind: 'idea', body: 'tax_office', cost, visibility: 'public', hiddenName: true };
    await cases().insertMany([
      ...Array.from({ length: 1_100 }, (_, index) => oldCase(String(index))),
      { ...oldCase('new'), ...fresh },
      { ...oldCase('half'), kind: 'complaint' },
    ]);
    expect((await create().run())[0]).toMatchObject({ version: 1, documents: 1_101 });
    const filled = { kind: 'obstacle', body: null, visibility: 'secretariat', hiddenName: false };
    const noCost = { days: null, rials: null, people: null };
    expect(await cases().countDocuments({ ...filled, cost: noCost })).toBe(1_100);
    expect(await cases().findOne({ code: 'new' })).toMatchObject(fresh);
    expect(await cases().findOne({ code: 'half' })).toMatchObject({ ...filled, kind: 'complaint' });
    const read = await obstacleModel(database.connection).findOne({ code: '7' });
    await expect(read?.validate(['kind', 'body', 'cost', 'visibility', 'hiddenName'])).resolves.toBeUndefined();

    expect(await create().version()).toBe(SCHEMA_VERSION);
    expect(await create().run()).toEqual([]);
  });

  it('make old news readable and findable, and let drafts have no number', async () => {
    const { connection } = database;
    const news = connection.collection('news');
    await news.createIndex({ number: 1 }, { unique: true });
    const old = { number: 7, headline: 'خبر کهنه', lead: '', body: 'متن خبر کهنه', source: 'ایسنا', publishedAt: at };
    await news.insertOne({ ...old, origin: 'old', sendSource: null, campaignId: null });
    await create().run();
    const audit = { record: () => Promise.resolve() };
    const campaigns = () => {
      throw new Error('nothing is sent');
    };
    const now = () => new Date(at.getTime() + 1000);
    const read = createNews({ connection, audit, campaigns, now });
    await ensureIndexes(connection);
    const found = await read.search({ words: 'كهنه' }, { page: 0, size: 5 });
    expect(found.items).toMatchObject([{ number: 7, topic: 'other', sources: [{ title: 'ایسنا', url: '' }] }]);
    for (const origin of ['a', 'b']) await read.draft(null, { origin, headline: 'پیش‌نویس', body: 'متن پیش‌نویس' });
    expect(await read.drafts({ roles: ['head'] })).toHaveLength(2);
  });

  it('read from its history when an old case was first answered and when it ended, once', async () => {
    const later = (days: number) => new Date(at.getTime() + days * 86_400_000);
    const change = (days: number, party: string, to: string, reason = '') => ({ at: later(days), party, to, reason });
    await cases().insertMany([
      {
        ...oldCase('solved'),
        status: 'solved',
        history: [
          change(0, 'reporter', 'received'),
          change(1, 'staff', 'needs_information', 'کدام سال؟'),
          change(2, 'staff', 'in_progress', 'پیگیری می‌شود'),
          change(3, 'staff', 'declared_solved', 'شد'),
          change(4, 'reporter', 'solved'),
        ],
      },
      { ...oldCase('open'), status: 'under_review', history: [change(0, 'reporter', 'received')] },
      oldCase('bare'),
    ]);
    await create().run();
    const shown = { _id: 0, firstAnsweredAt: 1, endedAt: 1 } as const;
    const open = { firstAnsweredAt: null, endedAt: null };
    const read = () => cases().find({}, { projection: shown }).sort({ _id: 1 }).toArray();
    expect(await read()).toEqual([{ firstAnsweredAt: later(2), endedAt: later(4) }, open, open]);
    await fillCaseTimes.run(database.connection.db as never);
    expect(await read()).toEqual([{ firstAnsweredAt: later(2), endedAt: later(4) }, open, open]);
    expect(await fillCaseTimes.pending(database.connection.db as never)).toBe(0);
  });

  it('let what was sent once be sent to further people', async () => {
    const sendings = database.connection.collection('sendings');
    await sendings.deleteMany({});
    await sendings.insertMany(['over', 'started'].map((state) => ({ newsId: state, state, open: true })));
    await create().run();
    expect(await sendings.find({ open: true }).toArray()).toMatchObject([{ newsId: 'started' }]);
  });

  it('drop the indexes of the audit log that others have replaced, and no others', async () => {
    const audit = database.connection.collection('audit');
    await audit.createIndexes([
      { key: { 'subject.kind': 1, 'subject.id': 1, at: 1 } },
      { key: { at: -1 } },
      { key: { actorId: 1, at: -1 } },
      { key: { at: -1, _id: -1 } },
    ]);
    const plan = await create().plan();
    expect(plan.find(({ version }) => version === 6)).toMatchObject({ documents: 3 });
    await create().run();
    const left = await audit.indexes();
    expect(left.map(({ name }) => name)).toEqual(['_id_', 'at_-1__id_-1']);
  });

  it('forget the ids by which a file comes under its sender’s name, and no others', async () => {
    const files = database.connection.collection('files.files');
    await files.insertMany(
      ['document', 'photo', 'voice', 'video'].map((kind) => ({ metadata: { kind, fileIds: { telegram: 'an id' } } })),
    );
    expect((await create().plan()).find(({ version }) => version === 7)).toMatchObject({ documents: 2 });
    await create().run();
    const left = await files.find({ 'metadata.fileIds': { telegram: 'an id' } }).toArray();
    expect(left.map(({ metadata }) => (metadata as { kind: string }).kind)).toEqual(['photo', 'voice']);
  });

  it('take the name of who took a purchase back out of the audit log, and no other', async () => {
    const audit = database.connection.collection('audit');
    await audit.insertMany([
      { act: 'procurement.take-back', actorId: 'a reporter' },
      { act: 'procurement.letter', actorId: 'an officer' },
    ]);
    expect((await create().plan()).find(({ version }) => version === 8)).toMatchObject({ documents: 1 });
    await create().run();
    const left = await audit.find().sort({ act: 1 }).toArray();
    expect(left.map(({ actorId }) => actorId as unknown)).toEqual(['an officer', null]);
  });

  it('bind sealed national codes to their members, once, and need the key for it', async () => {
    const secret = Buffer.alloc(32, 'a key');
    const vault = createVault(secret, 'national-code');
    const members = database.connection.collection('members');
    const { insertedId } = await members.insertOne({ nationalCode: { ...vault.seal('9900633520'), hash: 'a hash' } });
    await expect(create().run()).rejects.toThrow('SECRET_KEY');
    const tools = { bindCode: createCodeBinder(secret) };
    const withKey = () => createMigrations({ now: systemNow, connection: database.connection, logger, tools });
    await withKey().run();
    const bound = async () => (await members.findOne({}))?.['nationalCode'] as { cipher: string; keyId: string };
    const first = await bound();
    expect(vault.open(first, insertedId.toHexString())).toBe('9900633520');
    expect(() => vault.open(first)).toThrow(VaultError);
    await database.connection.collection('schema').updateOne({}, { $set: { version: 8 } });
    await withKey().run();
    expect(await bound()).toEqual(first);
  });

  it('go on with the step that was cut off, and run each once although several processes start at once', async () => {
    const ran: number[] = [];
    let fails = true;
    const step = (version: number): Migration => ({
      version,
      what: `step ${version}`,
      pending: () => Promise.resolve(1),
      async run() {
        if (version === 2 && fails) throw new Error('cut off');
        ran.push(version);
      },
    });
    const steps = [step(1), step(2), step(3)];
    await expect(create(steps).run()).rejects.toThrow('cut off');
    expect([ran, await create(steps).version()]).toEqual([[1], 1]);
    fails = false;
    await Promise.all([create(steps).run(), create(steps).run(), create(steps).run()]);
    expect([ran, await create(steps).version()]).toEqual([[1, 2, 3], 3]);
  });

  it('refuse data of a newer version', async () => {
    const version = SCHEMA_VERSION + 1;
    const steps = MIGRATIONS.concat({ version, what: 'x', pending: () => Promise.resolve(0), run: async () => {} });
    await create(steps).run();
    await expect(create().run()).rejects.toThrow(
      `newer version of Khoosheh (${version}; this one knows ${SCHEMA_VERSION})`,
    );
  });
});
