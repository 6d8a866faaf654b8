import { Types } from 'mongoose';
import { expect, vi } from 'vitest';
import type { Role } from '../../src/features/members/members.service.ts';
import type { NewsItem } from '../../src/features/news/news.service.ts';
import { MESSENGERS } from '../support/app.ts';
import type { Act, Actor, Room } from './right.ts';

const NEWS = ['officer', 'head', 'council', 'admin'] as const;
const ADMIN = ['admin'] as const;
const source = () => new Types.ObjectId().toHexString();
const newsOf = ({ world }: Room) => world.app.features.news;
const categoriesOf = ({ world }: Room) => world.app.features.categories;
const TOMORROW = () => new Date(Date.now() + 86_400_000);

async function draft(room: Room): Promise<NewsItem> {
  const author: Actor = { id: room.newId(), roles: ['admin'] };
  const made = await newsOf(room).draft(author, { origin: source(), headline: 'خبری برای آزمون', body: 'متن خبر' });
  if (!made) throw new Error('An admin may write news');
  return made;
}

async function scheduled(room: Room): Promise<NewsItem> {
  const item = await draft(room);
  await newsOf(room).send({ id: room.newId(), roles: ['admin'] }, item.id, { source: source(), at: TOMORROW() });
  return item;
}

const line = (name: string, allowed: readonly Role[], attempt: Act['attempt'], isAudited = true): Act => ({
  name,
  allowed,
  isAudited,
  attempt,
});

/**
 * One that is being sent and goes on being sent, since both messengers are out of order for as long as `during` takes.
 */
async function underWay(room: Room, during: (id: string) => Promise<boolean>): Promise<boolean> {
  await room.waiting();
  const { id } = await draft(room);
  const outages = MESSENGERS.map((name) =>
    room.world.server(name).faults.add({ method: 'sendMessage', kind: 'server-error' }),
  );
  try {
    await newsOf(room).send({ id: room.newId(), roles: ['admin'] }, id, { source: source() });
    return await during(id);
  } finally {
    await newsOf(room).stopSending({ id: room.newId(), roles: ['admin'] }, id, source());
    for (const end of outages) end();
  }
}

/** One that could be brought to nobody. */
async function failed(room: Room): Promise<NewsItem> {
  await room.waiting();
  const item = await scheduled(room);
  const deliveries = room.world.app.database.connection.collection('deliveries');
  const campaignId = (await newsOf(room).find(item.id))?.campaignId;
  await vi.waitFor(async () => {
    const of = { queue: { $regex: `-${campaignId}$` }, messenger: { $ne: null } };
    const { matchedCount } = await deliveries.updateMany(of, { $set: { state: 'failed' } });
    expect(matchedCount).toBeGreaterThan(0);
  });
  return item;
}

export const RIGHTS_OF_NEWS: readonly Act[] = [
  line('news/sending.service.ts send', NEWS, async (room, actor) => {
    const { id } = await draft(room);
    return (await newsOf(room).send(actor, id, { source: source(), at: TOMORROW() })).kind === 'started';
  }),
  line('news/sending.service.ts stopSending', NEWS, async (room, actor) => {
    const { id } = await scheduled(room);
    return newsOf(room).stopSending(actor, id, source());
  }),
  line('news/sending.service.ts pauseSending', NEWS, (room, actor) =>
    underWay(room, (id) => newsOf(room).pauseSending(actor, id, source())),
  ),
  line('news/sending.service.ts resumeSending', NEWS, (room, actor) =>
    underWay(room, async (id) => {
      await newsOf(room).pauseSending({ id: room.newId(), roles: ['admin'] }, id, source());
      return newsOf(room).resumeSending(actor, id, source());
    }),
  ),
  line('news/sending.service.ts editEverywhere', NEWS, async (room, actor) => {
    const { id } = await scheduled(room);
    const seen = (await newsOf(room).find(id))?.revision ?? 0;
    return (await newsOf(room).editEverywhere(actor, id, { source: source(), seen })) !== null;
  }),
  line('news/sending.service.ts resendFailed', NEWS, async (room, actor) => {
    const { id } = await failed(room);
    return (await newsOf(room).resendFailed(actor, id, source())) !== null;
  }),
  line('news/sending.service.ts recall', NEWS, async (room, actor) => {
    const { id } = await scheduled(room);
    return (await newsOf(room).recall(actor, id, source())) !== null;
  }),
  line('news/sending.service.ts outcomes', NEWS, async (room, actor) => {
    const { id } = await scheduled(room);
    return (await newsOf(room).outcomes(actor, id, source())) !== null;
  }),
  line('news/writing.service.ts mayWrite', NEWS, async (room, actor) => newsOf(room).mayWrite(actor), false),
  line('news/writing.service.ts draft', NEWS, async (room, actor) => {
    const content = { origin: source(), headline: 'خبری برای آزمون', body: 'متن خبر' };
    return (await newsOf(room).draft(actor, content)) !== null;
  }),
  line('news/writing.service.ts release', NEWS, async (room, actor) => {
    const { id } = await draft(room);
    return (await newsOf(room).release(actor, id, { source: source() })) !== null;
  }),
  line('news/writing.service.ts edit', NEWS, async (room, actor) => {
    const { id, revision } = await draft(room);
    const change = {
      revision,
      source: source(),
      change: <Content>(content: Content) => ({ ...content, lead: 'تازه' }),
    };
    return (await newsOf(room).edit(actor, id, change)).kind === 'saved';
  }),
  line('news/writing.service.ts setUrgent', NEWS, async (room, actor) => {
    const { id } = await draft(room);
    return (await newsOf(room).setUrgent(actor, id, true, source())) !== null;
  }),
  line('news/writing.service.ts discard', NEWS, async (room, actor) => {
    const { id } = await draft(room);
    return newsOf(room).discard(actor, id, source());
  }),
  line('news/versions.service.ts restore', NEWS, async (room, actor) => {
    const { id, revision } = await draft(room);
    const author: Actor = { id: room.newId(), roles: ['admin'] };
    await newsOf(room).edit(author, id, { revision, source: source(), change: (one) => ({ ...one, lead: 'تازه' }) });
    const back = { version: revision, revision: revision + 1, source: source() };
    return (await newsOf(room).restore(actor, id, back)).kind === 'saved';
  }),
  line(
    'news/writing.service.ts drafts',
    NEWS,
    async (room, actor) => {
      await draft(room);
      return (await newsOf(room).drafts(actor)).length > 0;
    },
    false,
  ),
  ...(['versions', 'version'] as const).map((what) =>
    line(
      `news/versions.service.ts ${what}`,
      NEWS,
      async (room, actor) => {
        const { id, revision } = await draft(room);
        const author: Actor = { id: room.newId(), roles: ['admin'] };
        const change = {
          revision,
          source: source(),
          change: <Content>(content: Content) => ({ ...content, lead: 'تازه' }),
        };
        await newsOf(room).edit(author, id, change);
        return what === 'versions'
          ? (await newsOf(room).versions(actor, id)).length > 0
          : (await newsOf(room).version(actor, id, revision)) !== null;
      },
      false,
    ),
  ),
];

/** Its name stands in what members read: no digits. */
const labels = () => ({
  fa: `دستهٔ ${source().replaceAll(/./g, (digit) => 'ابپتثجچحخدذرزسشص'.charAt(parseInt(digit, 16)))}`,
});
/** One that is there, since there is room for so many only. */
async function category(room: Room): Promise<string> {
  const [there] = await categoriesOf(room).all(null);
  const admin: Actor = { id: room.newId(), roles: ['admin'] };
  for (const { key } of there?.questions ?? [])
    await categoriesOf(room).removeQuestion(admin, there?.code ?? '', { key, source: source() });
  if (there) return there.code;
  await categoriesOf(room).add(admin, { parent: null, labels: labels(), source: source() });
  return category(room);
}
const onCategory = (method: string, change: (room: Room, actor: Actor, code: string) => Promise<string>): Act =>
  line(`categories/categories.service.ts ${method}`, ADMIN, async (room, actor) => {
    return (await change(room, actor, await category(room))) === 'done';
  });
const QUESTION = { kind: 'text', text: { fa: 'از کی؟' }, label: { fa: 'زمان' }, options: [], optional: true } as const;

export const RIGHTS_OF_CATEGORIES: readonly Act[] = [
  onCategory('add', (room, actor) =>
    categoriesOf(room).add(actor, { parent: null, labels: labels(), source: source() }),
  ),
  onCategory('relabel', (room, actor, code) =>
    categoriesOf(room).relabel(actor, code, { labels: labels(), source: source() }),
  ),
  onCategory('setActive', (room, actor, code) =>
    categoriesOf(room).setActive(actor, code, { active: false, source: source() }),
  ),
  onCategory('addQuestion', (room, actor, code) =>
    categoriesOf(room).addQuestion(actor, code, { question: { ...QUESTION, options: [] }, source: source() }),
  ),
  onCategory('removeQuestion', async (room, actor, code) => {
    const admin: Actor = { id: room.newId(), roles: ['admin'] };
    const asked = { question: { ...QUESTION, options: [] }, source: source() };
    await categoriesOf(room).addQuestion(admin, code, asked);
    const questions = (await categoriesOf(room).all(null)).find((one) => one.code === code)?.questions ?? [];
    return categoriesOf(room).removeQuestion(actor, code, { key: questions.at(-1)?.key ?? '', source: source() });
  }),
  onCategory('setNotice', (room, actor, code) =>
    categoriesOf(room).setNotice(actor, code, { notice: { fa: 'خودتان هم می‌توانید.' }, source: source() }),
  ),
  onCategory('setChecklist', (room, actor, code) =>
    categoriesOf(room).setChecklist(actor, code, { items: ['تماس'], source: source() }),
  ),
  onCategory('setDeadlines', (room, actor, code) =>
    categoriesOf(room).setDeadlines(actor, code, { deadlines: null, source: source() }),
  ),
];
