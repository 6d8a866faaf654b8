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

const stored = async () => ({
  people: await database.connection.collection('members').countDocuments(),
  businesses: await database.connection.collection('businesses').countDocuments(),
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

  it.each(['businesses', 'employees'] as const)('that was cut off before its %s doubles nothing', async (where) => {
    const { importing, members, businesses, audit } = parts();
    const list = [row(2, 1), row(3, 2), row(4, 3, { name: 'دو' })];
    const broken = () => Promise.reject(new Error('killed'));
    const cutOff = createImport({
      members,
      businesses: { ...businesses, ...(where === 'businesses' ? { add: broken } : { addEmployee: broken }) },
      audit,
    });
    await expect(cutOff.run(list, { dryRun: false, source: 'a' })).rejects.toThrow('killed');
    await importing.run(list, { dryRun: false, source: 'a' });
    expect(await stored()).toEqual({ people: 3, businesses: 2 });
    const [shared] = await businesses.like([facts]);
    expect(shared?.memberIds).toHaveLength(2);
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

  it('counts what the database holds, not what was decided', async () => {
    const { importing } = parts();
    const outcomes = await importing.run(
      [
        row(2, 1),
        // What no reader gives, and no schema takes.
        row(3, 2, { name: 'دو', since: Number.NaN }),
        row(4, null, { name: 'سه'.repeat(61) }),
        row(5, 3, { name: 'چهار' }),
        row(6, 4, { name: 'دو', since: Number.NaN }),
      ],
      { dryRun: false, source: 'a' },
    );
    const counts = countOutcomes(outcomes);
    expect({ people: counts.people, businesses: counts.businesses }).toEqual(await stored());
    expect(counts).toMatchObject({ rows: 5, added: 4, refused: 1, people: 4, businesses: 2 });
    expect(counts.added + counts.joined + counts.duplicates + counts.there + counts.refused).toBe(counts.rows);
    const told = outcomes.map(({ notes }) => notes.map(({ code }) => code));
    expect([told[0], told[1], told[2]]).toEqual([[], ['notStored'], ['notStored']]);
    expect(outcomes[4]?.business).toBe(null);
  });

  const named = (line: number, name: string, business: Partial<ImportedBusiness> | null): ReadRow => {
    const read = row(line, 1, business);
    return { ...read, person: read.person && { ...read.person, name } };
  };
  const codesOf = (outcomes: { notes: { code: string }[] }[]) =>
    outcomes.map(({ notes }) => notes.map(({ code }) => code));

  it('gives nobody a business for the number alone, and says so', async () => {
    const { importing, members, businesses } = parts();
    await importing.run([named(2, 'مریم احمدی', null)], { dryRun: false, source: 'a' });
    const list = [
      named(2, 'مهندس مریم احمدی', { name: 'از آن او' }),
      named(3, 'علی نوری', { name: 'از آن دیگری' }),
      named(4, 'علی نوری', null),
    ];
    const outcomes = await importing.run(list, { dryRun: false, source: 'b' });
    expect(codesOf(outcomes)).toEqual([[], ['otherNameKnown', 'noOwner'], ['otherNameKnown']]);
    const [maryam] = await members.byPhones([phoneOf(1)]);
    expect(await businesses.ofPerson(maryam?.id ?? '')).toMatchObject([{ name: 'از آن او' }]);
    const again = await importing.run(list, { dryRun: false, source: 'b' });
    expect(results(again)).toEqual([
      ['there', 'there'],
      ['there', 'there'],
      ['there', null],
    ]);
    expect(await businesses.ofPerson(maryam?.id ?? '')).toHaveLength(1);
  });

  it('says of the same person and the same business twice in a file which line was first', async () => {
    const { importing } = parts();
    const outcomes = await importing.run(
      [named(2, 'مریم احمدی', {}), named(3, 'مریم احمدی', {}), named(4, 'مریم احمدی', null), named(5, 'رضا', null)],
      { dryRun: false, source: 'a' },
    );
    expect(outcomes.map(({ notes }) => notes)).toEqual([
      [],
      [{ code: 'sameInFile', line: 2 }],
      [{ code: 'samePerson', line: 2 }],
      [{ code: 'otherName', line: 2 }],
    ]);
  });

  it('knows a business of an earlier list by its row, whatever its people call it now', async () => {
    const { importing, businesses } = parts();
    await importing.run([row(2, 1)], { dryRun: false, source: 'a' });
    const [found] = await businesses.like([facts]);
    await database.connection
      .collection('businesses')
      .updateOne({ name: found?.name }, { $set: { name: 'نام نو', nameKey: 'نام نو' } });
    const again = await importing.run([row(2, 1)], { dryRun: false, source: 'a' });
    expect(results(again)).toEqual([['there', 'there']]);
    expect(await stored()).toEqual({ people: 1, businesses: 1 });
  });

  it('leaves refused rows out and goes on with the others', async () => {
    const { importing } = parts();
    const refused = { ...row(2, 1), remarks: [{ column: null, code: 'phone' as const, value: '', error: true }] };
    const outcomes = await importing.run([refused, row(3, 2)], { dryRun: false, source: 'a' });
    expect(countOutcomes(outcomes)).toMatchObject({ rows: 2, refused: 1, people: 1, businesses: 1 });
  });
});
