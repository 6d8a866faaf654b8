import type { Form } from './asking.ts';
import type { Drafts } from './drafts.ts';

/** A form that is opened, with what is known of the person filled in: where it has no answer, or one that gives way. */
export async function withKnown(form: Form, drafts: Pick<Drafts, 'revise'>): Promise<Form> {
  const { ctx, dialogue, draft } = form;
  const known = await dialogue.known?.(ctx);
  if (!known) return form;
  const filled = Object.fromEntries(
    Object.entries(known.answers).filter(
      ([key, value]) => draft.answers[key] === undefined || (known.settled && draft.answers[key] !== value),
    ),
  );
  if (Object.keys(filled).length === 0 || !(await drafts.revise(draft, filled))) return form;
  // What is on the screen of an earlier time may be one of these: it is asked no more.
  const isAsked = draft.asked !== null && draft.asked.key in filled;
  const answers = { ...draft.answers, ...filled };
  return { ...form, draft: { ...draft, answers, asked: isAsked ? null : draft.asked } };
}
