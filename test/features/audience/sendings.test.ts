import { beforeAll, describe, expect, it } from 'vitest';
import { ensureIndexes } from '../../../src/database/indexes.ts';
import { EVERYBODY, type FrozenAudience } from '../../../src/features/audience/audience.ts';
import { readPicked } from '../../../src/features/audience/hand-picked.ts';
import { createSegments } from '../../../src/features/audience/segments.service.ts';
import { createSendings, type Actor, type Sendings } from '../../../src/features/audience/sendings.service.ts';
import { createAudit } from '../../../src/features/audit/audit.service.ts';
import { createMembers } from '../../../src/features/members/members.service.ts';
import { useDatabase } from '../../support/database.ts';
import { systemNow } from '../../../src/system-clock.ts';

const NOON = new Date('2026-11-25T08:30:00Z');
const HOUR = 3_600_000;
const database = useDatabase();
let users = 1;
let items = 0;

beforeAll(async () => {
  open();
  await ensureIndexes(database.connection);
});

function open() {
  const { connection } = database;
  let time = NOON;
  const now = () => time;
  const members = createMembers({ now: systemNow, connection });
  const audit = createAudit({ now: systemNow, connection });
  const sent: { newsId: string; audience: FrozenAudience; by: string }[] = [];
  const said: string[] = [];
  const told: { memberId: string; what: string; sendingId: string }[] = [];
  const keys = new Set<string>();
  const revisions = new Map<string, number>();
  const sources = new Map<string, string>();
  const audience = { size: 4 };
  const ends: { value: 'done' | 'cancelled' | null } = { value: null };
  const processes = () =>
    createSendings({
      connection,
      audit,
      members,
      news: {
        find: (id) =>
          Promise.resolve({
            id,
            headline: 'خبر',
            topic: 'courses',
            urgent: false,
            revision: revisions.get(id) ?? 1,
            recalledAt: null,
            campaignId: sources.has(id) ? 'campaign' : null,
          }),
        send(actor, id, { source, audience }) {
          if (actor.roles.length === 0) return Promise.resolve({ kind: 'forbidden' });
          if (ends.value === null && sources.has(id) && sources.get(id) !== source)
            return Promise.resolve({ kind: 'already' });
          sources.set(id, source);
          sent.push({ newsId: id, audience, by: actor.id });
          return Promise.resolve({ kind: 'started', campaignId: 'campaign' });
        },
        stopSending: (_actor, id) => Promise.resolve(said.push(`stop ${id}`) > 0),
        pauseSending: (_actor, id) => Promise.resolve(said.push(`pause ${id}`) > 0),
        resumeSending: (_actor, id) => Promise.resolve(said.push(`resume ${id}`) > 0),
        ended: () => Promise.resolve(ends.value),
        reached: () => Promise.resolve(21),
        editEverywhere(_actor, id, { seen }) {
          said.push(`edit ${id} ${seen}`);
          return Promise.resolve('change');
        },
      },
      count: () => Promise.resolve({ ...NOBODY, telegram: audience.size }),
      tell(notice) {
        if (!keys.has(notice.key)) told.push(notice);
        keys.add(notice.key);
        return Promise.resolve();
      },
      drop: (newsId) => Promise.resolve(void said.push(`drop ${newsId}`)),
      now,
    });
  return {
    ends,
    sendings: processes(),
    other: processes(),
    segments: createSegments({ connection, audit, now }),
    audit,
    sent,
    said,
    told,
    members,
    audience,
    edit: (id: string) => revisions.set(id, (revisions.get(id) ?? 1) + 1),
    at: (next: Date) => (time = next),
    actor: async (...roles: ('officer' | 'head' | 'council' | 'admin')[]): Promise<Actor> => {
      users += 1;
      const account = { messenger: 'telegram', userId: users } as const;
      const { id } = await members.identify({ ...account, chatId: users });
      for (const role of roles) await members.grant(account, role);
      return { id, roles };
    },
  };
}
const NOBODY = { telegram: 0, bale: 0, digest: 0, muted: 0, unreachable: 0, already: 0, quiet: 0, wakes: null };
/** What a card that is looked at now would carry. */
const markOf = async (sendings: Sendings, id: string): Promise<string> => (await sendings.look(id))?.mark ?? '';
const submit = async (sendings: Sendings, actor: Actor, id: string, source: string) =>
  sendings.submit(actor, id, { source, seen: await markOf(sendings, id) });
const newItem = (): string => `item-${(items += 1)}`;

describe('a sending', () => {
  it('begins at once, once, with the audience that was chosen; an item has one', async () => {
    const { sendings, sent, actor, audit } = open();
    const [author, colleague] = [await actor('officer'), await actor('council')];
    const newsId = newItem();
    const draft = await sendings.draft(author, newsId);
    expect(draft).toMatchObject({ state: 'draft', audience: EVERYBODY, at: null });
    expect((await sendings.draft(author, newsId))?.id).toBe(draft?.id);
    const audience = { kind: 'filter', filter: { cities: ['03-tabriz'] } } as const;
    await sendings.plan(author, draft!.id, { audience, segment: 'تبریز' });
    expect(await sendings.plan(colleague, draft!.id, { audience: EVERYBODY })).toBeNull();
    expect(await submit(sendings, author, draft!.id, 'u1')).toMatchObject({ kind: 'started' });
    expect(await submit(sendings, author, draft!.id, 'u1')).toMatchObject({ kind: 'busy' });
    expect(sent).toEqual([
      {
        newsId,
        by: author.id,
        audience: { audience, frozenAt: NOON.toISOString(), newsId, sentIn: null, topic: 'courses', urgent: false },
      },
    ]);
    const rival = await sendings.draft(colleague, newsId);
    expect(await submit(sendings, colleague, rival!.id, 'u2')).toEqual({ kind: 'busy' });
    const entries = await audit.list({ subject: { kind: 'sending', id: draft!.id }, limit: 9 });
    expect(entries.map(({ act }) => act)).toEqual(['sending.submit']);
  });

  it('may follow one that is over, for those who do not have the item, and no sooner', async () => {
    const { sendings, sent, said, ends, actor } = open();
    const [author, colleague] = [await actor('officer'), await actor('council')];
    const newsId = newItem();
    const first = await sendings.draft(author, newsId);
    await submit(sendings, author, first!.id, 'u1');
    expect(await sendings.openFor(newsId)).toMatchObject({ id: first!.id, state: 'started' });
    const next = await sendings.draft(colleague, newsId);
    ends.value = 'cancelled';
    expect(await sendings.openFor(newsId)).toBeNull();
    expect(said).toEqual([`drop ${newsId}`]);
    expect(await sendings.find(first!.id)).toMatchObject({ state: 'over' });
    // A button that was there before does not carry out the same plan again.
    expect(await submit(sendings, author, first!.id, 'u2')).toEqual({ kind: 'busy' });
    expect(await submit(sendings, colleague, next!.id, 'u3')).toMatchObject({ kind: 'started' });
    expect(sent.map(({ by, audience }) => [by, audience.sentIn])).toEqual([
      [author.id, null],
      [colleague.id, 'campaign'],
    ]);
    ends.value = null;
    expect(await sendings.openFor(newsId)).toMatchObject({ id: next!.id });
  });

  it('is refused to who has no role, and does not begin for who lost it', async () => {
    const { sendings, sent, told, members, actor, at } = open();
    const member = await actor();
    expect(await sendings.draft(member, newItem())).toBeNull();
    const author = await actor('officer');
    const draft = await sendings.draft(author, newItem());
    expect(await submit(sendings, member, draft!.id, 'u')).toEqual({ kind: 'forbidden' });
    await sendings.plan(author, draft!.id, { at: new Date(NOON.getTime() + HOUR) });
    await submit(sendings, author, draft!.id, 'u');
    await members.revoke({ messenger: 'telegram', userId: users }, 'officer');
    at(new Date(NOON.getTime() + HOUR));
    await sendings.beginDue();
    expect(sent).toEqual([]);
    expect(told.at(-1)).toMatchObject({ memberId: author.id, what: 'stopped' });
    expect(await sendings.find(draft!.id)).toMatchObject({ state: 'cancelled', reason: 'forbidden' });
  });

  it('begins by the clock, once in two processes, and not while it is held or called off', async () => {
    const { sendings, other, sent, told, actor, at } = open();
    const author = await actor('council');
    const ids: string[] = [];
    for (const newsId of [newItem(), newItem(), newItem()]) {
      const draft = await sendings.draft(author, newsId);
      await sendings.plan(author, draft!.id, { at: new Date(NOON.getTime() + HOUR) });
      expect(await submit(sendings, author, draft!.id, newsId)).toMatchObject({ kind: 'scheduled' });
      ids.push(draft!.id);
    }
    const [due, held, off] = ids as [string, string, string];
    await sendings.hold(author, held, 'h');
    await sendings.cancel(author, off, 'c');
    await sendings.beginDue();
    expect(sent).toEqual([]);
    at(new Date(NOON.getTime() + HOUR));
    await Promise.all([sendings.beginDue(), other.beginDue()]);
    await other.beginDue();
    expect(sent).toHaveLength(1);
    expect(told.filter(({ what }) => what === 'started').map(({ sendingId }) => sendingId)).toEqual([due]);
    expect((await sendings.list(author)).filter(({ by }) => by === author.id).map(({ id }) => id)).toEqual([held, due]);
    await sendings.release(author, held, 'r');
    expect(sent).toHaveLength(2);
    expect(await sendings.find(off)).toMatchObject({ state: 'cancelled' });
    const again = await sendings.draft(author, (await sendings.find(off))!.newsId);
    expect(await submit(sendings, author, again!.id, 'again')).toMatchObject({ kind: 'started' });
  });

  it('can be held and called off while it goes, and what waits for digests is dropped', async () => {
    const { sendings, said, actor } = open();
    const author = await actor('officer');
    const newsId = newItem();
    const draft = await sendings.draft(author, newsId);
    await submit(sendings, author, draft!.id, 'u');
    await sendings.hold(author, draft!.id, 'h');
    await sendings.release(author, draft!.id, 'r');
    await sendings.cancel(author, draft!.id, 'c');
    expect(await sendings.cancel(author, draft!.id, 'c')).toBeNull();
    expect(said).toEqual([`pause ${newsId}`, `resume ${newsId}`, `stop ${newsId}`, `drop ${newsId}`]);
  });

  it('is over with its campaign; one that was stopped takes along what waits for digests', async () => {
    const { sendings, said, ends, actor } = open();
    const author = await actor('officer');
    const newsId = newItem();
    const draft = await sendings.draft(author, newsId);
    await submit(sendings, author, draft!.id, 'u');
    await sendings.beginDue();
    expect(await sendings.find(draft!.id)).toMatchObject({ state: 'started' });
    ends.value = 'cancelled';
    await sendings.beginDue();
    await sendings.beginDue();
    expect(await sendings.find(draft!.id)).toMatchObject({ state: 'over' });
    expect(said.filter((one) => one === `drop ${newsId}`)).toHaveLength(1);
    expect(await sendings.list(author)).not.toContainEqual(expect.objectContaining({ id: draft!.id }));
  });

  it('says that a chosen time is over', async () => {
    const { sendings, actor, at } = open();
    const author = await actor('officer');
    const draft = await sendings.draft(author, newItem());
    await sendings.plan(author, draft!.id, { at: new Date(NOON.getTime() + HOUR) });
    at(new Date(NOON.getTime() + 2 * HOUR));
    expect(await submit(sendings, author, draft!.id, 'u')).toEqual({ kind: 'late' });
  });
});

describe('with the rule of a second person', () => {
  async function withRule() {
    const world = open();
    const admin = await world.actor('admin');
    const officer = await world.actor('officer');
    expect(await world.sendings.setRule(officer, true, 'no')).toBe(false);
    expect(await world.sendings.setRule(admin, true, `rule-${admin.id}`)).toBe(true);
    return { ...world, admin };
  }

  it('an author can’t approve the own sending; the first other answer counts and the author is told', async () => {
    const { sendings, actor, sent, told, admin } = await withRule();
    const [author, head, officer] = [await actor('head'), await actor('head'), await actor('officer')];
    const draft = await sendings.draft(author, newItem());
    expect(await submit(sendings, author, draft!.id, 'u')).toMatchObject({ kind: 'awaiting' });
    expect(await submit(sendings, author, draft!.id, 'u')).toMatchObject({ kind: 'awaiting' });
    const asked = told.filter(({ what }) => what === 'approve').map(({ memberId }) => memberId);
    expect(asked).toContain(head.id);
    expect(asked).toContain(admin.id);
    expect(asked).not.toContain(author.id);
    expect(asked).not.toContain(officer.id);
    expect(new Set(asked).size).toBe(asked.length);
    const yes = { source: 'yes', seen: await markOf(sendings, draft!.id) };
    expect(await sendings.approve(author, draft!.id, yes)).toEqual({ kind: 'own' });
    expect(await sendings.refuse(author, draft!.id, { source: 'no', reason: '-' })).toEqual({ kind: 'own' });
    expect(await sendings.approve(officer, draft!.id, yes)).toEqual({ kind: 'forbidden' });
    expect(sent).toEqual([]);
    const answers = await Promise.all([
      sendings.approve(head, draft!.id, { ...yes, source: 'y1' }),
      sendings.approve(admin, draft!.id, { ...yes, source: 'y2' }),
    ]);
    expect(answers.map(({ kind }) => kind).toSorted()).toEqual(['approved', 'decided']);
    expect(sent).toHaveLength(1);
    expect(told.filter(({ what }) => what === 'approved').map(({ memberId }) => memberId)).toEqual([author.id]);
  });

  it('a no gives the plan back with its reason, and asking again asks everybody again', async () => {
    const { sendings, told, sent, actor } = await withRule();
    const [author, head] = [await actor('officer'), await actor('head')];
    const draft = await sendings.draft(author, newItem());
    await submit(sendings, author, draft!.id, 'u1');
    await sendings.refuse(head, draft!.id, { source: 'no', reason: 'عنوان روشن نیست.' });
    expect(await sendings.find(draft!.id)).toMatchObject({ state: 'draft', reason: 'عنوان روشن نیست.' });
    expect(told.at(-1)).toMatchObject({ memberId: author.id, what: 'refused' });
    expect(await submit(sendings, author, draft!.id, 'u2')).toMatchObject({ kind: 'awaiting' });
    const asked = told.filter(({ what, memberId }) => what === 'approve' && memberId === head.id);
    expect(asked).toHaveLength(2);
    expect(sent).toEqual([]);
  });

  it('a yes counts for what was seen: a change before or after it is looked at again', async () => {
    const { sendings, actor, sent, edit, at } = await withRule();
    const [author, head] = [await actor('officer'), await actor('head')];
    const newsId = newItem();
    const draft = await sendings.draft(author, newsId);
    await sendings.plan(author, draft!.id, { at: new Date(NOON.getTime() + HOUR) });
    await submit(sendings, author, draft!.id, 'u');
    const seen = await markOf(sendings, draft!.id);
    expect(await sendings.approve(head, draft!.id, { source: 'y', seen })).toMatchObject({ kind: 'approved' });
    edit(newsId);
    at(new Date(NOON.getTime() + HOUR));
    await sendings.beginDue();
    expect(sent).toEqual([]);
    expect(await sendings.find(draft!.id)).toMatchObject({ state: 'awaiting' });
    expect(await sendings.approve(head, draft!.id, { source: 'y2', seen })).toEqual({ kind: 'changed' });
    await sendings.approve(head, draft!.id, { source: 'y3', seen: await markOf(sendings, draft!.id) });
    expect(sent).toHaveLength(1);
  });
});

describe('segments', () => {
  it('are named once, changed, removed, and every act of it is audited', async () => {
    const { segments, actor, audit } = open();
    const [author, member] = [await actor('officer'), await actor()];
    const audience = { kind: 'filter', filter: { kinds: ['shop'] } } as const;
    expect(await segments.add(member, { name: 'فروشگاه‌ها', audience }, 's')).toEqual({ kind: 'forbidden' });
    const added = await segments.add(author, { name: 'فروشگاه‌ها', audience }, 's');
    if (added.kind !== 'saved') throw new Error(added.kind);
    const { id } = added.segment;
    expect(await segments.add(author, { name: 'فروشگاه‌ها', audience }, 's')).toEqual(added);
    expect(await segments.add(author, { name: 'فروشگاهها', audience: EVERYBODY }, 't2')).toEqual({ kind: 'taken' });
    expect(await segments.change(author, id, { changes: { name: 'مغازه‌ها' }, source: 'c' })).toMatchObject({
      kind: 'saved',
      segment: { name: 'مغازه‌ها', audience },
    });
    expect((await segments.find(author, id))?.name).toBe('مغازه‌ها');
    expect(await segments.remove(member, id, 'r')).toBe(false);
    expect(await segments.remove(author, id, 'r')).toBe(true);
    expect(await segments.find(author, id)).toBeNull();
    const entries = await audit.list({ subject: { kind: 'segment', id }, limit: 9 });
    expect(entries.map(({ act }) => act).toSorted()).toEqual(['segment.add', 'segment.change', 'segment.remove']);
  });
});

describe('a person who leaves, or becomes another', () => {
  it('takes drafts along, and is taken out of lists or replaced in them', async () => {
    const { sendings, segments, actor } = open();
    const [author, leaver, member, heir] = [
      await actor('officer'),
      await actor('officer'),
      await actor(),
      await actor(),
    ];
    const ids = [member.id, leaver.id].toSorted();
    const added = await segments.add(author, { name: `فهرست ${member.id}`, audience: { kind: 'people', ids } }, 's');
    if (added.kind !== 'saved') throw new Error(added.kind);
    const draft = await sendings.draft(leaver, newItem());
    const sent = await sendings.draft(leaver, newItem());
    await submit(sendings, leaver, sent!.id, 'u');
    await sendings.forgetMember(leaver.id, '0'.repeat(24));
    await segments.forgetMember(leaver.id, '0'.repeat(24));
    await segments.moveMember(member.id, heir.id);
    expect(await sendings.find(draft!.id)).toBeNull();
    expect(await sendings.find(sent!.id)).toMatchObject({ by: '0'.repeat(24) });
    expect((await segments.find(author, added.segment.id))?.audience).toEqual({ kind: 'people', ids: [heir.id] });
  });
});

describe('a typed list of people', () => {
  it('is read phone by phone and number by number, however they are set apart', () => {
    expect(readPicked('۰۹۹۹ ۰۰۰ ۰۰۰۱، ۱۰۰۲\n+98 999 000 0003 ; 1004 1004\nhello')).toEqual([
      { typed: '۰۹۹۹ ۰۰۰ ۰۰۰۱', key: '+989990000001' },
      { typed: '۱۰۰۲', key: '1002' },
      { typed: '+98 999 000 0003', key: '+989990000003' },
      { typed: '1004', key: '1004' },
      { typed: 'hello', key: 'hello' },
    ]);
  });
});
