import {
  listOf,
  textOf,
  type Answers,
  type Dialogue,
  type Option,
  type Question,
} from '../../bot/dialogue/dialogue.ts';
import { BUSINESS_KINDS, DOCUMENT_KINDS, FIELDS } from '../../language/taxonomies.ts';
import type { Translator } from '../../language/translator.ts';
import type { Members } from '../members/members.service.ts';
import type { Businesses } from './businesses.service.ts';

/** «None» among the documents: a full answer, not a missing one. */
const NONE = 'none';

/** Kinds that hold no licence by their nature; they are asked nothing about documents. */
const WITHOUT_DOCUMENTS: ReadonlySet<string> = new Set(['freelance']);

const kindOptions = (_answers: Answers, t: Translator): Option[] =>
  BUSINESS_KINDS.map((code) => ({ code, label: t.text(`taxonomy.kinds.${code}`) }));

const fieldOptions = (_answers: Answers, t: Translator): Option[] =>
  FIELDS.map(({ code }) => ({ code, label: t.text(`taxonomy.fields.${code}`) }));

const documentOptions = (_answers: Answers, t: Translator): Option[] => [
  { code: NONE, label: t.text('businesses.none') },
  ...DOCUMENT_KINDS.map((code) => ({ code, label: t.text(`taxonomy.documents.${code}`) })),
];

const BUSINESS_QUESTIONS: readonly Question[] = [
  {
    key: 'business',
    kind: 'text',
    text: 'businesses.question.business',
    label: 'businesses.label.business',
    min: 2,
    max: 100,
  },
  {
    key: 'kind',
    kind: 'choice',
    text: 'businesses.question.kind',
    label: 'businesses.label.kind',
    options: kindOptions,
  },
  {
    key: 'fields',
    kind: 'choices',
    text: 'businesses.question.fields',
    label: 'businesses.label.fields',
    options: fieldOptions,
    min: 1,
    max: 10,
  },
  {
    key: 'documents',
    kind: 'choices',
    text: 'businesses.question.documents',
    label: 'businesses.label.documents',
    options: documentOptions,
    min: 1,
    max: DOCUMENT_KINDS.length,
    none: NONE,
    when: (answers) => !WITHOUT_DOCUMENTS.has(textOf(answers, 'kind')),
  },
];

export interface RegistrationDeps {
  members: Members;
  businesses: Businesses;
  /** Who the person is; asked in the same dialogue (features/members). */
  personQuestions: readonly Question[];
  /** Looks at an answer about the person before it is kept. */
  accepted?: Dialogue['accepted'];
}

export function registrationDialogue({ members, businesses, personQuestions, accepted }: RegistrationDeps): Dialogue {
  return {
    name: 'registration',
    title: 'businesses.registration.title',
    send: 'businesses.registration.send',
    questions: [...personQuestions, ...BUSINESS_QUESTIONS],
    ...(accepted ? { accepted } : {}),
    async complete(ctx, { draftId, answers }) {
      const place = { provinceCode: textOf(answers, 'province'), cityCode: textOf(answers, 'city') };
      await members.saveProfile(ctx.person.id, {
        name: textOf(answers, 'name'),
        phone: textOf(answers, 'phone'),
        ...place,
      });
      const business = await businesses.register({
        draftId,
        ownerId: ctx.person.id,
        name: textOf(answers, 'business'),
        kind: textOf(answers, 'kind'),
        fields: listOf(answers, 'fields'),
        documents: listOf(answers, 'documents').filter((code) => code !== NONE),
        ...place,
      });
      return { text: ctx.t.rich('businesses.registration.done', { name: business.name }) };
    },
  };
}
