import { Composer } from 'grammy';
import type { BotContext } from '../../bot/context.ts';
import type { Dialogues } from '../../bot/dialogue/engine.ts';
import type { InlineButton, OutgoingMessage } from '../../messengers/messenger.ts';
import type { Members } from '../members/members.service.ts';
import type { Approval, Reviewer } from './approval.service.ts';
import { decideButton, PAGE_SIZE, queueButton, reviewButton, reviewCard, reviewQueue } from './approval.views.ts';
import type { Business } from './businesses.service.ts';
import type { Duplicates, PeopleApart } from './duplicates.service.ts';
import { reviewSubject, type ReviewDeps } from './review.dialogue.ts';

export interface ApprovalChatDeps {
  approval: Approval;
  duplicates: Duplicates;
  members: Pick<Members, 'find'>;
  /** What became of telling the business's people of the decision. */
  toldOf?: ReviewDeps['toldOf'];
  begin: Dialogues['begin'];
  /** The data of the button that leads back to the desk. */
  home: string;
}

export const reviewerOf = (ctx: BotContext): Reviewer => ({ id: ctx.person.id, roles: ctx.person.roles });
const MOST_PAGES = 10_000;

/** Why two can't be made one. */
export const APART = {
  forbidden: 'businesses.review.forbidden',
  gone: 'businesses.review.gone',
  'not-one': 'businesses.review.apart.notOne',
  staff: 'businesses.review.apart.staff',
  'not-me': 'businesses.review.apart.notMe',
  leaving: 'businesses.review.apart.leaving',
} as const satisfies Record<PeopleApart, string>;

/** The way from the desk to the queue, with how many wait; null for who may not review. */
export async function registrationsButton(approval: Approval, ctx: BotContext): Promise<InlineButton | null> {
  const count = await approval.waiting(reviewerOf(ctx));
  if (count === null) return null;
  return { label: ctx.t.text('businesses.review.queueButton', { count }), data: queueButton.data('0') };
}

/** A registration as the secretariat sees it now. */
export async function reviewCardFor(
  { duplicates, members, toldOf }: Pick<ApprovalChatDeps, 'duplicates' | 'members' | 'toldOf'>,
  ctx: BotContext,
  business: Business,
): Promise<OutgoingMessage> {
  const people = await Promise.all(
    business.people.map(async ({ memberId, role }) => {
      const member = await members.find(memberId);
      const twins = member ? await duplicates.twinsOf(reviewerOf(ctx), memberId) : [];
      return { id: memberId, role, name: member?.name ?? null, phone: member?.phone ?? null, twins };
    }),
  );
  const told = (await toldOf?.(business)) ?? [];
  return reviewCard(ctx.t, business, { people, duplicates: await duplicates.of(business), told });
}

export function approvalChat(deps: ApprovalChatDeps): Composer<BotContext> {
  const { approval, begin, home } = deps;
  const chat = new Composer<BotContext>();

  chat.on('callback_query:data', async (ctx, next) => {
    const { data } = ctx.callbackQuery;
    const queue = queueButton.read(data);
    const review = reviewButton.read(data);
    const decide = decideButton.read(data);
    if (!queue && !review && !decide) return next();
    // A button is no authority: it may be old, forged, or pressed by somebody whose role is gone.
    if (!approval.mayReview(reviewerOf(ctx))) return ctx.toast(ctx.t.text('businesses.review.forbidden'));
    if (queue) return showQueue(ctx, Number(queue.page));
    const business = await approval.find(reviewerOf(ctx), review?.id ?? decide?.id ?? '');
    if (!business) return ctx.toast(ctx.t.text('businesses.review.gone'));
    return decide ? takeDecision(ctx, business, decide) : ctx.replace(await reviewCardFor(deps, ctx, business));
  });

  async function showQueue(ctx: BotContext, page: number): Promise<void> {
    if (!Number.isInteger(page) || page < 0 || page > MOST_PAGES) return ctx.toast(ctx.t.text('bot.error.staleButton'));
    const found = await approval.queue(reviewerOf(ctx), { skip: page * PAGE_SIZE, limit: PAGE_SIZE });
    if (found) await ctx.replace(reviewQueue(ctx.t, { ...found, page, home }));
  }

  async function takeDecision(
    ctx: BotContext,
    business: Business,
    { version, act }: { version: string; act: string },
  ): Promise<void> {
    if (act === 'correct' || act === 'refuse') {
      if (business.status !== 'waiting' || String(business.version) !== version) return movedOn(ctx, business);
      const subject = reviewSubject(business.id, business.version);
      return begin(ctx, act === 'correct' ? 'ask-correction' : 'refuse-business', { subject });
    }
    return ctx.toast(ctx.t.text('bot.error.staleButton'));
  }

  async function movedOn(ctx: BotContext, business: Business): Promise<void> {
    await ctx.toast(ctx.t.text('businesses.review.movedOn'));
    await ctx.replace(await reviewCardFor(deps, ctx, business));
  }

  return chat;
}
