import { textOf, type Dialogue } from '../../bot/dialogue/dialogue.ts';
import type { Members } from './members.service.ts';

/** Asks for the own contact anew, where what hangs on the number needs a proof of now. */
export function proveDialogue({ members }: { members: Pick<Members, 'provePhone'> }): Dialogue {
  return {
    name: 'prove-phone',
    title: 'members.prove.title',
    send: 'members.prove.send',
    questions: [{ key: 'phone', kind: 'contact', text: 'members.prove.question', label: 'members.label.phone' }],
    async complete(ctx, { answers }) {
      const phone = textOf(answers, 'phone');
      await members.provePhone(ctx.person.id, phone);
      ctx.person = { ...ctx.person, provenPhone: phone };
      return { text: ctx.t.rich('members.prove.done') };
    },
  };
}
