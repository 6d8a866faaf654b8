import {
  textOf,
  tooLate,
  type Answers,
  type Checked,
  type Completion,
  type Dialogue,
  type Question,
} from '../../bot/dialogue/dialogue.ts';
import type { BotContext } from '../../bot/context.ts';
import { parseJalali } from '../../language/jalali-parse.ts';
import { inTehran, startOfDayTehran, toIsoDay } from '../../language/jalali.ts';
import { parseTrackingCode } from '../../language/tracking-code.ts';
import type { TextKey } from '../../language/translator.ts';
import type { OutgoingMessage } from '../../messengers/messenger.ts';
import type { WorkingCalendar } from '../calendar/calendar.service.ts';
import type { ChangeFacts, Obstacle, Obstacles, Status } from '../obstacles/obstacles.service.ts';
import type { Plans } from '../programmes/plans.service.ts';
import { actTold } from './act-told.views.ts';
import { actorOf } from './desk-rights.ts';
import { readSubject } from './case-subject.ts';
import { cardButton } from './desk.views.ts';

/** The acts of an officer that need words, each a dialogue of a few questions. Their names are in the buttons of the card. */
export const ACTS = {
  answer: 'in_progress',
  solved: 'declared_solved',
  ask: 'needs_information',
  refer: 'referred',
  plan: 'planned',
  decide: 'under_review',
  notOurs: 'not_ours',
  reopen: 'reopened',
  merge: 'merged',
} as const satisfies Record<string, Status>;
export type ActName = keyof typeof ACTS;

/** An act's texts are under its own name, but for «solved», which was called `solution` from the start. */
const textsOfAct = (act: ActName): string => (act === 'solved' ? 'solution' : act);

/** The dialogue of an act; reporters have a `reopen` of their own. */
export function dialogueOfAct(act: ActName): string {
  if (act === 'notOurs') return 'not-ours';
  return act === 'reopen' ? 'reopen-case' : textsOfAct(act);
}

export interface CaseActDeps {
  obstacles: Obstacles;
  calendar: () => Promise<WorkingCalendar>;
  plans: () => Plans;
  now: () => Date;
}

/** What the officer writes for the member; `name` is where its texts are. */
export const reason = (name: string): Question => ({
  key: 'reason',
  kind: 'text',
  text: `desk.${name}.question` as TextKey,
  label: `desk.${name}.label` as TextKey,
  min: 3,
  max: 2000,
  multiline: true,
});

/** Written back as digits, so that the review shows what was understood. */
function checkDay(text: string): Checked<string> {
  const parsed = parseJalali(text);
  if (!parsed.ok) return { ok: false, error: 'desk.error.day' };
  const { year, month, day } = parsed.day;
  return { ok: true, value: [year, month, day].map((part) => String(part).padStart(2, '0')).join('/') };
}

function checkFutureDay(now: () => Date) {
  return (text: string): Checked<string> => {
    const checked = checkDay(text);
    if (!checked.ok) return checked;
    return isoOf(checked.value) >= toIsoDay(inTehran(now())) ? checked : { ok: false, error: 'desk.error.pastDay' };
  };
}

const isoOf = (day: string): string => {
  const parsed = parseJalali(day);
  return parsed.ok ? toIsoDay(parsed.day) : '';
};

function checkCode(text: string): Checked<string> {
  const parsed = parseTrackingCode(text);
  return parsed.ok ? { ok: true, value: parsed.code } : { ok: false, error: 'desk.error.code' };
}

const dueOn = (now: () => Date): Question => ({
  key: 'dueOn',
  kind: 'text',
  text: 'desk.question.dueOn',
  label: 'desk.label.dueOn',
  min: 5,
  max: 40,
  optional: true,
  check: checkFutureDay(now),
});

interface Spec {
  name: Exclude<ActName, 'merge'>;
  questions: readonly Question[];
  /** What becomes of the case; by default the act's status. */
  to?: (answers: Answers) => Status;
  facts?: (answers: Answers) => ChangeFacts | Promise<ChangeFacts>;
  /** What else follows once the case has moved; repeated after a crash. */
  after?: (ctx: BotContext, moved: { obstacle: Obstacle; answers: Answers; draftId: string }) => Promise<void>;
  /** A promise of the officer's own for the next word. */
  nextWordDue?: (answers: Answers, calendar: WorkingCalendar) => Date | undefined;
}

export function caseActDialogues({ obstacles, calendar, plans, now }: CaseActDeps): Dialogue[] {
  const inWorkingDays = (answers: Answers, working: WorkingCalendar): Date | undefined => {
    const days = answers['period'];
    return typeof days === 'number' ? working.addWorkingDays(now(), days) : undefined;
  };
  const dayFact = (answers: Answers) => {
    const typed = textOf(answers, 'dueOn');
    return typed === '' ? {} : { dueOn: isoOf(typed) };
  };

  const specs: readonly Spec[] = [
    { name: 'answer', questions: [reason('answer')] },
    { name: 'solved', questions: [reason('solution')] },
    { name: 'ask', questions: [reason('ask')] },
    { name: 'notOurs', questions: [reason('notOurs')] },
    { name: 'reopen', questions: [reason('reopen')] },
    {
      name: 'refer',
      questions: [
        { key: 'body', kind: 'text', text: 'desk.question.body', label: 'desk.label.body', min: 2, max: 100 },
        {
          key: 'letter',
          kind: 'text',
          text: 'desk.question.letter',
          label: 'desk.label.letter',
          min: 1,
          max: 40,
          optional: true,
        },
        dueOn(now),
        reason('refer'),
      ],
      facts: (answers) => ({
        body: textOf(answers, 'body'),
        ...(textOf(answers, 'letter') === '' ? {} : { letter: textOf(answers, 'letter') }),
        ...dayFact(answers),
      }),
      // The member hears as often as ever, and sooner where the body's answer is due sooner.
      nextWordDue(answers, working) {
        const { dueOn: day } = dayFact(answers);
        const parsed = day === undefined ? undefined : parseJalali(textOf(answers, 'dueOn'));
        if (!parsed?.ok) return undefined;
        const dayAfter = working.addWorkingDays(startOfDayTehran(parsed.day), 1);
        const usual = working.addWorkingDays(now(), USUAL_NEXT_WORD_DAYS);
        return dayAfter < usual ? dayAfter : undefined;
      },
    },
    {
      name: 'plan',
      questions: [
        {
          key: 'programme',
          kind: 'choice',
          text: 'desk.question.programme',
          label: 'desk.label.programme',
          options: () => plans().options(),
          freeText: { max: 120 },
        },
        dueOn(now),
        reason('plan'),
      ],
      facts: async (answers) => ({
        programme: (await plans().read(textOf(answers, 'programme'))).name,
        ...dayFact(answers),
      }),
      async after(ctx, { obstacle, answers, draftId }) {
        const { programmeId } = await plans().read(textOf(answers, 'programme'));
        if (programmeId !== null) await plans().link(actorOf(ctx), programmeId, { obstacle, source: draftId });
      },
    },
    {
      name: 'decide',
      questions: [
        {
          key: 'decision',
          kind: 'choice',
          text: 'desk.question.decision',
          label: 'desk.label.decision',
          options: (_answers, t) =>
            (['accepted', 'under_study', 'refused'] as const).map((code) => ({
              code,
              label: t.text(`desk.decision.${code}`),
            })),
        },
        reason('decide'),
        {
          key: 'period',
          kind: 'number',
          text: 'desk.question.period',
          label: 'desk.label.period',
          min: 1,
          max: 120,
          optional: true,
          when: (answers) => answers['decision'] !== 'refused',
        },
      ],
      to: (answers) =>
        answers['decision'] === 'accepted'
          ? 'in_progress'
          : answers['decision'] === 'refused'
            ? 'not_possible'
            : 'under_review',
      facts: (answers) => {
        const decision = answers['decision'];
        return decision === 'accepted' || decision === 'under_study' ? { decision } : {};
      },
      nextWordDue: inWorkingDays,
    },
  ];

  const acts = specs.map((spec): Dialogue => {
    const name = textsOfAct(spec.name);
    return {
      name: dialogueOfAct(spec.name),
      title: `desk.${name}.title` as TextKey,
      send: `desk.${name}.send` as TextKey,
      questions: spec.questions,
      async complete(ctx, { draftId, subject, answers }) {
        const { id, seen } = readSubject(subject);
        const there = await obstacles.visibleTo(actorOf(ctx), id);
        if (!there) return tooLate({ text: ctx.t.rich('desk.act.forbidden') });
        const outcome = await obstacles.move(actorOf(ctx), id, {
          from: there.status,
          to: spec.to?.(answers) ?? ACTS[spec.name],
          reason: textOf(answers, 'reason'),
          source: draftId,
          facts: (await spec.facts?.(answers)) ?? {},
          nextWordDue: spec.nextWordDue?.(answers, await calendar()),
          seen,
        });
        if (outcome.kind === 'forbidden') return tooLate({ text: ctx.t.rich('desk.act.forbidden') });
        if (outcome.kind === 'moved') await spec.after?.(ctx, { obstacle: outcome.obstacle, answers, draftId });
        return outcome.kind === 'moved'
          ? backToCard(ctx, id, actTold(ctx.t, outcome.obstacle, now()))
          : movedOn(ctx, id);
      },
    };
  });

  const merge: Dialogue = {
    name: 'merge',
    title: 'desk.merge.title',
    send: 'desk.merge.send',
    questions: [
      {
        key: 'code',
        kind: 'text',
        text: 'desk.question.code',
        label: 'desk.label.code',
        min: 8,
        max: 20,
        check: checkCode,
      },
      reason('merge'),
    ],
    async complete(ctx, { draftId, subject, answers }) {
      const { id } = readSubject(subject);
      const outcome = await obstacles.merge(actorOf(ctx), id, {
        code: textOf(answers, 'code'),
        reason: textOf(answers, 'reason'),
        source: draftId,
      });
      if (outcome.kind === 'merged') return backToCard(ctx, id, ctx.t.rich('desk.merge.done'));
      if (outcome.kind === 'forbidden') return tooLate({ text: ctx.t.rich('desk.merge.unknown') });
      return movedOn(ctx, id);
    },
  };

  const note: Dialogue = {
    name: 'note',
    title: 'desk.note.title',
    send: 'desk.note.send',
    questions: [reason('note')],
    async complete(ctx, { draftId, subject, answers }) {
      const { id } = readSubject(subject);
      const kept = await obstacles.note(actorOf(ctx), id, { text: textOf(answers, 'reason'), source: draftId });
      if (kept === 'full') return tooLate({ text: ctx.t.rich('desk.note.full') });
      return kept
        ? backToCard(ctx, id, ctx.t.rich('desk.note.done'))
        : tooLate({ text: ctx.t.rich('desk.act.forbidden') });
    },
  };

  const phoned: Dialogue = {
    name: 'phoned',
    title: 'desk.phoned.title',
    send: 'desk.phoned.send',
    questions: [reason('phoned')],
    async complete(ctx, { draftId, subject, answers }) {
      const { id } = readSubject(subject);
      const text = textOf(answers, 'reason');
      const outcome = await obstacles.phoned(actorOf(ctx), id, { text, source: draftId });
      if (outcome.kind === 'forbidden') return tooLate({ text: ctx.t.rich('desk.act.forbidden') });
      return outcome.kind === 'moved' ? backToCard(ctx, id, ctx.t.rich('desk.phoned.done')) : movedOn(ctx, id);
    },
  };

  return [...acts, merge, note, phoned];
}

const USUAL_NEXT_WORD_DAYS = 10;

function backToCard(ctx: BotContext, id: string, text: OutgoingMessage['text']): OutgoingMessage {
  return {
    text,
    keyboard: { kind: 'inline', rows: [[{ label: ctx.t.text('desk.button.card'), data: cardButton.data(id) }]] },
  };
}

const movedOn = (ctx: BotContext, id: string): Completion =>
  tooLate(backToCard(ctx, id, ctx.t.rich('desk.act.movedOnText')));
