import { Composer } from 'grammy';
import type { BotContext } from '../../bot/context.ts';
import type { Dialogues } from '../../bot/dialogue/engine.ts';
import type { MenuItem } from '../../bot/main-menu.ts';
import type { InlineButton, OutgoingMessage } from '../../messengers/messenger.ts';
import type { Actor, Obstacle, Obstacles, Queue, Status } from '../obstacles/obstacles.service.ts';
import {
  PAGE_SIZE,
  actButton,
  asideButton,
  asideList,
  cardButton,
  caseActions,
  deskHome,
  homeButton,
  queueButton,
  queuePage,
  reporterLines,
  writeNewsButton,
  type AsideEntry,
  type Reporter,
} from './desk.views.ts';

export interface DeskChatDeps {
  obstacles: Obstacles;
  begin: Dialogues['begin'];
  /** Who may act as the secretariat, and who may write news, by the roles they have now. */
  isStaff: (ctx: BotContext) => boolean;
  mayWriteNews: (ctx: BotContext) => boolean;
  mayMove: (from: Status, to: Status) => boolean;
  reporterOf: (obstacle: Obstacle, t: BotContext['t']) => Promise<Reporter>;
  caseText: (t: BotContext['t'], obstacle: Obstacle, extra: OutgoingMessage['text'][]) => OutgoingMessage['text'];
  evidenceButton: (t: BotContext['t'], obstacle: Obstacle) => InlineButton | null;
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

const QUEUES: readonly Queue[] = ['new', 'mine', 'open'];

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

const actorOf = (ctx: BotContext): Actor => ({ id: ctx.person.id, roles: ctx.person.roles });

async function home(deps: DeskChatDeps, ctx: BotContext): Promise<OutgoingMessage> {
  const counts = { new: 0, mine: 0, open: 0 };
  for (const queue of QUEUES)
    counts[queue] = (await deps.obstacles.queue(actorOf(ctx), queue, { skip: 0, limit: 1 }))?.total ?? 0;
  const aside = isAdmin(ctx) ? await deps.aside.list() : [];
  return deskHome(ctx.t, counts, {
    aside: aside.length,
    mayWriteNews: deps.mayWriteNews(ctx),
    registrations: await deps.registrations(ctx),
    databank: await deps.databank(ctx),
  });
}

const isAdmin = (ctx: BotContext): boolean => ctx.person.roles.includes('admin');

export function deskChat(deps: DeskChatDeps): Composer<BotContext> {
  const { obstacles } = deps;
  const chat = new Composer<BotContext>();

  chat.on('callback_query:data', async (ctx, next) => {
    const { data } = ctx.callbackQuery;
    const queue = queueButton.read(data);
    const card = cardButton.read(data);
    const act = actButton.read(data);
    const aside = asideButton.read(data);
    const isHome = homeButton.read(data) !== null;
    const isNews = writeNewsButton.read(data) !== null;
    if (!queue && !card && !act && !aside && !isHome && !isNews) return next();
    // A button is no authority: it may be old, forged, or pressed by somebody whose role is gone.
    if (!deps.isStaff(ctx)) return ctx.toast(ctx.t.text('desk.act.forbidden'));
    if (isHome) return ctx.replace(await home(deps, ctx));
    if (isNews && deps.mayWriteNews(ctx)) return deps.begin(ctx, 'write-news');
    if (queue) return showQueue(ctx, queue.queue, Number(queue.page));
    if (card) return showCard(ctx, card.id);
    if (act) return officerActs(ctx, act.id, act.act);
    if (aside && isAdmin(ctx)) return handleAside(ctx, aside.entry, aside.act);
    return ctx.toast(ctx.t.text('desk.act.forbidden'));
  });

  async function showQueue(ctx: BotContext, name: string, page: number): Promise<void> {
    const queue = QUEUES.find((one) => one === name);
    if (!queue || !Number.isInteger(page) || page < 0 || page > 10_000)
      return ctx.toast(ctx.t.text('bot.error.staleButton'));
    const found = await obstacles.queue(actorOf(ctx), queue, { skip: page * PAGE_SIZE, limit: PAGE_SIZE });
    if (!found) return ctx.toast(ctx.t.text('desk.act.forbidden'));
    await ctx.replace(queuePage(ctx.t, { queue, page, ...found, now: deps.now() }));
  }

  async function cardOf(ctx: BotContext, obstacle: Obstacle): Promise<OutgoingMessage> {
    const reporter = await deps.reporterOf(obstacle, ctx.t);
    const rows = caseActions(ctx.t, obstacle, {
      taken: obstacle.assigneeId !== null,
      mayAnswer: deps.mayMove(obstacle.status, 'in_progress'),
      maySolve: deps.mayMove(obstacle.status, 'declared_solved'),
      evidence: deps.evidenceButton(ctx.t, obstacle),
    });
    const extra = reporterLines(ctx.t, obstacle, reporter, deps.now()).filter((line) => typeof line !== 'string');
    return { text: deps.caseText(ctx.t, obstacle, extra), keyboard: { kind: 'inline', rows } };
  }

  async function showCard(ctx: BotContext, id: string): Promise<void> {
    const obstacle = await obstacles.visibleTo(actorOf(ctx), id);
    if (obstacle) await ctx.replace(await cardOf(ctx, obstacle));
    else await ctx.toast(ctx.t.text('obstacles.act.gone'));
  }

  async function officerActs(ctx: BotContext, id: string, act: string): Promise<void> {
    const obstacle = await obstacles.visibleTo(actorOf(ctx), id);
    if (!obstacle) return ctx.toast(ctx.t.text('obstacles.act.gone'));
    if (act === 'answer' && deps.mayMove(obstacle.status, 'in_progress'))
      return deps.begin(ctx, 'answer', { subject: id });
    if (act === 'solved' && deps.mayMove(obstacle.status, 'declared_solved'))
      return deps.begin(ctx, 'solution', { subject: id });
    if (act !== 'take') {
      await ctx.toast(ctx.t.text('desk.act.movedOn'));
      return ctx.replace(await cardOf(ctx, obstacle));
    }
    const outcome = await obstacles.take(actorOf(ctx), id, ctx.inboxId);
    if (outcome.kind === 'forbidden') return ctx.toast(ctx.t.text('desk.act.forbidden'));
    await ctx.toast(ctx.t.text(outcome.kind === 'moved' ? 'desk.act.taken' : 'desk.act.movedOn'));
    await ctx.replace(await cardOf(ctx, outcome.obstacle));
  }

  async function handleAside(ctx: BotContext, entry: string, act: string): Promise<void> {
    if (act === 'retry' || act === 'drop') {
      const done = act === 'retry' ? 'desk.aside.retried' : 'desk.aside.dropped';
      const isDone = await deps.aside[act](entry);
      await ctx.toast(ctx.t.text(isDone ? done : 'bot.error.staleButton'));
    }
    const entries = await deps.aside.list();
    await ctx.replace(entries.length > 0 ? asideList(ctx.t, entries) : await home(deps, ctx));
  }

  return chat;
}
