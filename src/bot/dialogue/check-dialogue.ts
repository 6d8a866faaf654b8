import type { TextKey } from '../../language/translator.ts';
import type { Dialogue, Question } from './dialogue.ts';

/** A dialogue that can't work as it is written: found when the app is put together, not when a member gets there. */
export class DialogueError extends Error {
  override readonly name = 'DialogueError';
}

const NAME = /^[a-z][a-z0-9-]{0,31}$/;
/** Goes into callback data beside the draft's id, and into the database as a field's name. */
const KEY = /^\w{1,16}$/;
/** More than two albums; each file is fetched and kept. */
const MOST_FILES = 20;
/** What the translator shows where there is no text. */
const NO_TEXT = '—';

/**
 * @param labelsOf as in the translations: gives a text in every language
 * @throws {DialogueError} that names the dialogue, the question and what to change
 */
export function checkDialogues(
  dialogues: readonly Dialogue[],
  { labelsOf }: { labelsOf: (key: TextKey) => readonly string[] },
): void {
  const names = new Set<string>();
  for (const dialogue of dialogues) {
    if (names.has(dialogue.name)) throw new DialogueError(`Two dialogues are named "${dialogue.name}": rename one`);
    names.add(dialogue.name);
    checkDialogue(dialogue, labelsOf);
  }
}

function checkDialogue(dialogue: Dialogue, labelsOf: (key: TextKey) => readonly string[]): void {
  const { name, questions } = dialogue;
  const fail = (what: string, key?: string): never => {
    throw new DialogueError(`Dialogue "${name}"${key === undefined ? '' : `, question "${key}"`}: ${what}`);
  };
  if (!NAME.test(name)) fail('a name has up to 32 of a-z, 0-9 and -, and begins with a letter');
  if (questions.length === 0) fail('it asks nothing: give it a question');
  const hasText = (text: TextKey) => labelsOf(text).every((label) => label.trim() !== '' && label !== NO_TEXT);
  for (const text of [dialogue.title, dialogue.send]) if (!hasText(text)) fail(`there is no text "${text}"`);
  const keys = new Set<string>();
  for (const question of questions) {
    const { key } = question;
    if (!KEY.test(key)) fail('a key has 1 to 16 of A-Z, a-z, 0-9 and _', key);
    if (keys.has(key)) fail('another question has this key: rename this one', key);
    keys.add(key);
    // Texts with values can't be tried without them; their keys are checked by the types.
    const tried =
      typeof question.values === 'function' ? [] : [question.label, ...(question.values ? [] : [question.text])];
    for (const text of tried) if (!hasText(text)) fail(`there is no text "${text}"`, key);
    const fault = faultOf(question);
    if (fault !== null) fail(fault, key);
  }
}

function faultOf(question: Question): string | null {
  switch (question.kind) {
    case 'text':
      return question.min >= 1 && question.max >= question.min
        ? null
        : 'needs 1 ≤ min ≤ max; make it optional for none';
    case 'number':
      return question.max >= question.min ? null : 'needs min ≤ max';
    case 'choices':
      return question.min >= 1 && question.max >= question.min ? null : 'needs 1 ≤ min ≤ max; offer `none` for none';
    case 'files':
      return question.max >= 1 && question.max <= MOST_FILES ? null : `takes 1 to ${MOST_FILES} files`;
    case 'choice':
    case 'date':
    case 'contact':
    case 'location':
      return null;
  }
}
