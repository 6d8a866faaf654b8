import type { BotContext } from '../../bot/context.ts';
import type { Sure, SureAct, SureActs } from '../../bot/sure.ts';
import { join } from '../../language/rich-text.ts';
import type { OutgoingMessage } from '../../messengers/messenger.ts';
import { agendaPageFor, factsOf, type AgendaChatDeps } from './agenda.chat.ts';
import { actorOf } from './agenda.dialogues.ts';
import { mayLead, mayRead, type Agenda, type AgendaOutcome } from './agenda.service.ts';
import { markOfAgenda, monthText, titleOf } from './agenda.views.ts';

/** What a head does to an agenda that the council is told of, or that is gone then. The subject is the agenda, and which item. */
export function agendaSure(deps: AgendaChatDeps): SureActs {
  const { agendas } = deps;

  async function card(ctx: BotContext, subject: string): Promise<OutgoingMessage> {
    const agenda = mayRead(ctx.person) ? await agendas.find(ctx.person, idIn(subject)) : null;
    return agenda ? agendaPageFor(deps, ctx, agenda) : { text: ctx.t.rich('agenda.act.gone') };
  }

  function act(what: (ctx: BotContext, agenda: Agenda, item: string) => Promise<Omit<Sure, 'mark'> | null>): SureAct {
    return {
      card,
      async look(ctx, subject) {
        if (!mayLead(ctx.person)) return 'forbidden';
        const agenda = await agendas.find(ctx.person, idIn(subject));
        const sure = agenda && (await what(ctx, agenda, subject.split('.')[1] ?? ''));
        return agenda && sure ? { ...sure, mark: markOfAgenda(agenda) } : null;
      },
    };
  }

  async function done(ctx: BotContext, outcome: AgendaOutcome, subject: string): Promise<OutgoingMessage> {
    if (outcome.kind === 'done') return agendaPageFor(deps, ctx, outcome.agenda);
    if (outcome.kind === 'moved-on') await ctx.toast(ctx.t.text('agenda.act.movedOn'));
    return card(ctx, subject);
  }

  return {
    vc: act(async (ctx, agenda) => {
      if (agenda.state !== 'proposed' || agenda.items.length === 0) return null;
      return {
        question: ctx.t.rich('agenda.sure.confirm', {
          month: monthText(ctx.t, agenda.month),
          count: agenda.items.length,
        }),
        yes: ctx.t.text('agenda.sure.confirmYes'),
        async run() {
          const outcome = await agendas.confirm(actorOf(ctx), agenda.id, ctx.inboxId);
          if (outcome.kind === 'done') await ctx.toast(ctx.t.text('agenda.act.confirmed'));
          return done(ctx, outcome, agenda.id);
        },
      };
    }),
    vx: act(async (ctx, agenda) => {
      if (agenda.state !== 'open') return null;
      const undecided = agenda.items.filter(({ decision }) => decision === null).length;
      return {
        question: join(
          [
            ctx.t.rich('agenda.close.question'),
            undecided === 0 ? '' : ctx.t.rich('agenda.close.undecided', { count: undecided }),
          ],
          '\n\n',
        ),
        yes: ctx.t.text('agenda.button.closeSure'),
        run: async () => done(ctx, await agendas.close(actorOf(ctx), agenda.id, ctx.inboxId), agenda.id),
      };
    }),
    vr: act(async (ctx, agenda, obstacleId) => {
      const item = agenda.items.find((one) => one.obstacleId === obstacleId);
      if (!item || agenda.state !== 'proposed') return null;
      const title = titleOf(ctx.t, await factsOf(deps, agenda), item);
      return {
        question: ctx.t.rich('agenda.sure.remove', { title }),
        yes: ctx.t.text('agenda.sure.removeYes'),
        run: async () =>
          done(ctx, await agendas.remove(actorOf(ctx), agenda.id, { obstacleId, source: ctx.inboxId }), agenda.id),
      };
    }),
  };
}

const idIn = (subject: string): string => subject.split('.')[0] ?? '';
