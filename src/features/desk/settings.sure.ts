import type { BotContext } from '../../bot/context.ts';
import type { SureActs } from '../../bot/sure.ts';
import { fromIsoDay, startOfDayTehran } from '../../language/jalali.ts';
import { actorOf, isAdmin, leads } from './desk-rights.ts';
import type { SettingsChatDeps } from './settings.chat.ts';
import {
  holidayList,
  markOfHoliday,
  markOfRole,
  markOfTemplate,
  readRoleSubject,
  roleList,
  staffName,
  templateList,
} from './settings.views.ts';

/** What heads and admins take out of the settings: asked about first. */
export function settingsSure({
  desk,
  calendar,
  members,
}: Pick<SettingsChatDeps, 'desk' | 'calendar' | 'members'>): SureActs {
  const templates = async (ctx: BotContext) => templateList(ctx.t, await desk.templates(ctx.person));
  const holidays = async (ctx: BotContext) => holidayList(ctx.t, await calendar.show());
  const roles = async (ctx: BotContext) => roleList(ctx.t, await desk.staff(ctx.person));

  return {
    dt: {
      card: templates,
      async look(ctx, id) {
        if (!leads(ctx)) return 'forbidden';
        const template = await desk.template(ctx.person, id);
        if (!template) return null;
        return {
          mark: markOfTemplate(template),
          question: ctx.t.rich('desk.template.dropSure', { name: template.name }),
          yes: ctx.t.text('desk.settings.removeSure'),
          async run() {
            await desk.removeTemplate(actorOf(ctx), id, ctx.inboxId);
            return templates(ctx);
          },
        };
      },
    },
    dh: {
      card: holidays,
      async look(ctx, day) {
        if (!leads(ctx)) return 'forbidden';
        const holiday = (await calendar.show()).holidays.find((one) => one.day === day);
        if (!holiday) return null;
        const at = startOfDayTehran(fromIsoDay(day));
        return {
          mark: markOfHoliday(holiday),
          question: ctx.t.rich('desk.holiday.dropSure', { at, name: holiday.name }),
          yes: ctx.t.text('desk.settings.removeSure'),
          async run() {
            await calendar.removeHoliday(actorOf(ctx), day, ctx.inboxId);
            return holidays(ctx);
          },
        };
      },
    },
    dr: {
      card: roles,
      async look(ctx, subject) {
        if (!isAdmin(ctx)) return 'forbidden';
        const pressed = readRoleSubject(subject);
        const member = pressed && (await members.find(pressed.memberId));
        if (!pressed || !member?.roles.includes(pressed.role)) return null;
        const [account] = member.accounts;
        if (!account) return null;
        const { role } = pressed;
        return {
          mark: markOfRole(member),
          question: ctx.t.rich('desk.role.removeSure', {
            role: ctx.t.text(`desk.role.${role}`),
            name: staffName(ctx.t, member),
          }),
          yes: ctx.t.text('desk.role.removeYes'),
          async run() {
            const change = { account, role, granted: false, source: ctx.inboxId };
            const outcome = await desk.setRole(actorOf(ctx), change);
            await ctx.toast(ctx.t.text(outcome === 'done' ? 'desk.role.removed' : 'desk.role.own'));
            return roles(ctx);
          },
        };
      },
    },
  };
}
