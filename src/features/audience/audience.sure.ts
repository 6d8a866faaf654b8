import type { BotContext } from '../../bot/context.ts';
import type { Sure, SureActs } from '../../bot/sure.ts';
import { join } from '../../language/rich-text.ts';
import { markOf } from '../../language/mark.ts';
import type { Translator } from '../../language/translator.ts';
import type { OutgoingMessage } from '../../messengers/messenger.ts';
import { quietLines } from './audience.views.ts';
import { overviewFor, segmentScreenFor, sendingScreens, type AudienceChatDeps } from './audience.chat.ts';
import type { DecideOutcome, Look, Sending, SubmitOutcome } from './sendings.service.ts';
import { mayApprove, mayAuthor, maySetRule } from './sending-rights.ts';
import { markOfState, segmentList } from './sendings.views.ts';

/** What sets off, approves or ends a sending, and what is set up for all of them. */
export function audienceSure(deps: AudienceChatDeps): SureActs {
  const { sendings, segments } = deps;
  const screenOf = sendingScreens(deps);

  async function card(ctx: BotContext, id: string): Promise<OutgoingMessage> {
    const sending = mayAuthor(ctx.person) ? await sendings.find(id) : null;
    return sending ? screenOf(ctx.t, sending, ctx.person) : { text: ctx.t.rich('audience.sending.gone') };
  }

  const list = async (ctx: BotContext): Promise<OutgoingMessage> =>
    mayAuthor(ctx.person) ? overviewFor(deps, ctx) : { text: ctx.t.rich('bot.sure.forbidden') };

  return {
    js: {
      card,
      async look(ctx, id) {
        if (!mayAuthor(ctx.person)) return 'forbidden';
        const look = await sendings.look(id);
        if (!look || look.sending.state !== 'draft' || look.sending.by !== ctx.person.id) return null;
        const waits = await sendings.needsSecond(look.sending);
        return {
          ...submitQuestion(ctx.t, look, waits),
          mark: look.mark,
          run: async () =>
            submitted(ctx, id, await sendings.submit(ctx.person, id, { source: ctx.inboxId, seen: look.mark })),
        };
      },
    },
    ja: {
      card,
      async look(ctx, id) {
        if (!mayApprove(ctx.person)) return 'forbidden';
        const look = await sendings.look(id);
        if (look?.sending.state !== 'awaiting') return null;
        return {
          people: look.people,
          question: approvalQuestion(ctx.t, look),
          yes: ctx.t.text('audience.sure.yesApprove'),
          mark: look.mark,
          run: async () =>
            decided(ctx, id, await sendings.approve(ctx.person, id, { source: ctx.inboxId, seen: look.mark })),
        };
      },
    },
    jc: {
      card,
      async look(ctx, id) {
        if (!mayAuthor(ctx.person)) return 'forbidden';
        const sending = await sendings.find(id);
        if (!sending || !isCancellable(sending)) return null;
        return {
          mark: markOfState(sending),
          question: ctx.t.rich(cancelText(sending)),
          yes: ctx.t.text('audience.button.cancelSure'),
          async run() {
            await sendings.cancel(ctx.person, id, ctx.inboxId);
            return card(ctx, id);
          },
        };
      },
    },
    jr: {
      card: list,
      async look(ctx) {
        if (!maySetRule(ctx.person)) return 'forbidden';
        const isOn = await sendings.needsApproval();
        return {
          mark: markOf(isOn),
          question: ctx.t.rich(isOn ? 'audience.sure.ruleOff' : 'audience.sure.ruleOn'),
          yes: ctx.t.text('audience.sure.yesRule'),
          async run() {
            await sendings.setRule(ctx.person, !isOn, ctx.inboxId);
            return list(ctx);
          },
        };
      },
    },
    jm: {
      card: async (ctx, id) =>
        mayAuthor(ctx.person) ? segmentScreenFor(deps, ctx, id) : { text: ctx.t.rich('bot.sure.forbidden') },
      async look(ctx, id) {
        if (!mayAuthor(ctx.person)) return 'forbidden';
        const segment = await segments.find(ctx.person, id);
        if (!segment) return null;
        return {
          mark: markOf(segment.name, segment.audience),
          question: ctx.t.rich('audience.segment.dropSure', { name: segment.name }),
          yes: ctx.t.text('audience.button.dropSure'),
          async run() {
            await segments.remove(ctx.person, id, ctx.inboxId);
            return segmentList(ctx.t, await segments.list(ctx.person));
          },
        };
      },
    },
  };

  async function submitted(ctx: BotContext, id: string, outcome: SubmitOutcome): Promise<OutgoingMessage | null> {
    switch (outcome.kind) {
      case 'started': {
        const { newsId, campaignId } = outcome.sending;
        if (campaignId === null) return card(ctx, id);
        await deps.follow(ctx, { newsId, campaignId });
        return null;
      }
      case 'awaiting':
      case 'scheduled':
        return card(ctx, id);
      case 'changed':
        await ctx.toast(ctx.t.text('bot.sure.stale'));
        return card(ctx, id);
      case 'busy':
      case 'late':
      case 'nobody':
      case 'forbidden':
      case 'gone':
        await ctx.toast(ctx.t.text(`audience.submit.${outcome.kind}`));
        return card(ctx, id);
    }
  }

  async function decided(ctx: BotContext, id: string, outcome: DecideOutcome): Promise<OutgoingMessage> {
    await ctx.toast(ctx.t.text(`audience.decision.${outcome.kind}`));
    return card(ctx, id);
  }
}

/** A change of what was sent can be called off as long as it has not begun. */
const isCancellable = ({ doing, state }: Sending): boolean =>
  state === 'awaiting' || state === 'scheduled' || (state === 'started' && doing === 'send');

const cancelText = ({ doing, state }: Sending) =>
  doing === 'edit'
    ? 'audience.edit.cancel'
    : state === 'started'
      ? 'audience.cancel.started'
      : 'audience.cancel.waiting';

function submitQuestion(
  t: Translator,
  { sending: { at }, item: { headline }, people, counts }: Look,
  waits: boolean,
): Pick<Sure, 'question' | 'yes' | 'people'> {
  const asleep = counts ? quietLines(t, counts) : [];
  // Asking somebody else sends nothing yet: the number is theirs to type.
  if (waits)
    return { question: t.rich('audience.sure.ask', { people, headline }), yes: t.text('audience.sure.yesAsk') };
  return at
    ? {
        people,
        question: join([t.rich('audience.sure.schedule', { people, headline, at }), ...asleep], '\n\n'),
        yes: t.text('audience.sure.yesSchedule'),
      }
    : {
        people,
        question: join([t.rich('audience.sure.send', { people, headline }), ...asleep], '\n\n'),
        yes: t.text('audience.sure.yesSend', { people }),
      };
}

function approvalQuestion(
  t: Translator,
  { sending: { doing, at }, item: { headline }, people }: Look,
): Sure['question'] {
  if (doing === 'edit') return t.rich('audience.sure.approveEdit', { people, headline });
  return at
    ? t.rich('audience.sure.approveAt', { people, headline, at })
    : t.rich('audience.sure.approve', { people, headline });
}
