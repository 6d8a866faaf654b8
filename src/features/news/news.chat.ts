import { Composer } from 'grammy';
import type { BotContext } from '../../bot/context.ts';
import type { MenuItem } from '../../bot/main-menu.ts';
import type { Delivery } from '../../delivery/delivery.ts';
import type { Progress } from '../../delivery/progress.ts';
import type { Translator } from '../../language/translator.ts';
import type { OutgoingMessage } from '../../messengers/messenger.ts';
import type { Members } from '../members/members.service.ts';
import type { News, NewsItem } from './news.service.ts';
import {
  PAGE_SIZE,
  archiveButton,
  archivePage,
  itemButton,
  newsMessage,
  progressMessage,
  reportMessage,
  sendButton,
  sendQuestion,
  type SendProgress,
} from './news.views.ts';

export interface NewsChatDeps {
  news: News;
  members: Members;
  onProgress: Delivery['onProgress'];
  now: () => number;
}

export function newsMenu(deps: NewsChatDeps): MenuItem {
  return {
    name: 'news',
    label: 'news.menu.news',
    open: async (ctx) => {
      await ctx.show(await archive(deps, ctx, 0));
    },
  };
}

async function archive({ news }: NewsChatDeps, ctx: BotContext, page: number): Promise<OutgoingMessage> {
  return archivePage(ctx.t, { ...(await news.page({ skip: page * PAGE_SIZE, limit: PAGE_SIZE })), page });
}

export async function openNews({ news }: NewsChatDeps, ctx: BotContext, number: number): Promise<void> {
  const item = await news.byNumber(number);
  await ctx.show(
    item ? newsMessage(ctx.t, item, { maySend: news.mayWrite(ctx.person) }) : { text: ctx.t.rich('news.item.gone') },
  );
}

export function newsChat(deps: NewsChatDeps): Composer<BotContext> {
  const { news } = deps;
  const chat = new Composer<BotContext>();

  chat.on('callback_query:data', async (ctx, next) => {
    const { data } = ctx.callbackQuery;
    const pressed = archiveButton.read(data);
    if (pressed) {
      const page = Number(pressed.page);
      if (Number.isInteger(page) && page >= 0 && page < 10_000) return ctx.replace(await archive(deps, ctx, page));
    }
    const open = itemButton.read(data);
    if (open) {
      const item = await news.find(open.id);
      if (!item) return ctx.toast(ctx.t.text('news.item.gone'));
      await ctx.show(newsMessage(ctx.t, item, { maySend: news.mayWrite(ctx.person) }));
      return;
    }
    const send = sendButton.read(data);
    return send ? handleSend(ctx, send.id, send.act) : next();
  });

  async function handleSend(ctx: BotContext, id: string, act: string): Promise<void> {
    if (!news.mayWrite(ctx.person)) return ctx.toast(ctx.t.text('bot.error.notAllowed'));
    const item = await news.find(id);
    if (!item) return ctx.toast(ctx.t.text('news.item.gone'));
    if (act === 'send') return ctx.replace(sendQuestion(ctx.t, item, await deps.members.countReachable()));
    if (act === 'stop') {
      await news.stopSending(ctx.person, id);
      return;
    }
    if (act !== 'sure') return ctx.toast(ctx.t.text('bot.error.staleButton'));
    const outcome = await news.sendToAll(ctx.person, id, ctx.inboxId);
    if (outcome.kind !== 'started')
      return ctx.toast(ctx.t.text(outcome.kind === 'already' ? 'news.send.already' : 'bot.error.notAllowed'));
    await ctx.replace(progressMessage(ctx.t, item, { sent: 0, unreachable: 0, failed: 0, total: 0 }));
    followSending(ctx, item, outcome.campaignId);
  }

  /** The pressed message shows the progress, edited in place, and becomes the report. */
  function followSending(ctx: BotContext, item: NewsItem, campaignId: string): void {
    const startedAt = deps.now();
    const messageId = ctx.callbackQuery?.message?.message_id;
    const { client, person, t, log } = ctx;
    if (messageId === undefined) return;
    deps.onProgress(campaignId, (progress) => {
      const counts = countsOf(progress);
      const over = progress.state === 'done' || progress.state === 'cancelled';
      const message = over
        ? reportMessage(t, item, {
            ...counts,
            seconds: Math.ceil((deps.now() - startedAt) / 1000),
            cancelled: progress.state === 'cancelled',
          })
        : progressMessage(t, item, counts);
      client
        .edit(person.chatId, messageId, { direction: t.direction, ...message }, { lane: 'bulk' })
        .catch((error: unknown) =>
          log.warn(
            { error: error instanceof Error ? error.name : 'unknown' },
            'The progress of a sending could not be shown',
          ),
        );
    });
  }

  return chat;
}

function countsOf({ byState, total }: Progress): SendProgress {
  return { sent: byState.sent, unreachable: byState.unreachable, failed: byState.failed + byState.unknown, total };
}

/** How the outbox builds a news item for one recipient. */
export async function renderNews(news: News, payload: { newsId: string }, t: Translator): Promise<OutgoingMessage[]> {
  const item = await news.find(payload.newsId);
  return item ? [newsMessage(t, item, { maySend: false })] : [];
}
