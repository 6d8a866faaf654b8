import {
  listOf,
  textOf,
  tooLate,
  type Answers,
  type Checked,
  type Completion,
  type Dialogue,
  type Option,
  type Question,
} from '../../bot/dialogue/dialogue.ts';
import type { BotContext } from '../../bot/context.ts';
import { mobile } from '../../language/identifiers.ts';
import { inTehran, toIsoDay } from '../../language/jalali.ts';
import { parseJalali } from '../../language/jalali-parse.ts';
import { citiesOf, placeName, provinces } from '../../language/places.ts';
import type { Translator } from '../../language/translator.ts';
import { labelIn, type Labels } from '../categories/categories.service.ts';
import type { Calendar } from '../calendar/calendar.service.ts';
import type { Members } from '../members/members.service.ts';
import type { Obstacles, Report } from '../obstacles/obstacles.service.ts';
import { actorOf, isStaff } from './desk-rights.ts';
import { ROLES, readAccount, type Desk } from './desk.service.ts';

export interface SettingsDialogueDeps {
  desk: Desk;
  calendar: Calendar;
  members: Members;
  obstacles: Obstacles;
  /** What an officer's work can be limited to. */
  categories: () => Promise<readonly { code: string; labels: Labels }[]>;
  /** What a report says (features/obstacles); an officer asks a caller the same. */
  report: {
    questionsFor: (answers: Answers) => Promise<readonly Question[]>;
    questions: readonly Question[];
    read: (answers: Answers) => Promise<Omit<Report, 'draftId' | 'reporterId' | 'businessId'>>;
  };
  now: () => Date;
}

const TEMPLATE_ACTS = ['answer', 'ask', 'solved', 'notOurs'] as const;

const ACCOUNT_EXAMPLES = { telegram: 'telegram:123456789', bale: 'bale:123456789' };

function checkAccount(text: string): Checked<string> {
  const account = readAccount(text);
  return account
    ? { ok: true, value: `${account.messenger}:${account.userId}` }
    : { ok: false, error: 'desk.error.account', values: ACCOUNT_EXAMPLES };
}

function checkPhone(text: string): Checked<string> {
  const phone = mobile(text);
  return phone.ok ? { ok: true, value: phone.value } : { ok: false, error: 'desk.error.phone' };
}

const forbidden = (ctx: BotContext): Completion => tooLate({ text: ctx.t.rich('desk.act.forbidden') });

export function settingsDialogues(deps: SettingsDialogueDeps): Dialogue[] {
  return [templateDialogue(deps), holidayDialogue(deps), roleDialogue(deps), assistedDialogue(deps)];
}

function templateDialogue({ desk }: SettingsDialogueDeps): Dialogue {
  return {
    name: 'template',
    title: 'desk.template.title',
    send: 'desk.template.send',
    questions: [
      {
        key: 'act',
        kind: 'choice',
        text: 'desk.template.act',
        label: 'desk.template.actLabel',
        options: (_answers, t) => TEMPLATE_ACTS.map((code) => ({ code, label: t.text(`desk.button.${code}`) })),
      },
      { key: 'name', kind: 'text', text: 'desk.template.name', label: 'desk.template.nameLabel', min: 2, max: 40 },
      {
        key: 'body',
        kind: 'text',
        text: 'desk.template.body',
        label: 'desk.template.bodyLabel',
        min: 3,
        max: 2000,
        multiline: true,
      },
    ],
    async complete(ctx, { draftId, answers }) {
      const template = { name: textOf(answers, 'name'), act: textOf(answers, 'act'), body: textOf(answers, 'body') };
      const saved = await desk.saveTemplate(actorOf(ctx), template, draftId);
      return saved ? { text: ctx.t.rich('desk.template.saved') } : forbidden(ctx);
    },
  };
}

function holidayDialogue({ calendar, now }: SettingsDialogueDeps): Dialogue {
  const checkDay = (text: string): Checked<string> => {
    const parsed = parseJalali(text);
    if (!parsed.ok) return { ok: false, error: 'desk.error.day' };
    if (toIsoDay(parsed.day) < toIsoDay(inTehran(now()))) return { ok: false, error: 'desk.error.pastDay' };
    const { year, month, day } = parsed.day;
    return { ok: true, value: [year, month, day].map((part) => String(part).padStart(2, '0')).join('/') };
  };
  return {
    name: 'holiday',
    title: 'desk.holiday.title',
    send: 'desk.holiday.send',
    questions: [
      {
        key: 'day',
        kind: 'text',
        text: 'desk.holiday.day',
        label: 'desk.holiday.dayLabel',
        min: 5,
        max: 40,
        check: checkDay,
      },
      { key: 'name', kind: 'text', text: 'desk.holiday.name', label: 'desk.holiday.nameLabel', min: 2, max: 40 },
    ],
    async complete(ctx, { draftId, answers }) {
      const parsed = parseJalali(textOf(answers, 'day'));
      const name = textOf(answers, 'name');
      const added =
        parsed.ok && (await calendar.addHoliday(actorOf(ctx), { day: toIsoDay(parsed.day), name }, draftId));
      return added ? { text: ctx.t.rich('desk.holiday.added') } : forbidden(ctx);
    },
  };
}

const cityOptions = (t: Translator): Option[] =>
  provinces().flatMap(({ code }) =>
    citiesOf(code).map((city) => ({
      code: city.code,
      label: placeName(city.code, t.language),
      also: [city.fa, city.en],
    })),
  );

function roleDialogue({ desk, members, categories }: SettingsDialogueDeps): Dialogue {
  return {
    name: 'role',
    title: 'desk.role.title',
    send: 'desk.role.send',
    questions: roleQuestions(() => []),
    async questionsFor() {
      const offered = await categories();
      return roleQuestions((t) => offered.map(({ code, labels }) => ({ code, label: labelIn(labels, t.language) })));
    },
    async complete(ctx, { draftId, answers }) {
      const account = readAccount(textOf(answers, 'account'));
      const role = ROLES.find((one) => one === textOf(answers, 'role'));
      if (!account || !role) return tooLate({ text: ctx.t.rich('desk.role.unknown') });
      const outcome = await desk.setRole(actorOf(ctx), { account, role, granted: true, source: draftId });
      const member = await members.behind(account);
      if (outcome !== 'done' || !member) return forbidden(ctx);
      if (role === 'officer')
        await desk.setScope(
          actorOf(ctx),
          member.id,
          { categories: listOf(answers, 'categories'), cities: listOf(answers, 'cities') },
          draftId,
        );
      return { text: ctx.t.rich('desk.role.granted') };
    },
  };
}

const roleQuestions = (categories: (t: Translator) => Option[]): Question[] => [
  {
    key: 'account',
    kind: 'text',
    text: 'desk.role.account',
    values: ACCOUNT_EXAMPLES,
    label: 'desk.role.accountLabel',
    code: true,
    min: 6,
    max: 30,
    check: checkAccount,
  },
  {
    key: 'role',
    kind: 'choice',
    text: 'desk.role.ask',
    label: 'desk.role.askLabel',
    options: (_answers, t) => ROLES.map((code) => ({ code, label: t.text(`desk.role.${code}`) })),
  },
  {
    key: 'categories',
    kind: 'choices',
    text: 'desk.role.categories',
    label: 'desk.role.categoriesLabel',
    options: (_answers, t) => categories(t),
    min: 1,
    max: 10,
    optional: true,
    when: (answers) => answers['role'] === 'officer',
  },
  {
    key: 'cities',
    kind: 'choices',
    text: 'desk.role.cities',
    label: 'desk.role.citiesLabel',
    options: (_answers, t) => cityOptions(t),
    min: 1,
    max: 20,
    optional: true,
    when: (answers) => answers['role'] === 'officer',
  },
];

/** An officer reports for somebody on the phone; the caller is found, or kept, by the number. */
function assistedDialogue({ obstacles, members, report }: SettingsDialogueDeps): Dialogue {
  // On the phone nobody sends files.
  const withCaller = (questions: readonly Question[]): Question[] => [
    {
      key: 'phone',
      kind: 'text',
      text: 'desk.assisted.phone',
      label: 'desk.assisted.phoneLabel',
      min: 8,
      max: 20,
      check: checkPhone,
      code: true,
    },
    {
      key: 'name',
      kind: 'text',
      text: 'desk.assisted.name',
      label: 'desk.assisted.nameLabel',
      min: 3,
      max: 80,
      public: true,
    },
    ...questions.filter(({ kind }) => kind !== 'files'),
  ];
  return {
    name: 'assisted-report',
    title: 'desk.assisted.title',
    send: 'desk.assisted.send',
    questions: withCaller(report.questions),
    questionsFor: async (answers) => withCaller(await report.questionsFor(answers)),
    async complete(ctx: BotContext, { draftId, answers }) {
      if (!isStaff(ctx)) return forbidden(ctx);
      const caller = { name: textOf(answers, 'name'), phone: textOf(answers, 'phone') };
      const obstacle = await obstacles.report({
        ...(await report.read(answers)),
        draftId,
        reporterId: await members.ofCaller(caller),
        businessId: null,
      });
      await obstacles.assisted(actorOf(ctx), obstacle.id, draftId);
      return { text: ctx.t.rich('desk.assisted.done', { code: obstacle.code, due: obstacle.firstAnswerDue }) };
    },
  };
}
