import { Composer } from 'grammy';
import type { BotContext } from '../../bot/context.ts';
import type { News } from './news.service.ts';
import { sendButton } from './sending.views.ts';

/** What can be done while a sending goes; what is going on shows it a moment later. */
export function sendingChat({ news }: { news: News }): Composer<BotContext> {
  const chat = new Composer<BotContext>();

  chat.on('callback_query:data', async (ctx, next) => {
    const pressed = sendButton.read(ctx.callbackQuery.data);
    if (!pressed) return next();
    if (!news.mayWrite(ctx.person)) return ctx.toast(ctx.t.text('bot.error.notAllowed'));
    const item = await news.find(pressed.id);
    if (!item) return ctx.toast(ctx.t.text('news.item.gone'));
    switch (pressed.act) {
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

  return chat;
}
