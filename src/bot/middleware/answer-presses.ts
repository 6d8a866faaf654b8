import type { MiddlewareFn } from 'grammy';
import type { BotContext } from '../context.ts';

/** Every press is answered, or the button keeps spinning on the member's phone; a handler that says nothing is answered for. */
export function answerPresses(): MiddlewareFn<BotContext> {
  return async function answerPresses(ctx, next) {
    try {
      await next();
    } finally {
      if (ctx.callbackQuery) await ctx.toast();
    }
  };
}
