import type { BotContext } from '../../bot/context.ts';
import {
  numberOf,
  textOf,
  tooLate,
  type Answers,
  type Checked,
  type Completion,
  type Dialogue,
  type TextQuestion,
} from '../../bot/dialogue/dialogue.ts';
import {
  MOST_ITEMS,
  OWN_QUESTION_KINDS,
  type Actor,
  type Categories,
  type EditOutcome,
  type Labels,
} from './categories.service.ts';
import { categoriesButton, categoryButton } from './categories.views.ts';

/** Letters on a button, of which two may share a row. */
const LONGEST_NAME = 40;
const LONGEST_OPTION = 40;
const LONGEST_ITEM = 60;
const MOST_DAYS = 60;

/** Names stand on buttons and in the middle of sentences. */
function checkName(text: string): Checked<string> {
  return /[<>{}]/.test(text) ? { ok: false, error: 'categories.error.markup' } : { ok: true, value: text };
}

const linesOf = (text: string): string[] => [
  ...new Set(
    text
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== ''),
  ),
];

function checkLines(
  text: string,
  { min, max, letters }: { min: number; max: number; letters: number },
): Checked<string> {
  const lines = linesOf(text);
  if (lines.length < min || lines.length > max)
    return { ok: false, error: 'categories.error.lineCount', values: { min, max } };
  return lines.every((line) => line.length <= letters)
    ? { ok: true, value: lines.join('\n') }
    : { ok: false, error: 'categories.error.lines', values: { max: letters } };
}

const labelsOf = (answers: Answers, fa: string, en: string): Labels => ({
  fa: textOf(answers, fa),
  ...(textOf(answers, en) === '' ? {} : { en: textOf(answers, en) }),
});

const NAME_QUESTIONS: readonly TextQuestion[] = [
  {
    key: 'fa',
    kind: 'text',
    text: 'categories.name.fa',
    label: 'categories.name.faLabel',
    min: 2,
    max: LONGEST_NAME,
    check: checkName,
  },
  {
    key: 'en',
    kind: 'text',
    text: 'categories.name.en',
    label: 'categories.name.enLabel',
    min: 2,
    max: LONGEST_NAME,
    check: checkName,
    optional: true,
  },
];

const actorOf = (ctx: BotContext): Actor => ({ id: ctx.person.id, roles: ctx.person.roles });

/** The forms with which an admin edits a category; the subject of each is its code. */
export function categoryDialogues(categories: Categories): Dialogue[] {
  return [
    addDialogue(categories),
    renameDialogue(categories),
    askDialogue(categories),
    noticeDialogue(categories),
    checklistDialogue(categories),
    timesDialogue(categories),
  ];
}

function done(ctx: BotContext, outcome: EditOutcome, code: string): Completion {
  const text = ctx.t.rich(`categories.outcome.${outcome}`);
  if (outcome !== 'done') return tooLate({ text });
  const button =
    code === ''
      ? categoriesButton(ctx.t)
      : { label: ctx.t.text('categories.outcome.open'), data: categoryButton.data(code) };
  return { text, keyboard: { kind: 'inline', rows: [[button]] } };
}

function addDialogue(categories: Categories): Dialogue {
  return {
    name: 'category-add',
    title: 'categories.add.title',
    send: 'categories.add.send',
    questions: NAME_QUESTIONS,
    async complete(ctx, { draftId, subject, answers }) {
      const parent = subject === '' ? null : subject;
      const labels = labelsOf(answers, 'fa', 'en');
      return done(ctx, await categories.add(actorOf(ctx), { parent, labels, source: draftId }), subject);
    },
  };
}

function renameDialogue(categories: Categories): Dialogue {
  return {
    name: 'category-rename',
    title: 'categories.name.title',
    send: 'categories.name.send',
    questions: NAME_QUESTIONS,
    async complete(ctx, { draftId, subject, answers }) {
      const labels = labelsOf(answers, 'fa', 'en');
      return done(ctx, await categories.relabel(actorOf(ctx), subject, { labels, source: draftId }), subject);
    },
  };
}

function askDialogue(categories: Categories): Dialogue {
  return {
    name: 'category-ask',
    title: 'categories.ask.title',
    send: 'categories.ask.send',
    questions: [
      {
        key: 'kind',
        kind: 'choice',
        text: 'categories.ask.kind',
        label: 'categories.ask.kindLabel',
        options: (_answers, t) =>
          OWN_QUESTION_KINDS.map((code) => ({ code, label: t.text(`categories.ask.kinds.${code}`) })),
      },
      {
        key: 'text',
        kind: 'text',
        text: 'categories.ask.text',
        label: 'categories.ask.textLabel',
        min: 3,
        max: 300,
        multiline: true,
      },
      {
        key: 'english',
        kind: 'text',
        text: 'categories.ask.english',
        label: 'categories.ask.englishLabel',
        min: 3,
        max: 300,
        multiline: true,
        optional: true,
      },
      {
        key: 'short',
        kind: 'text',
        text: 'categories.ask.short',
        label: 'categories.ask.shortLabel',
        min: 2,
        max: 24,
        check: checkName,
      },
      {
        key: 'options',
        kind: 'text',
        text: 'categories.ask.options',
        label: 'categories.ask.optionsLabel',
        min: 3,
        max: 400,
        multiline: true,
        check: (text) => checkLines(text, { min: 2, max: 8, letters: LONGEST_OPTION }),
        when: (answers) => answers['kind'] === 'choice',
      },
      {
        key: 'need',
        kind: 'choice',
        text: 'categories.ask.need',
        label: 'categories.ask.needLabel',
        options: (_answers, t) =>
          (['optional', 'needed'] as const).map((code) => ({ code, label: t.text(`categories.ask.${code}`) })),
      },
    ],
    async complete(ctx, { draftId, subject, answers }) {
      const question = {
        kind: OWN_QUESTION_KINDS.find((one) => one === answers['kind']) ?? 'text',
        text: labelsOf(answers, 'text', 'english'),
        label: { fa: textOf(answers, 'short') },
        options: linesOf(textOf(answers, 'options')).map((fa, index) => ({ code: `o${index + 1}`, labels: { fa } })),
        optional: answers['need'] !== 'needed',
      };
      return done(ctx, await categories.addQuestion(actorOf(ctx), subject, { question, source: draftId }), subject);
    },
  };
}

function noticeDialogue(categories: Categories): Dialogue {
  const question = { kind: 'text', min: 10, max: 1200, multiline: true } as const;
  return {
    name: 'category-notice',
    title: 'categories.notice.title',
    send: 'categories.notice.send',
    questions: [
      { ...question, key: 'fa', text: 'categories.notice.fa', label: 'categories.notice.faLabel' },
      { ...question, key: 'en', text: 'categories.notice.en', label: 'categories.notice.enLabel', optional: true },
    ],
    async complete(ctx, { draftId, subject, answers }) {
      const notice = labelsOf(answers, 'fa', 'en');
      return done(ctx, await categories.setNotice(actorOf(ctx), subject, { notice, source: draftId }), subject);
    },
  };
}

function checklistDialogue(categories: Categories): Dialogue {
  return {
    name: 'category-checklist',
    title: 'categories.checklist.title',
    send: 'categories.checklist.send',
    questions: [
      {
        key: 'items',
        kind: 'text',
        text: 'categories.checklist.items',
        label: 'categories.checklist.itemsLabel',
        min: 2,
        max: 1000,
        multiline: true,
        check: (text) => checkLines(text, { min: 1, max: MOST_ITEMS, letters: LONGEST_ITEM }),
      },
    ],
    async complete(ctx, { draftId, subject, answers }) {
      const items = linesOf(textOf(answers, 'items'));
      return done(ctx, await categories.setChecklist(actorOf(ctx), subject, { items, source: draftId }), subject);
    },
  };
}

function timesDialogue(categories: Categories): Dialogue {
  const question = { kind: 'number', min: 1, max: MOST_DAYS, unit: 'obstacles.unit.days', optional: true } as const;
  return {
    name: 'category-times',
    title: 'categories.times.title',
    send: 'categories.times.send',
    questions: [
      { ...question, key: 'first', text: 'categories.times.first', label: 'categories.times.firstLabel' },
      { ...question, key: 'next', text: 'categories.times.next', label: 'categories.times.nextLabel' },
    ],
    async complete(ctx, { draftId, subject, answers }) {
      const own = { firstAnswerDays: numberOf(answers, 'first'), nextWordDays: numberOf(answers, 'next') };
      const deadlines = own.firstAnswerDays === null && own.nextWordDays === null ? null : own;
      return done(ctx, await categories.setDeadlines(actorOf(ctx), subject, { deadlines, source: draftId }), subject);
    },
  };
}
