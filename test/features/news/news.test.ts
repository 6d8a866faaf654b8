import { beforeAll, describe, expect, it } from 'vitest';
import { ensureIndexes } from '../../../src/database/indexes.ts';
import { createAudit } from '../../../src/features/audit/audit.service.ts';
import { createNews, type News } from '../../../src/features/news/news.service.ts';
import { useDatabase } from '../../support/database.ts';
import { systemNow } from '../../../src/system-clock.ts';

const BODY = 'شورای راهبری نشست تازهٔ خود را برگزار کرد.';
const OFFICER = { id: '0123456789abcdef01234567', roles: ['officer'] as const };
const HEAD = { id: '0123456789abcdef01234568', roles: ['head'] as const };
const GUEST = { id: '0123456789abcdef01234569', roles: [] };

describe('council news', () => {
  const database = useDatabase();
  let news: News;
  let now = new Date('2026-03-01T08:00:00Z');
  const later = (hours: number): Date => (now = new Date(now.getTime() + hours * 3_600_000));
  const campaigns = () => {
    throw new Error('nothing is sent here');
  };
  beforeAll(async () => {
    const { connection } = database;
    news = createNews({ connection, campaigns, audit: createAudit({ now: systemNow, connection }), now: () => now });
    await ensureIndexes(connection);
  });
  const draft = (headline: string) => news.draft(OFFICER, { origin: `draft-${headline}`, headline, body: BODY });

  it('is a draft first, made once, which only its authors find', async () => {
    const item = await draft('پیش‌نویس نخست');
    expect(await draft('پیش‌نویس نخست')).toEqual(item);
    expect(item).toMatchObject({ number: null, publishedAt: null, revision: 1, topic: 'other', createdBy: OFFICER.id });
    expect(await news.drafts(OFFICER)).toHaveLength(1);
    expect(await news.drafts(GUEST)).toEqual([]);
    expect((await news.search({}, { page: 0, size: 5 })).items).toEqual([]);
    expect(item && news.shown(item)).toBe(false);
  });

  it('is written, changed, published, recalled and thrown away by the roles that may, and by nobody else', async () => {
    expect(await news.draft(GUEST, { origin: 'guest', headline: 'نه', body: BODY })).toBeNull();
    const item = await draft('حقوق');
    const id = item?.id ?? '';
    const change = { revision: 1, source: 'guest', change: <T>(content: T): T => content };
    expect(await news.edit(GUEST, id, change)).toEqual({ kind: 'forbidden' });
    expect(await news.release(GUEST, id, { source: 'guest' })).toBeNull();
    expect(await news.setUrgent(GUEST, id, true, 'guest')).toBeNull();
    expect(await news.recall(GUEST, id, 'guest')).toBeNull();
    expect(await news.discard(GUEST, id, 'guest')).toBe(false);
    expect(await news.discard(OFFICER, id, 'one')).toBe(true);
    expect(await news.find(id)).toBeNull();
  });

  it('gets its number when it is published: without holes, once, also for two at one moment', async () => {
    const items = await Promise.all(['یک', 'دو', 'سه', 'چهار'].map((name) => draft(`شماره ${name}`)));
    const published = await Promise.all(
      items.map((item) => news.release(OFFICER, item?.id ?? '', { source: `release-${item?.id}` })),
    );
    const numbers = published.map((item) => item?.number ?? 0).toSorted((a, b) => a - b);
    expect(numbers).toEqual([1, 2, 3, 4]);
    const again = await news.release(HEAD, items[0]?.id ?? '', { source: 'again' });
    expect(again?.number).toBe(published[0]?.number);
    expect(await news.discard(OFFICER, items[0]?.id ?? '', 'published')).toBe(false);
  });

  it('appears in the archive at its time', async () => {
    const item = await draft('خبر فردا');
    await news.release(OFFICER, item?.id ?? '', { source: 'tomorrow', at: new Date(now.getTime() + 3_600_000) });
    const titles = async () => (await news.search({}, { page: 0, size: 20 })).items.map(({ headline }) => headline);
    expect(await titles()).not.toContain('خبر فردا');
    later(2);
    expect((await titles())[0]).toBe('خبر فردا');
  });

  it('keeps what it was before each change, and who changed it; of two who change it at once, one wins', async () => {
    const item = await draft('نسخه‌ها');
    const id = item?.id ?? '';
    const to = (headline: string, source: string, actor: typeof OFFICER | typeof HEAD = OFFICER) =>
      news.edit(actor, id, { revision: 1, source, change: (content) => ({ ...content, headline, tags: ['تازه'] }) });
    const outcomes = await Promise.all([to('نسخهٔ کارشناس', 'a'), to('نسخهٔ رئیس', 'b', HEAD)]);
    expect(outcomes.map(({ kind }) => kind).toSorted()).toEqual(['changed', 'saved']);
    const winner = outcomes[0]?.kind === 'saved' ? OFFICER : HEAD;
    const source = winner === OFFICER ? 'a' : 'b';
    expect(await to('باز هم', source, winner)).toMatchObject({ kind: 'saved', item: { revision: 2 } });
    expect(await news.versions(HEAD, id)).toMatchObject([
      { revision: 2, by: winner.id, fields: ['headline', 'tags'], at: now },
    ]);
    expect(await news.version(HEAD, id, 1)).toMatchObject({ headline: 'نسخه‌ها', tags: [] });
    expect(await news.version(GUEST, id, 1)).toBeNull();
    const kept = await news.edit(HEAD, id, { revision: 2, source: 'same', change: (content) => content });
    expect(kept).toMatchObject({ kind: 'saved', item: { revision: 2 } });
  });

  it('is found by words of any of its texts, as they are typed, and by its number', async () => {
    const { number } = await news.publish({
      origin: 'found',
      headline: 'حمایت از کسب‌وکارهای نوپا',
      lead: 'تسهیلات ویژه',
      body: 'بانک توسعهٔ تعاون وام می‌دهد.',
      tags: ['سرمایه در گردش'],
      topic: 'support',
      translations: { en: { headline: 'Support for startups', lead: '', body: 'Loans are given.' } },
    });
    const found = async (words: string, topic?: 'support' | 'laws') =>
      (await news.search({ words, topic: topic ?? null }, { page: 0, size: 5 })).items.map((item) => item.number);
    const typed = ['كسب‌وكار نوپا', 'تسهیل', 'تعاون', 'سرمايه', 'startup', 'Loans'];
    const all = await Promise.all(typed.map(async (words) => [words, await found(words)] as const));
    expect(all).toEqual(typed.map((words) => [words, [number]]));
    expect(await found('تعاون', 'support')).toEqual([number]);
    expect(await found('تعاون', 'laws')).toEqual([]);
    expect(await found('تعاون کشاورزی')).toEqual([]);
    expect(await found(String(number))).toContain(number);
    for (const odd of ['.*', '^', '()', '۰', '"']) expect(await found(odd)).toEqual([]);
  });

  it('is in the archive no more once it was recalled, and keeps its number', async () => {
    const item = await news.publish({ origin: 'recalled', headline: 'خبر نادرست', body: BODY });
    expect(await news.recall(OFFICER, item.id, 'recall')).toEqual({ change: null });
    const there = await news.byNumber(item.number);
    expect(there?.recalledAt).toEqual(now);
    expect(there && news.shown(there)).toBe(false);
    expect((await news.search({ words: 'نادرست' }, { page: 0, size: 5 })).items).toEqual([]);
    expect(await news.send(OFFICER, item.id, { source: 'late' })).toEqual({ kind: 'recalled' });
  });

  it('forgets and moves the people who wrote it', async () => {
    const item = await draft('نویسنده');
    const id = item?.id ?? '';
    await news.edit(OFFICER, id, { revision: 1, source: 'move', change: (one) => ({ ...one, lead: 'چکیده' }) });
    await news.moveMember(OFFICER.id, HEAD.id);
    expect((await news.find(id))?.createdBy).toBe(HEAD.id);
    expect(await news.versions(HEAD, id)).toMatchObject([{ by: HEAD.id }]);
    await news.forgetMember(HEAD.id);
    expect((await news.find(id))?.createdBy).toBeNull();
    expect(await news.versions(HEAD, id)).toMatchObject([{ by: null }]);
  });

  it('is read page by page from an index, of all topics and of one', async () => {
    for (const what of [{}, { topic: 'other' as const }]) {
      const plan = JSON.stringify(await news.explain(what, { page: 0, size: 3 }));
      expect(plan).not.toContain('COLLSCAN');
      expect(plan).not.toContain('"SORT"');
    }
    expect(JSON.stringify(await news.explain({ words: 'شورا' }, { page: 0, size: 3 }))).not.toContain('COLLSCAN');
  });
});
