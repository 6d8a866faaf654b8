import { listOf, textOf, tooLate, type Completion, type Dialogue } from '../../bot/dialogue/dialogue.ts';
import type { BotContext } from '../../bot/context.ts';
import type { TextKey } from '../../language/translator.ts';
import type { ToldState } from '../../language/told-state.ts';
import type { Approval, Decision } from './approval.service.ts';
import type { Business } from './businesses.service.ts';
import { CORRECTABLE, correctableLabel } from './businesses.views.ts';

/** What a decision is about, in a dialogue's subject: the business and the version that the officer has read. */
export const reviewSubject = (id: string, version: number): string => `${id}.${version}`;

const MAX_REASON = 1000;
const NOWHERE: readonly ToldState[] = ['blocked', 'no-messenger', 'failed'];

export interface ReviewDeps {
  approval: Approval;
  /** What became of telling the business's people of the decision. */
  toldOf?: ((business: Business) => Promise<{ memberId: string; state: ToldState; at: Date }[]>) | undefined;
}

/** The officer ticks what must be put right and says how. */
export function askCorrectionDialogue({ approval, toldOf }: ReviewDeps): Dialogue {
  return {
    name: 'ask-correction',
    title: 'businesses.askCorrection.title',
    send: 'businesses.askCorrection.send',
    questions: [
      {
        key: 'fields',
        kind: 'choices',
        text: 'businesses.askCorrection.fields',
        label: 'businesses.askCorrection.fieldsLabel',
        options: (_answers, t) => CORRECTABLE.map((code) => ({ code, label: correctableLabel(t, code) })),
        min: 1,
        max: CORRECTABLE.length,
      },
      {
        key: 'reason',
        kind: 'text',
        text: 'businesses.askCorrection.reason',
        label: 'businesses.askCorrection.reasonLabel',
        min: 3,
        max: MAX_REASON,
        multiline: true,
      },
    ],
    complete: (ctx, { draftId, subject, answers }) =>
      decide(
        ctx,
        { approval, toldOf },
        {
          subject,
          source: draftId,
          decision: { to: 'correction', fields: listOf(answers, 'fields'), reason: textOf(answers, 'reason') },
          done: 'businesses.askCorrection.done',
        },
      ),
  };
}

export function refusalDialogue({ approval, toldOf }: ReviewDeps): Dialogue {
  return {
    name: 'refuse-business',
    title: 'businesses.refusal.title',
    send: 'businesses.refusal.send',
    questions: [
      {
        key: 'reason',
        kind: 'text',
        text: 'businesses.refusal.reason',
        label: 'businesses.refusal.reasonLabel',
        min: 3,
        max: MAX_REASON,
        multiline: true,
      },
    ],
    complete: (ctx, { draftId, subject, answers }) =>
      decide(
        ctx,
        { approval, toldOf },
        {
          subject,
          source: draftId,
          decision: { to: 'refused', reason: textOf(answers, 'reason') },
          done: 'businesses.refusal.done',
        },
      ),
  };
}

async function decide(
  ctx: BotContext,
  { approval, toldOf }: ReviewDeps,
  options: { subject: string; source: string; decision: Decision; done: TextKey },
): Promise<Completion> {
  const [id = '', version] = options.subject.split('.');
  const actor = { id: ctx.person.id, roles: ctx.person.roles };
  const outcome = await approval.decide(actor, id, {
    version: Number(version),
    decision: options.decision,
    source: options.source,
  });
  switch (outcome.kind) {
    case 'done': {
      const told = (await toldOf?.(outcome.business)) ?? [];
      const isNowhere = told.length > 0 && told.every(({ state }) => NOWHERE.includes(state));
      return { text: ctx.t.rich(isNowhere ? 'businesses.review.nowhere' : options.done) };
    }
    case 'moved-on':
      return tooLate({ text: ctx.t.rich('businesses.review.movedOn') });
    case 'forbidden':
      return tooLate({ text: ctx.t.rich('businesses.review.forbidden') });
  }
}
