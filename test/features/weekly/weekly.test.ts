import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ensureIndexes } from '../../../src/database/indexes.ts';
import { reachOf } from '../../../src/delivery/reach.ts';
import { createMemberFigures } from '../../../src/features/members/member-figures.service.ts';
import { memberModel } from '../../../src/features/members/member.model.ts';
import type { Status } from '../../../src/features/obstacles/obstacles.service.ts';
import { createWeekly, type TopCase, type WeeklyDeps } from '../../../src/features/weekly/weekly.service.ts';
import { useDatabase } from '../../support/database.ts';
import { DAY, HOUR, newId, roomOn, type Room } from '../obstacles/support.ts';

const database = useDatabase();
let room: Room;
let cityCode: string | null = null;

function weeklyOf(deps: Partial<WeeklyDeps> = {}) {
  const { connection } = database;
  return createWeekly({
    connection,
    cases: room.cases.figures,
    members: createMemberFigures({ connection }),
    top: () => Promise.resolve([]),
    news: (stretch) => reachOf(connection, { kind: 'news', ...stretch }),
    audit: room.audit,
    now: () => room.clock.now,
    ...deps,
  });
}
const council = { id: newId(), roles: ['council'] as const };
const read = (deps?: Partial<WeeklyDeps>) => weeklyOf(deps).read(council, { source: newId() });

beforeAll(async () => {
  weeklyOfModels();
  await ensureIndexes(database.connection);
});
function weeklyOfModels(): void {
  room = roomOn(database.connection, { cityOf: () => Promise.resolve(cityCode) });
  weeklyOf();
}
beforeEach(async () => {
  for (const collection of (await database.connection.db?.collections()) ?? []) await collection.deleteMany({});
  cityCode = null;
  weeklyOfModels();
});

async function reports(count: number, values: { category?: string; city?: string | null } = {}): Promise<void> {
  cityCode = values.city ?? null;
  for (let made = 0; made < count; made += 1) await room.report({ category: values.category ?? 'license' });
}

async function membersIn(city: string, count: number): Promise<void> {
  const registeredAt = new Date(room.clock.now.getTime() - 100 * DAY);
  await memberModel(database.connection).insertMany(
    Array.from({ length: count }, () => ({ cityCode: city, registeredAt, createdAt: registeredAt, name: 'عضو' })),
  );
}

describe("the council's week", () => {
  it('is for council members, heads and admins, and says in the audit who read it', async () => {
    for (const roles of [[], ['officer']] as const)
      expect(await weeklyOf().read({ id: newId(), roles }, { source: newId() })).toBeNull();
    expect(await read()).not.toBeNull();
    const acts = await room.audit.list({ subject: { kind: 'weekly', id: 'now' }, limit: 5 });
    expect(acts).toMatchObject([{ act: 'weekly.read', actorId: council.id }]);
  });

  it('counts what came in, what was solved with a yes, and what closed without one, in this week alone', async () => {
    await reports(3);
    room.clock.now = new Date(room.clock.now.getTime() + 20 * DAY);
    await reports(6);
    for (let made = 0; made < 5; made += 1) await room.caseIn('solved');
    for (let made = 0; made < 6; made += 1) {
      const { id } = await room.report();
      await room.cases.move(room.officer, id, {
        from: 'received',
        to: 'declared_solved',
        reason: 'شد',
        source: newId(),
      });
    }
    room.clock.now = new Date(room.clock.now.getTime() + 15 * DAY);
    await room.cases.followUp.closeUnconfirmed();
    room.clock.now = new Date(room.clock.now.getTime() + 1);
    const week = await read();
    expect(week).toMatchObject({ fresh: 0, solved: 0, closed: 6, declined: 0 });
    room.clock.now = new Date(room.clock.now.getTime() - 15 * DAY);
    expect(await read()).toMatchObject({ fresh: 17, solved: 5, closed: 0 });
  });

  it('tells one to four of anything only as a few', async () => {
    await reports(2);
    const ends: readonly Status[] = ['not_possible', 'solved'];
    for (const status of ends) await room.caseIn(status);
    room.clock.now = new Date(room.clock.now.getTime() + 1);
    const week = await read();
    expect(week).toMatchObject({ fresh: null, solved: null, declined: null, closed: 0 });
    expect(week).toMatchObject({ categories: [], otherCategories: { groups: 1, cases: null }, solutionHours: null });
  });

  it('takes the median of the times to the first answer and to the solution', async () => {
    for (const hours of [1, 2, 3, 10, 50]) {
      const { id, reporterId } = await room.report();
      const reportedAt = room.clock.now;
      // A question to the member is no answer.
      await room.cases.move(room.officer, id, {
        from: 'received',
        to: 'needs_information',
        reason: 'چه شد؟',
        source: newId(),
      });
      room.clock.now = new Date(reportedAt.getTime() + hours * HOUR);
      await room.cases.move(room.officer, id, {
        from: 'needs_information',
        to: 'declared_solved',
        reason: 'شد',
        source: newId(),
      });
      room.clock.now = new Date(reportedAt.getTime() + 2 * hours * HOUR);
      await room.cases.move({ id: reporterId, roles: [] }, id, {
        from: 'declared_solved',
        to: 'solved',
        reason: '',
        source: newId(),
      });
      room.clock.now = reportedAt;
    }
    room.clock.now = new Date(room.clock.now.getTime() + 5 * DAY);
    expect(await read()).toMatchObject({ firstAnswerHours: 3, solutionHours: 6 });
  });

  it('counts a reopened case as open again, and its first answer once', async () => {
    const there = await room.caseIn('reopened');
    const stored = await database.connection.collection('obstacles').findOne({ code: there.code });
    expect(stored).toMatchObject({ endedAt: null, firstAnsweredAt: room.clock.now });
  });

  it('compares cities by the rate among their members with the base, and shows none with few reports or members', async () => {
    await membersIn('03-tabriz', 200);
    await membersIn('06-ahvaz', 50);
    await membersIn('10-isfahan', 3);
    await membersIn('03-marand', 40);
    await reports(10, { city: '03-tabriz' });
    await reports(5, { city: '06-ahvaz' });
    await reports(6, { city: '10-isfahan' });
    await reports(2, { city: '03-marand' });
    room.clock.now = new Date(room.clock.now.getTime() + 1);
    const week = await read();
    expect(week?.cities).toEqual([
      { cityCode: '06-ahvaz', perThousand: 100, members: 50 },
      { cityCode: '03-tabriz', perThousand: 50, members: 200 },
    ]);
    expect(week?.otherCities).toBe(2);
    expect(JSON.stringify(week)).not.toMatch(/isfahan|marand/);
  });

  it('shows of the heaviest cases only those that five people are behind', async () => {
    const one: TopCase = { code: '1', title: 'عنوان', category: 'tax', people: 9, rials: null };
    const top: WeeklyDeps['top'] = (by) =>
      Promise.resolve(by === 'people' ? [one, { ...one, code: '2', people: null }] : [{ ...one, rials: 5 }, one]);
    const week = await read({ top });
    expect(week?.byPeople.map(({ code }) => code)).toEqual(['1']);
    expect(week?.byCost.map(({ rials }) => rials)).toEqual([5]);
  });

  it('counts whom the news reached on each messenger', async () => {
    const { connection } = database;
    const id = '0'.repeat(24);
    await connection.collection('campaigns').insertOne({
      _id: id as never,
      kind: 'news',
      startedAt: new Date(room.clock.now.getTime() - DAY),
    });
    const states = [
      ...Array.from({ length: 7 }, () => ['telegram', 'sent']),
      ...Array.from({ length: 6 }, () => ['bale', 'sent']),
      ...Array.from({ length: 2 }, () => ['bale', 'failed']),
    ];
    await connection.collection('deliveries').insertMany(
      states.map(([messenger, state], index) => ({
        _id: `${id}:${index}` as never,
        queue: `3-${id}`,
        messenger,
        state,
      })),
    );
    expect((await read())?.news).toEqual({
      campaigns: 1,
      messengers: [
        { messenger: 'telegram', sent: 7, failed: 0 },
        { messenger: 'bale', sent: 6, failed: null },
      ],
      unreachable: 0,
    });
  });

  it('is kept as it was made, for everybody the same', async () => {
    const weekly = weeklyOf();
    await weekly.make('1405-08-30', room.clock.now);
    const made = await weekly.of('1405-08-30');
    await reports(9);
    await weekly.make('1405-08-30', room.clock.now);
    expect(await weekly.of('1405-08-30')).toEqual(made);
    expect(made?.to).toEqual(room.clock.now);
    expect(await weekly.of('1405-09-07')).toBeNull();
  });
});
