import { describe, expect, it } from 'vitest';
import type { Role } from '../../src/features/members/members.service.ts';
import type { Obstacle, Status } from '../../src/features/obstacles/obstacles.service.ts';
import { newId, someReport } from '../features/obstacles/support.ts';
import { useWorld, type World } from '../support/app.ts';
import { memberOf } from '../support/journeys.ts';
import type { Actor, Room } from './right.ts';
import { RIGHTS, auditedBy } from './rights-table.ts';

const ADMIN: Actor = { id: newId(), roles: ['admin'] };

function roomOf(world: World): Room {
  const { obstacles, businesses } = world.app.features;
  const newCase = async (): Promise<Obstacle & { draftId: string }> => {
    const draftId = newId();
    const made = await obstacles.report({ ...someReport(), draftId });
    return { ...made, draftId };
  };
  return {
    world,
    newId,
    newCase,
    colleague: { id: newId(), roles: ['officer'] },
    async caseIn(status: Status) {
      const there = await newCase();
      if (status === 'merged') {
        const { code } = await newCase();
        await obstacles.merge(ADMIN, there.id, { code, reason: 'یکی است', source: newId() });
      } else if (status !== 'received') {
        await obstacles.move(ADMIN, there.id, { from: 'received', to: status, reason: 'روشن شد', source: newId() });
      }
      return (await obstacles.find(there.id))!;
    },
    async waiting() {
      const { id: ownerId } = await memberOf(world, 'bale');
      const [business] = await businesses.ofMember(ownerId);
      return { businessId: business!.id, version: business!.version, ownerId };
    },
  };
}

describe('the table of rights', () => {
  const world = useWorld();

  const ROLES: readonly (Role | 'nobody')[] = ['nobody', 'council', 'officer', 'head', 'admin'];
  // Every act of the house, one after the other.
  it.each(ROLES)(
    'lets %s do what it says and nothing else, and records what is done',
    { timeout: 60_000 },
    async (role) => {
      const room = roomOf(world);
      // Else all who hold a role since the roles before hear of every case.
      const people = world.app.database.connection.collection('members');
      await people.updateMany({}, { $set: { roles: [] } });
      const wrong: string[] = [];
      for (const [place, { name, allowed, isAudited, attempt }] of RIGHTS.entries()) {
        const actor: Actor = { id: newId(), roles: role === 'nobody' ? [] : [role] };
        const may = role !== 'nobody' && allowed.includes(role);
        const did = await attempt(room, actor);
        if (did !== may) wrong.push(`${place} ${name}: ${did ? 'was let' : 'was refused'}`);
        const records = await auditedBy(room, actor);
        if (did && isAudited && records === 0) wrong.push(`${place} ${name}: was not recorded`);
        if (!did && records > 0) wrong.push(`${place} ${name}: was refused and recorded as done`);
      }
      expect(wrong).toEqual([]);
    },
  );

  it('shows an officer of another part no case, and lets nothing be done to one', async () => {
    const room = roomOf(world);
    const officer: Actor = { id: newId(), roles: ['officer'] };
    await world.app.features.cases.desk.setScope(ADMIN, officer.id, { categories: ['tax'], cities: [] }, newId());
    // Whoever answers the phone takes down what is told, and is on record with it.
    const onCases = RIGHTS.filter(({ name }) => /^obstacles\/(?!case-queues|.* assisted)/.test(name));
    const done: string[] = [];
    for (const { name, attempt } of onCases) if (await attempt(room, officer)) done.push(name);
    expect(done).toEqual([]);
    const page = await world.app.features.obstacles.queue(officer, 'open', { skip: 0, limit: 50 });
    expect(page?.cases).toEqual([]);
  });
});
