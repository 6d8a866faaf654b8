import { textOf, type AnswerValue, type Dialogue } from '../../bot/dialogue/dialogue.ts';
import type { BotContext } from '../../bot/context.ts';
import type { OutgoingMessage } from '../../messengers/messenger.ts';
import { joinMessage } from './accounts.views.ts';
import type { Joins } from './joins.service.ts';

type Offer = (
  ctx: BotContext,
  proof: { phone: string; draftId: string | null },
) => Promise<{ kind: 'offered'; message: OutgoingMessage } | { kind: 'nobody' | 'leaving' | 'too-many' }>;

/** Offers to join the accounts where somebody else has proved the phone that this account has just proved. */
export function offerJoining(joins: Joins): Offer {
  return async (ctx, proof) => {
    const { messenger, userId, chatId, id } = ctx.person;
    const outcome = await joins.offer({ messenger, userId, chatId, memberId: id }, proof);
    return outcome.kind === 'offered'
      ? { kind: 'offered', message: joinMessage(ctx.t, outcome.join, { to: 'asking', about: 'offer' }) }
      : { kind: outcome.kind };
  };
}

/** For the registration: a phone that is known elsewhere stops the form with the offer. */
export function offerAfterContact(offer: Offer): NonNullable<Dialogue['accepted']> {
  return async (ctx: BotContext, key: string, value: AnswerValue, draftId: string) => {
    if (key !== 'phone' || typeof value !== 'string') return null;
    const outcome = await offer(ctx, { phone: value, draftId });
    return outcome.kind === 'offered' ? outcome.message : null;
  };
}

/** Asks a guest for the phone, to look for their account on another messenger. */
export function linkDialogue(offer: Offer): Dialogue {
  return {
    name: 'link',
    title: 'members.link.title',
    send: 'members.link.send',
    questions: [{ key: 'phone', kind: 'contact', text: 'members.link.question', label: 'members.label.phone' }],
    complete: async (ctx, { answers }) => linkOutcome(ctx, offer, textOf(answers, 'phone')),
  };
}

const NOT_OFFERED = {
  nobody: 'members.link.nobody',
  leaving: 'members.link.leaving',
  'too-many': 'members.link.tooMany',
} as const;

/** What comes of looking for another account with this phone. */
export async function linkOutcome(ctx: BotContext, offer: Offer, phone: string): Promise<OutgoingMessage> {
  const outcome = await offer(ctx, { phone, draftId: null });
  if (outcome.kind === 'offered') return outcome.message;
  return { text: ctx.t.rich(NOT_OFFERED[outcome.kind]) };
}
