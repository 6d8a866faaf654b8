import { Types } from 'mongoose';
import { beforeAll, describe, expect, it } from 'vitest';
import { ensureIndexes } from '../../../src/database/indexes.ts';
import { EVERYBODY, normalised, type Audience, type FrozenAudience } from '../../../src/features/audience/audience.ts';
import { createAudiences } from '../../../src/features/audience/audiences.service.ts';
import { createBusinessAudience } from '../../../src/features/businesses/business-audience.service.ts';
import { createBusinesses } from '../../../src/features/businesses/businesses.service.ts';
import { createMemberPages, type MemberQuery } from '../../../src/features/members/member-pages.service.ts';
import { createDigests } from '../../../src/features/preferences/digests.service.ts';
import { createPreferences } from '../../../src/features/preferences/preferences.service.ts';
import { useDatabase } from '../../support/database.ts';
import { systemNow } from '../../../src/system-clock.ts';

const NOON = new Date('2026-11-25T08:30:00Z');
const database = useDatabase();
let users = 1000;

interface Made {
  city?: string | null;
  number?: string;
  phone?: string;
  language?: string;
  roles?: string[];
  guest?: boolean;
  consent?: boolean;
  reachable?: boolean;
  on?: ('telegram' | 'bale')[];
  preferred?: 'telegram' | 'bale';
  createdAt?: Date;
}

const EARLIER = new Date('2026-10-01T00:00:00Z');

function documentOf(made: Made) {
  users += 1;
  const { city = '06-ahvaz', on = ['telegram'], createdAt = EARLIER } = made;
  return {
    _id: new Types.ObjectId(),
    accounts: on.map((messenger) => ({
      messenger,
      userId: users,
      chatId: users,
      reachable: made.reachable ?? true,
      conversation: null,
    })),
    preferredMessenger: made.preferred ?? null,
    source: 'chat',
    membershipNumber: made.number ?? null,
    name: 'عضو',
    nameKey: 'عضو',
    phone: made.phone ?? null,
    phoneVerifiedAt: null,
    provinceCode: city?.slice(0, 2) ?? null,
    cityCode: city,
    language: made.language ?? null,
    roles: made.roles ?? [],
    nationalCode: null,
    consentAsked: 0,
    consent: made.guest && !made.consent ? null : { version: 1, at: createdAt },
    deletion: null,
    mergedInto: null,
    registeredAt: made.guest ? null : createdAt,
    createdAt,
  };
}

async function open(time = NOON) {
  const { connection } = database;
  await connection.collection('members').deleteMany({});
  await connection.collection('digestItems').deleteMany({});
  const now = () => time;
  const preferences = createPreferences({ connection, now });
  const digests = createDigests({ connection, now, notify: () => Promise.resolve(true) });
  const cases = new Map<string, string[]>();
  /** Who has something of a campaign. */
  const had = new Map<string, string>();
  const audiences = createAudiences({
    pages: createMemberPages({ connection }),
    businesses: createBusinessAudience({ connection }),
    preferences,
    digests,
    peopleOfCase: (id) => Promise.resolve(cases.get(id) ?? []),
    haveIt: (campaignId, ids) => Promise.resolve(new Set(ids.filter((id) => had.get(campaignId) === id))),
  });
  return {
    preferences,
    digests,
    cases,
    had,
    audiences,
    member: async (made: Made = {}): Promise<string> => {
      const document = documentOf(made);
      await connection.collection('members').insertOne(document);
      return document._id.toHexString();
    },
    /** Everybody of an audience, in pages of two. */
    all: async (audience: Audience, other: Partial<FrozenAudience> = {}): Promise<string[]> => {
      const found: string[] = [];
      for (;;) {
        const page = await audiences.page(frozen(audience, other), { after: found.at(-1), limit: 2 });
        if (page.length === 0) return found;
        found.push(...page.map(({ id }) => id));
      }
    },
  };
}

function frozen(audience: Audience, other: Partial<FrozenAudience> = {}): FrozenAudience {
  return {
    audience,
    frozenAt: NOON.toISOString(),
    newsId: 'n1',
    topic: null,
    urgent: false,
    ...other,
  };
}
const only = (filter: Extract<Audience, { kind: 'filter' }>['filter']): Audience => ({ kind: 'filter', filter });

beforeAll(async () => {
  await open();
  createBusinesses({ now: systemNow, connection: database.connection });
  await ensureIndexes(database.connection);
});

describe('an audience', () => {
  it('is every registered member, in order of id, each once; guests, leavers and late comers are not meant', async () => {
    const { member, all, audiences } = await open();
    const members = [await member(), await member({ city: '03-tabriz' }), await member({ on: ['bale'] })];
    await member({ guest: true });
    await member({ guest: true, consent: true });
    await member({ reachable: false });
    await member({ createdAt: new Date(NOON.getTime() + 1) });
    expect(await all(EVERYBODY)).toEqual(members);
    expect(await audiences.count(frozen(EVERYBODY))).toEqual({
      telegram: 2,
      bale: 1,
      digest: 0,
      muted: 0,
      unreachable: 1,
      already: 0,
    });
  });

  it('is chosen by place, language, role and state', async () => {
    const { member, all } = await open();
    const tabriz = await member({ city: '03-tabriz', number: '1001', language: 'azb' });
    const ahvaz = await member({ roles: ['officer', 'council'] });
    const guest = await member({ city: null, guest: true, consent: true, language: 'en' });
    const outside = await member({ city: '07-shiraz', language: 'ar', number: '1002' });
    expect(await all(only({ cities: ['03-tabriz'] }))).toEqual([tabriz]);
    expect(await all(only({ provinces: ['06', '07'] }))).toEqual([ahvaz, outside]);
    expect(await all(only({ provinces: ['07'], cities: ['03-tabriz'] }))).toEqual([tabriz, outside]);
    expect(await all(only({ languages: ['fa'] }))).toEqual([ahvaz]);
    expect(await all(only({ languages: ['azb', 'ar'] }))).toEqual([tabriz, outside]);
    expect(await all(only({ roles: ['council', 'officer'] }))).toEqual([ahvaz]);
    expect(await all(only({ states: ['approved'] }))).toEqual([tabriz, outside]);
    expect(await all(only({ states: ['registered'] }))).toEqual([ahvaz]);
    expect(await all(only({ states: ['guest'] }))).toEqual([guest]);
    expect(await all(only({ states: ['guest', 'approved'] }))).toEqual([tabriz, guest, outside]);
    expect(await all(only({ states: ['approved'], cities: ['03-tabriz'], languages: ['azb'] }))).toEqual([tabriz]);
    expect(await all(only({ states: ['approved'], roles: ['officer'] }))).toEqual([]);
  });

  it('is chosen by kind and field of a business that was not refused', async () => {
    const { member, all } = await open();
    const businesses = createBusinesses({ now: systemNow, connection: database.connection });
    const made = async (ownerId: string, kind: string, fields: string[]) =>
      businesses.register({
        draftId: `${ownerId}:${kind}`,
        ownerId,
        name: 'رایانه‌سرا',
        kind,
        fields,
        documents: [],
        provinceCode: '06',
        cityCode: '06-ahvaz',
      });
    const [shop, trainer, both, refused] = [await member(), await member(), await member(), await member()];
    await made(shop, 'shop', ['hw_sale']);
    await made(trainer, 'training', ['training', 'web_mobile']);
    await made(both, 'shop', ['mobile']);
    await made(both, 'training', ['training']);
    await made(refused, 'shop', ['hw_sale']);
    await database.connection
      .collection('businesses')
      .updateOne({ draftId: `${refused}:shop` }, { $set: { status: 'refused' } });
    expect(await all(only({ kinds: ['shop'] }))).toEqual([shop, both]);
    expect(await all(only({ fields: ['web_mobile', 'hw_sale'] }))).toEqual([shop, trainer]);
    expect(await all(only({ kinds: ['shop'], fields: ['training'] }))).toEqual([]);
  });

  it('is the people of a case, or people picked by hand, who need not have registered', async () => {
    const { member, all, cases } = await open();
    const [reporter, endorser, guest] = [await member(), await member(), await member({ guest: true, consent: true })];
    await member();
    cases.set('c1', [endorser, reporter, endorser, '000000000000000000000000']);
    expect(await all({ kind: 'case', caseId: 'c1', code: '12345678' })).toEqual([reporter, endorser]);
    const picked = [guest, endorser, reporter, 'nonsense', 'ffffffffffffffffffffffff'];
    expect(await all({ kind: 'people', ids: picked })).toEqual([reporter, endorser, guest]);
  });

  it('is the same value however it was put together', () => {
    const put = only({ kinds: ['shop', 'repair', 'shop'], fields: [] });
    expect(normalised(put)).toEqual(only({ kinds: ['repair', 'shop'] }));
    expect(normalised(only({ cities: [] }))).toEqual(EVERYBODY);
    expect(normalised({ kind: 'people', ids: ['b', 'a', 'b'] })).toEqual({ kind: 'people', ids: ['a', 'b'] });
  });
});

describe('what members chose', () => {
  it('mutes a topic, and is asked for by the topics that somebody follows', async () => {
    const { member, all, preferences, audiences } = await open();
    const [keen, bored] = [await member(), await member()];
    await preferences.mute(bored, 'courses', true);
    expect(await all(EVERYBODY, { topic: 'courses' })).toEqual([keen]);
    expect(await all(EVERYBODY, { topic: 'courses', urgent: true })).toEqual([keen]);
    expect(await all(EVERYBODY, { topic: 'laws' })).toEqual([keen, bored]);
    expect(await audiences.count(frozen(EVERYBODY, { topic: 'courses' }))).toMatchObject({ telegram: 1, muted: 1 });
    expect(await all(only({ topics: ['courses'] }))).toEqual([keen]);
    expect(await all(only({ topics: ['courses', 'laws'] }))).toEqual([keen, bored]);
  });

  it('puts an item by for the digest, in place of now, unless it is urgent; twice nobody gets it', async () => {
    const { member, all, preferences, digests, audiences } = await open();
    const [now, daily, weekly] = [await member(), await member(), await member()];
    await preferences.change(daily, { pace: 'daily' });
    await preferences.change(weekly, { pace: 'weekly' });
    expect(await audiences.count(frozen(EVERYBODY))).toMatchObject({ telegram: 1, digest: 2 });
    expect(await all(EVERYBODY)).toEqual([now]);
    expect(await digests.holders('n1', [now, daily, weekly])).toEqual(new Set([daily, weekly]));
    await preferences.change(weekly, { pace: 'at-once' });
    expect(await all(EVERYBODY)).toEqual([now]);
    expect(await all(EVERYBODY, { urgent: true })).toEqual([now]);
    expect(await all(EVERYBODY, { newsId: 'n2', urgent: true })).toEqual([now, daily, weekly]);
  });

  it('leaves out of a further sending who has the item, or has it in a digest, whatever they chose since', async () => {
    const { member, all, had, preferences, digests, audiences } = await open();
    const [has, reads, comes] = [await member(), await member(), await member()];
    had.set('campaign', has);
    await preferences.change(reads, { pace: 'daily' });
    expect(await all(EVERYBODY)).toEqual([has, comes]);
    await preferences.change(reads, { pace: 'at-once' });
    await preferences.change(has, { pace: 'daily' });
    const further = { sentIn: 'campaign' };
    expect(await audiences.count(frozen(EVERYBODY, further))).toMatchObject({ telegram: 1, digest: 0, already: 2 });
    expect(await all(EVERYBODY, further)).toEqual([comes]);
    expect(await digests.holders('n1', [has, reads, comes])).toEqual(new Set([reads]));
  });

  it('keeps the night quiet by each one’s own hours', async () => {
    const { member, preferences, audiences } = await open();
    const [usual, never, late] = [await member(), await member(), await member()];
    await preferences.change(never, { quiet: null });
    await preferences.change(late, { quiet: { from: 1, to: 11 } });
    const page = await audiences.page(frozen(EVERYBODY, { urgent: true }), { after: undefined, limit: 10 });
    expect(page.map(({ id, quiet }) => [id, quiet])).toEqual([
      [usual, { from: 22, to: 8 }],
      [never, undefined],
      [late, { from: 1, to: 11 }],
    ]);
  });

  it('is counted by the messenger that comes first and can be reached', async () => {
    const { member, audiences } = await open();
    await member({ on: ['telegram', 'bale'] });
    await member({ on: ['telegram', 'bale'], preferred: 'bale' });
    await member({ on: [] });
    expect(await audiences.count(frozen(EVERYBODY))).toMatchObject({ telegram: 1, bale: 1, unreachable: 1 });
  });
});

describe('with 100,000 members', () => {
  const everybody: MemberQuery = {
    states: [],
    provinces: [],
    cities: [],
    languages: [],
    roles: [],
    ids: null,
    frozenAt: NOON,
  };
  const shapes: Partial<MemberQuery>[] = [
    {},
    { cities: ['03-tabriz', '06-ahvaz'] },
    { provinces: ['03'] },
    { provinces: ['03'], cities: ['06-ahvaz'] },
    { roles: ['council', 'officer'] },
    { states: ['guest', 'approved'], languages: ['fa'] },
    { ids: ['0'.repeat(24), 'f'.repeat(24)] },
  ];

  beforeAll(async () => {
    await open();
    const collection = database.connection.collection('members');
    const cities = ['03-tabriz', '06-ahvaz', '07-shiraz'];
    for (let made = 0; made < 100; made += 1) {
      await collection.insertMany(
        Array.from({ length: 1000 }, (_, index) =>
          documentOf({
            city: cities[index % 3]!,
            guest: index % 10 === 0,
            ...(index % 10 === 1 ? { number: `n${made}-${index}` } : {}),
          }),
        ),
      );
    }
  }, 120_000);

  it.each(shapes)('a page for %j goes by an index, sorts nothing and reads about what it gives', async (shape) => {
    const pages = createMemberPages({ connection: database.connection });
    const explained = await pages.explain({ ...everybody, ...shape }, { after: undefined, limit: 1000 });
    const text = JSON.stringify(explained);
    expect(text).toContain('"IXSCAN"');
    expect(text).not.toContain('"COLLSCAN"');
    expect(text).not.toContain('"stage":"SORT"');
    const { executionStats } = explained as unknown as {
      executionStats: { totalDocsExamined: number; nReturned: number };
    };
    const { totalDocsExamined, nReturned } = executionStats;
    // Guests, who are not asked for, lie between; a province beside a city goes by the ids alone.
    expect(totalDocsExamined).toBeLessThanOrEqual(nReturned * 11);
  });

  it('counts all of them in flat memory, and exactly whom it then gives', async () => {
    const { audiences } = await openOn();
    const heapBefore = process.memoryUsage().heapUsed;
    const counts = await audiences.count(frozen(only({ cities: ['03-tabriz'] })));
    let given = 0;
    for (let after: string | undefined; ;) {
      const page = await audiences.page(frozen(only({ cities: ['03-tabriz'] })), { after, limit: 1000 });
      given += page.length;
      after = page.at(-1)?.id;
      if (page.length === 0) break;
    }
    expect(counts.telegram).toBe(given);
    expect(given).toBe(30_000);
    expect(process.memoryUsage().heapUsed - heapBefore).toBeLessThan(100_000_000);
  }, 60_000);
});

/** As `open`, over the people who are there. */
async function openOn() {
  const { connection } = database;
  const preferences = createPreferences({ now: systemNow, connection });
  const digests = createDigests({ now: systemNow, connection, notify: () => Promise.resolve(true) });
  const audiences = createAudiences({
    pages: createMemberPages({ connection }),
    businesses: createBusinessAudience({ connection }),
    preferences,
    digests,
    peopleOfCase: () => Promise.resolve([]),
    haveIt: () => Promise.resolve(new Set()),
  });
  return Promise.resolve({ audiences });
}
