import type { BotContext } from '../../bot/context.ts';
import type { SureActs } from '../../bot/sure.ts';
import { join } from '../../language/rich-text.ts';
import type { OutgoingMessage } from '../../messengers/messenger.ts';
import { pageOf, type ProgrammesChatDeps } from './programmes.chat.ts';
import { mayKeep, mayWrite, nextStates, type Outcome } from './programmes.service.ts';
import { markOfProgramme } from './programmes.views.ts';

/** What everybody who follows a programme is told of at once. The subject is the programme, and its state or milestone. */
export function programmesSure(deps: ProgrammesChatDeps): SureActs {
  const { programmes } = deps;

  async function card(ctx: BotContext, subject: string): Promise<OutgoingMessage> {
    const one = await programmes.find(ctx.person, idIn(subject));
    return one ? pageOf(deps, ctx, one) : { text: ctx.t.rich('programmes.act.gone') };
  }
  async function done(
    ctx: BotContext,
    outcome: Outcome,
    said: 'noted' | 'saved',
    id: string,
  ): Promise<OutgoingMessage> {
    if (outcome.kind === 'done') await ctx.toast(ctx.t.text(`programmes.act.${said}`));
    if (outcome.kind === 'moved-on') await ctx.toast(ctx.t.text('programmes.act.movedOn'));
    return card(ctx, id);
  }

  return {
    gs: {
      card,
      async look(ctx, subject) {
        if (!mayWrite(ctx.person)) return 'forbidden';
        const [id = '', state] = subject.split('.');
        const one = await programmes.find(ctx.person, id);
        const to = one && nextStates(one.state).find((next) => next === state);
        if (!one || (to !== 'finished' && to !== 'stopped')) return null;
        const { number, title } = one;
        return {
          mark: markOfProgramme(one),
          question: join(
            [ctx.t.rich('programmes.page.title', { number, title }), ctx.t.rich(`programmes.keep.ask.${to}`)],
            '\n\n',
          ),
          yes: ctx.t.text(`programmes.button.to.${to}`),
          run: async () => {
            const actor = { id: ctx.person.id, roles: ctx.person.roles };
            return done(ctx, await programmes.move(actor, id, { to, source: ctx.inboxId }), 'saved', id);
          },
        };
      },
    },
    gm: {
      card,
      async look(ctx, subject) {
        if (!mayKeep(ctx.person)) return 'forbidden';
        const [id = '', number] = subject.split('.');
        const one = await programmes.find(ctx.person, id);
        const index = Number(number);
        const milestone = one?.milestones[index];
        if (!one || !milestone || milestone.doneAt) return null;
        return {
          mark: markOfProgramme(one),
          question: ctx.t.rich('programmes.keep.ask.reached', { title: milestone.title }),
          yes: ctx.t.text('programmes.button.reachSure'),
          run: async () => {
            const actor = { id: ctx.person.id, roles: ctx.person.roles };
            return done(ctx, await programmes.reach(actor, id, { index, source: ctx.inboxId }), 'noted', id);
          },
        };
      },
    },
  };
}

const idIn = (subject: string): string => subject.split('.')[0] ?? '';
