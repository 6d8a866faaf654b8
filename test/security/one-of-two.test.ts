import { Types } from 'mongoose';
import { describe, expect, it } from 'vitest';
import { createImportedMembers } from '../../src/features/members/imported-members.service.ts';
import type { Account, MessengerName, Role } from '../../src/features/members/members.service.ts';
import { newId, someReport } from '../features/obstacles/support.ts';
import { useWorld } from '../support/app.ts';
import { systemNow } from '../../src/system-clock.ts';

const PLACE = { provinceCode: '03', cityCode: '03-tabriz' };
const ADMIN = { id: newId(), roles: ['admin'] as const };
let people = 0;

/** What nobody gains, and nobody loses, by two records becoming one member. */
describe('two members who become one', () => {
  const world = useWorld();
  const features = () => world.app.features;

  const newPhone = () => `+98994${String((people += 1)).padStart(7, '0')}`;
  async function member(messenger: MessengerName, phone: string) {
    people += 1;
    const account = { messenger, userId: 7_000_000 + people, chatId: 7_000_000 + people };
    const { id } = await features().members.identify(account);
    await features().members.saveProfile(id, { name: 'مریم احمدی', phone, ...PLACE });
    return { id, account };
  }
  /** Somebody whom a list brought. */
  async function imported(phone: string): Promise<string> {
    const id = newId();
    const listed = createImportedMembers({ now: systemNow, connection: world.app.database.connection });
    await listed.add([{ id, name: 'مریم احمدی', phone, ...PLACE }]);
    return id;
  }
  /** Somebody who writes from an account, and whose phone nobody has proved. */
  async function unproved(phone: string) {
    const one = await member('bale', phone);
    await world.app.database.connection
      .collection('members')
      .updateOne({ _id: new Types.ObjectId(one.id) }, { $set: { phoneVerifiedAt: null } });
    return one;
  }
  async function offered({ id, account }: { id: string; account: Account & { chatId: number } }, phone: string) {
    const offer = await features().people.joins.offer({ ...account, memberId: id }, { phone, draftId: null });
    if (offer.kind !== 'offered') throw new Error(offer.kind);
    return offer.join.id;
  }
  async function leave(id: string): Promise<void> {
    await features().people.deletions.request(id);
    await world.app.database.connection
      .collection('members')
      .updateOne({ _id: new Types.ObjectId(id) }, { $set: { 'deletion.dueAt': new Date(0) } });
    await features().people.deletions.runDue();
  }

  describe('with an officer among them', () => {
    const limits = { categories: ['tax'], cities: [] };

    it('keep the officer within the limits that were given', async () => {
      const { joins } = features().people;
      const { desk } = features().cases;
      const phone = newPhone();
      const old = await member('bale', phone);
      const officer = await member('telegram', phone);
      await desk.setRole(ADMIN, { account: officer.account, role: 'officer', granted: true, source: newId() });
      await desk.setScope(ADMIN, officer.id, limits, newId());
      const elsewhere = await features().obstacles.report(someReport());
      const join = await offered(officer, phone);
      await joins.answer(officer.account, join, true);
      await joins.answer(old.account, join, true);

      const now = await features().members.identify(officer.account);
      expect(now).toMatchObject({ id: old.id, roles: ['officer'] });
      expect(await features().obstacles.visibleTo({ id: now.id, roles: now.roles }, elsewhere.id)).toBeNull();
    });

    it('keep nothing of the limits of who is deleted', async () => {
      const officer = await member('telegram', newPhone());
      const { desk } = features().cases;
      await desk.setScope(ADMIN, officer.id, limits, newId());
      await desk.toggleSelected(officer.id, newId());
      await leave(officer.id);
      expect(await desk.scopeOf(officer.id)).toBeNull();
      expect(await desk.selected(officer.id)).toEqual([]);
    });
  });

  describe('by the secretariat', () => {
    const officer = () => ({ id: newId(), roles: ['officer'] as const });
    const refuseEachOther = async (asking: Awaited<ReturnType<typeof member>>, asked: Account, phone: string) =>
      features().people.joins.answer(asked, await offered(asking, phone), false);
    /** What comes of it either way round; what is refused leaves no trace as if it had been done. */
    async function merging(actor: { id: string; roles: readonly Role[] }, one: string, other: string) {
      const outcomes: string[] = [];
      for (const [from, into] of [
        [one, other],
        [other, one],
      ] as const) {
        const { kind } = await features().duplicates.mergeMembers(actor, { from, into, source: newId() });
        const entries = await features().audit.list({ actorId: actor.id, limit: 10 });
        outcomes.push(entries.length > 0 && kind !== 'merged' ? `${kind}, but recorded` : kind);
        if (kind === 'merged') break;
      }
      return [...new Set(outcomes)].join(' and ');
    }

    it.each(['officer', 'head', 'council', 'admin'] as const)(
      'bring nobody the rights of an %s with the same number, unless an admin who is neither of them does it',
      async (role) => {
        const phone = newPhone();
        const [held, stranger] = [await member('telegram', phone), await member('bale', phone)];
        await features().members.grant(held.account, role);
        const { duplicates } = features();
        for (const actor of [
          officer(),
          { id: newId(), roles: ['head'] as const },
          { id: held.id, roles: ['admin'] as const },
          { id: stranger.id, roles: ['admin'] as const },
        ]) {
          expect(await merging(actor, stranger.id, held.id)).toBe('staff');
          expect(await duplicates.twinsOf(actor, stranger.id)).toEqual([]);
        }
        expect((await features().members.identify(stranger.account)).roles).toEqual([]);
        expect(await merging({ id: newId(), roles: ['admin'] }, stranger.id, held.id)).toBe('merged');
      },
    );

    it('stay two where one has said that the other is somebody else, also by the way of a third record', async () => {
      const phone = newPhone();
      const [one, other] = [await member('telegram', phone), await member('bale', phone)];
      await refuseEachOther(other, one.account, phone);
      for (const actor of [officer(), { id: newId(), roles: ['admin'] as const }]) {
        expect(await merging(actor, one.id, other.id)).toBe('not-me');
        expect(await features().duplicates.twinsOf(actor, one.id)).toEqual([]);
      }
      const listed = await imported(phone);
      expect(
        (await features().duplicates.mergeMembers(officer(), { from: other.id, into: listed, source: newId() })).kind,
      ).toBe('merged');
      expect(await merging(officer(), one.id, listed)).toBe('not-me');
      expect((await features().members.identify(one.account)).id).toBe(one.id);
    });

    it('stay two without a proved phone in common, or on the same messenger', async () => {
      const phone = newPhone();
      const one = await member('telegram', phone);
      for (const other of [await member('bale', newPhone()), await member('telegram', phone), await unproved(phone)])
        expect(await merging(officer(), one.id, other.id)).toBe('not-one');
      expect(await merging(officer(), one.id, newId())).toBe('gone');
      expect(await merging(officer(), one.id, one.id)).toBe('gone');
    });

    it('become one with what a list had under the number, which is proved from then on', async () => {
      const phone = newPhone();
      const one = await member('telegram', phone);
      const listed = await imported(phone);
      const actor = officer();
      expect((await features().duplicates.twinsOf(actor, one.id)).map(({ id }) => id)).toEqual([listed]);
      const merge = { from: one.id, into: listed, source: newId() };
      expect(await features().duplicates.mergeMembers(actor, merge)).toEqual({ kind: 'merged' });
      expect((await features().members.identify(one.account)).provenPhone).toBe(phone);
    });
  });

  it('do not while one of them waits to be deleted: neither is saved from it, nor taken along', async () => {
    const { deletions } = features().people;
    const officer = { id: newId(), roles: ['officer'] as const };
    const phone = newPhone();
    const [leaver, other] = [await member('telegram', phone), await member('bale', phone)];
    const due = await deletions.request(leaver.id);
    for (const [from, into] of [
      [leaver.id, other.id],
      [other.id, leaver.id],
    ] as const)
      expect(await features().duplicates.mergeMembers(officer, { from, into, source: newId() })).toEqual({
        kind: 'leaving',
      });
    const { joins } = features().people;
    expect(await joins.offer({ ...other.account, memberId: other.id }, { phone, draftId: null })).toEqual({
      kind: 'leaving',
    });
    expect((await features().members.find(leaver.id))?.deletion?.dueAt).toEqual(due);
    await leave(leaver.id);
    expect(await features().members.find(leaver.id)).toBeNull();
    expect((await features().members.identify(other.account)).id).toBe(other.id);
  });

  it('are forgotten together, where the one is what an officer put down when the other called', async () => {
    const phone = newPhone();
    const caller = await features().members.ofCaller({ name: 'زهرا رضایی', phone });
    const one = await member('bale', phone);
    expect(one.id).not.toBe(caller);
    await leave(one.id);
    for (const id of [one.id, caller]) expect(await features().members.find(id)).toBeNull();
  });
});
