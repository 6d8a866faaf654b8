import { Types } from 'mongoose';
import { beforeEach, describe, expect, it } from 'vitest';
import { ensureIndexes } from '../../../src/database/indexes.ts';
import { createAudit } from '../../../src/features/audit/audit.service.ts';
import { createBusinesses } from '../../../src/features/businesses/businesses.service.ts';
import { createImportedBusinesses } from '../../../src/features/businesses/imported-businesses.service.ts';
import { countOutcomes, createImport } from '../../../src/features/databank/import.service.ts';
import type { ImportedBusiness, ReadRow } from '../../../src/features/databank/import-row.ts';
import { createImportedMembers } from '../../../src/features/members/imported-members.service.ts';
import { createMembers } from '../../../src/features/members/members.service.ts';
import { useDatabase } from '../../support/database.ts';
import { systemNow } from '../../../src/system-clock.ts';

const database = useDatabase();
const parts = () => {
  const { connection } = database;
  const audit = createAudit({ now: systemNow, connection });
  const members = createImportedMembers({ now: systemNow, connection });
  const businesses = createImportedBusinesses({ now: systemNow, connection });
  return {
    audit,
    members,
    businesses,
    people: createMembers({ now: systemNow, connection }),
    registered: createBusinesses({ now: systemNow, connection }),
    importing: createImport({ members, businesses, audit }),
  };
};

const facts: ImportedBusiness = {
  name: 'داده‌پرداز نو',
  kind: 'company',
  fields: ['network'],
  provinceCode: '03',
  cityCode: '03-tabriz',
  workplace: null,
  headcount: null,
  since: null,
  documents: [],
  companyId: null,
  website: null,
  description: null,
  listed: true,
};
const phoneOf = (n: number) => `+98914${String(n).padStart(7, '0')}`;
const row = (line: number, phone: number | null, business: Partial<ImportedBusiness> | null = {}): ReadRow => ({
  line,
  remarks: [],
  person:
    phone === null ? null : { name: `شخص ${line}`, phone: phoneOf(phone), provinceCode: '03', cityCode: '03-tabriz' },
  business: business && { ...facts, ...business },
});
const ids = { companyId: '99901187850' };
const results = (outcomes: { person: unknown; business: unknown }[]) =>
  outcomes.map(({ person, business }) => [person, business]);

beforeEach(async () => {
  await database.connection.dropDatabase();
  parts();
  await ensureIndexes(database.connection);
});

describe('an import', () => {
  it('adds people without an account or consent, and approved businesses that are theirs', async () => {
    const { importing, members, businesses, people } = parts();
    await importing.run([row(2, 1, { listed: true }), row(3, 2, null), row(4, null, { name: 'بی‌کس' })], {
      dryRun: false,
      source: 'a',
    });
    const [person] = await members.byPhones([phoneOf(1)]);
    expect(person).toMatchObject({ name: 'شخص 2', unclaimed: true });
    expect(await people.find(person?.id ?? '')).toMatchObject({
      accounts: [],
      consent: null,
      registeredAt: null,
      phoneVerifiedAt: null,
      source: 'import',
    });
    expect(await businesses.ofPerson(person?.id ?? '')).toMatchObject([{ name: 'داده‌پرداز نو', role: 'owner' }]);
    expect(await people.reachablePage({ after: null, limit: 10 })).toEqual([]);
  });

  it('run again, also after a stop in the middle, adds nothing', async () => {
    const { importing, audit } = parts();
    const list = [row(2, 1, ids), row(3, 2, { name: 'دو' }), row(4, 3, null)];
    await importing.run(list.slice(0, 1), { dryRun: false, source: 'cut off' });
    expect(countOutcomes(await importing.run(list, { dryRun: false, source: 'a' }))).toMatchObject({
      people: 2,
      businesses: 1,
      there: 1,
    });
    const again = await importing.run(list, { dryRun: false, source: 'a' });
    expect(countOutcomes(again)).toMatchObject({ people: 0, businesses: 0, joined: 0, there: 3 });
    expect(await database.connection.collection('businesses').countDocuments()).toBe(2);
    expect(await database.connection.collection('members').countDocuments()).toBe(3);
    expect((await audit.list({ limit: 10 })).filter(({ subject }) => subject.id === 'a')).toHaveLength(2);
  });

  it('writes nothing on a dry run and says the same as the real one', async () => {
    const { importing } = parts();
    const list = [row(2, 1, ids), row(3, 2, ids), row(4, 1, { name: 'دو' }), row(5, 1, null)];
    const dry = await importing.run(list, { dryRun: true, source: 'a' });
    for (const name of ['members', 'businesses', 'audit'])
      expect(await database.connection.collection(name).countDocuments()).toBe(0);
    expect(results(dry)).toEqual(results(await importing.run(list, { dryRun: false, source: 'a' })));
    expect(results(dry)).toEqual([
      ['added', 'added'],
      ['added', 'joined'],
      ['there', 'added'],
      ['there', null],
    ]);
  });

  it('takes two company numbers for two companies, and a number over a name', async () => {
    const { importing } = parts();
    const outcomes = await importing.run(
      [
        row(2, 1, { companyId: '99901187850' }),
        row(3, 2, { companyId: '99900712711' }),
        row(4, 3, { companyId: '99901187850', name: 'همان به نام دیگر' }),
      ],
      { dryRun: false, source: 'a' },
    );
    expect(results(outcomes)).toEqual([
      ['added', 'added'],
      ['added', 'added'],
      ['added', 'joined'],
    ]);
    expect(outcomes[2]?.sameAs).toBe(2);
  });

  it('does not touch a business that its own people registered', async () => {
    const { importing, registered } = parts();
    const own = await registered.register({
      ...facts,
      documents: [],
      draftId: 'own',
      ownerId: new Types.ObjectId().toHexString(),
    });
    const outcomes = await importing.run([row(2, 1, { name: 'داده‌پرداز  نو' })], { dryRun: false, source: 'a' });
    expect(results(outcomes)).toEqual([['added', 'duplicate']]);
    expect(await registered.find(own.id)).toEqual(own);
  });

  it('keeps a business for a member of that phone to claim, without giving it away', async () => {
    const { importing, people, members, registered } = parts();
    const { id } = await people.identify({ messenger: 'telegram', userId: 5, chatId: 5 });
    await people.saveProfile(id, { name: 'مریم', phone: phoneOf(1), provinceCode: '03', cityCode: '03-tabriz' });
    await importing.run([row(2, 1)], { dryRun: false, source: 'a' });
    expect(await registered.ofMember(id)).toEqual([]);
    const waiting = (await members.byPhones([phoneOf(1)])).filter(({ unclaimed }) => unclaimed);
    expect(waiting).toHaveLength(1);
  });

  it('leaves refused rows out and goes on with the others', async () => {
    const { importing } = parts();
    const refused = { ...row(2, 1), remarks: [{ column: null, code: 'phone' as const, value: '', error: true }] };
    const outcomes = await importing.run([refused, row(3, 2)], { dryRun: false, source: 'a' });
    expect(countOutcomes(outcomes)).toMatchObject({ rows: 2, refused: 1, people: 1, businesses: 1 });
  });
});
