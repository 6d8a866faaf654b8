import { sentADay, standingOf } from '../../bounds.ts';
import { join, type RichText } from '../../language/rich-text.ts';
import type { TextKey, TextValue } from '../../language/translator.ts';
import type { Asking, Form } from './asking.ts';
import { answerButton } from './buttons.ts';
import {
  applicable,
  currentStep,
  inForce,
  overtaken,
  stepOf,
  stillOffered,
  type AnswerValue,
  type Interruption,
  type Question,
  type Step,
  valuesOf,
} from './dialogue.ts';
import { hintLine, showAllKeyboard } from './dialogue.views.ts';
import type { Place } from './draft.model.ts';
import type { Draft, Drafts, Scratch } from './drafts.ts';
import { isOnReplyKeyboard } from './moves.ts';
import { isCutByMessenger } from './read-typed.ts';
import type { Reading } from './reading.ts';
import { answerText, givenBack } from './review.views.ts';
import type { Outcome } from './waiting-point.ts';

export type OpenQuestion = Step & { kind: 'question' };

export type Answering = ReturnType<typeof createAnswering>;

/** What follows from an answer: it is kept, said back where it was understood rather than chosen, and the next question asked. */
export function createAnswering({ drafts, asking }: { drafts: Drafts; asking: Asking }) {
  const { ask } = asking;

  async function keep(form: Form, question: Question, value: AnswerValue | null): Promise<Outcome> {
    const { ctx, draft } = form;
    const after = { ...draft.answers, [question.key]: value };
    const message = ctx.message ?? ctx.editedMessage;
    const last = placeOf(form, question);
    const album = message?.media_group_id;
    const instead = value === null ? null : await form.dialogue.accepted?.(ctx, question.key, value, draft.id);
    const changed = await drafts.answer(draft, ctx.inboxId, {
      key: question.key,
      value,
      overtaken: overtakenBy(form, question, after),
      last,
      typed: withPlace(draft, question.key, last),
      ...(album === undefined ? {} : { album }),
    });
    if (!changed) return askAgain(form);
    return follow(await renewed(form, changed), { question, value, instead: instead ?? null });
  }

  /** What an answer that is kept brings about. */
  async function follow(
    form: Form,
    { question, value, instead }: { question: Question; value: AnswerValue | null; instead: Interruption | null },
  ): Promise<Outcome> {
    const { ctx, dialogue, draft } = form;
    if (ctx.callbackQuery) await asking.showChoice(form, question.key);
    else if (isOnReplyKeyboard(question)) await asking.showMenu(ctx, takenKey(question, value));
    if (instead) {
      const { over, ...message } = instead;
      await drafts.putBy(draft, over ? 'discarded' : 'waiting');
      await ctx.show(message);
      return 'over';
    }
    if (dialogue.atOnce && currentStep(dialogue, draft).kind === 'review') return finish(form);
    await ask(form, { before: ctx.callbackQuery ? undefined : understood(form, question, value) });
    return 'stay';
  }

  /**
   * For an update that is worked again: what followed from the answer that it gave, from the beginning, since nothing
   * tells how much of it was seen. Null where it gave none that was kept.
   */
  async function followAgain(form: Form): Promise<Outcome | null> {
    const { ctx, dialogue, draft } = form;
    const question = answeredBy(form);
    const value = question && draft.answers[question.key];
    if (!question || value === undefined) return null;
    if (ctx.editedMessage) {
      if (value !== null) await askAmended(form, question, value);
      return 'stay';
    }
    const instead = value === null ? null : await dialogue.accepted?.(ctx, question.key, value, draft.id);
    return follow(form, { question, value, instead: instead ?? null });
  }

  async function apply(form: Form, { question }: OpenQuestion, reading: Reading): Promise<Outcome> {
    const { ctx, dialogue, draft } = form;
    switch (reading.kind) {
      case 'answer':
        return keep(form, question, reading.value);
      case 'scratch': {
        const album = ctx.message?.media_group_id;
        const changed = await drafts.scratch(draft, ctx.inboxId, {
          ...reading.scratch,
          ...placesOf(form, question, reading.scratch),
          ...(album === undefined ? {} : { album }),
        });
        if (!changed) return askAgain(form);
        // The files of an album come one by one; the first one's answer counts on.
        const goesOn = album !== undefined && isOfAlbum(draft, album);
        const step = stepOf(dialogue, changed, question.key) ?? currentStep(dialogue, changed);
        await ask({ ...form, draft: changed }, { step, how: goesOn ? 'asked' : reading.redraw });
        return 'stay';
      }
      case 'wrong':
        await sayWrong(form, reading, question);
        return 'stay';
    }
  }

  /** One kind error; for an album it is said once. */
  async function sayWrong(
    { ctx, draft }: Form,
    { error, values }: { error: TextKey; values?: Record<string, TextValue> },
    question: Question,
  ): Promise<void> {
    if (ctx.callbackQuery) return ctx.toast(ctx.t.text(error, values));
    const album = ctx.message?.media_group_id;
    if (album !== undefined) {
      if (draft.album === refused(album)) return;
      await drafts.scratch(draft, ctx.inboxId, { album: refused(album) });
    }
    const [said] = await ctx.show({
      text: join([ctx.t.rich(error, values), hintLine(question, ctx.t)], '\n\n'),
      keyboard: error === 'bot.dialogue.error.notFound' ? showAllKeyboard(draft, question, ctx.t) : undefined,
    });
    const sent = ctx.message ?? ctx.editedMessage;
    if (sent?.text === undefined) return;
    const wasCut = ctx.message !== undefined && isCutByMessenger(sent.text);
    const restBefore = wasCut ? (said?.messageId ?? null) : null;
    await drafts.tried(draft, { messenger: ctx.client.name, messageId: sent.message_id, restBefore });
  }

  /** The message of the last answer was edited: the answer follows while the next question stays open. */
  async function amend(form: Form, question: Question, reading: Reading): Promise<Outcome> {
    const { ctx, draft } = form;
    if (reading.kind !== 'answer') {
      const error = reading.kind === 'wrong' ? ctx.t.rich(reading.error, reading.values) : '';
      await ctx.show({ text: join([error, ctx.t.rich('bot.dialogue.notAmended')], '\n\n') });
      return 'stay';
    }
    const after = { ...draft.answers, [question.key]: reading.value };
    const changed = await drafts.amend(draft, ctx.inboxId, {
      key: question.key,
      value: reading.value,
      overtaken: overtakenBy(form, question, after),
    });
    if (!changed) return askAgain(form);
    await askAmended(await renewed(form, changed), question, reading.value);
    return 'stay';
  }

  async function askAmended(form: Form, question: Question, value: AnswerValue): Promise<void> {
    await ask(form, {
      step: openStep(form) ?? currentStep(form.dialogue, form.draft),
      before: understood(form, question, value, 'bot.dialogue.amended'),
    });
  }

  /** What is sent of one kind has a bound for each person and day; the form waits, nothing in it is lost. */
  const isDayFull = async ({ ctx, dialogue, draft }: Form): Promise<boolean> =>
    (await drafts.sentLately(draft.memberId, dialogue.name)) >= sentADay(dialogue.name, standingOf(ctx.person));

  /** Makes the lasting thing. What is no longer offered is asked again first; `sure` asks nothing else before it. */
  async function finish(form: Form, { sure = false }: { sure?: boolean } = {}): Promise<Outcome> {
    const { ctx, dialogue, draft } = form;
    const questions = applicable(dialogue, draft.answers);
    const gone = questions.filter((question) => !stillOffered(question, draft.answers, ctx.t));
    if (gone.length > 0 && draft.status === 'open') {
      const changed = await drafts.forget(
        draft,
        ctx.inboxId,
        gone.map(({ key }) => key),
      );
      if (!changed) return askAgain(form);
      await ask(await renewed(form, changed), { before: ctx.t.rich('bot.dialogue.noLongerOffered') });
      return 'stay';
    }
    const asked = new Set(questions.map(({ key }) => key));
    const answers = Object.fromEntries(Object.entries(draft.answers).filter(([key]) => asked.has(key)));
    const filled = { draftId: draft.id, subject: draft.subject, answers };
    const instead = sure || draft.status === 'sent' ? null : await dialogue.beforeSending?.(ctx, filled);
    if (instead) {
      if (draft.status === 'open') await drafts.pause(draft, ctx.inboxId);
      await (ctx.callbackQuery ? ctx.replace(instead) : ctx.show(instead));
      return 'over';
    }
    if (draft.status !== 'sent' && (await isDayFull(form))) {
      if (draft.status === 'open') await drafts.pause(draft, ctx.inboxId);
      await asking.showLeft(form, 'bot.dialogue.dayFull', ctx.callbackQuery ? 'replace' : 'show');
      return 'over';
    }
    const completed = await dialogue.complete(ctx, filled);
    const late = completed?.late ?? false;
    if (draft.status !== 'sent') await drafts.settle(draft, ctx.inboxId);
    const title = ctx.t.rich(dialogue.title);
    if (ctx.callbackQuery)
      await ctx.replace({ text: ctx.t.rich(late ? 'bot.dialogue.notSent' : 'bot.dialogue.sent', { title }) });
    if (completed) {
      const { late: _late, ...message } = completed;
      const text = late ? join([message.text, givenBack(dialogue, draft.answers, ctx.t)], '\n\n') : message.text;
      await ctx.show({ ...message, text });
    }
    await dialogue.afterwards?.(ctx);
    return 'over';
  }

  /** Another update came first, from the member's other messenger: what stands now is asked here. */
  async function askAgain(form: Form): Promise<Outcome> {
    const draft = await drafts.load(form.draft.id, form.draft.memberId);
    if (draft?.status !== 'open') {
      await asking.showOver(draft ? { ...form, draft } : form);
      return 'over';
    }
    await ask(await renewed(form, draft));
    return 'stay';
  }

  return { keep, apply, followAgain, sayWrong, amend, finish, askAgain };
}

const placeOf = ({ ctx }: Form, { key }: Question): Place | null => {
  const message = ctx.message ?? ctx.editedMessage;
  return message ? { key, messenger: ctx.client.name, messageId: message.message_id } : null;
};

/** Several messages make one answer of files or of pieces. */
const isCollecting = ({ files, pieces }: Draft): boolean => files.length > 0 || pieces.length > 0;

/** The form's messages with the one that brings this answer; what it takes the place of is no answer any more. */
function withPlace(draft: Draft, key: string, place: Place | null): Place[] {
  const others = isCollecting(draft) ? draft.typed : draft.typed.filter((one) => one.key !== key);
  return place ? [...others, place] : others;
}

/** What is noted of the message that a question's unfinished business came with. */
function placesOf(form: Form, question: Question, scratch: Scratch): Scratch {
  const place = placeOf(form, question);
  if (!place) return {};
  if (scratch.files || scratch.pieces) return { typed: withPlace(form.draft, question.key, place) };
  return { tried: { messenger: place.messenger, messageId: place.messageId, restBefore: null } };
}

/** The form after its answers have changed: they may call for other questions. */
const renewed = async (form: Form, draft: Draft): Promise<Form> => ({
  ...form,
  draft,
  dialogue: await inForce(form.dialogue, draft.answers),
});

/** What is on the member's screen; null where nothing is, or where the dialogue no longer asks it. */
export const openStep = ({ dialogue, draft }: Pick<Form, 'dialogue' | 'draft'>): Step | null =>
  draft.asked ? stepOf(dialogue, draft, draft.asked.key) : null;

/** Presses that lead elsewhere in the form, or out of it, and keep no answer. */
const LEADING: ReadonlySet<string> = new Set(['!back', '!edit', '!cancel', '!send']);

/** The question whose answer an update gave that the draft knows as its last. */
function answeredBy({ ctx, dialogue, draft }: Form): Question | undefined {
  const { callbackQuery, message, editedMessage } = ctx;
  const pressed = answerButton.read(callbackQuery?.data ?? '');
  const isIt = ({ messageId, messenger }: Place): boolean =>
    messageId === (message ?? editedMessage)?.message_id && messenger === ctx.client.name;
  const last = draft.lastTyped && isIt(draft.lastTyped) ? draft.lastTyped : undefined;
  const typed = editedMessage ? draft.typed.find(isIt) : last;
  const key = pressed ? !LEADING.has(pressed.value) && pressed.question : typed?.key;
  // What only turned a page or ticked something left its question open.
  const open = openStep({ dialogue, draft }) ?? currentStep(dialogue, draft);
  if (open.kind === 'question' && open.question.key === key) return undefined;
  return applicable(dialogue, draft.answers).find((question) => question.key === key);
}

const refused = (album: string): string => `${album}!`;
/** Whether an earlier file of this album was worked already. */
export const isOfAlbum = (draft: Draft, album: string): boolean => [album, refused(album)].includes(draft.album);

/** The answers that this one takes along: those that its question names, and those whose options are others now. */
function overtakenBy({ ctx, dialogue, draft }: Form, question: Question, after: Draft['answers']): string[] {
  const isSame = JSON.stringify(draft.answers[question.key]) === JSON.stringify(after[question.key]);
  if (isSame) return [];
  // A first answer on the way forward can't overtake anything; only what lies ahead, answered, can be overtaken.
  const ahead = dialogue.questions.slice(dialogue.questions.indexOf(question) + 1);
  const mayBe = draft.answers[question.key] !== undefined || ahead.some(({ key }) => draft.answers[key] !== undefined);
  const changed = mayBe ? overtaken(dialogue, draft.answers, after, ctx.t) : [];
  return [...new Set([...(question.resets ?? []), ...changed])].filter((key) => key !== question.key);
}

function takenKey(question: Question, value: AnswerValue | null): TextKey {
  if (value === null || question.kind !== 'contact') return 'bot.dialogue.goingOn';
  return 'bot.dialogue.contactTaken';
}

/** Says back what was read rather than copied: a date, an amount, a place, the option of a typed name. */
function understood(
  { ctx, draft }: Form,
  question: Question,
  value: AnswerValue | null,
  key: TextKey = 'bot.dialogue.understood',
): RichText | undefined {
  if (value === null || question.kind === 'contact' || question.kind === 'files') return undefined;
  const isCopied = question.kind === 'text' && (question.multiline || value === ctx.message?.text);
  if (isCopied && key === 'bot.dialogue.understood') return undefined;
  const answer = answerText(question, draft.answers, value, ctx.t);
  return ctx.t.rich(key, { label: ctx.t.text(question.label, valuesOf(question, ctx.t)), answer });
}
