import { Composer } from 'grammy';
import type { BotContext } from '../../bot/context.ts';
import type { Dialogues } from '../../bot/dialogue/engine.ts';
import type { MenuItem } from '../../bot/main-menu.ts';
import type { Translator } from '../../language/translator.ts';
import type { OutgoingMessage } from '../../messengers/messenger.ts';
import type { Obstacles } from '../obstacles/obstacles.service.ts';
import { actorOf, subjectOf } from './agenda.dialogues.ts';
import {
  VOTES,
  mayLead,
  mayRead,
  mayVote,
  votersOf,
  type Actor,
  type Agenda,
  type AgendaNews,
  type AgendaOutcome,
  type Agendas,
} from './agenda.service.ts';
import {
  agendaActButton,
  agendaButton,
  agendaNotice,
  agendaPage,
  closeQuestion,
  itemActButton,
  itemButton,
  itemPage,
  noAgenda,
  type CaseFacts,
} from './agenda.views.ts';
import { minutesDocument, minutesMessage } from './minutes.views.ts';

export interface AgendaChatDeps {
  agendas: Agendas;
  obstacles: Obstacles;
  begin: Dialogues['begin'];
  categoryText: CaseFacts['categoryText'];
  /** The month of the Solar Hijri calendar that it is: `1405-09`. */
  month: () => string;
}

export function agendaMenu(deps: AgendaChatDeps): MenuItem {
  return {
    name: 'council',
    label: 'agenda.menu.council',
    allowed: mayRead,
    open: async (ctx) => {
      const agenda = await deps.agendas.current(ctx.person);
      await ctx.show(agenda ? await page(deps, ctx, agenda) : noAgenda(ctx.t, { mayLead: mayLead(ctx.person) }));
    },
  };
}

async function factsOf(
  { obstacles, categoryText }: Pick<AgendaChatDeps, 'obstacles' | 'categoryText'>,
  agenda: Agenda,
): Promise<CaseFacts> {
  const weighed = await obstacles.rankings.weighed(agenda.items.map(({ obstacleId }) => obstacleId));
  return { weighed: new Map(weighed.map((one) => [one.obstacle.id, one])), categoryText };
}

async function page(deps: AgendaChatDeps, ctx: BotContext, agenda: Agenda): Promise<OutgoingMessage> {
  const who = { memberId: ctx.person.id, mayLead: mayLead(ctx.person) };
  return agendaPage(ctx.t, agenda, await factsOf(deps, agenda), who);
}

export function agendaChat(deps: AgendaChatDeps): Composer<BotContext> {
  const { agendas, begin } = deps;
  const chat = new Composer<BotContext>();

  chat.on('callback_query:data', async (ctx, next) => {
    const { data } = ctx.callbackQuery;
    const opened = agendaButton.read(data);
    const item = itemButton.read(data);
    const itemAct = itemActButton.read(data);
    const act = agendaActButton.read(data);
    if (!opened && !item && !itemAct && !act) return next();
    // A button is no authority: it may be old, forged, or pressed by somebody whose role is gone.
    if (!mayRead(ctx.person)) return ctx.toast(ctx.t.text('agenda.act.forbidden'));
    if (opened) return withAgenda(ctx, opened.id, async (agenda) => ctx.replace(await page(deps, ctx, agenda)));
    if (item) return withAgenda(ctx, item.id, (agenda) => showItem(ctx, agenda, item.obstacle));
    if (itemAct) return withAgenda(ctx, itemAct.id, (agenda) => actOnItem(ctx, agenda, itemAct.obstacle, itemAct.act));
    return act && actOnAgenda(ctx, act.id, act.act);
  });

  async function withAgenda(ctx: BotContext, id: string, then: (agenda: Agenda) => Promise<void>): Promise<void> {
    const found = await agendas.find(ctx.person, id);
    await (found ? then(found) : ctx.toast(ctx.t.text('agenda.act.gone')));
  }

  async function showItem(ctx: BotContext, agenda: Agenda, obstacleId: string): Promise<void> {
    const item = agenda.items.find((one) => one.obstacleId === obstacleId);
    if (!item) return ctx.toast(ctx.t.text('agenda.act.gone'));
    const who = { memberId: ctx.person.id, mayVote: mayVote(ctx.person), mayLead: mayLead(ctx.person) };
    await ctx.replace(itemPage(ctx.t, { agenda, item, facts: await factsOf(deps, agenda) }, who));
  }

  async function actOnItem(ctx: BotContext, agenda: Agenda, obstacleId: string, act: string): Promise<void> {
    const vote = VOTES.find((one) => one === act);
    const subject = subjectOf(agenda.id, obstacleId);
    const item = agenda.items.find((one) => one.obstacleId === obstacleId);
    if (!item) return ctx.toast(ctx.t.text('agenda.act.gone'));
    if (vote) {
      if (!mayVote(ctx.person)) return ctx.toast(ctx.t.text('agenda.act.forbidden'));
      // Who agrees may do so with one press; who does not says why.
      if (vote !== 'support') return begin(ctx, 'council-word', { subject: subjectOf(subject, vote) });
      const outcome = await agendas.vote(actorOf(ctx), agenda.id, { obstacleId, vote, source: ctx.inboxId });
      if (outcome.kind === 'done') {
        await ctx.toast(ctx.t.text('agenda.act.voted'));
        return showItem(ctx, (await agendas.find(ctx.person, agenda.id)) ?? outcome.agenda, obstacleId);
      }
      return refuse(ctx, outcome);
    }
    if (!mayLead(ctx.person)) return ctx.toast(ctx.t.text('agenda.act.forbidden'));
    if (act === 'remove') {
      const outcome = await agendas.remove(actorOf(ctx), agenda.id, { obstacleId, source: ctx.inboxId });
      return outcome.kind === 'done' ? ctx.replace(await page(deps, ctx, outcome.agenda)) : refuse(ctx, outcome);
    }
    if (act !== 'decide') return ctx.toast(ctx.t.text('bot.error.staleButton'));
    if (item.decision || agenda.state !== 'open') return ctx.toast(ctx.t.text('agenda.act.movedOn'));
    // Asked before the form is filled in, and again when it is sent.
    if (votersOf(item.tally) < agenda.quorum)
      return ctx.toast(ctx.t.text('agenda.act.noQuorum', { quorum: agenda.quorum }));
    return begin(ctx, 'council-decision', { subject });
  }

  async function actOnAgenda(ctx: BotContext, id: string, act: string): Promise<void> {
    if (act === 'minutes') return withAgenda(ctx, id, (agenda) => showMinutes(ctx, agenda));
    if (!mayLead(ctx.person)) return ctx.toast(ctx.t.text('agenda.act.forbidden'));
    switch (act) {
      case 'propose': {
        const agenda = await agendas.propose({
          month: deps.month(),
          origin: `press:${ctx.inboxId}`,
          actor: actorOf(ctx),
        });
        return agenda ? ctx.replace(await page(deps, ctx, agenda)) : ctx.toast(ctx.t.text('agenda.act.forbidden'));
      }
      case 'add':
        return withAgenda(ctx, id, (agenda) =>
          agenda.state === 'closed'
            ? ctx.toast(ctx.t.text('agenda.act.movedOn'))
            : begin(ctx, 'agenda-add', { subject: agenda.id }),
        );
      case 'quorum':
        return begin(ctx, 'council-quorum');
      case 'close':
        return withAgenda(ctx, id, async (agenda) =>
          ctx.replace(agenda.state === 'open' ? closeQuestion(ctx.t, agenda) : await page(deps, ctx, agenda)),
        );
      case 'confirm':
      case 'close-sure': {
        const outcome = await agendas[act === 'confirm' ? act : 'close'](actorOf(ctx), id, ctx.inboxId);
        if (outcome.kind !== 'done') return refuse(ctx, outcome);
        if (act === 'confirm') await ctx.toast(ctx.t.text('agenda.act.confirmed'));
        return ctx.replace(await page(deps, ctx, outcome.agenda));
      }
      default:
        return ctx.toast(ctx.t.text('bot.error.staleButton'));
    }
  }

  async function refuse(ctx: BotContext, outcome: AgendaOutcome): Promise<void> {
    if (outcome.kind === 'moved-on') {
      await ctx.toast(ctx.t.text('agenda.act.movedOn'));
      return ctx.replace(await page(deps, ctx, outcome.agenda));
    }
    await ctx.toast(ctx.t.text(outcome.kind === 'gone' ? 'agenda.act.gone' : 'agenda.act.forbidden'));
  }

  async function showMinutes(ctx: BotContext, agenda: Agenda): Promise<void> {
    if (agenda.state !== 'closed') return ctx.toast(ctx.t.text('agenda.act.movedOn'));
    await ctx.show(minutesMessage(ctx.t, agenda, minutesDocument(ctx.t, agenda, await factsOf(deps, agenda))));
  }

  return chat;
}

/**
 * How the outbox builds what the council is told, for somebody who may still read it. The minutes are set once for a
 * language and are the same bytes for everybody, so they are uploaded once.
 */
export function createAgendaRenderer(deps: Pick<AgendaChatDeps, 'agendas' | 'obstacles' | 'categoryText'>) {
  let last: { key: string; bytes: Uint8Array } | null = null;

  return async function render(
    { news, agendaId }: { news: AgendaNews; agendaId: string },
    { t, reader }: { t: Translator; reader: Pick<Actor, 'roles'> },
  ): Promise<OutgoingMessage[]> {
    const agenda = await deps.agendas.find(reader, agendaId);
    if (!agenda) return [];
    const facts = await factsOf(deps, agenda);
    if (news !== 'minutes') return [agendaNotice(t, news, agenda, facts)];
    const key = `${agendaId}:${t.language}`;
    if (last?.key !== key) last = { key, bytes: minutesDocument(t, agenda, facts) };
    return [minutesMessage(t, agenda, last.bytes)];
  };
}
