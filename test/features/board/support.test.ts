import { beforeAll, describe, expect, it } from 'vitest';
import { ensureIndexes } from '../../../src/database/indexes.ts';
import { NO_COST } from '../../../src/features/obstacles/obstacle.model.ts';
import { useDatabase } from '../../support/database.ts';
import { newId, roomOn, type Room } from '../obstacles/support.ts';

const database = useDatabase();
beforeAll(async () => {
  roomOn(database.connection);
  await ensureIndexes(database.connection);
});
const room = (): Room => roomOn(database.connection);
const publicCase = ({ report }: Room, values: Parameters<Room['report']>[0] = {}) =>
  report({ visibility: 'public', ...values });
const supportOf = async ({ cases }: Room, id: string) => (await cases.find(id))?.support;

describe('«me too»', () => {
  it('counts each person once, with the reporter, however often and however many at once say it', async () => {
    const there = room();
    const { cases } = there;
    const { id } = await publicCase(there, { cost: { ...NO_COST, days: 3 } });
    const members = Array.from({ length: 8 }, newId);
    const says = (memberId: string) =>
      cases.support.endorse(memberId, id, { cost: { ...NO_COST, days: 2, rials: 1000 }, source: `u-${memberId}` });
    await Promise.all([...members, ...members].map(says));
    await Promise.all(members.slice(0, 3).map(says));
    expect(await supportOf(there, id)).toEqual({ people: 9, totals: { days: 19, rials: 8000, people: null } });
  });

  it('adds what is said later to what was said before, once', async () => {
    const there = room();
    const { cases, officer } = there;
    const { id } = await publicCase(there);
    const member = newId();
    await cases.support.endorse(member, id, { comment: 'یک', source: 'one' });
    const later = { cost: { days: 4, rials: null, people: 2 }, comment: 'دو', source: 'two' };
    for (const _ of [1, 2]) expect(await cases.support.endorse(member, id, later)).toMatchObject({ kind: 'added' });
    expect(await cases.endorsementsOf(officer, id)).toMatchObject([
      { memberId: member, comment: 'یک\nدو', cost: { days: 4, rials: null, people: 2 } },
    ]);
    expect(await supportOf(there, id)).toEqual({ people: 2, totals: { days: 4, rials: null, people: 2 } });
  });

  it('is for open public cases of others only', async () => {
    const there = room();
    const { cases, officer, report } = there;
    const secret = await report();
    const own = await publicCase(there);
    const ended = await publicCase(there);
    await cases.move(officer, ended.id, { from: 'received', to: 'not_possible', reason: 'نشد', source: newId() });
    const says = (id: string, member = newId()) => cases.support.endorse(member, id, { source: newId() });
    expect(await says(secret.id)).toEqual({ kind: 'gone' });
    expect(await says(ended.id)).toEqual({ kind: 'gone' });
    expect(await says('nothing')).toEqual({ kind: 'gone' });
    expect(await says(own.id, own.reporterId)).toEqual({ kind: 'own' });
    expect((await supportOf(there, own.id))?.people).toBe(1);
  });

  it('can be taken back with all that was said in it', async () => {
    const there = room();
    const { cases, officer } = there;
    const { id } = await publicCase(there);
    const member = newId();
    await cases.support.endorse(member, id, { cost: { ...NO_COST, rials: 500 }, comment: 'من', source: 'x' });
    expect(await cases.support.withdraw(member, id)).toBe(true);
    expect(await cases.support.withdraw(member, id)).toBe(false);
    expect(await supportOf(there, id)).toEqual({ people: 1, totals: NO_COST });
    expect(await cases.endorsementsOf(officer, id)).toEqual([]);
    expect(await cases.support.followersOf(id)).toEqual([]);
  });

  it('counts for the whole when cases are merged, a person once, and for each again when the merge is taken back', async () => {
    const there = room();
    const { cases, officer } = there;
    const whole = await publicCase(there, { cost: { ...NO_COST, days: 1 } });
    const merged = await publicCase(there, { cost: { ...NO_COST, days: 10 } });
    const both = newId();
    for (const { id } of [whole, merged])
      await cases.support.endorse(both, id, { cost: { ...NO_COST, days: 100 }, source: newId() });
    await cases.support.endorse(newId(), merged.id, { source: newId() });
    await cases.merge(officer, merged.id, { code: whole.code, reason: 'یکی است', source: 'merge' });
    expect(await supportOf(there, whole.id)).toMatchObject({ people: 4, totals: { days: 111 } });
    // Whoever says it to the part from now on says it to the whole.
    expect(await cases.support.endorse(newId(), merged.id, { source: 'late' })).toMatchObject({ obstacleId: whole.id });
    expect(await supportOf(there, whole.id)).toMatchObject({ people: 5 });
    await cases.unmerge(officer, merged.id, 'unmerge');
    expect(await supportOf(there, whole.id)).toMatchObject({ people: 3, totals: { days: 101 } });
    expect(await supportOf(there, merged.id)).toMatchObject({ people: 3, totals: { days: 110 } });
  });

  it('moves with a member who turns out to be another, and leaves with one who leaves', async () => {
    const there = room();
    const { cases } = there;
    const { id } = await publicCase(there);
    const [one, two, three] = [newId(), newId(), newId()];
    for (const member of [one, two, three])
      await cases.support.endorse(member, id, { cost: { ...NO_COST, people: 5 }, comment: member, source: member });
    for (const _ of [1, 2]) await cases.moveMember(one, two);
    expect(await supportOf(there, id)).toMatchObject({ people: 3, totals: { people: 10 } });
    expect((await cases.support.ofMember(two))[0]?.comment).toContain(one);
    await cases.forgetMember(three, '0'.repeat(24));
    expect(await supportOf(there, id)).toMatchObject({ people: 2, totals: { people: 5 } });
    expect(await cases.support.followersOf(id)).toEqual([two]);
  });

  it('shows what was said in it to the secretariat only', async () => {
    const there = room();
    const { cases } = there;
    const { id, reporterId } = await publicCase(there);
    await cases.support.endorse(newId(), id, { comment: 'راز', source: 'x' });
    for (const actor of [
      { id: reporterId, roles: [] },
      { id: newId(), roles: ['council'] as const },
    ])
      expect(await cases.endorsementsOf(actor, id)).toEqual([]);
  });
});

describe('following', () => {
  it('tells me-toos and followers what became of a case, not what was said to its reporter, until they unfollow', async () => {
    const there = room();
    const { cases, officer, told } = there;
    const { id, reporterId } = await publicCase(there);
    const [follower, supporter] = [newId(), newId()];
    expect(await cases.support.follow(follower, id)).toBe(true);
    await cases.support.endorse(supporter, id, { source: 'x' });
    await cases.move(officer, id, { from: 'received', to: 'in_progress', reason: 'برای شما', source: 'a' });
    const hearers = () => told.splice(0).map(({ memberId, payload }) => `${payload.hearer} ${memberId}`);
    expect(new Set(hearers())).toEqual(new Set([`reporter ${reporterId}`, `other ${follower}`, `other ${supporter}`]));
    await cases.move(officer, id, { from: 'in_progress', to: 'needs_information', reason: 'شماره؟', source: 'b' });
    expect(hearers()).toEqual([`reporter ${reporterId}`]);
    await cases.support.unfollow(supporter, id);
    expect(await cases.support.isUnfollowed(supporter, id)).toBe(true);
    await cases.move(officer, id, { from: 'needs_information', to: 'planned', reason: 'برنامه', source: 'c' });
    expect(new Set(hearers())).toEqual(new Set([`reporter ${reporterId}`, `other ${follower}`]));
  });

  it('is for public cases only', async () => {
    const there = room();
    const { id } = await there.report();
    expect(await there.cases.support.follow(newId(), id)).toBe(false);
  });
});
