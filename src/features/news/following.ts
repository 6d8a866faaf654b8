import type { BotContext } from '../../bot/context.ts';
import type { Delivery } from '../../delivery/delivery.ts';
import type { DisplayRenderer } from '../../delivery/displays.ts';
import type { Translator } from '../../language/translator.ts';
import type { News, NewsItem } from './news.service.ts';
import { countsOf, progressMessage, reportMessage, type Doing } from './sending.views.ts';

/** Which display of the outbox {@link renderFollowed} draws. */
export const NEWS_DISPLAY = 'news';

interface Followed {
  newsId: string;
  doing: Doing;
}

/** Shows how a sending, an edit or a recall goes in the message that was pressed, which becomes its report. */
export type Follow = (ctx: BotContext, what: { item: NewsItem; campaignId: string; doing: Doing }) => Promise<void>;

export function createFollowing({ show }: Pick<Delivery, 'show'>): Follow {
  return async (ctx, { item, campaignId, doing }) => {
    const nothing = { sent: 0, unreachable: 0, failed: 0, total: 0, paused: false, asleep: null, putOff: 0 };
    const message = progressMessage(ctx.t, item, { ...nothing, doing });
    const pressed = ctx.callbackQuery?.message?.message_id;
    const [shown] = pressed === undefined ? await ctx.show(message) : [];
    if (pressed !== undefined) await ctx.replace(message);
    const messageId = pressed ?? shown?.messageId;
    if (messageId === undefined) return;
    const { person, client, t } = ctx;
    const payload: Followed = { newsId: item.id, doing };
    await show(campaignId, {
      memberId: person.id,
      language: t.language,
      messenger: client.name,
      chatId: person.chatId,
      messageId,
      kind: NEWS_DISPLAY,
      payload,
    });
  };
}

/** How a followed message looks now: a bar, or the report with what could not be done. */
export function renderFollowed(
  news: Pick<News, 'find' | 'reasons'>,
  translatorFor: (language: string) => Translator,
): DisplayRenderer {
  return async (payload, progress, { language }) => {
    const { newsId, doing } = payload as Followed;
    const item = await news.find(newsId);
    if (!item) return null;
    const t = translatorFor(language);
    const counts = { ...countsOf(progress), doing };
    const { startedAt, finishedAt } = progress;
    const message = progress.isOver
      ? reportMessage(t, item, {
          ...counts,
          seconds: startedAt && finishedAt ? Math.ceil((finishedAt.getTime() - startedAt.getTime()) / 1000) : 0,
          cancelled: progress.state === 'cancelled',
          reasons: await news.reasons(progress.campaignId),
        })
      : progressMessage(t, item, counts);
    return { direction: t.direction, ...message };
  };
}
