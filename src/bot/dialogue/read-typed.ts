import { hasAddress } from '../../language/addresses.ts';
import { parseAmount } from '../../language/amount.ts';
import { parseJalali } from '../../language/jalali-parse.ts';
import { inTehran, toIsoDay } from '../../language/jalali.ts';
import type { AnswerValue, Checked, DateQuestion, NumberQuestion, Question, TextQuestion } from './dialogue.ts';
import { cleanLine, cleanText, wrong, type Reading } from './reading.ts';

export type TypedQuestion = TextQuestion | NumberQuestion | DateQuestion;

export const isTyped = (question: Question): question is TypedQuestion =>
  question.kind === 'text' || question.kind === 'number' || question.kind === 'date';

/** What was typed, before the member is asked whether an odd answer is right. */
export function checkTyped(
  typed: string,
  question: TypedQuestion,
  now: Date,
): Checked<AnswerValue> | (Reading & { kind: 'wrong' }) {
  switch (question.kind) {
    case 'text':
      return checkText(typed, question);
    case 'number':
      return checkNumber(typed, question);
    case 'date':
      return checkDate(typed, question, now);
  }
}

/** `sure`: the member has been asked and stands by it. */
export function readTyped(
  typed: string | undefined,
  question: TypedQuestion,
  { now, sure = false }: { now: Date; sure?: boolean },
): Reading {
  if (typed === undefined)
    return wrong(question.kind === 'text' ? 'bot.dialogue.error.text' : 'bot.dialogue.error.typed');
  const checked = checkTyped(typed, question, now);
  if ('kind' in checked) return checked;
  if (!checked.ok) return wrong(checked.error, checked.values);
  if (checked.warning === undefined || sure) return { kind: 'answer', value: checked.value };
  return {
    kind: 'scratch',
    scratch: { doubt: cleanText(typed, { multiline: true }) },
    redraw: 'send',
  };
}

/** What was typed for a question of text, as it may be kept. */
const cleanFor = (question: TextQuestion, typed: string): string =>
  cleanText(typed, { multiline: question.multiline ?? false, persianLetters: !(question.anyLetters ?? false) });

/** A messenger's own client cuts what is pasted at its limit of 4,096; one shorter than this ended where its author ended it. */
const CUT_BY_MESSENGER = 3500;

/** Whether more of a text may follow in another message. */
export const isCutByMessenger = (typed: string): boolean => typed.length >= CUT_BY_MESSENGER;

/** The messages of one long text: each is a paragraph, but for one that the messenger cut off in the middle. */
export function joinPieces(pieces: readonly string[]): string {
  return pieces.reduce((joined, piece, index) => {
    const before = pieces[index - 1] ?? '';
    const goesOn = isCutByMessenger(before) && !/[.!?؟…»:]$/u.test(before);
    return joined === '' ? piece : `${joined}${goesOn ? ' ' : '\n\n'}${piece}`;
  }, '');
}

/** Whether a message begins or continues a text of several: so does one that the messenger cut off, where more of it has room. */
export const isPiece = (typed: string | undefined, question: TextQuestion, pieces: readonly string[]): boolean =>
  question.pieces === true ||
  pieces.length > 0 ||
  (typed !== undefined && isCutByMessenger(typed) && typed.length <= question.max);

/** One more message of a long text. */
export function readPiece(typed: string | undefined, question: TextQuestion, pieces: readonly string[]): Reading {
  const piece = cleanFor(question, typed ?? '');
  if (!/[\p{L}\p{N}]/u.test(piece)) return wrong('bot.dialogue.error.text');
  const all = [...pieces, piece];
  const { length } = joinPieces(all);
  return length > question.max
    ? wrong('bot.dialogue.error.tooLong', { max: question.max, length })
    : { kind: 'scratch', scratch: { pieces: all }, redraw: 'send' };
}

/** What is typed for one answer may be so many times as long as what is kept of it: blanks and marks go. */
const SLACK = 4;
const isFarTooLong = (typed: string, max: number): boolean => typed.length > Math.max(LONGEST_SHORT, SLACK * max);

/** UTF-16 units of a number or a day with its words; what is longer is neither. */
const LONGEST_SHORT = 400;
const cleanShort = (typed: string): string => (typed.length > LONGEST_SHORT ? typed : cleanLine(typed));

function checkText(typed: string, question: TextQuestion) {
  if (isFarTooLong(typed, question.max))
    return wrong('bot.dialogue.error.tooLong', { max: question.max, length: typed.trim().length });
  const text = cleanFor(question, typed);
  if (!/[\p{L}\p{N}]/u.test(text)) return wrong('bot.dialogue.error.text');
  if (text.length < question.min) return wrong('bot.dialogue.error.tooShort', { min: question.min });
  if (text.length > question.max)
    return wrong('bot.dialogue.error.tooLong', { max: question.max, length: text.length });
  if (question.public && hasAddress(text)) return wrong('bot.dialogue.error.address');
  return question.check?.(text) ?? { ok: true as const, value: text };
}

function checkNumber(typed: string, question: NumberQuestion) {
  const range = { min: question.min, max: question.max };
  const value = parseAmount(cleanShort(typed), question.units);
  if (value === null || value < question.min || value > question.max) return wrong('bot.dialogue.error.number', range);
  return question.check?.(value) ?? { ok: true as const, value };
}

function checkDate(typed: string, question: DateQuestion, now: Date) {
  const parsed = parseJalali(cleanShort(typed));
  if (!parsed.ok) {
    switch (parsed.reason) {
      case 'not-a-date':
        return wrong('bot.dialogue.error.date');
      case 'gregorian':
        return wrong('bot.dialogue.error.gregorian');
      case 'no-such-day':
        return wrong('bot.dialogue.error.noSuchDay');
    }
  }
  const day = toIsoDay(parsed.day);
  const today = toIsoDay(inTehran(now));
  if (question.tense === 'past' && day > today) return wrong('bot.dialogue.error.dayAhead');
  if (question.tense === 'future' && day < today) return wrong('bot.dialogue.error.dayGone');
  return question.check?.(day) ?? { ok: true as const, value: day };
}
