import { Types } from 'mongoose';
import { beforeEach, describe, expect, it } from 'vitest';
import { ensureIndexes } from '../../../src/database/indexes.ts';
import { createAudit } from '../../../src/features/audit/audit.service.ts';
import { createBusinesses } from '../../../src/features/businesses/businesses.service.ts';
import { createImportedBusinesses } from '../../../src/features/businesses/imported-businesses.service.ts';
import { createClaims, type ClaimsDeps } from '../../../src/features/databank/claims.service.ts';
import { createImportedMembers } from '../../../src/features/members/imported-members.service.ts';
import { createMembers } from '../../../src/features/members/members.service.ts';
import { useDatabase } from '../../support/database.ts';
import { systemNow } from '../../../src/system-clock.ts';

const database = useDatabase();
const PHONE = '+989141234567';
const IMPORTED = new Types.ObjectId().toHexString();

function parts(changed: Partial<ClaimsDeps> = {}) {
  const { connection } = database;
  const members = createMembers({ now: systemNow, connection });
  const businesses = createBusinesses({ now: systemNow, connection });
  const importedMembers = createImportedMembers({ now: systemNow, connection });
  const importedBusinesses = createImportedBusinesses({ now: systemNow, connection });
  const claims = createClaims({
    now: systemNow,
    connection,
    members,
    importedMembers,
    importedBusinesses,
    moveInBusinesses: (from, to) => businesses.moveMember(from, to),
    giveNumber: () => Promise.resolve(null),
    audit: createAudit({ now: systemNow, connection }),
    ...changed,
  });
  return { connection, members, businesses, importedMembers, importedBusinesses, claims };
}

async function guest(userId: number): Promise<string> {
  return (await parts().members.identify({ messenger: 'telegram', userId, chatId: userId })).id;
}

beforeEach(async () => {
  await database.connection.dropDatabase();
  const { connection, importedMembers, importedBusinesses } = parts();
  await ensureIndexes(connection);
  await importedMembers.add([
    { id: IMPORTED, name: 'مریم احمدی', phone: PHONE, provinceCode: '03', cityCode: '03-tabriz' },
  ]);
  await importedBusinesses.add([
    {
      id: new Types.ObjectId().toHexString(),
      ownerId: IMPORTED,
      facts: {
        name: 'نو',
        kind: 'shop',
        fields: ['repair'],
        provinceCode: '03',
        cityCode: '03-tabriz',
        workplace: null,
        headcount: null,
        since: null,
        documents: [],
        companyId: null,
        website: null,
        description: null,
        listed: false,
      },
    },
  ]);
});

describe('a claim', () => {
  it.each(['moveInBusinesses', 'giveNumber', 'giveUp'] as const)(
    'that was cut off at %s is finished by the same press',
    async (step) => {
      const { members, businesses, importedMembers, claims } = parts();
      const cutOff = () => Promise.reject(new Error('cut off'));
      const broken = parts(
        step === 'giveUp' ? { importedMembers: { ...importedMembers, giveUp: cutOff } } : { [step]: cutOff },
      ).claims;
      const memberId = await guest(1);
      const claim = await claims.offer({ memberId, phone: PHONE });
      await expect(broken.answer(memberId, claim?.id ?? '', true)).rejects.toThrow('cut off');
      expect(await claims.answer(memberId, claim?.id ?? '', true)).toMatchObject({ kind: 'joined' });

      expect(await businesses.ofMember(memberId)).toMatchObject([
        { name: 'نو', people: [{ memberId, role: 'owner' }] },
      ]);
      expect(await businesses.ofMember(IMPORTED)).toEqual([]);
      expect(await members.find(memberId)).toMatchObject({ name: 'مریم احمدی', phone: PHONE });
      expect(await importedMembers.byPhones([PHONE])).toMatchObject([{ id: memberId, unclaimed: false }]);
      expect(await database.connection.collection('audit').countDocuments({ act: 'databank.claim' })).toBe(1);
    },
  );

  it('is one person’s, however many say yes at once', async () => {
    const { claims, businesses } = parts();
    const people = await Promise.all([1, 2, 3, 4, 5].map(guest));
    const offers = await Promise.all(people.map((memberId) => claims.offer({ memberId, phone: PHONE })));
    const outcomes = await Promise.all(
      people.map((memberId, index) => claims.answer(memberId, offers[index]?.id ?? '', true)),
    );
    expect(outcomes.filter(({ kind }) => kind === 'joined')).toHaveLength(1);
    const [business] = await database.connection.collection('businesses').find().toArray();
    expect(business?.people).toHaveLength(1);
    const owned = await Promise.all(people.map((memberId) => businesses.ofMember(memberId)));
    expect(owned.flat()).toHaveLength(1);
  });

  it('leaves a member’s own name as the member wrote it', async () => {
    const { claims, members } = parts();
    const memberId = await guest(1);
    await members.saveProfile(memberId, { name: 'مریم ا.', phone: PHONE, provinceCode: '06', cityCode: '06-ahvaz' });
    const claim = await claims.offer({ memberId, phone: PHONE });
    await claims.answer(memberId, claim?.id ?? '', true);
    expect(await members.find(memberId)).toMatchObject({ name: 'مریم ا.', cityCode: '06-ahvaz' });
  });

  describe('counts the number as it is proved now', () => {
    const DAYS = 86_400_000;
    const START = new Date('2026-06-01T08:00:00Z').getTime();
    const at = (day: number) => () => new Date(START + day * DAYS);
    const profile = { name: 'مریم ا.', provinceCode: '06', cityCode: '06-ahvaz' };

    /** The list came on the first day; the member proved the number on `day`. */
    async function provedOn(day: number) {
      await database.connection.collection('members').updateMany({}, { $set: { createdAt: at(0)() } });
      const memberId = await guest(1);
      const membersThen = createMembers({ connection: database.connection, now: at(day) });
      await membersThen.saveProfile(memberId, { ...profile, phone: PHONE });
      const claim = await parts({ now: at(day) }).claims.offer({ memberId, phone: PHONE });
      return { memberId, claimId: claim?.id ?? '' };
    }
    const answerOn = (day: number, { memberId, claimId }: { memberId: string; claimId: string }) =>
      parts({ now: at(day) }).claims.answer(memberId, claimId, true);

    it.each([
      ['90 days ago', 1, 91, 'joined'],
      ['longer ago', 1, 92, 'prove'],
      ['before the list came', -1, 2, 'prove'],
    ] as const)('that was proved %s', async (_when, proved, answered, kind) => {
      const offered = await provedOn(proved);
      expect((await answerOn(answered, offered)).kind).toBe(kind);
      const record = await parts().importedMembers.find(IMPORTED);
      expect(record?.unclaimed ?? false).toBe(kind === 'prove');
    });

    it('that was changed since, or that another has proved since', async () => {
      const changed = await provedOn(1);
      const later = createMembers({ connection: database.connection, now: at(3) });
      await later.provePhone(changed.memberId, '+989140009999');
      expect(await answerOn(4, changed)).toEqual({ kind: 'prove' });

      await later.provePhone(changed.memberId, PHONE);
      const heir = await guest(2);
      await createMembers({ connection: database.connection, now: at(5) }).saveProfile(heir, {
        ...profile,
        phone: PHONE,
      });
      expect(await answerOn(6, changed)).toEqual({ kind: 'prove' });
      expect((await parts().members.identify({ messenger: 'telegram', userId: 1, chatId: 1 })).provenPhone).toBeNull();
    });

    it('and an officer looks at the business before it is shown again', async () => {
      const offered = await provedOn(1);
      const { businesses } = parts();
      expect(await businesses.ofMember(IMPORTED)).toMatchObject([{ status: 'approved' }]);
      expect((await answerOn(2, offered)).kind).toBe('joined');
      expect(await businesses.ofMember(offered.memberId)).toMatchObject([{ status: 'waiting' }]);
    });
  });
});
