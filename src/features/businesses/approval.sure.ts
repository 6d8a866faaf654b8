import type { BotContext } from '../../bot/context.ts';
import type { SureActs } from '../../bot/sure.ts';
import { join } from '../../language/rich-text.ts';
import type { OutgoingMessage } from '../../messengers/messenger.ts';
import { APART, reviewCardFor, reviewerOf, type ApprovalChatDeps } from './approval.chat.ts';
import { markOfBusiness, markOfPair } from './approval.views.ts';

/** What the secretariat decides about a registration that can't be taken back. A merge's subject is who goes and who stays. */
export function approvalSure(deps: ApprovalChatDeps): SureActs {
  const { approval, duplicates, members } = deps;

  async function card(ctx: BotContext, subject: string): Promise<OutgoingMessage> {
    const business = await approval.find(reviewerOf(ctx), subject.split('.')[0] ?? '');
    return business ? reviewCardFor(deps, ctx, business) : { text: ctx.t.rich('businesses.review.gone') };
  }
  const forbidden = (ctx: BotContext) => ({ refused: ctx.t.text('businesses.review.forbidden') });
  const mayReview = (ctx: BotContext): boolean => approval.mayReview(reviewerOf(ctx));

  return {
    bx: {
      card,
      async look(ctx, id) {
        if (!mayReview(ctx)) return forbidden(ctx);
        const business = await approval.find(reviewerOf(ctx), id);
        if (business?.status !== 'waiting') return null;
        const { version } = business;
        return {
          mark: markOfBusiness(business),
          question: ctx.t.rich('businesses.review.approveSure', { name: business.name }),
          yes: ctx.t.text('businesses.review.act.approveSure'),
          async run() {
            const decision = { version, decision: { to: 'approved' }, source: ctx.inboxId } as const;
            const outcome = await approval.decide(reviewerOf(ctx), id, decision);
            if (outcome.kind === 'forbidden') return { text: ctx.t.rich('businesses.review.forbidden') };
            const done = outcome.kind === 'moved-on' ? 'movedOn' : 'approved';
            await ctx.toast(ctx.t.text(`businesses.review.${done}`));
            return reviewCardFor(deps, ctx, outcome.business);
          },
        };
      },
    },
    bm: {
      card,
      async look(ctx, subject) {
        if (!mayReview(ctx)) return forbidden(ctx);
        const [from, into] = await Promise.all(subject.split('.').map((id) => approval.find(reviewerOf(ctx), id)));
        if (!from || !into) return { refused: ctx.t.text('businesses.review.gone') };
        if (from.status === 'merged' || from.id === into.id) return null;
        const names = { from: from.name, into: into.name };
        return {
          mark: markOfPair(from, into),
          question: join(
            [ctx.t.rich('businesses.review.mergeAsk', names), ctx.t.rich('businesses.review.mergeAgain', names)],
            '\n\n',
          ),
          yes: ctx.t.text('businesses.review.act.mergeSure'),
          async run() {
            const pair = { from: from.id, into: into.id, source: ctx.inboxId };
            const outcome = await duplicates.mergeBusinesses(reviewerOf(ctx), pair);
            if (outcome.kind !== 'merged') return card(ctx, subject);
            await ctx.toast(ctx.t.text('businesses.review.merged'));
            return reviewCardFor(deps, ctx, outcome.business);
          },
        };
      },
    },
    bt: {
      card: (ctx) => Promise.resolve({ text: ctx.t.rich('businesses.review.gone') }),
      async look(ctx, subject) {
        if (!mayReview(ctx)) return forbidden(ctx);
        const [fromId = '', intoId = ''] = subject.split('.');
        const [from, into] = await Promise.all([members.find(fromId), members.find(intoId)]);
        const apart = await duplicates.whyApart(reviewerOf(ctx), { from: fromId, into: intoId });
        if (apart || !from || !into) return { refused: ctx.t.text(APART[apart ?? 'gone']) };
        const unnamed = ctx.t.text('businesses.people.unnamed');
        const names = { from: from.name ?? unnamed, into: into.name ?? unnamed };
        return {
          mark: markOfPair(from, into),
          question: join(
            [
              ctx.t.rich('businesses.review.mergePeopleAsk', names),
              ctx.t.rich('businesses.review.mergePeopleAgain', names),
            ],
            '\n\n',
          ),
          yes: ctx.t.text('businesses.review.act.mergeSure'),
          async run() {
            const pair = { from: from.id, into: into.id, source: ctx.inboxId };
            const outcome = await duplicates.mergeMembers(reviewerOf(ctx), pair);
            return {
              text: ctx.t.rich(outcome.kind === 'merged' ? 'businesses.review.peopleMerged' : APART[outcome.kind]),
            };
          },
        };
      },
    },
  };
}
