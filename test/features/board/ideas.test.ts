import { beforeAll, describe, expect, it } from 'vitest';
import { ensureIndexes } from '../../../src/database/indexes.ts';
import { partBoards } from '../../../src/database/migrations/0004-part-boards.ts';
import type { Actor, TellOfficial } from '../../../src/features/obstacles/obstacles.service.ts';
import { useDatabase } from '../../support/database.ts';
import { DAY, newId, roomOn } from '../obstacles/support.ts';

const database = useDatabase();
beforeAll(async () => {
  roomOn(database.connection);
  await ensureIndexes(database.connection);
});
const FIRST = { page: 0, size: 50 };
const council: Actor = { id: newId(), roles: ['council'] };

function room(deps: Parameters<typeof roomOn>[1] = {}) {
  const told: Parameters<TellOfficial>[0][] = [];
  const there = roomOn(database.connection, {
    ...deps,
    tellOfficial: (notice) => {
      told.push(notice);
      return Promise.resolve();
    },
  });
  const idea = () => there.report({ kind: 'idea', visibility: 'public', title: 'دورهٔ مشترک با دانشگاه' });
  const support = (id: string, memberId = newId()) => there.cases.support.endorse(memberId, id, { source: newId() });
  return { ...there, told, idea, support, official: there.cases.official };
}

describe('the board of ideas', () => {
  it('has ideas and expectations, and the other board has the rest', async () => {
    const there = room();
    const idea = await there.idea();
    const expectation = await there.report({ kind: 'expectation', visibility: 'public' });
    const problem = await there.report({ kind: 'complaint', visibility: 'public' });
    const listed = async (side: 'problems' | 'ideas', group: 'open' | 'closed' = 'open') => {
      const found = await there.cases.board.page({ side, group, sort: 'newest' }, FIRST);
      return new Set(found.kind === 'page' ? found.cases.map(({ id }) => id) : []);
    };
    expect(await listed('ideas')).toEqual(new Set([idea.id, expectation.id]));
    expect(await listed('problems')).toEqual(new Set([problem.id]));
    expect(await there.cases.board.refresh('ideas')).toMatchObject({ groups: { open: 2, solved: 0, closed: 0 } });
    expect(await there.cases.board.refresh()).toMatchObject({ groups: { open: 1 } });
    await there.cases.move(there.officer, idea.id, {
      from: 'received',
      to: 'not_possible',
      reason: 'نشد',
      source: 'x',
    });
    expect(await listed('ideas', 'closed')).toEqual(new Set([idea.id]));
    expect(await listed('problems', 'closed')).toEqual(new Set());
  });

  it('takes over what stood on the one board before, and does so once', async () => {
    const there = room();
    const { id } = await there.idea();
    const cases = database.connection.db!.collection('obstacles');
    await cases.updateMany({ kind: 'idea' }, { $set: { board: 'open' } });
    for (const _ of [1, 2]) await partBoards.run(database.connection.db!);
    const found = await there.cases.board.page({ side: 'ideas', group: 'open', sort: 'newest' }, FIRST);
    expect(found.kind === 'page' && found.cases.map((one) => one.id)).toContain(id);
    expect(await partBoards.pending(database.connection.db!)).toBe(0);
  });
});

describe('the official answer', () => {
  it('is due from the threshold on, in working days, and the council is told once', async () => {
    const there = room();
    expect(await there.official.setRule(council, { threshold: 6, days: 3 }, 'rule')).toBe(true);
    const { id } = await there.idea();
    const obstacle = await there.report({ visibility: 'public' });
    for (let count = 0; count < 4; count += 1) await there.support(id);
    expect((await there.cases.board.byId(id))?.official).toBeNull();
    await Promise.all(Array.from({ length: 6 }, () => there.support(id)));
    for (let count = 0; count < 8; count += 1) await there.support(obstacle.id);
    // Saturday; three working days later is Tuesday.
    const dueAt = new Date(there.clock.now.getTime() + 3 * DAY);
    expect((await there.cases.board.byId(id))?.official).toEqual({ dueAt, answer: null, revision: 0 });
    expect((await there.cases.board.byId(obstacle.id))?.official).toBeNull();
    expect(there.told).toEqual([{ what: 'due', obstacleId: id, revision: 0, to: { role: 'council' } }]);
    await there.official.run();
    expect(there.told).toHaveLength(1);
    const list = await there.official.waiting(council, FIRST);
    expect(list).toMatchObject({ total: 1, cases: [{ id, people: 11 }] });
    expect(await there.official.waiting(there.officer, FIRST)).toBeNull();
    const entries = await there.audit.list({ subject: { kind: 'setting', id: 'official' }, limit: 5 });
    expect(entries).toMatchObject([{ act: 'idea.rule', actorId: council.id, after: { threshold: 6, days: 3 } }]);
    await there.official.answer(council, id, { text: 'بررسی شد.', seen: 0, source: newId() });
  });

  it('finds what a lower threshold makes due, and leaves alone what is due already', async () => {
    const there = room();
    await there.official.setRule(council, { threshold: 50, days: 3 }, newId());
    const { id } = await there.idea();
    for (let count = 0; count < 7; count += 1) await there.support(id);
    expect((await there.cases.board.byId(id))?.official).toBeNull();
    expect(await there.official.setRule(there.officer, { threshold: 5, days: 3 }, newId())).toBe(false);
    await expect(there.official.setRule(council, { threshold: 4, days: 3 }, newId())).rejects.toThrow(RangeError);
    await there.official.setRule(council, { threshold: 5, days: 1 }, newId());
    const due = (await there.cases.board.byId(id))?.official?.dueAt;
    expect(due).toEqual(new Date(there.clock.now.getTime() + DAY));
    await there.official.setRule(council, { threshold: 50, days: 9 }, newId());
    expect((await there.cases.board.byId(id))?.official?.dueAt).toEqual(due);
    await there.official.answer(council, id, { text: 'بررسی شد.', seen: 0, source: newId() });
  });

  it('is given by the council, once for each draft, by one of two at once, and told to supporters and who proposed it', async () => {
    const there = room({ namesOf: () => Promise.resolve(['مریم احمدی']) });
    await there.official.setRule(council, { threshold: 5, days: 3 }, newId());
    const idea = await there.idea();
    const supporters = Array.from({ length: 5 }, newId);
    for (const member of supporters) await there.support(idea.id, member);
    there.told.length = 0;
    const answer = (actor: Actor, source: string, seen = 0) =>
      there.official.answer(actor, idea.id, { text: 'برگزار می‌شود، مریم احمدی؛ ۰۹۱۶۱۲۳۴۵۶۷', seen, source });
    expect(await answer(there.officer, 'a')).toEqual({ kind: 'forbidden' });
    expect(await answer({ id: newId(), roles: ['admin'] }, 'a')).toEqual({ kind: 'forbidden' });
    const outcomes = await Promise.all([answer(council, 'one'), answer({ id: newId(), roles: ['head'] }, 'two')]);
    expect(outcomes.map(({ kind }) => kind).toSorted()).toEqual(['answered', 'changed']);
    const winner = outcomes[0]?.kind === 'answered' ? 'one' : 'two';
    expect(await answer(council, winner)).toEqual({ kind: 'answered' });
    const page = await there.cases.board.byId(idea.id);
    expect(page?.official).toMatchObject({ dueAt: null, revision: 1 });
    expect(page?.official?.answer?.text).toContain('برگزار می‌شود');
    expect(page?.official?.answer?.text).not.toMatch(/۰۹۱۶|احمدی/);
    expect(there.told.map(({ to }) => ('memberId' in to ? to.memberId : '')).toSorted()).toEqual(
      [...supporters, idea.reporterId].toSorted(),
    );
    expect((await there.official.waiting(council, FIRST))?.cases.map(({ id }) => id)).not.toContain(idea.id);
    // A newer word takes the place of the first.
    expect(await answer(council, 'later', 1)).toEqual({ kind: 'answered' });
    expect(await answer(council, 'late', 1)).toEqual({ kind: 'changed' });
  });

  it('is told by the clock where the process died before it was', async () => {
    const there = room();
    await there.official.setRule(council, { threshold: 5, days: 3 }, newId());
    let isDown = true;
    const told: string[] = [];
    const { cases } = roomOn(database.connection, {
      tellOfficial: ({ what }) => {
        if (isDown) return Promise.reject(new Error('died'));
        told.push(what);
        return Promise.resolve();
      },
    });
    const { id } = await there.idea();
    for (let count = 0; count < 3; count += 1) await there.support(id);
    await expect(cases.support.endorse(newId(), id, { source: 'fifth' })).rejects.toThrow('died');
    isDown = false;
    await cases.official.run();
    await cases.official.run();
    expect(told).toEqual(['due']);
  });
});
