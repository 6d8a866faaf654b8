import { Composer } from 'grammy';
import type { BotContext } from '../../bot/context.ts';
import type { Dialogues } from '../../bot/dialogue/engine.ts';
import type { InlineButton } from '../../messengers/messenger.ts';
import type { Calendar } from '../calendar/calendar.service.ts';
import type { Members } from '../members/members.service.ts';
import { actorOf, isAdmin, isStaff, leads } from './desk-rights.ts';
import type { Desk } from './desk.service.ts';
import { settingsButton } from './desk.views.ts';
import { holidayList, roleList, roleOf, settingsHome, templateList } from './settings.views.ts';

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
export function settingsChat({ desk, calendar, members, begin, more }: SettingsChatDeps): Composer<BotContext> {
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
    const role = roleOf(what);
    if (role) return takeRole(ctx, role, id);
    return show(ctx, what, id);
  });

  async function show(ctx: BotContext, what: string, id: string): Promise<void> {
    const { t } = ctx;
    switch (what) {
      case 'home':
        return ctx.replace(settingsHome(t, { admin: isAdmin(ctx), more: more(t) }));
      case 'template-drop':
        await desk.removeTemplate(actorOf(ctx), id, ctx.inboxId);
        return ctx.replace(templateList(t, await desk.templates()));
      case 'templates':
        return ctx.replace(templateList(t, await desk.templates()));
      case 'holiday-drop':
        await calendar.removeHoliday(actorOf(ctx), id, ctx.inboxId);
        return ctx.replace(holidayList(t, await calendar.show()));
      case 'holidays':
        return ctx.replace(holidayList(t, await calendar.show()));
      case 'weekday':
        return toggleWeekday(ctx, Number(id));
      case 'roles':
        return ctx.replace(roleList(t, await desk.staff()));
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

  async function takeRole(
    ctx: BotContext,
    role: NonNullable<ReturnType<typeof roleOf>>,
    memberId: string,
  ): Promise<void> {
    const account = (await members.find(memberId))?.accounts[0];
    if (!account) return ctx.toast(ctx.t.text('desk.role.unknown'));
    const change = { account, role, granted: false, source: ctx.inboxId };
    const outcome = await desk.setRole(actorOf(ctx), change);
    await ctx.toast(ctx.t.text(outcome === 'done' ? 'desk.role.removed' : 'desk.role.own'));
    await ctx.replace(roleList(ctx.t, await desk.staff()));
  }

  return chat;
}
