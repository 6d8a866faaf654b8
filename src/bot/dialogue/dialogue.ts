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

export type AnswerValue = string | number | readonly string[] | readonly FileAnswer[];

/** By question key; null says that the question was skipped. */
export type Answers = Readonly<Record<string, AnswerValue | null>>;

export interface Option {
  code: string;
  label: string;
}

export type Checked<T> = { ok: true; value: T } | { ok: false; error: TextKey; values?: Record<string, TextValue> };

interface QuestionBase {
  /** The answer's name in the draft, for good: renaming it asks again. At most 16 of [A-Za-z0-9_]. */
  key: string;
  /** What is asked. */
  text: TextKey;
  values?: Record<string, TextValue>;
  /** What the review calls the answer. */
  label: TextKey;
  optional?: boolean;
  /** Asked only where this holds; must depend on the answers alone. */
  when?: (answers: Answers) => boolean;
}

export interface TextQuestion extends QuestionBase {
  kind: 'text';
  /** Letters, after tidying. */
  min: number;
  max: number;
  multiline?: boolean;
  /** Turns what was typed into what is kept, or says what is wrong with it. */
  check?: (text: string) => Checked<string>;
  /** How the answer is shown, where what is kept is not what was typed (something sealed). */
  shown?: (kept: string) => string;
}

export interface NumberQuestion extends QuestionBase {
  kind: 'number';
  min: number;
  max: number;
}

export interface ContactQuestion extends QuestionBase {
  kind: 'contact';
}

export interface ChoiceQuestion extends QuestionBase {
  kind: 'choice';
  options: (answers: Answers, t: Translator) => Option[];
  /** A typed text that no option matches is taken as it is, in this many letters; the secretariat maps it. */
  freeText?: { max: number };
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
  | ContactQuestion
  | ChoiceQuestion
  | ChoicesQuestion
  | FilesQuestion;

/** A draft whose questions are all answered. Answers to questions that no longer apply are left out. */
export interface Filled {
  draftId: string;
  subject: string;
  answers: Answers;
}

export interface Dialogue {
  name: string;
  title: TextKey;
  /** What the send button of the review says. */
  send: TextKey;
  questions: readonly Question[];
  /**
   * Looks at an answer before it is kept. With a message, the answer is kept, the form waits, and the message is shown in
   * place of the next question; null goes on. Called again for the same answer after a crash.
   */
  accepted?: (ctx: BotContext, key: string, value: AnswerValue, draftId: string) => Promise<OutgoingMessage | null>;
  /**
   * Makes the lasting thing of the answers and says what the member sees. Called again for the same draft after a crash,
   * so it must be idempotent by the draft's id.
   */
  complete: (ctx: BotContext, filled: Filled) => Promise<OutgoingMessage>;
}

/** The questions that these answers call for, in order. */
export function applicable(dialogue: Dialogue, answers: Answers): Question[] {
  return dialogue.questions.filter((question) => question.when?.(answers) ?? true);
}

export type Step =
  | { kind: 'question'; question: Question; number: number; total: number }
  | { kind: 'review'; total: number };

/** Where a draft stands: the question somebody went back to, else the first without an answer, else the review. */
export function currentStep(dialogue: Dialogue, draft: { answers: Answers; at: string | null }): Step {
  const questions = applicable(dialogue, draft.answers);
  const chosen = questions.findIndex((question) => question.key === draft.at);
  const index = chosen >= 0 ? chosen : questions.findIndex((question) => draft.answers[question.key] === undefined);
  const question = questions[index];
  if (!question) return { kind: 'review', total: questions.length };
  return { kind: 'question', question, number: index + 1, total: questions.length };
}

/** The answer to a question of text, choice or contact; empty where there is none. */
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
