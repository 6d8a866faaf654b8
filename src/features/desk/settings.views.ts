import { sureButton } from '../../bot/sure.ts';
import { startOfDayTehran, fromIsoDay } from '../../language/jalali.ts';
import { markOf } from '../../language/mark.ts';
import { WEEKDAYS } from '../../language/jalali-names.ts';
import { toPersianDigits } from '../../language/persian-text.ts';
import { join } from '../../language/rich-text.ts';
import type { Translator } from '../../language/translator.ts';
import type { InlineButton, OutgoingMessage } from '../../messengers/messenger.ts';
import type { Member, Role } from '../members/members.service.ts';
import type { Template } from './desk.service.ts';
import { homeButton, settingsButton } from './desk.views.ts';

const MAX_SHOWN = 40;

const back = (t: Translator): InlineButton[] => [
  { label: t.text('bot.button.back'), data: settingsButton.data('home', '') },
];
const to = (t: Translator, key: 'templates' | 'holidays' | 'roles'): InlineButton[] => [
  { label: t.text(`desk.settings.${key}`), data: settingsButton.data(key, '') },
];

/** @param more what other features offer an admin to set */
export function settingsHome(
  t: Translator,
  { admin, more }: { admin: boolean; more: readonly InlineButton[] },
): OutgoingMessage {
  return {
    text: t.rich('desk.settings.title'),
    keyboard: {
      kind: 'inline',
      rows: [
        to(t, 'templates'),
        to(t, 'holidays'),
        ...(admin ? [to(t, 'roles'), ...more.map((button) => [button])] : []),
        [{ label: t.text('bot.button.back'), data: homeButton.data() }],
      ],
    },
  };
}

export function templateList(t: Translator, templates: readonly Template[]): OutgoingMessage {
  return {
    text: join([t.rich('desk.settings.templates'), t.rich('desk.template.hint')], '\n\n'),
    keyboard: {
      kind: 'inline',
      rows: [
        [{ label: t.text('desk.template.add'), data: settingsButton.data('template-add', '') }],
        ...templates.map((template) => [
          {
            label: t.text('desk.settings.remove', { what: template.name }),
            data: sureButton.data('dt', template.id, markOfTemplate(template)),
          },
        ]),
        back(t),
      ],
    },
  };
}

export function holidayList(
  t: Translator,
  { weekend, holidays }: { weekend: readonly number[]; holidays: readonly { day: string; name: string }[] },
): OutgoingMessage {
  const shown = holidays.slice(0, MAX_SHOWN);
  const dateOf = (day: string) => startOfDayTehran(fromIsoDay(day));
  const lines = shown.map(({ day, name }) => t.rich('desk.holiday.item', { at: dateOf(day), name }));
  const weekdays = [6, 0, 1, 2, 3, 4, 5].map((day) => {
    const label = WEEKDAYS[t.language][day] ?? '';
    return {
      label: weekend.includes(day) ? t.text('bot.dialogue.ticked', { label }) : label,
      data: settingsButton.data('weekday', String(day)),
    };
  });
  return {
    text: join([t.rich('desk.settings.holidays'), t.rich('desk.holiday.hint'), join(lines)], '\n\n'),
    keyboard: {
      kind: 'inline',
      rows: [
        weekdays.slice(0, 4),
        weekdays.slice(4),
        [{ label: t.text('desk.holiday.add'), data: settingsButton.data('holiday-add', '') }],
        ...shown.slice(0, 20).map((holiday) => [
          {
            label: t.text('desk.settings.remove', { what: holiday.name }),
            data: sureButton.data('dh', holiday.day, markOfHoliday(holiday)),
          },
        ]),
        back(t),
      ],
    },
  };
}

/** A role in a button: member, role and messenger account are found again by it. */
export function roleList(t: Translator, staff: readonly Member[]): OutgoingMessage {
  const rows = staff.flatMap((member) =>
    member.roles.map((role): InlineButton[] => [
      {
        label: t.text('desk.role.remove', {
          role: t.text(`desk.role.${role}`),
          name: staffName(t, member),
        }),
        data: sureButton.data('dr', `${member.id}.${role}`, markOfRole(member)),
      },
    ]),
  );
  return {
    text: join([t.rich('desk.settings.roles'), t.rich('desk.role.hint')], '\n\n'),
    keyboard: {
      kind: 'inline',
      rows: [
        [{ label: t.text('desk.role.add'), data: settingsButton.data('role-add', '') }],
        ...rows.slice(0, MAX_SHOWN),
        back(t),
      ],
    },
  };
}

export const markOfTemplate = ({ name, act, body }: Omit<Template, 'id'>): string => markOf(name, act, body);
export const markOfHoliday = ({ day, name }: { day: string; name: string }): string => markOf(day, name);
export const markOfRole = ({ name, roles }: Pick<Member, 'name' | 'roles'>): string => markOf(name, roles);

/** Somebody with a role, by name; who never gave one by the account, so that nobody is «a colleague» among others. */
export function staffName(t: Translator, { name, accounts }: Pick<Member, 'name' | 'accounts'>): string {
  const [account] = accounts;
  if (name !== null || !account) return name ?? t.text('desk.card.colleague');
  const number = t.language === 'en' ? String(account.userId) : toPersianDigits(String(account.userId));
  return t.text('desk.role.nameless', { account: `${account.messenger}:${number}` });
}

export function readRoleSubject(subject: string): { memberId: string; role: Role } | null {
  const [memberId = '', name] = subject.split('.');
  const role = (['officer', 'head', 'council', 'admin'] as const).find((one) => one === name);
  return role ? { memberId, role } : null;
}
