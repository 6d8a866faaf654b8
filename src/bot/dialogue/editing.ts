import type { BotContext } from '../context.ts';
import { openStep, type Answering } from './answering.ts';
import type { Asking, Form } from './asking.ts';
import { applicable, filesOf, valuesOf, type Dialogue, type Question } from './dialogue.ts';
import type { Place } from './draft.model.ts';
import type { Drafts } from './drafts.ts';
import { readMessage, type ReadDeps } from './read-answer.ts';
import { readTypedOption } from './read-options.ts';
import { isTyped, readPiece, readTyped } from './read-typed.ts';
import { cleanText, type Reading } from './reading.ts';
import type { Outcome } from './waiting-point.ts';

export interface EditingDeps extends ReadDeps {
  byName: ReadonlyMap<string, Dialogue>;
  drafts: Drafts;
  asking: Asking;
  answering: Answering;
}

/** What an edited message changes in a form. Whatever belongs to one is answered; of what does not, nothing is said. */
export function createEditing(deps: EditingDeps) {
  const { drafts, asking, answering } = deps;

  /** Of a form that is open: an earlier answer, a piece or a caption is changed; what gave no answer is tried again. */
  async function take(form: Form): Promise<Outcome> {
    const { ctx, dialogue, draft } = form;
    const isIt = (one: Omit<Place, 'key'> | null): boolean => one !== null && isEdited(ctx, one);
    const open = openStep(form);
    if (open?.kind === 'question' && isIt(draft.tried)) {
      if (ctx.editedMessage?.text === undefined) return 'elsewhere';
      return answering.apply(form, open, await readMessage(ctx, open.question, draft, deps));
    }
    const place = draft.typed.find(isIt);
    // A place that is shared for an hour is edited all the time.
    if (!place || textOf(ctx) === undefined) return 'elsewhere';
    const question = applicable(dialogue, draft.answers).find(({ key }) => key === place.key);
    // Another answer has taken the question away, and this one with it.
    if (!question) return 'stay';
    const among = draft.typed.filter(({ key }) => key === place.key);
    const isOpen = open?.kind === 'question' && open.question.key === question.key;
    if (isOpen && draft.pieces.length > 0) return rewritePiece(form, question, among.indexOf(place));
    const there = isOpen && draft.files.length > 0 ? 'open' : draft.answers[question.key] === undefined ? null : 'kept';
    if (there === 'open') return rewriteCaption(form, question, among.indexOf(place));
    if (there === null) {
      if (!isOpen) return sayHow(form, question);
      return answering.apply(form, open, await readMessage(ctx, question, draft, deps));
    }
    const reading = amended(form, question, { at: among.indexOf(place), of: among.length });
    return reading ? answering.amend(form, question, reading) : sayHow(form, question);
  }

  function amended({ ctx, draft }: Form, question: Question, { at, of }: { at: number; of: number }): Reading | null {
    const text = ctx.editedMessage?.text;
    if (question.kind === 'files') {
      const files = filesOf(draft.answers, question.key);
      return files.length === of ? { kind: 'answer', value: withCaption(files, at, textOf(ctx) ?? '') } : null;
    }
    if (text === undefined || of > 1) return null;
    if (isTyped(question)) return readTyped(text, question, { now: deps.now() });
    return question.kind === 'choice' ? readTypedOption(text, question, draft, ctx.t) : null;
  }

  async function rewritePiece(form: Form, question: Question, at: number): Promise<Outcome> {
    const { ctx, draft } = form;
    if (question.kind !== 'text' || draft.pieces[at] === undefined) return sayHow(form, question);
    const others = draft.pieces.toSpliced(at, 1);
    const read = readPiece(textOf(ctx), question, others);
    if (read.kind !== 'scratch') return answering.amend(form, question, read);
    const piece = read.scratch.pieces?.at(-1) ?? '';
    return rewrite(form, { pieces: draft.pieces.with(at, piece) });
  }

  async function rewriteCaption(form: Form, question: Question, at: number): Promise<Outcome> {
    const { files } = form.draft;
    if (files[at] === undefined) return sayHow(form, question);
    return rewrite(form, { files: withCaption(files, at, textOf(form.ctx) ?? '') });
  }

  async function rewrite(form: Form, scratch: Parameters<Drafts['scratch']>[2]): Promise<Outcome> {
    const { ctx, draft } = form;
    const changed = await drafts.scratch(draft, ctx.inboxId, scratch);
    if (!changed) return answering.askAgain(form);
    const step = openStep({ ...form, draft: changed });
    await asking.ask({ ...form, draft: changed }, step ? { step } : {});
    return 'stay';
  }

  async function sayHow({ ctx }: Form, question: Question): Promise<Outcome> {
    const label = ctx.t.text(question.label, valuesOf(question, ctx.t));
    const button = ctx.t.text('bot.dialogue.edit', { what: label });
    await ctx.show({ text: ctx.t.rich('bot.dialogue.editHow', { label, button }) });
    return 'stay';
  }

  /** Of a form that is not open: how it is changed now. False for a message that belongs to none. */
  async function takeEnded(ctx: BotContext): Promise<boolean> {
    const { editedMessage, person } = ctx;
    if (!editedMessage || textOf(ctx) === undefined) return false;
    const place = { messenger: ctx.client.name, messageId: editedMessage.message_id };
    const draft = await drafts.answeredIn(person.id, place);
    const dialogue = draft && deps.byName.get(draft.dialogue);
    if (!dialogue) return false;
    if (draft.status !== 'sent') {
      await asking.showLeft({ ctx, dialogue, draft }, 'bot.dialogue.editedLeft', 'show');
      return true;
    }
    const key = draft.typed.find((one) => isEdited(ctx, one))?.key ?? '';
    const text = cleanText(textOf(ctx) ?? '', { multiline: true });
    const done = await dialogue.edited?.(ctx, { draftId: draft.id, subject: draft.subject, key, text });
    const how = dialogue.atOnce ? 'bot.dialogue.editedSearch' : 'bot.dialogue.editedSent';
    await ctx.show(done ?? { text: ctx.t.rich(how, { title: ctx.t.rich(dialogue.title) }) });
    return true;
  }

  return { take, takeEnded };
}

const isEdited = (ctx: BotContext, { messenger, messageId }: Omit<Place, 'key'>): boolean =>
  messenger === ctx.client.name && messageId === ctx.editedMessage?.message_id;

const textOf = ({ editedMessage }: BotContext): string | undefined => editedMessage?.text ?? editedMessage?.caption;

function withCaption<File extends { caption?: string }>(files: readonly File[], at: number, typed: string): File[] {
  const caption = cleanText(typed, { multiline: true });
  return files.map((file, index) => (index === at ? { ...file, caption } : file));
}
