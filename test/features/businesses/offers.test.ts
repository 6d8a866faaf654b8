import { describe, expect, it } from 'vitest';
import { hashOf } from '../../../src/features/businesses/business-people.service.ts';
import { createLeaving } from '../../../src/features/businesses/leaving.service.ts';
import { roleIn, type Business, type BusinessRole } from '../../../src/features/businesses/businesses.service.ts';
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
    await bank.duplicates.mergeAgreed({ actorId: owner, from: gone.id, into: kept.id, source: 'test' });
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
