import type { TextKey } from '../../language/translator.ts';
import type { Question, Step } from './dialogue.ts';
import type { Draft } from './drafts.ts';

/** What a member can do at a step besides answering; also the value of its button. */
export type Move = '!done' | '!back' | '!keep' | '!skip' | '!cancel';

export const MOVE_LABELS: Record<Move, TextKey> = {
  '!done': 'bot.dialogue.button.done',
  '!back': 'bot.dialogue.button.back',
  '!keep': 'bot.dialogue.button.keepAnswer',
  '!skip': 'bot.dialogue.button.skip',
  '!cancel': 'bot.dialogue.button.cancel',
};

/** Buttons that share something stand on a reply keyboard, in the main menu's place; the moves are there too. */
export const isOnReplyKeyboard = (question: Question): boolean =>
  question.kind === 'contact' || question.kind === 'location';

/** The moves open now, in the order in which they are drawn. */
export function movesAt(step: Step, draft: Draft): Move[] {
  if (step.kind === 'review') return ['!cancel'];
  const { question, number } = step;
  const moves: Move[] = [];
  if (
    (question.kind === 'choices' && draft.ticked.length > 0) ||
    (question.kind === 'files' && draft.files.length > 0) ||
    (question.kind === 'text' && draft.pieces.length > 0)
  )
    moves.push('!done');
  if (number > 1) moves.push('!back');
  if (draft.answers[question.key] !== undefined) moves.push('!keep');
  else if (question.optional) moves.push('!skip');
  moves.push('!cancel');
  return moves;
}
