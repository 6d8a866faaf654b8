import { textOf, type Dialogue, type Question } from '../../bot/dialogue/dialogue.ts';
import type { Members } from '../members/members.service.ts';
import type { BusinessPeople } from './business-people.service.ts';
import { joined } from './people.views.ts';

/** Who takes an invitation before having registered says who they are first. The subject is the invitation's hash. */
export function joinDialogue(deps: {
  members: Members;
  people: Pick<BusinessPeople, 'answerInvitation'>;
  personQuestions: readonly Question[];
}): Dialogue {
  return {
    name: 'join-business',
    title: 'businesses.invite.title',
    send: 'businesses.invite.send',
    questions: deps.personQuestions,
    async complete(ctx, { subject, answers }) {
      await deps.members.saveProfile(ctx.person.id, {
        name: textOf(answers, 'name'),
        phone: textOf(answers, 'phone'),
        provinceCode: textOf(answers, 'province'),
        cityCode: textOf(answers, 'city'),
      });
      return joined(ctx.t, await deps.people.answerInvitation(ctx.person.id, subject, true), true);
    },
  };
}
