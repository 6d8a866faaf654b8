import { describe, expect, it } from 'vitest';
import { MESSENGERS, fa, useWorld } from '../support/app.ts';
import { REPORT, memberOf, officerOf, report } from '../support/journeys.ts';

const LEAVER = 9401;

describe.each(MESSENGERS)('the cases of an officer who leaves, on %s', (messenger) => {
  const world = useWorld();

  async function takenCase(title: string) {
    const admin = await officerOf(world, messenger, { role: 'admin' });
    const officer = await officerOf(world, messenger, { userId: LEAVER });
    const { members, obstacles } = world.app.features;
    const officerId = (await members.behind({ messenger, userId: LEAVER }))!.id;
    const adminId = (await members.behind({ messenger, userId: admin.id }))!.id;
    const { person, id } = await memberOf(world, messenger);
    await report(person, { ...REPORT, title });
    const find = async () => (await obstacles.ofReporter(id))[0]!;
    await obstacles.take({ id: officerId, roles: ['officer'] }, (await find()).id, `take-${title}-${messenger}`);
    expect((await find()).assigneeId).toBe(officerId);
    return { admin, adminId, officer, officerId, person, find };
  }

  /** Who has a case now, and what its history says last. */
  const standing = async (
    find: () => Promise<{ assigneeId: string | null; history: readonly { facts: object }[] }>,
  ) => {
    await world.settled();
    const { assigneeId, history } = await find();
    return { assigneeId, last: history.at(-1) };
  };
  const FREED = { assigneeId: null, last: { facts: { desk: 'freed' } } };
  const job = async (name: string) => {
    await world.app.features.jobs.find((one) => one.name === name)?.run(new Date());
    await world.settled();
  };

  it('go back to the queue with the role, with a line in the history; the heads hear of it and the reporter does not', async () => {
    const { admin, adminId, person, find } = await takenCase('پرونده‌ای که مسئولش می‌رود');
    const { desk } = world.app.features.cases;
    await world.settled();
    const heard = person.transcript();
    await desk.setRole(
      { id: adminId, roles: ['admin'] },
      { account: { messenger, userId: LEAVER }, role: 'officer', granted: false, source: `leave-${messenger}` },
    );
    expect(await standing(find)).toMatchObject(FREED);
    await admin.waitFor(fa('desk.notice.freed', { count: 1, name: fa('desk.card.colleague') }), { any: true });
    const nobody = { id: adminId, roles: ['head'] as const };
    const queue = await world.app.features.obstacles.queue(nobody, 'unassigned', { skip: 0, limit: 100 });
    expect(queue?.cases.map(({ id }) => id)).toContain((await find()).id);
    expect(person.transcript()).toBe(heard);
  });

  it('stay while the officer has another role on the desk', async () => {
    const { adminId, officerId, find } = await takenCase('پرونده‌ای که می‌ماند');
    await world.app.features.members.grant({ messenger, userId: LEAVER }, 'head');
    await world.app.features.cases.desk.setRole(
      { id: adminId, roles: ['admin'] },
      { account: { messenger, userId: LEAVER }, role: 'officer', granted: false, source: `half-${messenger}` },
    );
    await job('free cases');
    expect((await find()).assigneeId).toBe(officerId);
    await world.app.features.members.revoke({ messenger, userId: LEAVER }, 'head');
  });

  it('go back where the officer lost the role elsewhere, can be reached no longer, or is deleted', async () => {
    const elsewhere = await takenCase('نقش از خط فرمان گرفته شد');
    await world.app.features.members.revoke({ messenger, userId: LEAVER }, 'officer');
    await job('free cases');
    expect(await standing(elsewhere.find)).toMatchObject(FREED);

    const away = await takenCase('کارشناس ربات را بسته است');
    await world.app.features.members.markUnreachable({ messenger, chatId: LEAVER });
    await job('free cases');
    expect(await standing(away.find)).toMatchObject(FREED);

    const deleted = await takenCase('کارشناس حسابش را حذف کرد');
    await world.app.features.obstacles.forgetMember(deleted.officerId, '0'.repeat(24));
    expect(await standing(deleted.find)).toMatchObject(FREED);
  });
});
