import { beforeAll, describe, expect, it } from 'vitest';
import { ensureIndexes } from '../../src/database/indexes.ts';
import { createBusinesses, type Businesses } from '../../src/features/businesses/businesses.service.ts';
import { createMembers, type Members } from '../../src/features/members/members.service.ts';
import { useDatabase } from '../support/database.ts';
import { systemNow } from '../../src/system-clock.ts';

const database = useDatabase();
let members: Members;
let businesses: Businesses;

beforeAll(async () => {
  members = createMembers({ now: systemNow, connection: database.connection });
  businesses = createBusinesses({ now: systemNow, connection: database.connection });
  await ensureIndexes(database.connection);
});

let next = 100;
const account = (messenger: 'telegram' | 'bale' = 'bale') => ({ messenger, userId: (next += 1), chatId: next });

describe('members', () => {
  it('makes one guest of twenty updates that come at once', async () => {
    const one = account();
    const found = await Promise.all(Array.from({ length: 20 }, () => members.identify(one)));
    expect(new Set(found.map(({ id }) => id)).size).toBe(1);
  });

  it('keeps people apart who have the same number on different messengers', async () => {
    const [first, second] = [account('telegram'), account('bale')];
    second.userId = first.userId;
    expect((await members.identify(first)).id).not.toBe((await members.identify(second)).id);
  });

  it('counts a person as registered from the first profile on, and keeps that day', async () => {
    const { id, registered } = await members.identify(account());
    expect(registered).toBe(false);
    const profile = { name: 'مریم احمدی', phone: '+989990000001', provinceCode: '03', cityCode: '03-tabriz' };
    await members.saveProfile(id, profile);
    const since = (await members.find(id))?.registeredAt;
    await members.saveProfile(id, { ...profile, name: 'مریم احمدی‌نژاد' });
    expect(await members.find(id)).toMatchObject({ name: 'مریم احمدی‌نژاد', registeredAt: since });
  });

  it('finds nobody by what is no id', async () => {
    for (const hostile of ['{"$gt":""}', '', 'undefined', '0'.repeat(23)])
      expect(await members.find(hostile)).toBeNull();
  });

  it('gives a role once, also to somebody whom nobody has seen yet, and at once several times', async () => {
    const one = account();
    await Promise.all(Array.from({ length: 5 }, () => members.grant(one, 'officer')));
    expect((await members.identify(one)).roles).toEqual(['officer']);
  });
});

describe('businesses', () => {
  it('makes one business of one registration, also of twenty that are sent at once', async () => {
    const { id: ownerId } = await members.identify(account());
    const registration = {
      draftId: `draft-${ownerId}`,
      ownerId,
      name: 'رایانه‌سرای کارون',
      kind: 'shop',
      fields: ['hw_sale'],
      documents: [],
      provinceCode: '06',
      cityCode: '06-ahvaz',
    };
    const made = await Promise.all(Array.from({ length: 20 }, () => businesses.register(registration)));
    expect(new Set(made.map(({ id }) => id)).size).toBe(1);
    expect(await businesses.ofMember(ownerId)).toHaveLength(1);
  });
});
