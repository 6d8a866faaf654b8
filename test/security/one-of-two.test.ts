import { Types } from 'mongoose';
import { describe, expect, it } from 'vitest';
import type { Account, MessengerName } from '../../src/features/members/members.service.ts';
import { useWorld } from '../support/app.ts';

const PLACE = { provinceCode: '03', cityCode: '03-tabriz' };
const newId = () => new Types.ObjectId().toHexString();
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
      const elsewhere = await features().obstacles.report({
        draftId: newId(),
        reporterId: newId(),
        businessId: null,
        category: 'license',
        title: 'تمدید پروانه',
        description: 'سه ماه است که پاسخی نیامده است.',
        evidence: [],
      });
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
});
