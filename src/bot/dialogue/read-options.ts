import { hasAddress } from '../../language/addresses.ts';
import { createHash } from 'node:crypto';
import { searchKey } from '../../language/persian-text.ts';
import type { Translator } from '../../language/translator.ts';
import type { ChoiceQuestion, ChoicesQuestion, Option } from './dialogue.ts';
import type { Draft } from './drafts.ts';
import { cleanLine, wrong, type Reading } from './reading.ts';

/** UTF-16 units of a search that are kept and said back. */
const SEARCH_LETTERS = 60;
/** UTF-16 units of what is read at all; no option's name is as long. */
const LONGEST_TYPED = 1000;
/** What a button can carry of an answer beside the draft's id and a key of 16 letters (callback-data.ts, 64 bytes). */
const BUTTON_CODE = /^[\w.][\w.-]{0,17}$/;

/** An option's code as its button carries it: itself where it fits, else a digest, which the options are searched for. */
export function buttonValue(code: string): string {
  return BUTTON_CODE.test(code) ? code : `!o-${createHash('sha256').update(code).digest('hex').slice(0, 12)}`;
}

const fold = (text: string): string => searchKey(text).replaceAll(' ', '');
const namesOf = ({ label, also = [] }: Option): string[] => [label, ...also].map(fold);

/** Options whose label, or another name of theirs, holds what was typed, however it was typed; all where nothing was. */
export function matching(options: Option[], search: string): Option[] {
  const key = fold(search);
  if (key === '') return options;
  return options.filter((option) => namesOf(option).some((name) => name.includes(key)));
}

function exactly(options: Option[], typed: string): Option | undefined {
  const key = fold(typed);
  return options.find((option) => namesOf(option).includes(key));
}

/** The option whose button was pressed, with the changes it makes. Null: the button is of another time. */
export function readPressedOption(
  value: string,
  question: ChoiceQuestion | ChoicesQuestion,
  draft: Draft,
  t: Translator,
): Reading | null {
  const option = question.options(draft.answers, t).find(({ code }) => buttonValue(code) === value);
  if (!option) return null;
  return question.kind === 'choice' ? { kind: 'answer', value: option.code } : tick(question, draft, option.code);
}

/** The ticked codes that are still offered: a deploy may have taken one away while the question stood open. */
export function doneTicking(question: ChoicesQuestion, draft: Draft, t: Translator): Reading {
  const offered = new Set(question.options(draft.answers, t).map(({ code }) => code));
  const ticked = draft.ticked.filter((code) => offered.has(code));
  return ticked.length < question.min
    ? wrong('bot.dialogue.error.tickMore', { min: question.min })
    : { kind: 'answer', value: ticked };
}

function tick(question: ChoicesQuestion, draft: Draft, code: string): Reading {
  if (code === question.none) return { kind: 'answer', value: [code] };
  const others = draft.ticked.filter((one) => one !== code && one !== question.none);
  const ticked = draft.ticked.includes(code) ? others : [...others, code];
  if (ticked.length > question.max) return wrong('bot.dialogue.error.tickFewer', { max: question.max });
  return { kind: 'scratch', scratch: { ticked }, redraw: 'edit' };
}

/** Typed letters choose the option of that name, or narrow the list down to those that hold them. */
export function readTypedOption(
  typed: string | undefined,
  question: ChoiceQuestion | ChoicesQuestion,
  draft: Draft,
  t: Translator,
): Reading {
  if (typed === undefined) return wrong('bot.dialogue.error.choice');
  if (typed.length > LONGEST_TYPED) return tooLong(typed, question);
  const line = cleanLine(typed);
  if (searchKey(line) === '') return wrong('bot.dialogue.error.choice');
  const options = question.options(draft.answers, t);
  const exact = exactly(options, line);
  if (exact)
    return question.kind === 'choice' ? { kind: 'answer', value: exact.code } : tickTyped(question, draft, exact);
  const isSearch = line.length <= SEARCH_LETTERS;
  if (isSearch && matching(options, line).length > 0)
    return { kind: 'scratch', scratch: { search: line, page: 0 }, redraw: 'send' };
  if (question.kind === 'choice' && question.freeText && /\p{L}/u.test(line) && line.length <= question.freeText.max) {
    if (question.freeText.public && hasAddress(line)) return wrong('bot.dialogue.error.address');
    return { kind: 'answer', value: line };
  }
  return isSearch ? wrong('bot.dialogue.error.notFound', { typed: line }) : tooLong(line, question);
}

function tooLong({ length }: string, question: ChoiceQuestion | ChoicesQuestion): Reading {
  const max = (question.kind === 'choice' && question.freeText?.max) || SEARCH_LETTERS;
  return wrong('bot.dialogue.error.tooLong', { max, length });
}

/** What was found by its name is ticked, and the whole list comes back. */
function tickTyped(question: ChoicesQuestion, draft: Draft, { code }: Option): Reading {
  if (draft.ticked.includes(code)) return { kind: 'scratch', scratch: { search: '', page: 0 }, redraw: 'send' };
  const reading = tick(question, draft, code);
  return reading.kind === 'scratch'
    ? { kind: 'scratch', scratch: { ...reading.scratch, search: '', page: 0 }, redraw: 'send' }
    : reading;
}
