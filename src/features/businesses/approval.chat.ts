import { Composer } from 'grammy';
import type { BotContext } from '../../bot/context.ts';
import type { Dialogues } from '../../bot/dialogue/engine.ts';
import type { InlineButton, OutgoingMessage } from '../../messengers/messenger.ts';
import type { Members } from '../members/members.service.ts';
import type { Approval, Reviewer } from './approval.service.ts';
import {
  decideButton,
  mergeButton,
  mergePeopleQuestion,
  mergeQuestion,
  PAGE_SIZE,
  peopleMergeButton,
  queueButton,
  reviewButton,
  reviewCard,
  reviewQueue,
} from './approval.views.ts';
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

const reviewerOf = (ctx: BotContext): Reviewer => ({ id: ctx.person.id, roles: ctx.person.roles });
const MOST_PAGES = 10_000;

const APART = {
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

export function approvalChat({
  approval,
  duplicates,
  members,
  toldOf,
  begin,
  home,
}: ApprovalChatDeps): Composer<BotContext> {
  const chat = new Composer<BotContext>();

  chat.on('callback_query:data', async (ctx, next) => {
    const { data } = ctx.callbackQuery;
    const queue = queueButton.read(data);
    const review = reviewButton.read(data);
    const decide = decideButton.read(data);
    const merge = mergeButton.read(data);
    const people = peopleMergeButton.read(data);
    if (!queue && !review && !decide && !merge && !people) return next();
    // A button is no authority: it may be old, forged, or pressed by somebody whose role is gone.
    if (!approval.mayReview(reviewerOf(ctx))) return ctx.toast(ctx.t.text('businesses.review.forbidden'));
    if (queue) return showQueue(ctx, Number(queue.page));
    if (merge) return takeMerge(ctx, merge);
    if (people) return takePeopleMerge(ctx, people);
    const business = await approval.find(reviewerOf(ctx), review?.id ?? decide?.id ?? '');
    if (!business) return ctx.toast(ctx.t.text('businesses.review.gone'));
    return decide ? takeDecision(ctx, business, decide) : ctx.replace(await cardOf(ctx, business));
  });

  async function showQueue(ctx: BotContext, page: number): Promise<void> {
    if (!Number.isInteger(page) || page < 0 || page > MOST_PAGES) return ctx.toast(ctx.t.text('bot.error.staleButton'));
    const found = await approval.queue(reviewerOf(ctx), { skip: page * PAGE_SIZE, limit: PAGE_SIZE });
    if (found) await ctx.replace(reviewQueue(ctx.t, { ...found, page, home }));
  }

  async function cardOf(ctx: BotContext, business: Business): Promise<OutgoingMessage> {
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
    if (act !== 'approve') return ctx.toast(ctx.t.text('bot.error.staleButton'));
    const outcome = await approval.decide(reviewerOf(ctx), business.id, {
      version: Number(version),
      decision: { to: 'approved' },
      source: ctx.inboxId,
    });
    if (outcome.kind === 'forbidden') return ctx.toast(ctx.t.text('businesses.review.forbidden'));
    if (outcome.kind === 'moved-on') return movedOn(ctx, outcome.business);
    await ctx.toast(ctx.t.text('businesses.review.approved'));
    return ctx.replace(await cardOf(ctx, outcome.business));
  }

  async function movedOn(ctx: BotContext, business: Business): Promise<void> {
    await ctx.toast(ctx.t.text('businesses.review.movedOn'));
    await ctx.replace(await cardOf(ctx, business));
  }

  async function takeMerge(ctx: BotContext, pressed: { from: string; into: string; step: string }): Promise<void> {
    const [from, into] = await Promise.all(
      [pressed.from, pressed.into].map((id) => approval.find(reviewerOf(ctx), id)),
    );
    if (!from || !into) return ctx.toast(ctx.t.text('businesses.review.gone'));
    if (pressed.step === 'ask' || pressed.step === 'sure')
      return ctx.replace(mergeQuestion(ctx.t, from, into, pressed.step));
    if (pressed.step !== 'do') return ctx.toast(ctx.t.text('bot.error.staleButton'));
    const outcome = await duplicates.mergeBusinesses(reviewerOf(ctx), {
      from: from.id,
      into: into.id,
      source: ctx.inboxId,
    });
    if (outcome.kind !== 'merged') return movedOn(ctx, from);
    await ctx.toast(ctx.t.text('businesses.review.merged'));
    await ctx.replace(await cardOf(ctx, outcome.business));
  }

  async function takePeopleMerge(
    ctx: BotContext,
    pressed: { from: string; into: string; step: string },
  ): Promise<void> {
    const [from, into] = await Promise.all([members.find(pressed.from), members.find(pressed.into)]);
    const apart = await duplicates.whyApart(reviewerOf(ctx), pressed);
    if (apart || !from || !into) return ctx.toast(ctx.t.text(APART[apart ?? 'gone']));
    if (pressed.step === 'ask' || pressed.step === 'sure')
      return ctx.replace(mergePeopleQuestion(ctx.t, from, into, pressed.step));
    if (pressed.step !== 'do') return ctx.toast(ctx.t.text('bot.error.staleButton'));
    const outcome = await duplicates.mergeMembers(reviewerOf(ctx), {
      from: from.id,
      into: into.id,
      source: ctx.inboxId,
    });
    if (outcome.kind !== 'merged') return ctx.toast(ctx.t.text(APART[outcome.kind]));
    await ctx.replace({ text: ctx.t.rich('businesses.review.peopleMerged') });
  }

  return chat;
}
