import {
  filesOf,
  numberOf,
  textOf,
  yesNo,
  type Answers,
  type FileAnswer,
  type Option,
  type Question,
} from '../../bot/dialogue/dialogue.ts';
import { BODIES, REPORT_KINDS } from '../../language/taxonomies.ts';
import type { Translator } from '../../language/translator.ts';
import { labelIn, type Categories, type Category, type OwnQuestion } from '../categories/categories.service.ts';
import { VISIBILITIES, type Detail, type Report } from './obstacles.service.ts';

/** An album has up to ten. */
const MAX_FILES = 10;
/** Kinds of which «what does it cost» can be asked. */
const COSTING: readonly string[] = ['obstacle', 'complaint'];

const wantsMore = (answers: Answers): boolean => answers['more'] === 'yes';
const wantsMoreOfCost = (answers: Answers): boolean => wantsMore(answers) && COSTING.includes(textOf(answers, 'kind'));

/** What the database says of the categories that these answers name. */
export interface InForce {
  offered: readonly Category[];
  parts: readonly Category[];
  category: Category | null;
  part: Category | null;
}

const NOTHING: InForce = { offered: [], parts: [], category: null, part: null };

const optionsOf = (categories: readonly Category[], t: Translator): Option[] =>
  categories.map(({ code, labels }) => ({ code, label: labelIn(labels, t.language) }));

const ownOf = ({ category, part }: InForce): OwnQuestion[] => [
  ...(category?.questions ?? []),
  ...(part?.questions ?? []),
];
const noticeOf = ({ category, part }: InForce) => part?.notice ?? category?.notice ?? null;

/** What these answers name, if it is still offered. */
export async function categoriesFor(categories: Pick<Categories, 'offered'>, answers: Answers): Promise<InForce> {
  const [code, partCode] = [textOf(answers, 'category'), textOf(answers, 'subtopic')];
  const offered = await categories.offered(null);
  const category = offered.find((one) => one.code === code) ?? null;
  const parts = category ? await categories.offered(category.code) : [];
  return { offered, parts, category, part: parts.find((one) => one.code === partCode) ?? null };
}

/** One of the questions that a category asks of its own. */
function ownQuestion({ key, kind, text, label, options, optional }: OwnQuestion): Question {
  const base = {
    key,
    text: 'obstacles.question.own',
    label: 'obstacles.label.own',
    values: (t: Translator) => ({ question: labelIn(text, t.language), label: labelIn(label, t.language) }),
    ...(optional ? { optional: true, when: wantsMore } : {}),
  } as const;
  switch (kind) {
    case 'text':
      return { ...base, kind, min: 1, max: 500, multiline: true };
    case 'number':
      return { ...base, kind, min: 0, max: 1_000_000_000_000 };
    case 'date':
      return { ...base, kind };
    case 'choice':
      return {
        ...base,
        kind,
        options: (_answers, t) => options.map(({ code, labels }) => ({ code, label: labelIn(labels, t.language) })),
      };
  }
}

/**
 * What a report says, whoever takes it down: its member, or an officer for a caller. What is optional stands behind one
 * question, so that a report is made in two minutes.
 */
export function reportQuestions(inForce: InForce = NOTHING): Question[] {
  const own = ownOf(inForce);
  const notice = noticeOf(inForce);
  const ownKeys = own.map(({ key }) => key);
  return [
    {
      key: 'kind',
      kind: 'choice',
      text: 'obstacles.question.kind',
      label: 'obstacles.label.kind',
      options: (_answers, t) => REPORT_KINDS.map((code) => ({ code, label: t.text(`taxonomy.reports.${code}`) })),
    },
    {
      key: 'category',
      kind: 'choice',
      text: 'obstacles.question.category',
      label: 'obstacles.label.category',
      options: (_answers, t) => optionsOf(inForce.offered, t),
      resets: ['subtopic', 'notice', ...ownKeys],
    },
    {
      key: 'subtopic',
      kind: 'choice',
      text: 'obstacles.question.subtopic',
      label: 'obstacles.label.subtopic',
      options: (_answers, t) => optionsOf(inForce.parts, t),
      optional: true,
      resets: ['notice', ...(inForce.part?.questions.map(({ key }) => key) ?? [])],
      when: () => inForce.parts.length > 0,
    },
    {
      key: 'notice',
      kind: 'choice',
      text: 'obstacles.question.notice',
      values: (t) => ({ notice: notice ? labelIn(notice, t.language) : '' }),
      label: 'obstacles.label.notice',
      options: (_answers, t) => [
        { code: 'helped', label: t.text('obstacles.notice.helped') },
        { code: 'on', label: t.text('obstacles.notice.goOn') },
      ],
      unreviewed: true,
      when: () => notice !== null,
    },
    {
      key: 'title',
      kind: 'text',
      text: 'obstacles.question.title',
      label: 'obstacles.label.title',
      min: 5,
      max: 120,
      public: true,
    },
    {
      key: 'description',
      kind: 'text',
      text: 'obstacles.question.description',
      label: 'obstacles.label.description',
      min: 10,
      max: 3000,
      multiline: true,
    },
    ...own.filter(({ optional }) => !optional).map(ownQuestion),
    EVIDENCE_QUESTION,
    yesNo({ key: 'more', text: 'obstacles.question.more', label: 'obstacles.label.more' }),
    ...own.filter(({ optional }) => optional).map(ownQuestion),
    {
      key: 'since',
      kind: 'date',
      tense: 'past',
      text: 'obstacles.question.since',
      label: 'obstacles.label.since',
      optional: true,
      when: wantsMore,
    },
    {
      key: 'costDays',
      kind: 'number',
      text: 'obstacles.question.costDays',
      label: 'obstacles.label.costDays',
      unit: 'obstacles.unit.days',
      units: { روز: 1, day: 1, days: 1 },
      min: 1,
      max: 3650,
      optional: true,
      when: wantsMoreOfCost,
    },
    {
      key: 'costRials',
      kind: 'number',
      text: 'obstacles.question.costRials',
      label: 'obstacles.label.costRials',
      unit: 'obstacles.unit.rials',
      units: { ریال: 1, تومان: 10, rial: 1, rials: 1, toman: 10, tomans: 10 },
      min: 1,
      max: 10_000_000_000_000,
      optional: true,
      when: wantsMoreOfCost,
    },
    {
      key: 'costPeople',
      kind: 'number',
      text: 'obstacles.question.costPeople',
      label: 'obstacles.label.costPeople',
      unit: 'obstacles.unit.people',
      units: { نفر: 1, person: 1, people: 1 },
      min: 1,
      max: 100_000,
      optional: true,
      when: wantsMoreOfCost,
    },
    {
      key: 'body',
      kind: 'choice',
      text: 'obstacles.question.body',
      label: 'obstacles.label.body',
      options: (_answers, t) => BODIES.map((code) => ({ code, label: t.text(`taxonomy.bodies.${code}`) })),
      optional: true,
      when: wantsMore,
    },
    {
      key: 'visibility',
      kind: 'choice',
      text: 'obstacles.question.visibility',
      label: 'obstacles.label.visibility',
      options: (_answers, t) => VISIBILITIES.map((code) => ({ code, label: t.text(`obstacles.visibility.${code}`) })),
    },
    {
      key: 'naming',
      kind: 'choice',
      text: 'obstacles.question.naming',
      label: 'obstacles.label.naming',
      options: (_answers, t) =>
        (['hidden', 'named'] as const).map((code) => ({ code, label: t.text(`obstacles.naming.${code}`) })),
    },
  ];
}

export const EVIDENCE_QUESTION: Question = {
  key: 'evidence',
  kind: 'files',
  text: 'obstacles.question.evidence',
  values: { max: MAX_FILES },
  label: 'obstacles.label.evidence',
  max: MAX_FILES,
  optional: true,
};

export const evidenceOf = (answers: Answers): { fileId: string; kind: FileAnswer['kind']; caption: string }[] =>
  filesOf(answers, 'evidence').map(({ storedId, kind, caption = '' }) => ({ fileId: storedId, kind, caption }));

export type ReportFacts = Omit<Report, 'draftId' | 'reporterId' | 'businessId'>;

/** The answers as the case keeps them, with the words in which a category's own questions were asked. */
export async function readReport(categories: Pick<Categories, 'offered'>, answers: Answers): Promise<ReportFacts> {
  const inForce = await categoriesFor(categories, answers);
  const kind = REPORT_KINDS.find((one) => one === answers['kind']) ?? 'obstacle';
  return {
    kind,
    category: textOf(answers, 'category'),
    subtopic: textOf(answers, 'subtopic') || null,
    body: textOf(answers, 'body') || null,
    title: textOf(answers, 'title'),
    description: textOf(answers, 'description'),
    since: textOf(answers, 'since') || null,
    cost: {
      days: numberOf(answers, 'costDays'),
      rials: numberOf(answers, 'costRials'),
      people: numberOf(answers, 'costPeople'),
    },
    details: ownOf(inForce).flatMap((question) => detailOf(question, answers)),
    // What is not said stays with the secretariat, and the name with it.
    visibility: answers['visibility'] === 'public' ? 'public' : 'secretariat',
    hiddenName: answers['naming'] !== 'named',
    evidence: evidenceOf(answers),
  };
}

function detailOf({ key, kind, text, label, options }: OwnQuestion, answers: Answers): Detail[] {
  const value = answers[key];
  if (typeof value !== 'string' && typeof value !== 'number') return [];
  const answer = kind === 'choice' ? (options.find(({ code }) => code === value)?.labels.fa ?? '') : String(value);
  return [{ key, kind, question: text.fa, label: label.fa, answer }];
}
