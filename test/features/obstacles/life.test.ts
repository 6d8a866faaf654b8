import { beforeAll, describe, expect, it } from 'vitest';
import { ensureIndexes } from '../../../src/database/indexes.ts';
import { TRANSITIONS, STATUSES, type Party, type Status } from '../../../src/features/obstacles/obstacle-status.ts';
import type { Actor } from '../../../src/features/obstacles/obstacles.service.ts';
import { useDatabase } from '../../support/database.ts';
import { DAY, newId, roomOn } from './support.ts';

const database = useDatabase();
beforeAll(async () => {
  roomOn(database.connection);
  await ensureIndexes(database.connection);
});

/** What only the clock, or a verb of its own, may do is tried through `move` as well, and must be refused there. */
const PARTIES: readonly Exclude<Party, 'clock'>[] = ['staff', 'reporter'];
const TABLE = STATUSES.flatMap((from) => STATUSES.flatMap((to) => PARTIES.map((party) => ({ from, to, party }))));
const isLegal = (from: Status, to: Status, party: Party) =>
  (TRANSITIONS[from][party]?.includes(to) ?? false) && from !== 'merged' && to !== 'merged';

describe('the life of a case', () => {
  it.each(STATUSES)('goes from %s where the table says, and nowhere else', async (from) => {
    const room = roomOn(database.connection);
    for (const { to, party } of TABLE.filter((one) => one.from === from)) {
      const before = await room.caseIn(from);
      expect(before.status).toBe(from);
      const actor: Actor = party === 'staff' ? room.officer : { id: before.reporterId, roles: [] };
      const outcome = await room.cases.move(actor, before.id, { from, to, reason: 'دلیل', source: newId() });
      const after = await room.cases.find(before.id);
      const what = `${from} -> ${to} by ${party}`;
      if (isLegal(from, to, party)) {
        expect({ what, kind: outcome.kind, status: after?.status }).toEqual({ what, kind: 'moved', status: to });
        expect(after?.history.slice(0, -1)).toEqual(before.history);
        expect(after?.history.at(-1)).toMatchObject({ from, to, party, reason: 'دلیل' });
      } else {
        expect({ what, moved: outcome.kind === 'moved', after }).toEqual({ what, moved: false, after: before });
      }
    }
  });

  it('refuses strangers, members and council members whatever they ask', async () => {
    const room = roomOn(database.connection);
    const there = await room.report();
    for (const roles of [[], ['council']] as const) {
      const stranger: Actor = { id: newId(), roles };
      const act = { from: 'received', to: 'in_progress', reason: 'دلیل', source: newId() } as const;
      expect((await room.cases.move(stranger, there.id, act)).kind).toBe('forbidden');
      expect((await room.cases.take(stranger, there.id, newId())).kind).toBe('forbidden');
      expect(await room.cases.note(stranger, there.id, { text: 'یادداشت', source: newId() })).toBe(false);
      expect(await room.cases.notesOf(stranger, there.id)).toBeNull();
      expect(await room.cases.queue(stranger, 'open', { skip: 0, limit: 5 })).toBeNull();
      expect(await room.cases.visibleTo(stranger, there.id)).toBeNull();
    }
    expect(await room.cases.find(there.id)).toEqual(there);
  });

  it('keeps an officer to the categories and cities given, and a head to none', async () => {
    const scopeOf = () => Promise.resolve({ categories: ['tax'], cities: [] });
    const room = roomOn(database.connection, { scopeOf });
    const tax = await room.report({ category: 'tax' });
    const licence = await room.report({ category: 'license' });
    expect((await room.cases.take(room.officer, tax.id, newId())).kind).toBe('moved');
    expect((await room.cases.take(room.officer, licence.id, newId())).kind).toBe('forbidden');
    expect(await room.cases.visibleTo(room.officer, licence.id)).toBeNull();
    const seen = await room.cases.queue(room.officer, 'open', { skip: 0, limit: 50 });
    expect(seen?.cases.every(({ category }) => category === 'tax')).toBe(true);
    expect((await room.cases.take({ id: newId(), roles: ['head'] }, licence.id, newId())).kind).toBe('moved');
  });

  it('does an act once, however often its update is worked', async () => {
    const room = roomOn(database.connection);
    const there = await room.report();
    const act = { from: 'received', to: 'referred', reason: 'به اداره نوشتیم', source: newId() } as const;
    for (let time = 0; time < 3; time += 1) {
      expect((await room.cases.move(room.officer, there.id, act)).kind).toBe('moved');
    }
    expect((await room.cases.find(there.id))?.history).toHaveLength(2);
    expect(room.told).toHaveLength(1);
    const subject = { kind: 'obstacle', id: there.id };
    expect(await room.audit.list({ subject, limit: 10 })).toMatchObject([
      {
        act: 'obstacle.referred',
        before: { status: 'received' },
        after: { status: 'referred' },
        actorId: room.officer.id,
      },
    ]);
  });

  it('refuses an act on what has changed since the officer looked', async () => {
    const room = roomOn(database.connection);
    const there = await room.caseIn('in_progress');
    const word = { from: 'in_progress', to: 'in_progress', reason: 'خبر تازه', seen: there.history.length } as const;
    expect((await room.cases.move(room.officer, there.id, { ...word, source: newId() })).kind).toBe('moved');
    const late = await room.cases.move({ id: newId(), roles: ['officer'] }, there.id, { ...word, source: newId() });
    expect(late.kind).toBe('moved-on');
  });

  it('leaves one consistent history after 50 officers have acted on one case at once', async () => {
    const room = roomOn(database.connection);
    const there = await room.report();
    const officers = Array.from({ length: 50 }, (): Actor => ({ id: newId(), roles: ['officer'] }));
    const wishes: Status[] = ['under_review', 'needs_information', 'referred', 'planned', 'in_progress'];
    const done = await Promise.all(
      officers.map(async (officer, index) => {
        const to = wishes[index % wishes.length] ?? 'in_progress';
        for (;;) {
          const seen = await room.cases.find(there.id);
          if (!seen) throw new Error('the case is gone');
          const outcome = await room.cases.move(officer, there.id, {
            from: seen.status,
            to,
            reason: `کار ${index}`,
            source: `officer-${index}`,
            seen: seen.history.length,
          });
          if (outcome.kind === 'moved') return index;
          expect(outcome.kind).toBe('moved-on');
        }
      }),
    );
    const after = await room.cases.find(there.id);
    const changes = after?.history.slice(1) ?? [];
    expect(changes).toHaveLength(50);
    expect(new Set(changes.map(({ reason }) => reason))).toEqual(new Set(done.map((index) => `کار ${index}`)));
    changes.forEach((change, index) => expect(change.from).toBe(after?.history[index]?.to));
    expect(after?.status).toBe(changes.at(-1)?.to);
    expect(officers.map(({ id }) => id)).toContain(after?.assigneeId);
    const subject = { kind: 'obstacle', id: there.id };
    expect(await room.audit.list({ subject, limit: 100 })).toHaveLength(50);
  });

  it('gives a case to one of 50 officers who press «take» at once', async () => {
    const room = roomOn(database.connection);
    const there = await room.report();
    const outcomes = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        room.cases.take({ id: newId(), roles: ['officer'] }, there.id, `take-${index}`),
      ),
    );
    expect(outcomes.filter(({ kind }) => kind === 'moved')).toHaveLength(1);
    expect((await room.cases.find(there.id))?.history).toHaveLength(2);
  });

  it('merges two cases, tells the people of both, and takes the merge back within a day', async () => {
    const supporters = new Map<string, string[]>();
    const room = roomOn(database.connection, { followersOf: (id) => Promise.resolve(supporters.get(id) ?? []) });
    const [one, other] = [await room.report(), await room.report()];
    const supporter = newId();
    supporters.set(one.id, [supporter]);
    const merge = { code: other.code, reason: 'هر دو یک مانع‌اند', source: newId() };
    expect((await room.cases.merge(room.officer, one.id, merge)).kind).toBe('merged');
    expect(await room.cases.find(one.id)).toMatchObject({ status: 'merged', mergedInto: other.id });
    expect(await room.cases.partsOf(room.officer, other.id)).toMatchObject([{ id: one.id }]);
    // Round and round is no merge.
    const back = { code: one.code, reason: 'برعکس', source: newId() };
    expect((await room.cases.merge(room.officer, other.id, back)).kind).toBe('moved-on');

    room.told.length = 0;
    const word = { from: 'received', to: 'in_progress', reason: 'پیگیری شد', source: newId() } as const;
    await room.cases.move(room.officer, other.id, word);
    const heard = room.told.map(({ memberId, payload }) => `${payload.hearer}:${memberId}`).toSorted();
    expect(heard).toEqual([`other:${one.reporterId}`, `other:${supporter}`, `reporter:${other.reporterId}`].toSorted());

    room.clock.now = new Date(room.clock.now.getTime() + DAY - 1);
    expect((await room.cases.unmerge(room.officer, one.id, newId())).kind).toBe('unmerged');
    expect(await room.cases.find(one.id)).toMatchObject({ status: 'received', mergedInto: null });
    const again = { ...merge, source: newId() };
    expect((await room.cases.merge(room.officer, one.id, again)).kind).toBe('merged');
    room.clock.now = new Date(room.clock.now.getTime() + DAY + 1);
    expect((await room.cases.unmerge(room.officer, one.id, newId())).kind).toBe('moved-on');
  });

  it('never lets two cases become part of each other, even at the same moment', async () => {
    const room = roomOn(database.connection);
    const [one, other] = [await room.report(), await room.report()];
    await Promise.all([
      room.cases.merge(room.officer, one.id, { code: other.code, reason: 'یکی است', source: newId() }),
      room.cases.merge(room.officer, other.id, { code: one.code, reason: 'یکی است', source: newId() }),
    ]);
    const after = await Promise.all([room.cases.find(one.id), room.cases.find(other.id)]);
    expect(after.filter((found) => found?.status === 'merged').length).toBeLessThanOrEqual(1);
  });

  it('takes a rating from the reporter of an ended case alone', async () => {
    const room = roomOn(database.connection);
    const solved = await room.caseIn('solved');
    const reporter: Actor = { id: solved.reporterId, roles: [] };
    expect(await room.cases.rate(reporter, solved.id, 4)).toBe(true);
    expect(await room.cases.rate(reporter, solved.id, 6)).toBe(false);
    expect(await room.cases.rate(room.officer, solved.id, 1)).toBe(false);
    expect((await room.cases.find(solved.id))?.rating?.stars).toBe(4);
    const open = await room.caseIn('referred');
    expect(await room.cases.rate({ id: open.reporterId, roles: [] }, open.id, 5)).toBe(false);
  });
});
