import { Composer } from 'grammy';
import type { BotContext } from '../../bot/context.ts';
import type { MenuItem } from '../../bot/main-menu.ts';
import type { Translator } from '../../language/translator.ts';
import type { OutgoingMessage } from '../../messengers/messenger.ts';
import type { Members } from '../members/members.service.ts';
import type { Actor, Handover, HandoverNews, Handovers, Side } from './handover.service.ts';
import {
  abortButton,
  abortQuestion,
  beginButton,
  confirmButton,
  confirmQuestion,
  handoverNotice,
  handoverPage,
  noHandover,
  openButton,
  successorChoice,
  tickButton,
  type HandoverView,
} from './handover.views.ts';

export interface HandoverChatDeps {
  handovers: Handovers;
  members: Pick<Members, 'find'>;
  /** The button data of the desk. */
  home: string;
}

const actorOf = ({ person }: BotContext): Actor => ({ id: person.id, roles: person.roles });

/** `/handover`, for those who may be in one; admins have it among their settings too. */
export function handoverMenu(deps: HandoverChatDeps): MenuItem {
  return {
    name: 'handover',
    label: 'handover.button.open',
    hidden: true,
    allowed: ({ roles }) => roles.includes('admin') || roles.includes('head'),
    open: async (ctx) => {
      await ctx.show(await screen(deps, ctx));
    },
  };
}

async function namesOf(
  { members }: Pick<HandoverChatDeps, 'members'>,
  t: Translator,
  ids: Pick<Handover, 'outgoingId' | 'incomingId'>,
): Promise<Record<Side, string>> {
  const nameOf = async (id: string) => (await members.find(id))?.name ?? null;
  return {
    // Who set the system up may never have registered.
    outgoing: (await nameOf(ids.outgoingId)) ?? t.text('handover.nameless'),
    incoming: (await nameOf(ids.incomingId)) ?? t.text('desk.card.colleague'),
  };
}

async function viewOf(deps: HandoverChatDeps, ctx: BotContext, handover: Handover): Promise<HandoverView> {
  const { id } = ctx.person;
  const side = handover.outgoingId === id ? 'outgoing' : handover.incomingId === id ? 'incoming' : null;
  return { handover, side, names: await namesOf(deps, ctx.t, handover) };
}

async function screen(deps: HandoverChatDeps, ctx: BotContext): Promise<OutgoingMessage> {
  const current = await deps.handovers.current(actorOf(ctx));
  if (!current) return noHandover(ctx.t, { mayBegin: ctx.person.roles.includes('admin'), home: deps.home });
  return handoverPage(ctx.t, await viewOf(deps, ctx, current));
}

/** Begins a hand-over, shows its checklist, ticks, confirms, aborts. */
export function handoverChat(deps: HandoverChatDeps): Composer<BotContext> {
  const { handovers } = deps;
  const chat = new Composer<BotContext>();

  chat.on('callback_query:data', async (ctx, next) => {
    const { data } = ctx.callbackQuery;
    const begin = beginButton.read(data);
    const tick = tickButton.read(data);
    const confirm = confirmButton.read(data);
    const abort = abortButton.read(data);
    if (begin) return beginOne(ctx, begin.to);
    if (tick) return tickItem(ctx, tick);
    if (confirm) return confirmOne(ctx, confirm);
    if (abort) return abortOne(ctx, abort);
    if (!openButton.read(data)) return next();
    if (!ctx.person.roles.some((role) => role === 'admin' || role === 'head'))
      return ctx.toast(ctx.t.text('bot.error.notAllowed'));
    return ctx.replace(await screen(deps, ctx));
  });

  async function beginOne(ctx: BotContext, to: string): Promise<void> {
    if (!ctx.person.roles.includes('admin')) return ctx.toast(ctx.t.text('bot.error.notAllowed'));
    if (to === '') {
      const people = await handovers.successors(actorOf(ctx));
      const named = people.map(({ id, name }) => ({ id, name: name ?? ctx.t.text('desk.card.colleague') }));
      return ctx.replace(successorChoice(ctx.t, named));
    }
    const outcome = await handovers.begin(actorOf(ctx), { incomingId: to, source: ctx.inboxId });
    if (outcome.kind === 'forbidden') return ctx.toast(ctx.t.text('bot.error.notAllowed'));
    if (outcome.kind !== 'begun') await ctx.toast(ctx.t.text(`handover.error.${outcome.kind}`));
    return ctx.replace(await screen(deps, ctx));
  }

  async function tickItem(ctx: BotContext, { id, code, to }: { id: string; code: string; to: string }): Promise<void> {
    const outcome = await handovers.tick(actorOf(ctx), id, { code, done: to === 'on', source: ctx.inboxId });
    if (outcome.kind === 'forbidden') return ctx.toast(ctx.t.text('bot.error.notAllowed'));
    if (outcome.kind === 'no-export') return ctx.toast(ctx.t.text('handover.error.noExport'));
    if (outcome.kind === 'over') await ctx.toast(ctx.t.text('handover.error.over'));
    return ctx.replace(await screen(deps, ctx));
  }

  async function confirmOne(
    ctx: BotContext,
    { id, revision, sure }: { id: string; revision: string; sure: string },
  ): Promise<void> {
    if (sure === '') {
      const current = await handovers.current(actorOf(ctx));
      if (!current) return ctx.toast(ctx.t.text('handover.error.over'));
      // The question goes by what stands now; its yes carries that revision.
      return ctx.replace(confirmQuestion(ctx.t, await viewOf(deps, ctx, current)));
    }
    const outcome = await handovers.confirm(actorOf(ctx), id, { seen: Number(revision), source: ctx.inboxId });
    switch (outcome.kind) {
      case 'forbidden':
        return ctx.toast(ctx.t.text('bot.error.notAllowed'));
      case 'done':
        // What was done is told to both by a notice.
        return ctx.replace({ text: ctx.t.rich('handover.bothConfirmed') });
      case 'confirmed':
        await ctx.toast(ctx.t.text('handover.confirmToast'));
        return ctx.replace(handoverPage(ctx.t, await viewOf(deps, ctx, outcome.handover)));
      case 'changed':
      case 'incomplete':
      case 'unfit':
      case 'over':
        await ctx.toast(ctx.t.text(`handover.error.${outcome.kind}`));
        return ctx.replace(await screen(deps, ctx));
    }
  }

  async function abortOne(ctx: BotContext, { id, sure }: { id: string; sure: string }): Promise<void> {
    if (sure === '') return ctx.replace(abortQuestion(ctx.t, id));
    const outcome = await handovers.abort(actorOf(ctx), id, ctx.inboxId);
    if (outcome === 'forbidden') return ctx.toast(ctx.t.text('bot.error.notAllowed'));
    await ctx.toast(ctx.t.text(outcome === 'aborted' ? 'handover.aborted' : 'handover.error.over'));
    return ctx.replace(await screen(deps, ctx));
  }

  return chat;
}

/** The renderer of `handover` notices. */
export async function renderHandover(
  deps: Pick<HandoverChatDeps, 'members'>,
  payload: { what: HandoverNews; outgoingId: string; incomingId: string },
  t: Translator,
): Promise<OutgoingMessage[]> {
  return [handoverNotice(t, payload.what, await namesOf(deps, t, payload))];
}
