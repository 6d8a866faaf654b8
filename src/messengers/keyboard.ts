import type { InlineKeyboardButton, KeyboardButton } from 'grammy/types';
import type { InlineButton, Keyboard, Limits, OutgoingMessage, ReplyButton } from './messenger.ts';

export type ReplyMarkup =
  | { inline_keyboard: InlineKeyboardButton[][] }
  | { keyboard: KeyboardButton[][]; resize_keyboard: true; is_persistent: true }
  | { remove_keyboard: true };

/** What is wrong with a keyboard, found before it is sent. It names the place, not the label: that may be a person's name. */
export class KeyboardError extends Error {
  override readonly name = 'KeyboardError';
}

/** A keyboard as the Bot API takes it. */
export function renderKeyboard(
  keyboard: Keyboard,
  direction: NonNullable<OutgoingMessage['direction']>,
  limits: Limits,
): ReplyMarkup {
  switch (keyboard.kind) {
    case 'inline':
      return {
        inline_keyboard: drawn(
          keyboard.rows.map((row, y) =>
            row.map((button, x) => inlineButton(button, `row ${y + 1}, button ${x + 1}`, limits)),
          ),
          direction,
        ),
      };
    case 'reply':
      return {
        keyboard: drawn(
          keyboard.rows.map((row) => row.map((button) => replyButton(button))),
          direction,
        ),
        resize_keyboard: true,
        is_persistent: true,
      };
    case 'remove':
      return { remove_keyboard: true };
    default:
      return keyboard satisfies never;
  }
}

/** Neither messenger mirrors rows for right-to-left readers (tdlib/telegram-bot-api#882): the first button is at the left. */
const drawn = <T>(rows: T[][], direction: 'rtl' | 'ltr'): T[][] =>
  direction === 'rtl' ? rows.map((row) => row.toReversed()) : rows;

const COPY_TEXT_LIMIT = 256;

function inlineButton(button: InlineButton, place: string, limits: Limits): InlineKeyboardButton {
  const text = button.label;
  if ('url' in button) return { text, url: button.url };
  if ('copy' in button) {
    if (button.copy === '' || button.copy.length > COPY_TEXT_LIMIT) {
      throw new KeyboardError(`The text to copy (${place}) must have 1 to ${COPY_TEXT_LIMIT} characters`);
    }
    return { text, copy_text: { text: button.copy } };
  }
  const bytes = Buffer.byteLength(button.data);
  if (bytes === 0 || bytes > limits.callbackDataBytes) {
    throw new KeyboardError(
      `The data of a button (${place}) has ${bytes} bytes: shorten it to 1 to ${limits.callbackDataBytes} bytes`,
    );
  }
  return { text, callback_data: button.data };
}

function replyButton({ label, request }: ReplyButton): KeyboardButton {
  if (request === 'contact') return { text: label, request_contact: true };
  if (request === 'location') return { text: label, request_location: true };
  return { text: label };
}
