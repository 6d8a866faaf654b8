import { describe, expect, it } from 'vitest';
import { hashOf } from '../../../src/features/businesses/business-people.service.ts';
import { roleIn, type Business, type BusinessRole } from '../../../src/features/businesses/businesses.service.ts';
import { report, useDataBank } from './support.ts';

const bank = useDataBank();

/** A business with an owner, a manager, two employees and a stranger beside it. */
async function staffed() {
  const owner = await bank.member('مالک');
  const business = await bank.register(owner);
  const join = async (role: BusinessRole) => {
    const id = await bank.member(role);
    const invited = await bank.people.invite(owner, business.id, role);
    if (invited.kind !== 'invited') throw new Error(`An owner may invite a ${role}`);
    await bank.people.answerInvitation(id, hashOf(invited.token), true);
    return id;
  };
  return {
    business,
    owner,
    manager: await join('manager'),
    employee: await join('employee'),
    other: await join('employee'),
    stranger: await bank.member('غریبه'),
  };
}

const current = async (business: Business): Promise<Business> => {
  const found = await bank.businesses.find(business.id);
  if (!found) throw new Error('The business is there');
  return found;
};

describe('an invitation', () => {
  it('is taken by one of twenty who press at once', async () => {
    const owner = await bank.member();
    const business = await bank.register(owner);
    const invited = await bank.people.invite(owner, business.id, 'manager');
    if (invited.kind !== 'invited') throw new Error('An owner may invite');
    const guests = await Promise.all(Array.from({ length: 20 }, () => bank.member()));
    const outcomes = await Promise.all(
      guests.map((guest) => bank.people.answerInvitation(guest, hashOf(invited.token), true)),
    );
    expect(outcomes.filter(({ kind }) => kind === 'done')).toHaveLength(1);
    expect((await current(business)).people.map(({ role }) => role)).toEqual(['owner', 'manager']);
  });

  it('takes somebody in once, however often they press', async () => {
    const owner = await bank.member();
    const business = await bank.register(owner);
    const invited = await bank.people.invite(owner, business.id, 'employee');
    if (invited.kind !== 'invited') throw new Error('An owner may invite');
    const guest = await bank.member();
    await Promise.all(
      Array.from({ length: 20 }, () => bank.people.answerInvitation(guest, hashOf(invited.token), true)),
    );
    expect((await current(business)).people).toHaveLength(2);
  });

  it('is not burned by its own sender, and lapses after seven days', async () => {
    const owner = await bank.member();
    const business = await bank.register(owner);
    const invited = await bank.people.invite(owner, business.id, 'employee');
    if (invited.kind !== 'invited') throw new Error('An owner may invite');
    expect((await bank.people.answerInvitation(owner, hashOf(invited.token), true)).kind).toBe('already');
    const guest = await bank.member();
    expect((await bank.people.readInvitation(guest, hashOf(invited.token))).kind).toBe('done');
    bank.later(8);
    expect((await bank.people.readInvitation(guest, hashOf(invited.token))).kind).toBe('gone');
    expect((await bank.people.answerInvitation(guest, hashOf(invited.token), true)).kind).toBe('gone');
  });

  it('is kept by its hash alone, and declined it is used', async () => {
    const owner = await bank.member();
    const business = await bank.register(owner);
    const invited = await bank.people.invite(owner, business.id, 'employee');
    if (invited.kind !== 'invited') throw new Error('An owner may invite');
    const guest = await bank.member();
    expect((await bank.people.readInvitation(guest, invited.token)).kind).toBe('gone');
    expect((await bank.people.answerInvitation(guest, hashOf(invited.token), false)).kind).toBe('done');
    expect((await bank.people.answerInvitation(guest, hashOf(invited.token), true)).kind).toBe('gone');
    expect((await current(business)).people).toHaveLength(1);
  });
});

describe('what each role may do', () => {
  const roles = ['owner', 'manager', 'employee', 'stranger'] as const;
  type Who = (typeof roles)[number];
  const acts: Record<
    string,
    { may: Who[]; act: (team: Awaited<ReturnType<typeof staffed>>, who: string) => Promise<{ kind: string }> }
  > = {
    'invite an owner': { may: ['owner'], act: ({ business }, who) => bank.people.invite(who, business.id, 'owner') },
    'invite a manager': { may: ['owner'], act: ({ business }, who) => bank.people.invite(who, business.id, 'manager') },
    'invite an employee': {
      may: ['owner', 'manager'],
      act: ({ business }, who) => bank.people.invite(who, business.id, 'employee'),
    },
    'make an employee a manager': {
      may: ['owner'],
      act: ({ business, other }, who) => bank.people.changeRole(who, business.id, other, 'manager'),
    },
    'make somebody an owner without asking': {
      may: [],
      act: ({ business, other }, who) => bank.people.changeRole(who, business.id, other, 'owner'),
    },
    'remove an employee': {
      may: ['owner', 'manager'],
      act: ({ business, other }, who) => bank.people.remove(who, business.id, other),
    },
    'remove the owner': { may: [], act: ({ business, owner }, who) => bank.people.remove(who, business.id, owner) },
    'offer the ownership': {
      may: ['owner'],
      act: ({ business, other }, who) => bank.people.offerOwnership(who, business.id, other),
    },
    'edit it': {
      may: ['owner', 'manager'],
      act: ({ business }, who) => bank.businesses.edit(who, business.id, { ...business, description: 'کار ما' }),
    },
    'leave it': { may: ['manager', 'employee'], act: ({ business }, who) => bank.people.leave(who, business.id) },
  };
  for (const [name, { may, act }] of Object.entries(acts))
    it(`${name}: ${may.join(', ') || 'nobody'}`, async () => {
      for (const role of roles) {
        const team = await staffed();
        const { kind } = await act(team, team[role]);
        const done = ['done', 'invited', 'saved'].includes(kind);
        expect({ role, done }).toEqual({ role, done: may.includes(role) });
      }
    });
});

describe('the owner', () => {
  it('may not leave alone, and of two who leave at once one stays', async () => {
    const { business, owner } = await staffed();
    expect((await bank.people.leave(owner, business.id)).kind).toBe('only-owner');
    const partner = await bank.member();
    const invited = await bank.people.invite(owner, business.id, 'owner');
    if (invited.kind !== 'invited') throw new Error('An owner may invite');
    await bank.people.answerInvitation(partner, hashOf(invited.token), true);
    const outcomes = await Promise.all([owner, partner].map((one) => bank.people.leave(one, business.id)));
    expect(outcomes.map(({ kind }) => kind).toSorted()).toEqual(['done', 'only-owner']);
    expect((await current(business)).people.filter(({ role }) => role === 'owner')).toHaveLength(1);
  });

  it('gives the ownership away only to who agrees, once', async () => {
    const { business, owner, manager, employee } = await staffed();
    const offered = await bank.people.offerOwnership(owner, business.id, employee);
    if (offered.kind !== 'done') throw new Error('An owner may offer');
    expect(roleIn(await current(business), employee)).toBe('employee');
    expect((await bank.people.answerOffer(manager, offered.offer.id, true)).kind).toBe('forbidden');
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => bank.people.answerOffer(employee, offered.offer.id, true)),
    );
    expect(answers.some(({ kind }) => kind === 'done')).toBe(true);
    const after = await current(business);
    expect([roleIn(after, owner), roleIn(after, employee)]).toEqual(['manager', 'owner']);
    expect((await bank.people.answerOffer(employee, offered.offer.id, false)).kind).toBe('gone');
  });

  it('takes an offer back by making another', async () => {
    const { business, owner, manager, employee } = await staffed();
    const first = await bank.people.offerOwnership(owner, business.id, employee);
    await bank.people.offerOwnership(owner, business.id, manager);
    if (first.kind !== 'done') throw new Error('An owner may offer');
    expect((await bank.people.answerOffer(employee, first.offer.id, true)).kind).toBe('gone');
  });
});

describe('asking to be taken in', () => {
  it('merges what was registered twice once an owner agrees, and keeps its cases', async () => {
    const { business, manager } = await staffed();
    const asker = await bank.member('جاسم');
    const again = await bank.register(asker, { name: business.name });
    const filed = await report(bank, { reporterId: asker, businessId: again.id });
    const asked = await bank.people.askToJoin(asker, business.id, again.id);
    if (asked.kind !== 'done') throw new Error('A stranger may ask');
    expect((await bank.people.answerOffer(asker, asked.offer.id, true)).kind).toBe('forbidden');
    expect((await bank.people.answerOffer(manager, asked.offer.id, true)).kind).toBe('done');
    expect(roleIn(await current(business), asker)).toBe('employee');
    expect((await bank.businesses.current(again.id))?.id).toBe(business.id);
    expect((await bank.obstacles.find(filed.id))?.businessId).toBe(business.id);
  });

  it('leaves the registration where it is when it is declined', async () => {
    const { business, owner } = await staffed();
    const asker = await bank.member('جاسم');
    const again = await bank.register(asker, { name: business.name });
    const asked = await bank.people.askToJoin(asker, business.id, again.id);
    if (asked.kind !== 'done') throw new Error('A stranger may ask');
    await bank.people.answerOffer(owner, asked.offer.id, false);
    expect(roleIn(await current(business), asker)).toBeNull();
    expect((await current(again)).status).toBe('waiting');
  });
});
