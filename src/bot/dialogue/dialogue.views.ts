import { concat, join, bold, type RichText } from '../../language/rich-text.ts';
import type { TextKey, Translator } from '../../language/translator.ts';
import type { InlineButton, OutgoingMessage } from '../../messengers/messenger.ts';
import { buttonKind } from '../callback-data.ts';
import { applicable, type AnswerValue, type Dialogue, type Option, type Question, type Step } from './dialogue.ts';
import type { Draft } from './drafts.ts';
import { matching } from './read-answer.ts';

/** An answer or a move on the open question. The draft's id makes a button of another draft stale. */
export const answerButton = buttonKind('a', 1, ['draft', 'question', 'value']);
/** What becomes of the draft when somebody leaves: keep, drop or stay; then where they were going. */
export const leaveButton = buttonKind('l', 1, ['draft', 'choice', 'target']);
/** `open`s a draft that waits or was thrown away, or `drop`s it. */
export const resumeButton = buttonKind('r', 1, ['draft', 'act']);

const OPTIONS_PER_PAGE = 8;
/** Two buttons share a row while each label is at most this long. */
const SHORT_LABEL = 16;

/** The open question, or the review when all is answered. */
export function stepMessage(dialogue: Dialogue, draft: Draft, step: Step, t: Translator): OutgoingMessage {
  return step.kind === 'review' ? reviewMessage(dialogue, draft, t) : questionMessage(dialogue, draft, step, t);
}

function questionMessage(
  dialogue: Dialogue,
  draft: Draft,
  step: Step & { kind: 'question' },
  t: Translator,
): OutgoingMessage {
  const { question } = step;
  const head = t.rich('bot.dialogue.step', { title: t.rich(dialogue.title), number: step.number, total: step.total });
  const answered = draft.answers[question.key];
  const text = join(
    [
      head,
      t.rich(question.text, question.values),
      answered === undefined || answered === null ? '' : currentAnswer(question, draft, answered, t),
      scratchLine(question, draft, t),
    ],
    '\n\n',
  );
  if (question.kind === 'contact') return { text, keyboard: contactKeyboard(step, t) };
  const button = (label: string, value: string): InlineButton => ({
    label,
    data: answerButton.data(draft.id, question.key, value),
  });
  return {
    text,
    keyboard: {
      kind: 'inline',
      rows: [...optionRows(question, draft, button, t), ...moveRows(step, question, draft, button, t)],
    },
  };
}

function currentAnswer(question: Question, draft: Draft, value: AnswerValue, t: Translator): RichText {
  return t.rich('bot.dialogue.nowIs', { answer: answerText(question, draft.answers, value, t) });
}

function scratchLine(question: Question, draft: Draft, t: Translator): RichText | string {
  if (question.kind === 'files' && draft.files.length > 0)
    return t.rich('bot.dialogue.filesSoFar', { count: draft.files.length, max: question.max });
  if (draft.search !== '') return t.rich('bot.dialogue.searched', { typed: draft.search });
  return '';
}

/** A shared contact needs a reply keyboard, so the moves are on it too. */
function contactKeyboard(step: Step & { kind: 'question' }, t: Translator): OutgoingMessage['keyboard'] {
  return {
    kind: 'reply',
    rows: [
      [{ label: t.text('bot.dialogue.button.shareContact'), request: 'contact' }],
      [
        ...(step.number > 1 ? [{ label: t.text('bot.dialogue.button.back') }] : []),
        { label: t.text('bot.dialogue.button.cancel') },
      ],
    ],
  };
}

type MakeButton = (label: string, value: string) => InlineButton;

function optionRows(question: Question, draft: Draft, button: MakeButton, t: Translator): InlineButton[][] {
  if (question.kind !== 'choice' && question.kind !== 'choices') return [];
  const all = question.options(draft.answers, t);
  const options = matching(all, draft.search);
  const pages = Math.max(1, Math.ceil(options.length / OPTIONS_PER_PAGE));
  const page = Math.min(draft.page, pages - 1);
  const shown = options.slice(page * OPTIONS_PER_PAGE, (page + 1) * OPTIONS_PER_PAGE);
  const label = (option: Option) =>
    question.kind === 'choices' && draft.ticked.includes(option.code)
      ? t.text('bot.dialogue.ticked', { label: option.label })
      : option.label;
  const rows = pairUp(shown.map((option) => button(label(option), option.code)));
  if (pages > 1) {
    rows.push([
      ...(page > 0 ? [button(t.text('bot.button.previousPage'), `!page-${page - 1}`)] : []),
      ...(page < pages - 1 ? [button(t.text('bot.button.nextPage'), `!page-${page + 1}`)] : []),
    ]);
  }
  if (draft.search !== '') rows.push([button(t.text('bot.dialogue.button.showAll'), '!all')]);
  return rows;
}

function pairUp(buttons: InlineButton[]): InlineButton[][] {
  const rows: InlineButton[][] = [];
  for (const button of buttons) {
    const last = rows.at(-1);
    if (last?.length === 1 && [...last, button].every(({ label }) => label.length <= SHORT_LABEL)) last.push(button);
    else rows.push([button]);
  }
  return rows;
}

function moveRows(
  step: Step & { kind: 'question' },
  question: Question,
  draft: Draft,
  button: MakeButton,
  t: Translator,
): InlineButton[][] {
  const done =
    (question.kind === 'choices' && draft.ticked.length > 0) || (question.kind === 'files' && draft.files.length > 0);
  const answered = draft.answers[question.key] !== undefined;
  const moves: InlineButton[] = [];
  if (step.number > 1) moves.push(button(t.text('bot.dialogue.button.back'), '!back'));
  if (answered) moves.push(button(t.text('bot.dialogue.button.keepAnswer'), '!keep'));
  else if (question.optional) moves.push(button(t.text('bot.dialogue.button.skip'), '!skip'));
  moves.push(button(t.text('bot.dialogue.button.cancel'), '!cancel'));
  return [...(done ? [[button(t.text('bot.dialogue.button.done'), '!done')]] : []), moves];
}

/** Everything that was answered, each answer one press from being changed. */
function reviewMessage(dialogue: Dialogue, draft: Draft, t: Translator): OutgoingMessage {
  const questions = applicable(dialogue, draft.answers);
  const lines = questions.map((question) =>
    concat(
      '• ',
      bold(t.text(question.label)),
      ': ',
      answerText(question, draft.answers, draft.answers[question.key] ?? null, t),
    ),
  );
  const button = (label: string, question: string, value: string): InlineButton => ({
    label,
    data: answerButton.data(draft.id, question, value),
  });
  const edits = questions.map((question) =>
    button(t.text('bot.dialogue.edit', { what: t.text(question.label) }), question.key, '!edit'),
  );
  return {
    text: join(
      [
        t.rich('bot.dialogue.review', { title: t.rich(dialogue.title) }),
        join(lines),
        t.rich('bot.dialogue.reviewHint'),
      ],
      '\n\n',
    ),
    keyboard: {
      kind: 'inline',
      rows: [
        [button(t.text(dialogue.send), '!review', '!send')],
        ...pairUp(edits),
        [button(t.text('bot.dialogue.button.cancel'), '!review', '!cancel')],
      ],
    },
  };
}

/** An answer as the member reads it. */
export function answerText(
  question: Question,
  answers: Draft['answers'],
  value: AnswerValue | null,
  t: Translator,
): RichText {
  if (value === null) return t.rich('bot.dialogue.skipped');
  if (typeof value === 'number') return t.rich('bot.dialogue.value.number', { value });
  if (typeof value === 'string' && question.kind === 'contact') return t.rich('bot.dialogue.value.code', { value });
  if (typeof value === 'string' && question.kind === 'text')
    return t.rich('bot.dialogue.value.text', { value: question.shown?.(value) ?? value });
  if (question.kind === 'files')
    return t.rich('bot.dialogue.value.files', { count: Array.isArray(value) ? value.length : 0 });
  const labels = question.kind === 'choice' || question.kind === 'choices' ? question.options(answers, t) : [];
  const codes = (Array.isArray(value) ? value : [value]) as readonly string[];
  const labelOf = (code: string) => labels.find((option) => option.code === code)?.label ?? code;
  return join(
    codes.map((code) => t.rich('bot.dialogue.value.text', { value: labelOf(code) })),
    t.text('bot.listComma'),
  );
}

/** Asks what becomes of a half-filled form before going elsewhere. */
export function leaveMessage(dialogue: Dialogue, draft: Draft, target: string, t: Translator): OutgoingMessage {
  const button = (key: TextKey, choice: string): InlineButton => ({
    label: t.text(key),
    data: leaveButton.data(draft.id, choice, target),
  });
  return {
    text: t.rich('bot.dialogue.leave', { title: t.rich(dialogue.title) }),
    keyboard: {
      kind: 'inline',
      rows: [
        [button('bot.dialogue.button.stay', 'stay')],
        [button('bot.dialogue.button.keep', 'keep'), button('bot.dialogue.button.drop', 'drop')],
      ],
    },
  };
}

/** Says that a form was put by or thrown away, with the way back. */
export function leftMessage(text: TextKey, dialogue: Dialogue, draft: Draft, t: Translator): OutgoingMessage {
  return {
    text: t.rich(text, { title: t.rich(dialogue.title) }),
    keyboard: {
      kind: 'inline',
      rows: [[{ label: t.text('bot.dialogue.button.resume'), data: resumeButton.data(draft.id, 'open') }]],
    },
  };
}
