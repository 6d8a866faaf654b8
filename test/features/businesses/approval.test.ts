import { describe, expect, it } from 'vitest';
import { Types } from 'mongoose';
import { OFFICER, report, useDataBank } from './support.ts';

const bank = useDataBank();
const officers = Array.from({ length: 20 }, () => ({ ...OFFICER, id: new Types.ObjectId().toHexString() }));

describe('a decision on a registration', () => {
  it('is made once by twenty officers who press at once, numbered, told and recorded once', async () => {
    const owner = await bank.member();
    const business = await bank.register(owner);
    const outcomes = await Promise.all(
      officers.map((officer, index) =>
        bank.approval.decide(officer, business.id, {
          version: business.version,
          decision: index % 2 === 0 ? { to: 'approved' } : { to: 'refused', reason: 'بیرون از حوزه' },
          source: `press-${business.id}-${index}`,
        }),
      ),
    );
    expect(outcomes.filter(({ kind }) => kind === 'done')).toHaveLength(1);
    expect(outcomes.filter(({ kind }) => kind === 'moved-on')).toHaveLength(19);
    const notices = [...bank.told.values()].filter(({ memberId }) => memberId === owner);
    expect(notices).toEqual([{ memberId: owner, payload: { about: 'reviewed', businessId: business.id } }]);
    expect(await bank.audit.list({ subject: { kind: 'business', id: business.id }, limit: 50 })).toHaveLength(1);
  });

  it('gives every member a number of their own, and the same one again', async () => {
    const owners = await Promise.all(Array.from({ length: 20 }, () => bank.member()));
    await Promise.all(
      owners.map(async (owner, index) => {
        const business = await bank.register(owner);
        const second = await bank.register(owner);
        for (const { id, version } of [business, second])
          await bank.approval.decide(OFFICER, id, {
            version,
            decision: { to: 'approved' },
            source: `number-${index}-${id}`,
          });
      }),
    );
    const numbers = await Promise.all(owners.map(async (id) => (await bank.members.find(id))?.membershipNumber));
    expect(new Set(numbers).size).toBe(20);
    expect(numbers.every((number) => /^\d{4,}$/.test(number ?? ''))).toBe(true);
  });

  it('worked again after a crash says the same and tells nobody twice', async () => {
    const owner = await bank.member();
    const { id, version } = await bank.register(owner);
    const decide = () =>
      bank.approval.decide(OFFICER, id, { version, decision: { to: 'approved' }, source: `again-${id}` });
    expect([(await decide()).kind, (await decide()).kind]).toEqual(['done', 'done']);
    expect([...bank.told.values()].filter(({ memberId }) => memberId === owner)).toHaveLength(1);
    expect(await bank.audit.list({ subject: { kind: 'business', id }, limit: 50 })).toHaveLength(1);
  });

  it('is not made on a version that the officer has not seen', async () => {
    const owner = await bank.member();
    const business = await bank.register(owner);
    await bank.businesses.edit(owner, business.id, { ...business, name: 'نام تازهٔ دیگر' });
    const outcome = await bank.approval.decide(OFFICER, business.id, {
      version: business.version,
      decision: { to: 'approved' },
      source: `old-${business.id}`,
    });
    expect(outcome).toMatchObject({ kind: 'moved-on', business: { status: 'waiting', name: 'نام تازهٔ دیگر' } });
  });

  it.each([[[]], [['council']]] as const)('is not for %s', async (roles) => {
    const business = await bank.register(await bank.member());
    const actor = { id: new Types.ObjectId().toHexString(), roles };
    expect(await bank.approval.queue(actor, { skip: 0, limit: 1 })).toBeNull();
    expect(await bank.approval.waiting(actor)).toBeNull();
    expect(await bank.approval.find(actor, business.id)).toBeNull();
    const decision = { version: 1, decision: { to: 'approved' }, source: 'x' } as const;
    expect((await bank.approval.decide(actor, business.id, decision)).kind).toBe('forbidden');
    const other = await bank.register(await bank.member());
    const merge = { from: business.id, into: other.id, source: 'x' };
    expect((await bank.duplicates.mergeBusinesses(actor, merge)).kind).toBe('forbidden');
    expect((await bank.duplicates.mergeMembers(actor, merge)).kind).toBe('forbidden');
  });
});

describe('an edit', () => {
  it('of name, kind or company ID waits for approval again; anything else counts at once', async () => {
    const owner = await bank.member();
    for (const [change, status] of [
      [{ description: 'نرم‌افزار می‌سازیم' }, 'approved'],
      [{ headcount: 7 }, 'approved'],
      [{ name: 'نام دیگر' }, 'waiting'],
      [{ kind: 'startup' }, 'waiting'],
      [{ companyId: '99900712711' }, 'waiting'],
    ] as const) {
      const business = await bank.register(owner);
      const source = `edit-${business.id}`;
      await bank.approval.decide(OFFICER, business.id, { version: 1, decision: { to: 'approved' }, source });
      const edited = await bank.businesses.edit(owner, business.id, { ...business, ...change });
      expect(edited).toMatchObject({ kind: 'saved', waits: status === 'waiting', business: { status, ...change } });
    }
  });

  it('that answers a correction goes back to the queue', async () => {
    const owner = await bank.member();
    const business = await bank.register(owner);
    await bank.approval.decide(OFFICER, business.id, {
      version: 1,
      decision: { to: 'correction', fields: ['website'], reason: 'نشانی باز نمی‌شود' },
      source: `correct-${business.id}`,
    });
    const edited = await bank.businesses.edit(owner, business.id, { ...business, website: 'https://example.ir' });
    expect(edited).toMatchObject({ kind: 'saved', waits: true, business: { status: 'waiting', version: 2 } });
  });
});

describe('duplicates', () => {
  it('are found by company ID, by name and city however they are typed, and by phone', async () => {
    const first = await bank.register(await bank.member('مالک', '+989121111111'), {
      name: 'شرکت نرم‌افزاری كارون',
      companyId: '99900316762',
    });
    const byId = await bank.register(await bank.member(), { companyId: '99900316762' });
    const byName = await bank.register(await bank.member(), { name: 'شركت نرم‌افزاري کارون' });
    const elsewhere = await bank.register(await bank.member(), {
      name: 'شرکت نرم‌افزاری کارون',
      cityCode: '06-ahvaz',
    });
    const byPhone = await bank.register(await bank.member('همان', '+989121111111'));
    const like = async (business: typeof first) =>
      (await bank.duplicates.of(business)).map(({ business, by }) => [business.id, by]);
    expect(await like(byId)).toEqual([[first.id, 'companyId']]);
    expect(await like(byName)).toEqual([[first.id, 'name']]);
    expect(await like(byPhone)).toEqual([[first.id, 'phone']]);
    expect(await like(elsewhere)).toEqual([]);
  });

  it('become one without losing a person, a document or a case, and leave a record', async () => {
    const [one, two] = [await bank.member(), await bank.member()];
    const kept = await bank.register(one, { name: 'فروشگاه ارس' });
    const gone = await bank.register(two, {
      name: 'فروشگاه ارس',
      website: 'https://aras.ir',
      documents: [{ kind: 'enamad', number: '12', issuer: null, expiresOn: null }],
    });
    const cases = await Promise.all(
      [gone, gone, kept].map((business) => report(bank, { reporterId: two, businessId: business.id })),
    );
    const merge = () =>
      bank.duplicates.mergeBusinesses(OFFICER, { from: gone.id, into: kept.id, source: `merge-${gone.id}` });
    const outcomes = await Promise.all(Array.from({ length: 5 }, merge));
    expect(outcomes.every(({ kind }) => kind === 'merged')).toBe(true);
    const after = await bank.businesses.find(kept.id);
    expect(after).toMatchObject({ website: 'https://aras.ir', documents: [{ kind: 'enamad' }] });
    expect(after?.people.map(({ memberId }) => memberId).toSorted()).toEqual([one, two].toSorted());
    for (const { id } of cases) expect((await bank.obstacles.find(id))?.businessId).toBe(kept.id);
    expect((await bank.businesses.ofMember(two)).map(({ id }) => id)).toEqual([kept.id]);
    const [entry, ...more] = await bank.audit.list({ subject: { kind: 'business', id: gone.id }, limit: 50 });
    expect(more).toEqual([]);
    expect(entry).toMatchObject({
      act: 'business.merge',
      actorId: OFFICER.id,
      before: { from: { name: 'فروشگاه ارس' } },
      after: { mergedInto: kept.id },
    });
  });

  it('merged both ways at once leave one of the two', async () => {
    const [a, b] = [await bank.register(await bank.member()), await bank.register(await bank.member())];
    await Promise.all([
      bank.duplicates.mergeBusinesses(OFFICER, { from: a.id, into: b.id, source: `ab-${a.id}` }),
      bank.duplicates.mergeBusinesses(OFFICER, { from: b.id, into: a.id, source: `ba-${a.id}` }),
    ]);
    const merged = (await Promise.all([a, b].map(({ id }) => bank.businesses.find(id)))).filter(
      (business) => business?.status === 'merged',
    );
    expect(merged.length).toBeLessThan(2);
  });

  it('of a person become one: businesses, the stronger role and cases go along', async () => {
    const phone = '+989122222222';
    const [old, own] = [await bank.member('مریم', phone), await bank.member('مریم', phone, 'telegram')];
    const shared = await bank.register(old);
    const { people } = bank;
    const asked = await people.askToJoin(own, shared.id, null);
    if (asked.kind !== 'done') throw new Error('A stranger may ask');
    await people.answerOffer(old, asked.offer.id, true);
    const alone = await bank.register(old);
    const filed = await report(bank, { reporterId: old, businessId: alone.id });
    await bank.duplicates.mergeMembers(OFFICER, { from: old, into: own, source: `member-${old}` });
    expect(await bank.businesses.ofMember(old)).toEqual([]);
    for (const { id } of [shared, alone])
      expect((await bank.businesses.find(id))?.people).toMatchObject([{ memberId: own, role: 'owner' }]);
    expect((await bank.obstacles.find(filed.id))?.reporterId).toBe(own);
  });
});
