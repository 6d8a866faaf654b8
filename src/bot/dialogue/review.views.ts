import { fromIsoDay } from '../../language/jalali.ts';
import { formatDay } from '../../language/jalali-format.ts';
import { bold, concat, join, type RichText } from '../../language/rich-text.ts';
import { shorten } from '../../language/shorten.ts';
import type { Translator } from '../../language/translator.ts';
import type { InlineButton, OutgoingMessage } from '../../messengers/messenger.ts';
import { applicable, isPoint, REVIEW, valuesOf, type AnswerValue, type Dialogue, type Question } from './dialogue.ts';
import { answerButton, pairUp } from './buttons.ts';
import type { Draft } from './drafts.ts';

/** A long answer is recognised by its beginning; the whole of it is a press away. */
const SHOWN_LETTERS = 200;

/** Everything that was answered, each answer one press from being changed. */
export function reviewMessage(dialogue: Dialogue, draft: Draft, t: Translator): OutgoingMessage {
  const questions = applicable(dialogue, draft.answers).filter(({ unreviewed }) => !unreviewed);
  const lines = questions.map((question) =>
    concat(
      '• ',
      bold(t.text(question.label, valuesOf(question, t))),
      ': ',
      answerText(question, draft.answers, draft.answers[question.key] ?? null, t),
    ),
  );
  const button = (label: string, question: string, value: string): InlineButton => ({
    label,
    data: answerButton.data(draft.id, question, value),
  });
  const edits = questions.map((question) =>
    button(t.text('bot.dialogue.edit', { what: t.text(question.label, valuesOf(question, t)) }), question.key, '!edit'),
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
        [button(t.text(dialogue.send), REVIEW, '!send')],
        ...pairUp(edits),
        [button(t.text('bot.dialogue.button.cancel'), REVIEW, '!cancel')],
      ],
    },
  };
}

/** Everything that was answered, whole: what a form was made of that came too late. */
export function givenBack(dialogue: Dialogue, answers: Draft['answers'], t: Translator): RichText {
  const lines = applicable(dialogue, answers)
    .filter(({ key }) => answers[key] !== null && answers[key] !== undefined)
    .map((question) =>
      concat(bold(t.text(question.label, valuesOf(question, t))), ': ', wholeText(question, answers, t)),
    );
  return join([t.rich('bot.dialogue.givenBack'), ...lines]);
}

function wholeText(question: Question, answers: Draft['answers'], t: Translator): RichText {
  const value = answers[question.key] ?? null;
  return question.kind === 'text' && typeof value === 'string' && !question.shown
    ? t.rich(question.code ? 'bot.dialogue.value.code' : 'bot.dialogue.value.text', { value })
    : answerText(question, answers, value, t);
}

/** An answer as the member reads it. */
export function answerText(
  question: Question,
  answers: Draft['answers'],
  value: AnswerValue | null,
  t: Translator,
): RichText {
  if (value === null) return t.rich('bot.dialogue.skipped');
  if (isPoint(value)) return t.rich('bot.dialogue.value.code', { value: `${value.latitude}, ${value.longitude}` });
  if (typeof value === 'number') {
    return question.kind === 'number' && question.unit
      ? t.rich(question.unit, { count: value })
      : t.rich('bot.dialogue.value.number', { value });
  }
  if (typeof value === 'string') {
    if (question.kind === 'contact') return t.rich('bot.dialogue.value.code', { value });
    if (question.kind === 'date' && /^\d{4}-\d\d-\d\d$/.test(value))
      return t.rich('bot.dialogue.value.text', { value: formatDay(fromIsoDay(value), t.language) });
    if (question.kind === 'text')
      return t.rich(question.code ? 'bot.dialogue.value.code' : 'bot.dialogue.value.text', {
        value: shorten(question.shown?.(value, t) ?? value, SHOWN_LETTERS),
      });
  }
  if (question.kind === 'files')
    return t.rich('bot.dialogue.value.files', { count: Array.isArray(value) ? value.length : 0 });
  const options = question.kind === 'choice' || question.kind === 'choices' ? question.options(answers, t) : [];
  const codes = (Array.isArray(value) ? value : [value]) as readonly string[];
  const labelOf = (code: string) => options.find((option) => option.code === code)?.label ?? code;
  return join(
    codes.map((code) => t.rich('bot.dialogue.value.text', { value: labelOf(code) })),
    t.text('bot.listComma'),
  );
}
