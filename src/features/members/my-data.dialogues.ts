import { textOf, type Dialogue } from '../../bot/dialogue/dialogue.ts';
import type { Members } from './members.service.ts';
import { NATIONAL_CODE_FORM, type NationalCodes } from './national-codes.service.ts';
import { PERSON_QUESTIONS } from './person.questions.ts';

/** Right by its check digit, with a prefix that no published list of places has. */
const EXAMPLE = { example: '9900633520' };

/** Who the person is, corrected: it opens at the review, since every answer is there. */
export function profileDialogue({ members }: { members: Members }): Dialogue {
  return {
    name: 'profile',
    title: 'members.profile.title',
    send: 'members.profile.send',
    questions: PERSON_QUESTIONS.filter(({ kind }) => kind !== 'contact'),
    async complete(ctx, { answers }) {
      await members.updateProfile(ctx.person.id, {
        name: textOf(answers, 'name'),
        provinceCode: textOf(answers, 'province'),
        cityCode: textOf(answers, 'city'),
      });
      return { text: ctx.t.rich('members.profile.done') };
    },
  };
}

/** The national code, which lies sealed in the form too, and is shown masked before it is kept. */
export function nationalCodeDialogue({ nationalCodes }: { nationalCodes: NationalCodes }): Dialogue {
  return {
    name: NATIONAL_CODE_FORM,
    title: 'members.nationalCode.title',
    send: 'members.nationalCode.send',
    questions: [
      {
        key: 'nationalCode',
        kind: 'text',
        text: 'members.nationalCode.question',
        values: EXAMPLE,
        label: 'members.nationalCode.label',
        min: 1,
        max: 40,
        check(typed) {
          const read = nationalCodes.sealTyped(typed);
          if (read.ok) return { ok: true, value: read.sealed };
          return {
            ok: false,
            values: EXAMPLE,
            error:
              read.reason === 'digits' ? 'members.nationalCode.error.digits' : 'members.nationalCode.error.checkDigit',
          };
        },
        shown: (sealed) => nationalCodes.masked(sealed),
        code: true,
      },
    ],
    async complete(ctx, { answers }) {
      const outcome = await nationalCodes.keep(ctx.person.id, textOf(answers, 'nationalCode'));
      if (outcome.kind === 'taken') return { text: ctx.t.rich('members.nationalCode.taken') };
      return { text: ctx.t.rich('members.nationalCode.done', { masked: outcome.masked }) };
    },
  };
}
