import type { TextKey, TextValue, Translator } from '../../language/translator.ts';
import type { OutgoingMessage } from '../../messengers/messenger.ts';
import type { BotContext } from '../context.ts';

/**
 * A guided dialogue is data: a list of questions with what they accept. One engine asks, goes back, skips, reviews and
 * resumes. Answers live in the draft under the question's own key, so a deploy that adds, drops or reorders questions
 * keeps them and asks only what is missing.
 */

export interface FileAnswer {
  kind: 'photo' | 'document' | 'voice' | 'audio' | 'video';
  /** The file in GridFS. */
  storedId: string;
  caption?: string;
}

/** Degrees. A member may pick any point on the map: it says where a place is, not where the member is. */
export interface GeoPoint {
  latitude: number;
  longitude: number;
}

export type AnswerValue = string | number | readonly string[] | readonly FileAnswer[] | GeoPoint;

/** By question key; null says that the question was skipped. */
export type Answers = Readonly<Record<string, AnswerValue | null>>;

export interface Option {
  /** What is kept. A code of any length and letters will do; its button carries it, or a digest of it. */
  code: string;
  label: string;
  /** Other words that find it when they are typed: an abbreviation, a former name. */
  also?: readonly string[];
}

/**
 * What a check makes of an answer: taken, refused with what is wrong and a right example, or, with `warning`, taken once
 * the member has said that it is right (a check digit that not every office keeps to).
 */
export type Checked<T> =
  | { ok: true; value: T; warning?: TextKey; values?: Record<string, TextValue> }
  | { ok: false; error: TextKey; values?: Record<string, TextValue> };

type Values = Record<string, TextValue>;

interface QuestionBase {
  /** The answer's name in the draft, for good: renaming it asks again. At most 16 of [A-Za-z0-9_]. */
  key: string;
  /** What is asked. */
  text: TextKey;
  /** What stands in the text, hint and label; a function where it has words of the reader's language in it. */
  values?: Values | ((t: Translator) => Values);
  /** A right example or a word of help under the question; said again with an error. Gets `values` too. */
  hint?: TextKey;
  /** What the review calls the answer. */
  label: TextKey;
  optional?: boolean;
  /** Questions whose answers mean nothing any more once this one is answered differently; they are asked again. */
  resets?: readonly string[];
  /** Asked only where this holds; must depend on the answers alone. */
  when?: (answers: Answers) => boolean;
  /** The review leaves it out: its answer is of no interest once it is given. */
  unreviewed?: boolean;
}

export interface TextQuestion extends QuestionBase {
  kind: 'text';
  /** Letters, after tidying. */
  min: number;
  max: number;
  multiline?: boolean;
  /** Others read it: no address and no @name, of which messengers make a link for all of them. */
  public?: boolean;
  /** Turns what was typed into what is kept, or says what is wrong with it. */
  check?: (text: string) => Checked<string>;
  /** How the answer is shown, where what is kept is not what people read (something sealed, a year). */
  shown?: (kept: string, t: Translator) => string;
  /** The answer is a number, code or address: shown so that it reads left to right. */
  code?: boolean;
  /**
   * A long text, which may arrive in several messages: they are joined until the member says that this is all. Goes with
   * `multiline`; a check's warning is not asked about.
   */
  pieces?: boolean;
  /** Letters of other keyboards stay as they are: for text in Arabic or azb, where they are right. */
  anyLetters?: boolean;
}

/** A whole number, typed in any digits, also as «۲٫۵ میلیون». */
export interface NumberQuestion extends QuestionBase {
  kind: 'number';
  min: number;
  max: number;
  /** A text with `count`, as the answer is said back: «۱۲ نفر». */
  unit?: TextKey;
  /** Words that may follow the number, and what they multiply it by: { نفر: 1 }, or { ریال: 1, تومان: 10 }. */
  units?: Readonly<Record<string, number>>;
  check?: (value: number) => Checked<number>;
}

/** A Solar Hijri day, typed; kept as `YYYY-MM-DD` of the Gregorian calendar and said back in words. */
export interface DateQuestion extends QuestionBase {
  kind: 'date';
  /** Days on the other side of today are refused; today is both. */
  tense?: 'past' | 'future';
  /** Gets and gives ISO days. */
  check?: (isoDay: string) => Checked<string>;
}

/** A point on the map; kept as {@link GeoPoint}. */
export interface LocationQuestion extends QuestionBase {
  kind: 'location';
}

export interface ContactQuestion extends QuestionBase {
  kind: 'contact';
}

export interface ChoiceQuestion extends QuestionBase {
  kind: 'choice';
  options: (answers: Answers, t: Translator) => Option[];
  /** A typed text that no option matches is taken as it is, in this many letters; the secretariat maps it. */
  freeText?: { max: number; public?: boolean };
}

export interface ChoicesQuestion extends QuestionBase {
  kind: 'choices';
  options: (answers: Answers, t: Translator) => Option[];
  min: number;
  max: number;
  /** A full answer on its own («none»): picking it clears the rest. */
  none?: string;
}

export interface FilesQuestion extends QuestionBase {
  kind: 'files';
  max: number;
}

export type Question =
  | TextQuestion
  | NumberQuestion
  | DateQuestion
  | ContactQuestion
  | LocationQuestion
  | ChoiceQuestion
  | ChoicesQuestion
  | FilesQuestion;

export const valuesOf = ({ values }: Question, t: Translator): Values =>
  (typeof values === 'function' ? values(t) : values) ?? {};

/** A draft whose questions are all answered. Answers to questions that no longer apply are left out. */
export interface Filled {
  draftId: string;
  subject: string;
  answers: Answers;
}

/** A message of a form that was sent, as it reads now. */
export interface EditAfterwards {
  draftId: string;
  subject: string;
  /** The question that it answered. */
  key: string;
  /** Cleaned; at most one message long. */
  text: string;
}

/** What is said in place of the next question; `over` ends the form, which can be brought back for some days. */
export type Interruption = OutgoingMessage & { over?: true };

/** What is known of somebody before a form asks: by question key. */
export interface Known {
  answers: Record<string, AnswerValue>;
  /** What a form that was left says otherwise gives way to it when the form is opened again. */
  settled: boolean;
}
/**
 * What the member sees when a form is over. `late`: it came too late, or the right to it is gone, and nothing was made of
 * it: the engine gives back all that was written.
 */
export type Completion = OutgoingMessage & { late?: true };

/** Nothing was made of the answers: they are given back under this message. */
export const tooLate = (message: OutgoingMessage): Completion => ({ ...message, late: true });

export interface Dialogue {
  name: string;
  title: TextKey;
  /** What the send button of the review says. */
  send: TextKey;
  questions: readonly Question[];
  /** Ends with its last answer, without a review: for what is asked, not kept (a search). */
  atOnce?: boolean;
  /** False where the person may not begin it now; it has said why itself. */
  admit?: (ctx: BotContext) => Promise<boolean>;
  /**
   * What need not be asked, whoever begins the form or goes on with it, and from wherever: it is filled in, and can be
   * changed in the review.
   */
  known?: (ctx: BotContext) => Promise<Known>;
  /**
   * All questions in force for these answers, where some of them are data that people edit (a category's own questions).
   * Asked for at each update and after each answer; `questions` then are those that hold whatever is answered.
   */
  questionsFor?: (answers: Answers) => Promise<readonly Question[]>;
  /**
   * Looks at an answer before it is kept. With a message, the answer is kept, the form waits, and the message is shown in
   * place of the next question; null goes on. Called again for the same answer after a crash.
   */
  accepted?: (ctx: BotContext, key: string, value: AnswerValue, draftId: string) => Promise<Interruption | null>;
  /**
   * Looks at a draft that is about to be sent. With a message, the form waits and the message is shown instead: its buttons
   * belong to a feature, which sends the draft or puts an end to it (`Dialogues.send`, `Dialogues.settle`). Null sends it.
   * Called again for the same draft after a crash, and whenever the member presses «send» again.
   */
  beforeSending?: (ctx: BotContext, filled: Filled) => Promise<OutgoingMessage | null>;
  /**
   * Makes the lasting thing of the answers and says what the member sees; null where it has shown that itself. Called again
   * for the same draft after a crash, so it must be idempotent by the draft's id. What can come too late says so by {@link tooLate}.
   */
  complete: (ctx: BotContext, filled: Filled) => Promise<Completion | null>;
  /**
   * Takes up that one of the messages was edited after the form was sent: changes the lasting thing and says so. Without
   * it, or with null, the member is told that a new message is needed.
   */
  edited?: (ctx: BotContext, edit: EditAfterwards) => Promise<OutgoingMessage | null>;
  /** Shows what belongs after that message; like `complete`, it may be called again after a crash. */
  afterwards?: (ctx: BotContext) => Promise<void>;
}

/** The dialogue with the questions that these answers call for. */
export async function inForce(dialogue: Dialogue, answers: Answers): Promise<Dialogue> {
  return dialogue.questionsFor ? { ...dialogue, questions: await dialogue.questionsFor(answers) } : dialogue;
}

/** The questions that these answers call for, in order. */
export function applicable(dialogue: Dialogue, answers: Answers): Question[] {
  return dialogue.questions.filter((question) => question.when?.(answers) ?? true);
}

/** A yes or a no: kept as the code `yes` or `no`. */
export function yesNo(question: Omit<ChoiceQuestion, 'kind' | 'options' | 'freeText'>): ChoiceQuestion {
  return {
    ...question,
    kind: 'choice',
    options: (_answers, t) => [
      { code: 'yes', label: t.text('bot.dialogue.button.yes') },
      { code: 'no', label: t.text('bot.dialogue.button.no') },
    ],
  };
}

export type Step =
  | { kind: 'question'; question: Question; number: number; total: number }
  | { kind: 'review'; total: number };

/** Stands for the review where a question's key is asked for; no question can have it. */
export const REVIEW = '!review';

/** Where a draft stands: the question somebody went back to, else the first without an answer, else the review. */
export function currentStep(dialogue: Dialogue, draft: { answers: Answers; at: string | null }): Step {
  const questions = applicable(dialogue, draft.answers);
  const chosen = questions.findIndex((question) => question.key === draft.at);
  const index = chosen >= 0 ? chosen : questions.findIndex((question) => draft.answers[question.key] === undefined);
  return stepAt(questions, index);
}

/** The question of this key, or the review, as far as these answers still call for it: a deploy may have dropped it. */
export function stepOf(dialogue: Dialogue, draft: { answers: Answers; at: string | null }, key: string): Step | null {
  if (key === REVIEW) {
    const step = currentStep(dialogue, draft);
    return step.kind === 'review' ? step : null;
  }
  const questions = applicable(dialogue, draft.answers);
  const index = questions.findIndex((question) => question.key === key);
  return index < 0 ? null : stepAt(questions, index);
}

function stepAt(questions: readonly Question[], index: number): Step {
  const question = questions[index];
  if (!question) return { kind: 'review', total: questions.length };
  return { kind: 'question', question, number: index + 1, total: questions.length };
}

export const keyOf = (step: Step): string => (step.kind === 'review' ? REVIEW : step.question.key);

/** Whether every option that was chosen is still offered: another answer, or a deploy, may have taken it away. */
export function stillOffered(question: Question, answers: Answers, t: Translator): boolean {
  const value = answers[question.key];
  if (value === undefined || value === null) return true;
  if (question.kind !== 'choice' && question.kind !== 'choices') return true;
  if (question.kind === 'choice' && question.freeText) return true;
  const offered = new Set(question.options(answers, t).map(({ code }) => code));
  return (Array.isArray(value) ? value : [value]).every((code) => typeof code === 'string' && offered.has(code));
}

/**
 * The questions whose answers a changed answer takes along: their options are others now and what was chosen is not among
 * them (a city of the province that was named before).
 */
export function overtaken(dialogue: Dialogue, before: Answers, after: Answers, t: Translator): string[] {
  return dialogue.questions.flatMap((question) => {
    const value = after[question.key];
    if (value === undefined || value === null || value !== before[question.key]) return [];
    if (question.kind !== 'choice' && question.kind !== 'choices') return [];
    const codes = (answers: Answers) => question.options(answers, t).map(({ code }) => code);
    const [offered, offeredBefore] = [codes(after), codes(before)];
    if (offered.join('\n') === offeredBefore.join('\n')) return [];
    const chosen: readonly unknown[] = Array.isArray(value) ? value : [value];
    return chosen.every((code) => offered.some((one) => one === code)) ? [] : [question.key];
  });
}

/** The answer to a question of text, choice, date or contact; empty where there is none. */
export function textOf(answers: Answers, key: string): string {
  const value = answers[key];
  return typeof value === 'string' ? value : '';
}

/** The codes ticked in a question of choices. */
export function listOf(answers: Answers, key: string): string[] {
  const value = answers[key];
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : [];
}

export function filesOf(answers: Answers, key: string): FileAnswer[] {
  const value = answers[key];
  return Array.isArray(value) ? value.filter((one): one is FileAnswer => typeof one === 'object') : [];
}

export function numberOf(answers: Answers, key: string): number | null {
  const value = answers[key];
  return typeof value === 'number' ? value : null;
}

export function pointOf(answers: Answers, key: string): GeoPoint | null {
  const value = answers[key];
  return isPoint(value) ? value : null;
}

export const isPoint = (value: AnswerValue | null | undefined): value is GeoPoint =>
  typeof value === 'object' && value !== null && 'latitude' in value;
