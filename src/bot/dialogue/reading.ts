import { tidy } from '../../language/persian-text.ts';
import type { TextKey, TextValue } from '../../language/translator.ts';
import type { AnswerValue } from './dialogue.ts';
import type { Scratch } from './drafts.ts';

/** What a message or a press says to the open question. */
export type Reading =
  | { kind: 'answer'; value: AnswerValue }
  /** The question stays open with this unfinished business, and is drawn anew. */
  | { kind: 'scratch'; scratch: Scratch; redraw: 'edit' | 'send' }
  | { kind: 'wrong'; error: TextKey; values?: Record<string, TextValue> };

export const wrong = (error: TextKey, values?: Record<string, TextValue>): Reading & { kind: 'wrong' } =>
  values ? { kind: 'wrong', error, values } : { kind: 'wrong', error };

/** Marks piled on one letter, past what any language writes, run over the lines around it. */
const PILED_MARKS = /(\p{M}{3})\p{M}+/gu;

/** What people type, as it may be kept: nothing invisible, nothing that turns or overlays the text around it. */
export const cleanText = (typed: string, options: { multiline: boolean; persianLetters?: boolean }): string =>
  tidy(tidy(typed, options).replace(PILED_MARKS, '$1'), options);

export const cleanLine = (typed: string): string => cleanText(typed, { multiline: false });
