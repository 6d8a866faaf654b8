import type { KeyboardButton, ReplyKeyboardMarkup } from '../world/records.ts';
import type { ChatMessage, SeenButton } from './chat-message.ts';

/** A label (exact, else a part of it), a pattern, or a condition on label and data. */
export type ButtonMatch = string | RegExp | ((button: { label: string; data?: string }) => boolean);

export type FoundButton =
  | { kind: 'inline'; message: ChatMessage; button: SeenButton }
  | { kind: 'reply'; button: KeyboardButton };

/** The button that a person would take: the one that came last, whole labels before parts of labels. */
export function findButton(
  match: ButtonMatch,
  shown: { messages: readonly ChatMessage[]; keyboard: ReplyKeyboardMarkup | null; keyboardFrom: number },
): FoundButton | undefined {
  for (const fits of testsFor(match)) {
    const message = shown.messages.findLast(({ inlineKeyboard }) => inlineKeyboard.flat().some(fits));
    const inline = message?.inlineKeyboard.flat().find(fits);
    const reply = shown.keyboard?.keyboard.flat().find(({ text }) => fits({ label: text }));
    if (reply && (!message || shown.keyboardFrom > message.id)) return { kind: 'reply', button: reply };
    if (message && inline) return { kind: 'inline', message, button: inline };
  }
  return undefined;
}

type Test = (button: { label: string; data?: string }) => boolean;

function testsFor(match: ButtonMatch): Test[] {
  if (typeof match === 'function') return [match];
  if (match instanceof RegExp) return [({ label }) => match.test(label)];
  return [({ label }) => label === match, ({ label }) => label.includes(match)];
}
