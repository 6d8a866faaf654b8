import { listOf, tooLate, type Completion, type Dialogue, type Question } from '../../bot/dialogue/dialogue.ts';
import type { BotContext } from '../../bot/context.ts';
import { answersOf, factsOf } from './business-answers.ts';
import { businessQuestions, onlyAsked } from './business.questions.ts';
import type { Business, Businesses, BusinessFacts } from './businesses.service.ts';

export interface EditDeps {
  businesses: Pick<Businesses, 'find' | 'edit'>;
  /** Where the business works; the person's own questions serve (features/members). */
  placeQuestions: readonly Question[];
  now: () => Date;
}

/** In a draft of corrections: the keys of the questions that are asked. Not a question itself. */
const ASKED = 'asked';
/** What goes with what: a corrected place is a province and a city, a corrected list of documents each one's details. */
const ALONG: Readonly<Record<string, (key: string) => boolean>> = {
  place: (key) => key === 'province' || key === 'city',
  documents: (key) => key === 'documents' || /^(?:no|by|till)_/.test(key),
  kind: (key) => key === 'kind' || key === 'workplace',
};

/** Everything about a business, open for change in the review. The subject is the business. */
export function editDialogue({ businesses, placeQuestions, now }: EditDeps): Dialogue {
  return {
    name: 'business-edit',
    title: 'businesses.edit.title',
    send: 'businesses.edit.send',
    questions: withPlace(businessQuestions({ now }), placeQuestions),
    complete: async (ctx, { subject, answers }) => save(ctx, businesses, subject, factsOf(answers)),
  };
}

/** Only what the secretariat asked to be put right. The subject is the business. */
export function correctionDialogue({ businesses, placeQuestions, now }: EditDeps): Dialogue {
  const questions = withPlace(businessQuestions({ now }), placeQuestions);
  return {
    name: 'business-correct',
    title: 'businesses.correction.title',
    send: 'businesses.correction.send',
    questions: onlyAsked(questions, (answers) => listOf(answers, ASKED)),
    async complete(ctx, { subject, answers }) {
      const business = await businesses.find(subject);
      return save(
        ctx,
        businesses,
        subject,
        business ? factsOf({ ...answersOf(business), ...answers }) : factsOf(answers),
      );
    },
  };
}

/** The answers that a correction begins with: what stays is there, what is to be put right is asked anew. */
export function correctionAnswers(business: Business): ReturnType<typeof answersOf> {
  const fields = business.review?.fields ?? [];
  const isAsked = (key: string) => fields.some((field) => ALONG[field]?.(key) ?? field === key);
  const kept = Object.entries(answersOf(business)).filter(([key]) => !isAsked(key));
  const keys = ['province', 'city', ...businessQuestions({ now: () => new Date(0) }).map(({ key }) => key)];
  return { ...Object.fromEntries(kept), [ASKED]: keys.filter(isAsked) };
}

function withPlace(questions: readonly Question[], placeQuestions: readonly Question[]): Question[] {
  const [name, kind, ...others] = questions;
  return [...(name ? [name] : []), ...(kind ? [kind] : []), ...placeQuestions, ...others];
}

async function save(
  ctx: BotContext,
  businesses: EditDeps['businesses'],
  id: string,
  facts: BusinessFacts,
): Promise<Completion> {
  const outcome = await businesses.edit(ctx.person.id, id, facts);
  if (outcome.kind === 'forbidden') return tooLate({ text: ctx.t.rich('businesses.edit.forbidden') });
  const { business, waits } = outcome;
  return { text: ctx.t.rich(waits ? 'businesses.edit.waits' : 'businesses.edit.saved', { name: business.name }) };
}
