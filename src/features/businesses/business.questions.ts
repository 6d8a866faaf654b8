import { listOf, textOf, type Answers, type Checked, type Option, type Question } from '../../bot/dialogue/dialogue.ts';
import { companyId } from '../../language/identifiers.ts';
import { inTehran } from '../../language/jalali.ts';
import { compactDigits, toAsciiDigits, toPersianDigits } from '../../language/persian-text.ts';
import { BUSINESS_KINDS, DOCUMENT_KINDS, FIELDS, WORKPLACES, type DocumentKind } from '../../language/taxonomies.ts';
import type { Translator } from '../../language/translator.ts';
import { asksCompanyId, asksDocuments, obviousWorkplace } from './kind-questions.ts';
import { parseYear } from './founding-year.ts';
import { tidyWebsite } from './website.ts';

/** «None» among the documents: a full answer, not a missing one. */
export const NO_DOCUMENTS = 'none';

/** In the keys of the questions about each document, which may have 16 letters; stored in drafts, so for good. */
export const DOCUMENT_KEYS: Readonly<Record<DocumentKind, string>> = {
  nsr_permit: 'nsr',
  guild_licence: 'guild',
  informatics_grade: 'grade',
  enamad: 'enamad',
  knowledge_based: 'knowledge',
  afta: 'afta',
  cra_permit: 'cra',
  home_business: 'home',
  training_permit: 'training',
  trade_card: 'trade',
};

const OLDEST_YEAR = 1300;
const MOST_FIELDS = 10;
const MOST_PEOPLE = 20_000;

const workplaceOf = (answers: Answers): string | null =>
  obviousWorkplace(textOf(answers, 'kind')) ?? (textOf(answers, 'workplace') || null);

export const holdsDocuments = (answers: Answers): boolean =>
  asksDocuments(textOf(answers, 'kind'), workplaceOf(answers));

const labelled =
  <Code extends string>(codes: readonly Code[], label: (t: Translator, code: Code) => string) =>
  (_answers: Answers, t: Translator): Option[] =>
    codes.map((code) => ({ code, label: label(t, code) }));

const documentOptions = (answers: Answers, t: Translator): Option[] => [
  { code: NO_DOCUMENTS, label: t.text('businesses.none') },
  ...labelled(DOCUMENT_KINDS, (t, code) => t.text(`taxonomy.documents.${code}`))(answers, t),
];

function checkCompanyId(text: string): Checked<string> {
  const id = companyId(text);
  if (id.ok) return { ok: true, value: id.value };
  // The check digit's rule has one published source: it may ask, not refuse.
  return id.reason === 'check-digit'
    ? { ok: true, value: compactDigits(text), warning: 'businesses.error.companyIdDoubt' }
    : { ok: false, error: 'businesses.error.companyId' };
}

function checkWebsite(text: string): Checked<string> {
  const website = tidyWebsite(text);
  return website === null ? { ok: false, error: 'businesses.error.website' } : { ok: true, value: website };
}

function checkDocumentNumber(text: string): Checked<string> {
  return /^[\p{L}\p{N}/\-. ]+$/u.test(text)
    ? { ok: true, value: toAsciiDigits(text) }
    : { ok: false, error: 'businesses.error.documentNumber' };
}

/** Number, issuer and last day of one document, each of which may be skipped. */
function documentQuestions(kind: DocumentKind): Question[] {
  const key = DOCUMENT_KEYS[kind];
  const about = {
    optional: true,
    values: (t: Translator) => ({ document: t.text(`taxonomy.documents.${kind}`) }),
    when: (answers: Answers) => holdsDocuments(answers) && listOf(answers, 'documents').includes(kind),
  };
  return [
    {
      ...about,
      key: `no_${key}`,
      kind: 'text',
      text: 'businesses.question.documentNumber',
      label: 'businesses.label.documentNumber',
      min: 2,
      max: 30,
      check: checkDocumentNumber,
      code: true,
    },
    {
      ...about,
      key: `by_${key}`,
      kind: 'text',
      text: 'businesses.question.documentIssuer',
      label: 'businesses.label.documentIssuer',
      public: true,
      min: 2,
      max: 80,
    },
    {
      ...about,
      key: `till_${key}`,
      kind: 'date',
      text: 'businesses.question.documentExpiry',
      label: 'businesses.label.documentExpiry',
    },
  ];
}

/** What is asked of a business; its kind and place of work decide what is left out. `now` tells this year. */
export function businessQuestions({ now }: { now: () => Date }): Question[] {
  function checkSince(text: string): Checked<string> {
    const thisYear = inTehran(now()).year;
    const year = parseYear(text, thisYear);
    return year === null || year < OLDEST_YEAR
      ? { ok: false, error: 'businesses.error.since', values: { year: thisYear } }
      : { ok: true, value: String(year) };
  }
  return [
    {
      key: 'business',
      kind: 'text',
      text: 'businesses.question.business',
      label: 'businesses.label.business',
      public: true,
      min: 2,
      max: 100,
    },
    {
      key: 'kind',
      kind: 'choice',
      text: 'businesses.question.kind',
      label: 'businesses.label.kind',
      options: labelled(BUSINESS_KINDS, (t, code) => t.text(`taxonomy.kinds.${code}`)),
    },
    {
      key: 'workplace',
      kind: 'choice',
      text: 'businesses.question.workplace',
      label: 'businesses.label.workplace',
      options: labelled(WORKPLACES, (t, code) => t.text(`taxonomy.workplaces.${code}`)),
      when: (answers) => obviousWorkplace(textOf(answers, 'kind')) === null,
    },
    {
      key: 'fields',
      kind: 'choices',
      text: 'businesses.question.fields',
      label: 'businesses.label.fields',
      options: (_answers, t) => FIELDS.map(({ code }) => ({ code, label: t.text(`taxonomy.fields.${code}`) })),
      min: 1,
      max: MOST_FIELDS,
    },
    {
      key: 'headcount',
      kind: 'number',
      text: 'businesses.question.headcount',
      label: 'businesses.label.headcount',
      min: 1,
      max: MOST_PEOPLE,
      optional: true,
    },
    {
      key: 'since',
      kind: 'text',
      text: 'businesses.question.since',
      label: 'businesses.label.since',
      min: 1,
      max: 20,
      optional: true,
      check: checkSince,
      shown: (year, t) => (t.language === 'en' ? year : toPersianDigits(year)),
    },
    {
      key: 'companyId',
      kind: 'text',
      text: 'businesses.question.companyId',
      label: 'businesses.label.companyId',
      min: 2,
      max: 30,
      optional: true,
      check: checkCompanyId,
      code: true,
      when: (answers) => asksCompanyId(textOf(answers, 'kind')),
    },
    {
      key: 'documents',
      kind: 'choices',
      text: 'businesses.question.documents',
      label: 'businesses.label.documents',
      options: documentOptions,
      min: 1,
      max: DOCUMENT_KINDS.length,
      none: NO_DOCUMENTS,
      when: holdsDocuments,
    },
    ...DOCUMENT_KINDS.flatMap(documentQuestions),
    {
      key: 'website',
      kind: 'text',
      text: 'businesses.question.website',
      label: 'businesses.label.website',
      min: 3,
      max: 300,
      optional: true,
      check: checkWebsite,
      code: true,
    },
    {
      key: 'description',
      kind: 'text',
      text: 'businesses.question.description',
      label: 'businesses.label.description',
      public: true,
      min: 10,
      max: 500,
      multiline: true,
      optional: true,
    },
    {
      key: 'listed',
      kind: 'choice',
      text: 'businesses.question.listed',
      label: 'businesses.label.listed',
      options: labelled(['yes', 'no'] as const, (t, code) => t.text(`businesses.listed.${code}`)),
    },
  ];
}

/** Only these questions, however the others were answered before. */
export function onlyAsked(questions: readonly Question[], asked: (answers: Answers) => readonly string[]): Question[] {
  return questions.map((question) => ({
    ...question,
    when: (answers) => asked(answers).includes(question.key) && (question.when?.(answers) ?? true),
  }));
}
