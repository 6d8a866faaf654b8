import { Composer } from 'grammy';
import type { BotContext } from '../../bot/context.ts';
import type { Members } from '../members/members.service.ts';
import type { Follow } from './following.ts';
import type { News } from './news.service.ts';
import { sendButton, sendQuestion } from './sending.views.ts';

export interface SendingChatDeps {
  news: News;
  members: Pick<Members, 'countReachable'>;
  follow: Follow;
}

/** Sending an item to all members, and what can be done while it goes. */
export function sendingChat({ news, members, follow }: SendingChatDeps): Composer<BotContext> {
  const chat = new Composer<BotContext>();

  chat.on('callback_query:data', async (ctx, next) => {
    const pressed = sendButton.read(ctx.callbackQuery.data);
    if (!pressed) return next();
    if (!news.mayWrite(ctx.person)) return ctx.toast(ctx.t.text('bot.error.notAllowed'));
    const item = await news.find(pressed.id);
    if (!item) return ctx.toast(ctx.t.text('news.item.gone'));
    switch (pressed.act) {
      case 'send':
        return ctx.replace(sendQuestion(ctx.t, item, await members.countReachable()));
      case 'sure':
        return sendToAll(ctx, item.id);
      // What is going on shows it a moment later.
      case 'stop':
        await news.stopSending(ctx.person, item.id, ctx.inboxId);
        return;
      case 'pause':
        await news.pauseSending(ctx.person, item.id, ctx.inboxId);
        return;
      case 'resume':
        await news.resumeSending(ctx.person, item.id, ctx.inboxId);
        return;
      default:
        return ctx.toast(ctx.t.text('bot.error.staleButton'));
    }
  });

  async function sendToAll(ctx: BotContext, id: string): Promise<void> {
    const outcome = await news.send(ctx.person, id, { source: ctx.inboxId });
    const item = await news.find(id);
    if (outcome.kind === 'started' && item) return follow(ctx, { item, campaignId: outcome.campaignId, doing: 'send' });
    const said = {
      already: 'news.send.already',
      recalled: 'news.office.wasRecalled',
      forbidden: 'bot.error.notAllowed',
      gone: 'news.item.gone',
      started: 'news.item.gone',
    } as const;
    await ctx.toast(ctx.t.text(said[outcome.kind]));
  }

  return chat;
}
