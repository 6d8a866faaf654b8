import { join, type RichText } from '../../language/rich-text.ts';
import type { TextKey, Translator } from '../../language/translator.ts';
import type { InlineButton, OutgoingMessage } from '../../messengers/messenger.ts';
import { answerButton, leaveButton, pairUp, resumeButton } from './buttons.ts';
import { valuesOf, type Dialogue, type Option, type Question, type Step } from './dialogue.ts';
import type { Draft } from './drafts.ts';
import { isOnReplyKeyboard, MOVE_LABELS, movesAt, type Move } from './moves.ts';
import { buttonValue, matching } from './read-options.ts';
import { checkTyped, isTyped, joinPieces } from './read-typed.ts';
import { answerText, reviewMessage } from './review.views.ts';

export { leaveButton, resumeButton } from './buttons.ts';

const OPTIONS_PER_PAGE = 8;

export interface StepView {
  dialogue: Dialogue;
  draft: Draft;
  step: Step;
  t: Translator;
  now: Date;
  /** Said first, in the same message: how the answer before was understood. */
  before?: RichText | undefined;
}

/** The open question, or the review when all is answered. */
export function stepMessage(view: StepView): OutgoingMessage {
  const { dialogue, draft, step, t, before } = view;
  const message = step.kind === 'review' ? reviewMessage(dialogue, draft, t) : questionMessage({ ...view, step });
  return before ? { ...message, text: join([before, message.text], '\n\n') } : message;
}

type QuestionView = StepView & { step: Step & { kind: 'question' } };

function questionMessage(view: QuestionView): OutgoingMessage {
  const { dialogue, draft, step, t } = view;
  const { question } = step;
  const answered = draft.answers[question.key];
  const doubt = doubtLine(view);
  const text = join(
    [
      t.rich('bot.dialogue.step', { title: t.rich(dialogue.title), number: step.number, total: step.total }),
      doubt ?? join([t.rich(question.text, valuesOf(question, t)), hintLine(question, t)]),
      answered === undefined || answered === null
        ? ''
        : t.rich('bot.dialogue.nowIs', { answer: answerText(question, draft.answers, answered, t) }),
      scratchLine(question, draft, t),
    ],
    '\n\n',
  );
  if (isOnReplyKeyboard(question)) return { text, keyboard: sharingKeyboard(view) };
  const button: MakeButton = (label, value) => ({ label, data: answerButton.data(draft.id, question.key, value) });
  const sure = doubt ? [[button(t.text('bot.dialogue.button.sure'), '!sure')]] : [];
  return {
    text,
    keyboard: {
      kind: 'inline',
      rows: [...sure, ...optionRows(question, draft, button, t), ...moveRows(view, button)],
    },
  };
}

export const hintLine = (question: Question, t: Translator): RichText | string =>
  question.hint ? t.rich(question.hint, valuesOf(question, t)) : '';

/** What looks odd about what was typed, for as long as the check still says so. */
function doubtLine({ step, draft, t, now }: QuestionView): RichText | null {
  if (draft.doubt === '' || !isTyped(step.question)) return null;
  const checked = checkTyped(draft.doubt, step.question, now);
  if ('kind' in checked || !checked.ok || checked.warning === undefined) return null;
  const answer = answerText(step.question, draft.answers, checked.value, t);
  return join([t.rich(checked.warning, checked.values), t.rich('bot.dialogue.doubted', { answer })]);
}

function scratchLine(question: Question, draft: Draft, t: Translator): RichText | string {
  if (question.kind === 'files' && draft.files.length > 0)
    return t.rich('bot.dialogue.filesSoFar', { count: draft.files.length, max: question.max });
  if (question.kind === 'text' && draft.pieces.length > 0)
    return t.rich('bot.dialogue.piecesSoFar', { count: draft.pieces.length, letters: joinPieces(draft.pieces).length });
  if (draft.search !== '') return t.rich('bot.dialogue.searched', { typed: draft.search });
  return '';
}

function sharingKeyboard({ step, draft, t }: QuestionView): OutgoingMessage['keyboard'] {
  const share =
    step.question.kind === 'contact'
      ? ({ label: t.text('bot.dialogue.button.shareContact'), request: 'contact' } as const)
      : ({ label: t.text('bot.dialogue.button.shareLocation'), request: 'location' } as const);
  return {
    kind: 'reply',
    rows: [[share], movesAt(step, draft).map((move) => ({ label: t.text(MOVE_LABELS[move]) }))],
  };
}

type MakeButton = (label: string, value: string) => InlineButton;

function optionRows(question: Question, draft: Draft, button: MakeButton, t: Translator): InlineButton[][] {
  if (question.kind !== 'choice' && question.kind !== 'choices') return [];
  const options = matching(question.options(draft.answers, t), draft.search);
  const pages = Math.max(1, Math.ceil(options.length / OPTIONS_PER_PAGE));
  const page = Math.min(draft.page, pages - 1);
  const shown = options.slice(page * OPTIONS_PER_PAGE, (page + 1) * OPTIONS_PER_PAGE);
  const label = (option: Option) =>
    question.kind === 'choices' && draft.ticked.includes(option.code)
      ? t.text('bot.dialogue.ticked', { label: option.label })
      : option.label;
  const rows = pairUp(shown.map((option) => button(label(option), buttonValue(option.code))));
  if (pages > 1) {
    rows.push([
      ...(page > 0 ? [button(t.text('bot.button.previousPage'), `!page-${page - 1}`)] : []),
      ...(page < pages - 1 ? [button(t.text('bot.button.nextPage'), `!page-${page + 1}`)] : []),
    ]);
  }
  if (draft.search !== '') rows.push([button(t.text('bot.dialogue.button.showAll'), '!all')]);
  return rows;
}

function moveRows({ step, draft, t }: QuestionView, button: MakeButton): InlineButton[][] {
  const draw = (move: Move) => button(t.text(MOVE_LABELS[move]), move);
  const moves = movesAt(step, draft);
  const done = moves.filter((move) => move === '!done').map(draw);
  return [...(done.length > 0 ? [done] : []), moves.filter((move) => move !== '!done').map(draw)];
}

/** The way back from a search without a result. */
export function showAllKeyboard(draft: Draft, question: Question, t: Translator): OutgoingMessage['keyboard'] {
  const data = answerButton.data(draft.id, question.key, '!all');
  return { kind: 'inline', rows: [[{ label: t.text('bot.dialogue.button.showAll'), data }]] };
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
