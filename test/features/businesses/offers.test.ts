import { describe, expect, it } from 'vitest';
import { hashOf, type BusinessNotice } from '../../../src/features/businesses/business-people.service.ts';
import { createLeaving } from '../../../src/features/businesses/leaving.service.ts';
import { roleIn, type Business, type BusinessRole } from '../../../src/features/businesses/businesses.service.ts';
import { createOffers } from '../../../src/features/businesses/offers.ts';
import { renderNotice } from '../../../src/features/businesses/people.chat.ts';
import { createTranslations } from '../../../src/language/translator.ts';
import { useDataBank } from './support.ts';

const bank = useDataBank();

/** A link's hash, as its reader's press brings it. */
async function link(by: string, { id }: Business, role: BusinessRole): Promise<string> {
  const made = await bank.people.invite(by, id, role);
  if (made.kind !== 'invited') throw new Error(made.kind);
  return hashOf(made.token);
}

/** Somebody new in the business. */
async function joined(by: string, business: Business, role: BusinessRole): Promise<string> {
  const id = await bank.member(role);
  await bank.people.answerInvitation(id, await link(by, business, role), true);
  return id;
}

async function given(from: string, { id }: Business, to: string): Promise<string> {
  const offered = await bank.people.offerOwnership(from, id, to);
  if (offered.kind !== 'done') throw new Error(offered.kind);
  return offered.offer.id;
}

const t = createTranslations({ onProblem: ({ key }) => expect.fail(key) }).translator('fa');
/** What a notice is told as, if it is told at all. */
const shown = (memberId: string, notice: BusinessNotice) => renderNotice(bank, notice, { memberId, t });

const roleNow = async ({ id }: Business, memberId: string) => {
  const found = await bank.businesses.find(id);
  return found && roleIn(found, memberId);
};

/** What a stranger meets who reads an invitation and takes it, and what they are in the business then. */
async function tried(hash: string, business: Business) {
  const guest = await bank.member('مهمان');
  const { kind: read } = await bank.people.readInvitation(guest, hash);
  const { kind: answered } = await bank.people.answerInvitation(guest, hash, true);
  return { read, answered, role: await roleNow(business, guest) };
}
const REFUSED = { read: 'gone', answered: 'gone', role: null };

describe('an invitation', () => {
  it('lets nobody into the business that its own was merged into', async () => {
    const [owner, other] = [await bank.member(), await bank.member()];
    const kept = await bank.register(owner);
    const gone = await bank.register(other);
    const hash = await link(other, gone, 'owner');
    await bank.duplicates.mergeAgreed({ actorId: owner, ownerId: other, from: gone.id, into: kept.id, source: 'test' });
    expect(await tried(hash, kept)).toEqual(REFUSED);
  });

  it('counts no more once its sender was removed, or may not give that role any longer', async () => {
    const owner = await bank.member();
    const business = await bank.register(owner);
    const manager = await joined(owner, business, 'manager');
    const [asOwner, asEmployee] = [await link(owner, business, 'owner'), await link(owner, business, 'employee')];
    const ofManager = await link(manager, business, 'employee');
    await bank.people.answerOffer(manager, await given(owner, business, manager), true);
    expect(await tried(asOwner, business)).toEqual(REFUSED);
    const guest = await bank.member();
    expect((await bank.people.answerInvitation(guest, ofManager, true)).kind).toBe('done');
    await bank.people.remove(manager, business.id, owner);
    expect(await tried(asEmployee, business)).toEqual(REFUSED);
  });

  it('counts no more once its sender is deleted', async () => {
    const owner = await bank.member();
    const business = await bank.register(owner);
    await joined(owner, business, 'owner');
    const hash = await link(owner, business, 'owner');
    await createLeaving({ connection: bank.connection, audit: bank.audit }).forgetMember(owner);
    expect(await tried(hash, business)).toEqual(REFUSED);
  });

  it('still counts where its sender became one with another member', async () => {
    const [owner, same, guest] = [await bank.member(), await bank.member(), await bank.member()];
    const business = await bank.register(owner);
    const hash = await link(owner, business, 'manager');
    await bank.businesses.moveMember(owner, same);
    expect((await bank.people.answerInvitation(guest, hash, true)).kind).toBe('done');
    expect(await roleNow(business, guest)).toBe('manager');
  });
});

describe('a transfer', () => {
  it('gives nobody the business that its own was merged into', async () => {
    const owner = await bank.member();
    const large = await bank.register(owner);
    const small = await bank.register(owner);
    const heir = await joined(owner, small, 'employee');
    const offer = await given(owner, small, heir);
    await bank.people.askToJoin(owner, large.id, small.id);
    expect(await roleNow(large, heir)).toBe('employee');
    expect((await bank.people.answerOffer(heir, offer, true)).kind).toBe('gone');
    expect([await roleNow(large, owner), await roleNow(large, heir)]).toEqual(['owner', 'employee']);
  });

  it('counts no more once whom it was made to has been removed, though they came back', async () => {
    const owner = await bank.member();
    const business = await bank.register(owner);
    const manager = await joined(owner, business, 'manager');
    const heir = await joined(owner, business, 'employee');
    const offer = await given(owner, business, heir);
    bank.later(1);
    await bank.people.remove(owner, business.id, heir);
    await bank.people.answerInvitation(heir, await link(manager, business, 'employee'), true);
    expect((await bank.people.answerOffer(heir, offer, true)).kind).toBe('gone');
    expect([await roleNow(business, owner), await roleNow(business, heir)]).toEqual(['owner', 'employee']);
  });

  it('counts no more once who made it is no owner', async () => {
    const owner = await bank.member();
    const business = await bank.register(owner);
    await joined(owner, business, 'owner');
    const heir = await joined(owner, business, 'manager');
    const offer = await given(owner, business, heir);
    await bank.people.leave(owner, business.id);
    expect((await bank.people.answerOffer(heir, offer, true)).kind).toBe('gone');
    expect(await roleNow(business, heir)).toBe('manager');
  });
});

describe('an answer that is given again', () => {
  it('takes the ownership once, though it was given back since', async () => {
    const owner = await bank.member();
    const business = await bank.register(owner);
    const heir = await joined(owner, business, 'manager');
    const offer = await given(owner, business, heir);
    await bank.people.answerOffer(heir, offer, true);
    await bank.people.answerOffer(owner, await given(heir, business, owner), true);
    await bank.people.answerOffer(heir, offer, true);
    expect([await roleNow(business, owner), await roleNow(business, heir)]).toEqual(['owner', 'manager']);
  });

  it('takes in once, though who was taken in has been removed since', async () => {
    const [owner, guest, asker] = [await bank.member(), await bank.member(), await bank.member()];
    const business = await bank.register(owner);
    const hash = await link(owner, business, 'manager');
    await bank.people.answerInvitation(guest, hash, true);
    await bank.people.remove(owner, business.id, guest);
    expect((await bank.people.answerInvitation(guest, hash, true)).kind).toBe('gone');
    const asked = await bank.people.askToJoin(asker, business.id, null);
    if (asked.kind !== 'done') throw new Error(asked.kind);
    await bank.people.answerOffer(owner, asked.offer.id, true);
    await bank.people.remove(owner, business.id, asker);
    await bank.people.answerOffer(owner, asked.offer.id, true);
    expect([await roleNow(business, guest), await roleNow(business, asker)]).toEqual([null, null]);
  });

  it('is carried out where a crash came between the yes and what it lets', async () => {
    const [owner, guest] = [await bank.member(), await bank.member()];
    const business = await bank.register(owner);
    const heir = await joined(owner, business, 'manager');
    const [hash, offer] = [await link(owner, business, 'employee'), await given(owner, business, heir)];
    const stored = createOffers({ connection: bank.connection, now: () => new Date() });
    await stored.answerInvitation(hash, guest, true);
    expect((await bank.people.answerInvitation(guest, hash, true)).kind).toBe('done');
    await stored.answer(offer, heir, true);
    expect((await bank.people.answerOffer(heir, offer, true)).kind).toBe('done');
    expect([await roleNow(business, guest), await roleNow(business, heir)]).toEqual(['employee', 'owner']);
  });
});

describe('asking to be taken in with what was registered anew', () => {
  /** What the asker reads of what became of it. */
  const told = async (asker: string, offerId: string) => {
    const [message] = await shown(asker, { about: 'answer', offerId });
    return message?.text.text;
  };
  async function asked(by: string, into: Business, own: Business) {
    const outcome = await bank.people.askToJoin(by, into.id, own.id);
    if (outcome.kind !== 'done') throw new Error(outcome.kind);
    return { offer: outcome.offer.id, merges: outcome.merges };
  }

  it('merges nothing that the asker has given away since, and says so', async () => {
    const [seller, owner] = [await bank.member('فروشنده'), await bank.member()];
    const [sold, into] = [await bank.register(seller), await bank.register(owner)];
    const { offer, merges } = await asked(seller, into, sold);
    expect(merges).toBe(true);
    const buyer = await joined(seller, sold, 'owner');
    await bank.people.leave(seller, sold.id);
    expect((await bank.people.answerOffer(owner, offer, true)).kind).toBe('done');
    expect([await roleNow(into, seller), await roleNow(into, buyer)]).toEqual(['employee', null]);
    expect((await bank.businesses.current(sold.id))?.id).toBe(sold.id);
    expect(await told(seller, offer)).toContain('یکی نشد');
  });

  it('merges nothing over the head of another owner, whether there before or since', async () => {
    const [asker, owner] = [await bank.member(), await bank.member()];
    const [own, into] = [await bank.register(asker), await bank.register(owner)];
    const before = await asked(asker, into, own);
    const partner = await joined(asker, own, 'owner');
    const again = await asked(asker, into, own);
    expect([before.merges, again.merges]).toEqual([true, false]);
    await bank.people.answerOffer(owner, again.offer, true);
    expect([await roleNow(into, asker), await roleNow(own, partner)]).toEqual(['employee', 'owner']);
    expect((await bank.businesses.current(own.id))?.id).toBe(own.id);
    expect(await told(asker, again.offer)).not.toContain('یکی نشد');
  });

  it('is looked at again in the very moment of merging', async () => {
    const [asker, owner] = [await bank.member(), await bank.member()];
    const [own, into] = [await bank.register(asker), await bank.register(owner)];
    const partner = await joined(asker, own, 'owner');
    const merge = { actorId: owner, from: own.id, into: into.id, source: 'test' };
    for (const ownerId of [asker, partner, owner])
      expect((await bank.duplicates.mergeAgreed({ ...merge, ownerId })).kind).toBe('moved-on');
    expect((await bank.businesses.current(own.id))?.id).toBe(own.id);
  });

  it('makes one of two records of one owner, and leaves what somebody else owns too', async () => {
    const owner = await bank.member();
    const [kept, shared, alone] = [await bank.register(owner), await bank.register(owner), await bank.register(owner)];
    const partner = await joined(owner, shared, 'owner');
    expect((await bank.people.askToJoin(owner, kept.id, shared.id)).kind).toBe('already');
    expect(await roleNow(kept, partner)).toBeNull();
    expect((await bank.people.askToJoin(owner, kept.id, alone.id)).kind).toBe('merged');
    expect((await bank.businesses.current(alone.id))?.id).toBe(kept.id);
  });

  it('says that nothing was merged to an employee, who may not', async () => {
    const [owner, employee] = [await bank.member(), await bank.member()];
    const business = await bank.register(owner);
    await bank.people.answerInvitation(employee, await link(owner, business, 'employee'), true);
    const own = await bank.register(employee);
    expect((await bank.people.askToJoin(employee, business.id, own.id)).kind).toBe('already');
    expect((await bank.businesses.current(own.id))?.id).toBe(own.id);
  });
});

describe('a notice that waited to be sent', () => {
  it('names who asks to be taken in only to who may still answer', async () => {
    const [owner, asker] = [await bank.member(), await bank.member()];
    const business = await bank.register(owner);
    const manager = await joined(owner, business, 'manager');
    const asked = await bank.people.askToJoin(asker, business.id, null);
    if (asked.kind !== 'done') throw new Error(asked.kind);
    const notice = { about: 'offer' as const, offerId: asked.offer.id };
    expect(await shown(manager, notice)).toHaveLength(1);
    await bank.people.remove(owner, business.id, manager);
    expect([await shown(manager, notice), await shown(owner, notice)]).toMatchObject([[], [{}]]);
  });

  it('offers nobody the ownership of the business that the offered one was merged into', async () => {
    const owner = await bank.member();
    const [large, small] = [await bank.register(owner), await bank.register(owner)];
    const heir = await joined(owner, small, 'employee');
    const notice = { about: 'offer' as const, offerId: await given(owner, small, heir) };
    expect(await shown(heir, notice)).toHaveLength(1);
    await bank.people.askToJoin(owner, large.id, small.id);
    expect(await shown(heir, notice)).toEqual([]);
  });

  it('tells what the secretariat decided only to who may still edit the business', async () => {
    const owner = await bank.member();
    const business = await bank.register(owner);
    const manager = await joined(owner, business, 'manager');
    const notice = { about: 'reviewed' as const, businessId: business.id };
    await bank.people.changeRole(owner, business.id, manager, 'employee');
    expect([await shown(manager, notice), await shown(owner, notice)]).toMatchObject([[], [{}]]);
  });
});
