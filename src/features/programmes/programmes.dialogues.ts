import type { BotContext } from '../../bot/context.ts';
import {
  numberOf,
  textOf,
  tooLate,
  type Answers,
  type AnswerValue,
  type Checked,
  type Completion,
  type Dialogue,
  type Question,
} from '../../bot/dialogue/dialogue.ts';
import { formatDay } from '../../language/jalali-format.ts';
import { fromIsoDay } from '../../language/jalali.ts';
import { parseTrackingCode } from '../../language/tracking-code.ts';
import type { OutgoingMessage } from '../../messengers/messenger.ts';
import type { Obstacle } from '../obstacles/obstacles.service.ts';
import { MOST_PARTNERS, readMilestones, readPartners } from './programme-list.ts';
import type { Outcome, Programme, Programmes, ProgrammeTexts } from './programmes.service.ts';
import { programmeButton } from './programmes.views.ts';

export interface ProgrammeDialogueDeps {
  programmes: Programmes;
  /** A case that the actor may see. */
  caseOf: (actor: { id: string; roles: BotContext['person']['roles'] }, code: string) => Promise<Obstacle | null>;
}

const MOST_MILESTONES = 20;

function checkMilestones(typed: string): Checked<string> {
  const milestones = readMilestones(typed);
  return milestones && milestones.length <= MOST_MILESTONES
    ? { ok: true, value: typed }
    : { ok: false, error: 'programmes.error.milestones' };
}

function checkCode(typed: string): Checked<string> {
  const parsed = parseTrackingCode(typed);
  return parsed.ok ? { ok: true, value: parsed.code } : { ok: false, error: 'desk.error.code' };
}

const question = (
  key: 'title' | 'aim' | 'section' | 'body' | 'partners' | 'milestones' | 'budget' | 'startOn' | 'endOn',
) => ({ key, text: `programmes.question.${key}`, label: `programmes.label.${key}` }) as const;

const QUESTIONS: readonly Question[] = [
  { ...question('title'), kind: 'text', min: 3, max: 120 },
  { ...question('aim'), kind: 'text', min: 10, max: 1000, multiline: true },
  { ...question('section'), kind: 'text', min: 2, max: 80, optional: true },
  { ...question('body'), kind: 'text', min: 2, max: 120 },
  {
    ...question('partners'),
    kind: 'text',
    min: 2,
    max: 500,
    multiline: true,
    optional: true,
    check: (text) =>
      readPartners(text).length <= MOST_PARTNERS
        ? { ok: true, value: text }
        : { ok: false, error: 'programmes.error.partners', values: { max: MOST_PARTNERS } },
  },
  { ...question('startOn'), kind: 'date' },
  { ...question('endOn'), kind: 'date' },
  {
    ...question('milestones'),
    kind: 'text',
    min: 3,
    max: 2000,
    multiline: true,
    optional: true,
    check: checkMilestones,
  },
  {
    ...question('budget'),
    kind: 'number',
    min: 0,
    max: 9_000_000_000_000_000,
    optional: true,
    unit: 'programmes.unit.rials',
    units: { ریال: 1, تومان: 10, rial: 1, rials: 1, toman: 10 },
  },
];

function textsOf(answers: Answers): ProgrammeTexts {
  // Whichever was typed first, a programme begins with the earlier day; the review has shown both.
  const [startOn = '', endOn = ''] = [textOf(answers, 'startOn'), textOf(answers, 'endOn')].toSorted();
  return {
    title: textOf(answers, 'title'),
    aim: textOf(answers, 'aim'),
    section: textOf(answers, 'section'),
    body: textOf(answers, 'body'),
    partners: readPartners(textOf(answers, 'partners')).slice(0, MOST_PARTNERS),
    startOn,
    endOn,
    milestones: readMilestones(textOf(answers, 'milestones')) ?? [],
    budgetRials: numberOf(answers, 'budget'),
  };
}

/** What a programme says now, as the answers of the form that changes it. */
export function answersOf(programme: Programme): Record<string, AnswerValue | null> {
  const orNull = (text: string): string | null => (text === '' ? null : text);
  const { title, aim, section, body, partners, startOn, endOn, budgetRials, milestones } = programme;
  return {
    title,
    aim,
    section: orNull(section),
    body,
    partners: orNull(partners.join('\n')),
    startOn,
    endOn,
    milestones: orNull(
      milestones
        .map((one) =>
          one.dueOn === null ? one.title : `${one.title} ${formatDay(fromIsoDay(one.dueOn), 'fa', 'short')}`,
        )
        .join('\n'),
    ),
    budget: budgetRials,
  };
}

const actorOf = (ctx: BotContext) => ({ id: ctx.person.id, roles: ctx.person.roles });

function shown(ctx: BotContext, outcome: Outcome, done: 'written' | 'saved' | 'noted' | 'linked'): Completion {
  if (outcome.kind === 'forbidden') return tooLate({ text: ctx.t.rich('programmes.act.forbidden') });
  if (outcome.kind === 'gone') return tooLate({ text: ctx.t.rich('programmes.act.gone') });
  const { id } = outcome.programme;
  const message: OutgoingMessage = {
    text: ctx.t.rich(outcome.kind === 'done' ? `programmes.act.${done}` : 'programmes.act.movedOn'),
    keyboard: {
      kind: 'inline',
      rows: [[{ label: ctx.t.text('programmes.button.open'), data: programmeButton.data(id) }]],
    },
  };
  return outcome.kind === 'done' ? message : tooLate(message);
}

export function programmeDialogues({ programmes, caseOf }: ProgrammeDialogueDeps): Dialogue[] {
  return [
    {
      name: 'write-programme',
      title: 'programmes.write.title',
      send: 'programmes.write.send',
      questions: QUESTIONS,
      async complete(ctx, { draftId, subject, answers }) {
        const texts = textsOf(answers);
        return subject === ''
          ? shown(ctx, await programmes.write(actorOf(ctx), texts, draftId), 'written')
          : shown(ctx, await programmes.revise(actorOf(ctx), subject, texts, draftId), 'saved');
      },
    },
    {
      name: 'programme-note',
      title: 'programmes.progress.title',
      send: 'programmes.progress.send',
      questions: [
        {
          key: 'progress',
          kind: 'number',
          text: 'programmes.progress.percent',
          label: 'programmes.progress.percentLabel',
          min: 0,
          max: 100,
          units: { درصد: 1, percent: 1 },
        },
        {
          key: 'text',
          kind: 'text',
          text: 'programmes.progress.text',
          label: 'programmes.progress.textLabel',
          min: 3,
          max: 800,
          multiline: true,
        },
      ],
      async complete(ctx, { draftId, subject, answers }) {
        const progress = numberOf(answers, 'progress') ?? 0;
        const note = { progress, text: textOf(answers, 'text'), source: draftId };
        return shown(ctx, await programmes.report(actorOf(ctx), subject, note), 'noted');
      },
    },
    {
      name: 'programme-link',
      title: 'programmes.link.title',
      send: 'programmes.link.send',
      questions: [
        {
          key: 'code',
          kind: 'text',
          text: 'programmes.link.code',
          label: 'programmes.link.codeLabel',
          min: 8,
          max: 20,
          check: checkCode,
          code: true,
        },
      ],
      async complete(ctx, { draftId, subject, answers }) {
        const obstacle = await caseOf(actorOf(ctx), textOf(answers, 'code'));
        if (!obstacle) return tooLate({ text: ctx.t.rich('programmes.link.unknown') });
        return shown(ctx, await programmes.link(actorOf(ctx), subject, { obstacle, source: draftId }), 'linked');
      },
    },
  ];
}
