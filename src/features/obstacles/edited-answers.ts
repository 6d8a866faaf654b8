import type { BotContext } from '../../bot/context.ts';
import type { Dialogue } from '../../bot/dialogue/dialogue.ts';
import type { Obstacles } from './obstacles.service.ts';

export interface EditedAnswersDeps {
  obstacles: Pick<Obstacles, 'add' | 'amend' | 'ofDraft'>;
}

type Edited = NonNullable<Dialogue['edited']>;

/** Adds what an edited answer says now to the case that the form made, beside what it said; null where nothing can be added. */
export function addEditedAnswer({ obstacles }: EditedAnswersDeps): Edited {
  return async (ctx: BotContext, { draftId, subject, key, text }) => {
    if (text === '') return null;
    const actor = { id: ctx.person.id, roles: ctx.person.roles };
    const made = await obstacles.ofDraft(actor, draftId);
    const caseId = made?.id ?? subject;
    if (caseId === '') return null;
    const source = `edited:${draftId}:${key}`;
    let outcome = await obstacles.amend(actor, caseId, source, { source: ctx.inboxId, text, evidence: [] });
    if (outcome.kind === 'forbidden') outcome = await obstacles.add(actor, caseId, { source, text, evidence: [] });
    if (outcome.kind !== 'moved') return null;
    return { text: ctx.t.rich('obstacles.unclaimed.editedCase', { title: outcome.obstacle.title }) };
  };
}
