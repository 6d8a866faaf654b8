import { textOf, type Dialogue, type Question } from '../../bot/dialogue/dialogue.ts';
import type { Members } from '../members/members.service.ts';
import { factsOf } from './business-answers.ts';
import { businessQuestions } from './business.questions.ts';
import { registered } from './businesses.views.ts';
import type { Businesses } from './businesses.service.ts';
import type { Duplicates } from './duplicates.service.ts';

export interface RegistrationDeps {
  members: Members;
  businesses: Businesses;
  duplicates: Pick<Duplicates, 'of'>;
  /** Who the person is; asked in the same dialogue (features/members). */
  personQuestions: readonly Question[];
  /** Looks at an answer about the person before it is kept. */
  accepted?: Dialogue['accepted'];
  now: () => Date;
}

export function registrationDialogue(deps: RegistrationDeps): Dialogue {
  const { members, businesses, duplicates, personQuestions, accepted, now } = deps;
  return {
    name: 'registration',
    title: 'businesses.registration.title',
    send: 'businesses.registration.send',
    questions: [...personQuestions, ...businessQuestions({ now })],
    ...(accepted ? { accepted } : {}),
    async complete(ctx, { draftId, answers }) {
      await members.saveProfile(ctx.person.id, {
        name: textOf(answers, 'name'),
        phone: textOf(answers, 'phone'),
        provinceCode: textOf(answers, 'province'),
        cityCode: textOf(answers, 'city'),
      });
      const business = await businesses.register({ draftId, ownerId: ctx.person.id, ...factsOf(answers) });
      const [like] = await duplicates.of(business);
      return registered(ctx.t, business, like?.business);
    },
  };
}
