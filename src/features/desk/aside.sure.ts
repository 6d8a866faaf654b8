import type { BotContext } from '../../bot/context.ts';
import type { SureActs } from '../../bot/sure.ts';
import { markOf } from '../../language/mark.ts';
import { home, type DeskChatDeps } from './desk.chat.ts';
import { isAdmin } from './desk-rights.ts';
import { asideList } from './desk.views.ts';

/** Throws away what was set aside, and with it what its sender wrote: asked about first. The subject is the entry. */
export function asideSure(deps: DeskChatDeps): SureActs {
  const list = async (ctx: BotContext) => {
    const entries = await deps.aside.list();
    return entries.length > 0 ? asideList(ctx.t, entries) : home(deps, ctx);
  };
  return {
    dx: {
      card: list,
      async look(ctx, id) {
        if (!isAdmin(ctx)) return 'forbidden';
        const entry = (await deps.aside.list()).find((one) => one.id === id);
        if (!entry) return null;
        return {
          mark: markOf(id),
          question: ctx.t.rich('desk.aside.dropSure', { at: entry.at }),
          yes: ctx.t.text('desk.settings.removeSure'),
          async run() {
            const isDone = await deps.aside.drop(id);
            await ctx.toast(ctx.t.text(isDone ? 'desk.aside.dropped' : 'bot.error.staleButton'));
            return list(ctx);
          },
        };
      },
    },
  };
}
