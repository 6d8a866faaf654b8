import { Composer } from 'grammy';
import type { BotContext } from '../../bot/context.ts';
import type { Dialogues } from '../../bot/dialogue/engine.ts';
import type { MenuItem } from '../../bot/main-menu.ts';
import type { InlineButton, OutgoingMessage } from '../../messengers/messenger.ts';
import type { Obstacles, QueueFilter } from '../obstacles/obstacles.service.ts';
import { bulkSubject } from './case-subject.ts';
import { actorOf, isAdmin, isStaff, leads } from './desk-rights.ts';
import { MAX_SELECTED, type Desk } from './desk.service.ts';
import {
  PAGE_SIZE,
  asideButton,
  asideList,
  bulkButton,
  deskHome,
  filterButton,
  filterChoice,
  homeButton,
  isQueue,
  queueButton,
  queuePage,
  selectButton,
  writeNewsButton,
  type AsideEntry,
} from './desk.views.ts';

export interface DeskChatDeps {
  obstacles: Obstacles;
  desk: Desk;
  begin: Dialogues['begin'];
  mayWriteNews: (ctx: BotContext) => boolean;
  /** What queues can be narrowed to. */
  categories: (t: BotContext['t']) => Promise<{ code: string; label: string }[]>;
  cities: (t: BotContext['t']) => Promise<{ code: string; label: string }[]>;
  /** The way to the registrations that wait; null for who may not review them. */
  registrations: (ctx: BotContext) => Promise<InlineButton | null>;
  /** What the data bank offers to this person: sheets, and records that nobody has claimed. */
  databank: (ctx: BotContext) => Promise<InlineButton[]>;
  /** Updates that were set aside after three tries; for admins. */
  aside: {
    list: () => Promise<AsideEntry[]>;
    /** Both: false where it is not set aside any more. */
    retry: (id: string) => Promise<boolean>;
    drop: (id: string) => Promise<boolean>;
  };
  now: () => Date;
}

const LAST_PAGE = 125;

export function deskMenu(deps: DeskChatDeps): MenuItem {
  return {
    name: 'desk',
    label: 'desk.menu.desk',
    allowed: (person) => person.roles.some((role) => role !== 'council'),
    open: async (ctx) => {
      await ctx.show(await home(deps, ctx));
    },
  };
}

/** The desk's first screen, as this person finds it. */
export async function home(deps: DeskChatDeps, ctx: BotContext): Promise<OutgoingMessage> {
  const counts = await deps.obstacles.queueCounts(actorOf(ctx));
  if (!counts) return { text: ctx.t.rich('desk.act.forbidden') };
  const aside = isAdmin(ctx) ? await deps.aside.list() : [];
  return deskHome(ctx.t, counts, {
    aside: aside.length,
    mayWriteNews: deps.mayWriteNews(ctx),
    leads: leads(ctx),
    registrations: await deps.registrations(ctx),
    databank: await deps.databank(ctx),
  });
}

/** The desk's first screen and its queues. */
export function deskChat(deps: DeskChatDeps): Composer<BotContext> {
  const { obstacles, desk } = deps;
  const chat = new Composer<BotContext>();

  chat.on('callback_query:data', async (ctx, next) => {
    const { data } = ctx.callbackQuery;
    const queue = queueButton.read(data);
    const filter = filterButton.read(data);
    const select = selectButton.read(data);
    const bulk = bulkButton.read(data);
    const aside = asideButton.read(data);
    const isHome = homeButton.read(data) !== null;
    const isNews = writeNewsButton.read(data) !== null;
    if (!queue && !filter && !select && !bulk && !aside && !isHome && !isNews) return next();
    // A button is no authority: it may be old, forged, or pressed by somebody whose role is gone.
    if (!isStaff(ctx)) return ctx.toast(ctx.t.text('desk.act.forbidden'));
    if (isHome) return ctx.replace(await home(deps, ctx));
    if (isNews && deps.mayWriteNews(ctx)) return deps.begin(ctx, 'write-news');
    if (queue) return showQueue(ctx, queue.queue, queue.page, { category: queue.category, cityCode: queue.city });
    if (filter) return showFilter(ctx, filter);
    if (select) return selectCase(ctx, select);
    if (bulk) return beginBulk(ctx);
    if (aside && isAdmin(ctx)) return handleAside(ctx, aside.entry, aside.act);
    return ctx.toast(ctx.t.text('desk.act.forbidden'));
  });

  async function showQueue(
    ctx: BotContext,
    queue: string,
    pageText: string,
    { category, cityCode }: QueueFilter,
    ticked: readonly string[] | null = null,
  ): Promise<void> {
    const page = Number(pageText);
    if (!isQueue(queue) || !Number.isInteger(page) || page < 0 || page > LAST_PAGE)
      return ctx.toast(ctx.t.text('bot.error.staleButton'));
    const filter: QueueFilter = { ...(category ? { category } : {}), ...(cityCode ? { cityCode } : {}) };
    const found = await obstacles.queue(actorOf(ctx), queue, { skip: page * PAGE_SIZE, limit: PAGE_SIZE, ...filter });
    if (!found) return ctx.toast(ctx.t.text('desk.act.forbidden'));
    await ctx.replace(queuePage(ctx.t, { queue, page, ...filter, ...found, ticked, now: deps.now() }));
  }

  async function showFilter(
    ctx: BotContext,
    { queue, by, category, city }: { queue: string; by: string; category: string; city: string },
  ): Promise<void> {
    if (!isQueue(queue) || (by !== 'category' && by !== 'city')) return ctx.toast(ctx.t.text('bot.error.staleButton'));
    const options = await (by === 'category' ? deps.categories(ctx.t) : deps.cities(ctx.t));
    await ctx.replace(filterChoice(ctx.t, { queue, by, options, filter: { category, cityCode: city } }));
  }

  async function selectCase(ctx: BotContext, { queue, page, id }: { queue: string; page: string; id: string }) {
    const isThere = id !== '' && (await obstacles.visibleTo(actorOf(ctx), id)) !== null;
    const ticked = isThere ? await desk.toggleSelected(ctx.person.id, id) : await desk.selected(ctx.person.id);
    if (ticked === null) return ctx.toast(ctx.t.text('bot.dialogue.error.tickFewer', { max: MAX_SELECTED }));
    await showQueue(ctx, queue, page, {}, ticked);
  }

  async function beginBulk(ctx: BotContext): Promise<void> {
    const ticked = await desk.selected(ctx.person.id);
    if (ticked.length === 0) return ctx.toast(ctx.t.text('bot.error.staleButton'));
    const found = await Promise.all(ticked.map((id) => obstacles.visibleTo(actorOf(ctx), id)));
    await desk.clearSelected(ctx.person.id);
    const cases = found.filter((one) => one !== null);
    await deps.begin(ctx, 'bulk-answer', { subject: bulkSubject(cases), answers: { cases: cases.length } });
  }

  async function handleAside(ctx: BotContext, entry: string, act: string): Promise<void> {
    if (act === 'retry') {
      const isDone = await deps.aside.retry(entry);
      await ctx.toast(ctx.t.text(isDone ? 'desk.aside.retried' : 'bot.error.staleButton'));
    }
    const entries = await deps.aside.list();
    await ctx.replace(entries.length > 0 ? asideList(ctx.t, entries) : await home(deps, ctx));
  }

  return chat;
}
