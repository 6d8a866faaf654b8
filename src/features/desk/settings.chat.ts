import { Composer } from 'grammy';
import type { BotContext } from '../../bot/context.ts';
import type { Dialogues } from '../../bot/dialogue/engine.ts';
import type { InlineButton } from '../../messengers/messenger.ts';
import type { Calendar } from '../calendar/calendar.service.ts';
import type { Members } from '../members/members.service.ts';
import { actorOf, isAdmin, isStaff, leads } from './desk-rights.ts';
import type { Desk } from './desk.service.ts';
import { settingsButton } from './desk.views.ts';
import { holidayList, roleList, settingsHome, templateList } from './settings.views.ts';

export interface SettingsChatDeps {
  desk: Desk;
  calendar: Calendar;
  members: Members;
  begin: Dialogues['begin'];
  /** What other features offer an admin to set. */
  more: (t: BotContext['t']) => readonly InlineButton[];
}

const DIALOGUES: Readonly<Record<string, string>> = {
  assisted: 'assisted-report',
  'template-add': 'template',
  'holiday-add': 'holiday',
  'role-add': 'role',
};

/** What heads and admins set: templates and days off; roles, for admins. */
export function settingsChat({ desk, calendar, begin, more }: SettingsChatDeps): Composer<BotContext> {
  const chat = new Composer<BotContext>();

  chat.on('callback_query:data', async (ctx, next) => {
    const pressed = settingsButton.read(ctx.callbackQuery.data);
    if (!pressed) return next();
    const { what, id } = pressed;
    const isForAdmins = what.startsWith('role');
    const may = what === 'assisted' ? isStaff(ctx) : isForAdmins ? isAdmin(ctx) : leads(ctx);
    if (!may) return ctx.toast(ctx.t.text('desk.act.forbidden'));
    const dialogue = Object.hasOwn(DIALOGUES, what) ? DIALOGUES[what] : undefined;
    if (dialogue !== undefined) return begin(ctx, dialogue);
    return show(ctx, what, id);
  });

  async function show(ctx: BotContext, what: string, id: string): Promise<void> {
    const { t } = ctx;
    switch (what) {
      case 'home':
        return ctx.replace(settingsHome(t, { admin: isAdmin(ctx), more: more(t) }));
      case 'templates':
        return ctx.replace(templateList(t, await desk.templates(ctx.person)));
      case 'holidays':
        return ctx.replace(holidayList(t, await calendar.show()));
      case 'weekday':
        return toggleWeekday(ctx, Number(id));
      case 'roles':
        return ctx.replace(roleList(t, await desk.staff(ctx.person)));
      default:
        return ctx.toast(t.text('bot.error.staleButton'));
    }
  }

  async function toggleWeekday(ctx: BotContext, day: number): Promise<void> {
    const { weekend } = await calendar.show();
    const next = weekend.includes(day) ? weekend.filter((one) => one !== day) : [...weekend, day];
    if (next.length > 3) return ctx.toast(ctx.t.text('desk.holiday.weekendFull'));
    await calendar.setWeekend(actorOf(ctx), next, ctx.inboxId);
    await ctx.replace(holidayList(ctx.t, await calendar.show()));
  }

  return chat;
}
