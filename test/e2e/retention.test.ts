import { describe, expect, it } from 'vitest';
import { createSweeper } from '../../src/database/sweeper.ts';
import { startWorld, useWorld, type World } from '../support/app.ts';
import { memberOf } from '../support/journeys.ts';
import { systemNow } from '../../src/system-clock.ts';

const DAY = 86_400_000;
const ago = (days: number): Date => new Date(Date.now() - days * DAY);
const sweep = (world: World) => createSweeper(world.app.database.connection, systemNow).sweep();
const idsIn = async (world: World, collection: string, ids: readonly string[]): Promise<string[]> => {
  const found = await world.app.database.connection
    .collection<{ _id: string }>(collection)
    .find({ _id: { $in: [...ids] } })
    .toArray();
  return found.map(({ _id }) => _id).toSorted();
};

describe('how long things are kept', () => {
  it('is as it always was without a setting, follows a setting at the next start, and the next one after that', async () => {
    const world = await startWorld();
    const put = async () => {
      const { connection } = world.app.database;
      await connection
        .collection<{ _id: string }>('inbox')
        .insertMany([
          { _id: 'an hour', doneAt: ago(1 / 24), state: 'done' } as { _id: string },
          { _id: 'two days', doneAt: ago(1.5), state: 'done' } as { _id: string },
          { _id: 'three days', doneAt: ago(3), state: 'done' } as { _id: string },
        ]);
      const delivery = (_id: string, queue: string, days: number) =>
        ({ _id, queue, state: 'sent', endedAt: ago(days) }) as { _id: string };
      await connection
        .collection<{ _id: string }>('deliveries')
        .insertMany([
          delivery('new notice', '1-direct', 29),
          delivery('old notice', '1-direct', 31),
          delivery('old other notice', '2-normal', 31),
          delivery('old news', '3-0123456789abcdef01234567', 31),
          { _id: 'waits', queue: '2-normal', state: 'waiting', messenger: 'none' } as { _id: string },
        ]);
      const act = (_id: string, days: number) => ({ _id, at: ago(days), act: 'x' }) as { _id: string };
      await connection.collection<{ _id: string }>('audit').insertMany([act('new act', 364), act('old act', 366)]);
    };
    const INBOX = ['an hour', 'two days', 'three days'];
    const DELIVERIES = ['new notice', 'old notice', 'old other notice', 'old news', 'waits'];
    const ACTS = ['new act', 'old act'];
    const left = async () => [
      ...(await idsIn(world, 'inbox', INBOX)),
      ...(await idsIn(world, 'deliveries', DELIVERIES)),
      ...(await idsIn(world, 'audit', ACTS)),
    ];
    const all = [...INBOX, ...DELIVERIES, ...ACTS];
    const without = (...gone: string[]) => all.filter((id) => !gone.includes(id)).toSorted();

    await put();
    await sweep(world);
    expect((await left()).toSorted()).toEqual(without('three days'));

    await world.restart({ retention: { updateIdsHours: 24, noticesDays: 30, auditDays: 365 } });
    await sweep(world);
    expect((await left()).toSorted()).toEqual(
      without('two days', 'three days', 'old notice', 'old other notice', 'old act'),
    );

    await world.restart({ retention: { updateIdsHours: 96 } });
    const { connection } = world.app.database;
    for (const collection of ['inbox', 'deliveries', 'audit'])
      await connection.collection<{ _id: string }>(collection).deleteMany({ _id: { $in: all } });
    await put();
    await sweep(world);
    expect((await left()).toSorted()).toEqual(without());
  }, 60_000);

  it('goes for forms, for what was sent outside them, and for the time in which a deletion can be undone', async () => {
    const world = await startWorld({ retention: { unsentDays: 10, deletionDays: 3 } });
    const { person, id } = await memberOf(world, 'telegram');
    person.say('برق کارگاه هفته‌ای سه بار می‌رود و دستگاه‌ها خراب شده است.');
    person.command('report');
    await world.settled();
    const { connection } = world.app.database;
    for (const collection of ['held', 'drafts']) {
      const found = await connection.collection<{ expiresAt: Date }>(collection).find().toArray();
      expect(found.map(({ expiresAt }) => Math.round((expiresAt.getTime() - Date.now()) / DAY))).toEqual([10]);
      await connection.collection(collection).updateMany({}, { $set: { expiresAt: ago(0) } });
    }
    const due = await world.app.features.people.deletions.request(id);
    expect(Math.round(((due as Date).getTime() - Date.now()) / DAY)).toBe(3);
    await sweep(world);
    expect(await connection.collection('held').countDocuments()).toBe(0);
    expect(await connection.collection('drafts').countDocuments()).toBe(0);
  }, 30_000);
});

describe('files that nothing refers to', () => {
  const world = useWorld();
  const PLACES = ['endorsements', 'held', 'news', 'obstacles', 'procurements'];

  /** The paths of a schema under which a file's id may lie. */
  function filePaths(schema: { paths: object }): string[] {
    return Object.entries(schema.paths).flatMap(([path, type]: [string, { schema?: { paths: object } }]) => [
      ...(/(?:fileId|storedId)$/.test(path) ? [path] : []),
      ...(type.schema ? filePaths(type.schema).map((inner) => `${path}.${inner}`) : []),
    ]);
  }

  it('are looked for wherever a file’s id can be kept', () => {
    const { models } = world.app.database.connection;
    const keeping = Object.values(models).filter(({ schema }) => filePaths(schema).length > 0);
    // Forms keep them in their answers, which have no schema, and `newsVersions` as JSON.
    expect(keeping.map(({ collection }) => collection.name).toSorted()).toEqual(PLACES);
  });
});
