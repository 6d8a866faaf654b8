import type { BotContext } from '../../bot/context.ts';
import type { Delivery } from '../../delivery/delivery.ts';
import type { News, NewsItem } from './news.service.ts';
import { countsOf, progressMessage, reportMessage, type Doing } from './sending.views.ts';

export interface FollowingDeps {
  news: Pick<News, 'reasons'>;
  onProgress: Delivery['onProgress'];
  /** Milliseconds of a clock that only goes forward. */
  now: () => number;
}

/** Shows how a sending, an edit or a recall goes in the message that was pressed, which becomes its report. */
export type Follow = (ctx: BotContext, what: { item: NewsItem; campaignId: string; doing: Doing }) => Promise<void>;

export function createFollowing({ news, onProgress, now }: FollowingDeps): Follow {
  return async (ctx, { item, campaignId, doing }) => {
    const startedAt = now();
    const nothing = { sent: 0, unreachable: 0, failed: 0, total: 0, paused: false };
    await ctx.replace(progressMessage(ctx.t, item, { ...nothing, doing }));
    const messageId = ctx.callbackQuery?.message?.message_id;
    const { client, person, t, log } = ctx;
    if (messageId === undefined) return;
    onProgress(campaignId, async (progress) => {
      const counts = countsOf(progress);
      const over = progress.state === 'done' || progress.state === 'cancelled';
      const message = over
        ? reportMessage(t, item, {
            ...counts,
            doing,
            seconds: Math.ceil((now() - startedAt) / 1000),
            cancelled: progress.state === 'cancelled',
            reasons: await news.reasons(campaignId),
          })
        : progressMessage(t, item, { ...counts, doing });
      await client
        .edit(person.chatId, messageId, { direction: t.direction, ...message }, { lane: 'bulk' })
        .catch((error: unknown) =>
          log.warn(
            { error: error instanceof Error ? error.name : 'unknown' },
            'The progress of a sending could not be shown',
          ),
        );
    });
  };
}
