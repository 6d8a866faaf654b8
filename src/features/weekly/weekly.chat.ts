import type { MenuItem } from '../../bot/main-menu.ts';
import type { Translator } from '../../language/translator.ts';
import type { OutgoingMessage } from '../../messengers/messenger.ts';
import type { Role } from '../members/members.service.ts';
import { mayReadWeekly, type WeeklyReports } from './weekly.service.ts';
import { weeklyMessages, type WeeklyViewOptions } from './weekly.views.ts';

export interface WeeklyChatDeps extends WeeklyViewOptions {
  weekly: WeeklyReports;
}

/** The week until now, for council members and heads. */
export function weeklyMenu(deps: WeeklyChatDeps): MenuItem {
  return {
    name: 'weekly',
    label: 'weekly.menu.weekly',
    allowed: mayReadWeekly,
    open: async (ctx) => {
      const week = await deps.weekly.read(ctx.person, { source: ctx.inboxId });
      if (!week) return ctx.toast(ctx.t.text('bot.error.notAllowed'));
      for (const message of await weeklyMessages(ctx.t, week, deps)) await ctx.show(message);
    },
  };
}

/** Draws each day's report once for each language: the same bytes are uploaded once for everybody. */
export function createWeeklyRenderer(deps: WeeklyChatDeps) {
  const drawn = new Map<string, OutgoingMessage[]>();
  const MOST = 4;

  return async function render(
    { day }: { day: string },
    { t, reader }: { t: Translator; reader: { roles: readonly Role[] } },
  ): Promise<OutgoingMessage[]> {
    if (!mayReadWeekly(reader)) return [];
    const key = `${day}:${t.language}`;
    const known = drawn.get(key);
    if (known) return known;
    const week = await deps.weekly.of(day);
    if (!week) return [];
    const messages = await weeklyMessages(t, week, deps);
    if (drawn.size >= MOST) drawn.clear();
    drawn.set(key, messages);
    return messages;
  };
}
