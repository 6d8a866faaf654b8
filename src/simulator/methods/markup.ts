import { ApiError } from '../api/api-error.ts';
import type { Host } from '../host.ts';
import type { InlineButton, KeyboardButton, ReplyKeyboardMarkup } from '../world/records.ts';
import { isLink } from '../wire/entities.ts';
import { refuse } from './method.ts';
import type { Call } from './method.ts';

export interface Markup {
  inline?: InlineButton[][];
  reply?: ReplyKeyboardMarkup | 'removed';
}

const MAX_BUTTONS = 100;
const MAX_DATA_BYTES = 64;
const ACTIONS = {
  telegram: ['callback_data', 'url', 'web_app', 'copy_text', 'login_url', 'pay', 'switch_inline_query'],
  bale: ['callback_data', 'url', 'web_app', 'copy_text'],
} as const;
const BUTTON_EXTRAS = new Set(['text', 'style', 'icon_custom_emoji_id']);

/** Reads and checks `reply_markup`; a fault is answered as the messenger answers it. */
export function readMarkup(call: Call, chat: number): Markup {
  const { host } = call;
  const value = call.params.structure('reply_markup');
  if (value === undefined) return {};
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ApiError(400, 'Bad Request: object expected as reply markup');
  }
  const markup = value as Record<string, unknown>;
  if (markup['inline_keyboard'] !== undefined) return { inline: readInline(host, markup['inline_keyboard']) };
  if (markup['keyboard'] !== undefined) return { reply: readReply(host, { markup, chat }) };
  if (markup['remove_keyboard'] === true) return { reply: 'removed' };
  if (markup['force_reply'] === true && host.profile.name === 'telegram') return {};
  if (!host.strict) return {};
  throw new ApiError(400, 'Bad Request: reply_markup is of no known kind (strict simulator)');
}

function readRows(value: unknown): unknown[][] {
  if (!Array.isArray(value) || !value.every((row) => Array.isArray(row))) {
    throw new ApiError(400, "Bad Request: can't parse keyboard: expected an Array of Array of buttons");
  }
  return value.filter((row: unknown[]) => row.length > 0);
}

function readInline(host: Host, value: unknown): InlineButton[][] {
  const rows = readRows(value).map((row) => row.map((button) => readInlineButton(host, button)));
  if (rows.flat().length > MAX_BUTTONS) refuse(host, 'keyboard-too-big');
  return rows;
}

function readInlineButton(host: Host, value: unknown): InlineButton {
  const button = value as Record<string, unknown>;
  if (typeof value !== 'object' || value === null) return refuse(host, 'button-kind');
  if (typeof button['text'] !== 'string' || button['text'].trim() === '') refuse(host, 'button-text');
  const actions = ACTIONS[host.profile.name].filter((action) => button[action] !== undefined);
  if (actions.length === 0 || (host.strict && actions.length > 1)) refuse(host, 'button-kind');
  if (host.strict) refuseExtras(host, button);

  const data = button['callback_data'];
  if (data !== undefined) {
    const size = typeof data === 'string' ? Buffer.byteLength(data) : 0;
    if (size < 1 || size > MAX_DATA_BYTES) refuse(host, 'button-data');
  }
  if (button['url'] !== undefined && !isLink(button['url'])) refuse(host, 'button-url');
  const webApp = button['web_app'] as { url?: unknown } | undefined;
  if (webApp && !(isLink(webApp.url) && webApp.url.startsWith('https:'))) refuse(host, 'button-url');
  const copied = (button['copy_text'] as { text?: unknown } | undefined)?.text;
  if (
    button['copy_text'] !== undefined &&
    !(typeof copied === 'string' && copied.length >= 1 && copied.length <= 256)
  ) {
    refuse(host, 'button-data');
  }
  return button as unknown as InlineButton;
}

/** Bale has neither colours nor icons, and drops a member it doesn't know together with the whole keyboard. */
function refuseExtras(host: Host, button: Record<string, unknown>): void {
  const known: readonly string[] = ACTIONS[host.profile.name];
  for (const field of Object.keys(button)) {
    const isExtra = BUTTON_EXTRAS.has(field) && (host.profile.name === 'telegram' || field === 'text');
    if (!known.includes(field) && !isExtra) {
      throw new ApiError(400, `Bad Request: unknown field "${field}" in an inline button (strict simulator)`);
    }
  }
}

function readReply(
  host: Host,
  { markup, chat }: { markup: Record<string, unknown>; chat: number },
): ReplyKeyboardMarkup | 'removed' {
  if (host.strict) {
    for (const field of Object.keys(markup)) {
      if (!host.profile.keyboardFields.has(field)) {
        throw new ApiError(400, `Bad Request: unknown field "${field}" in a reply keyboard (strict simulator)`);
      }
    }
  }
  const isPrivate = !host.world.chats.get(chat)?.group;
  const keyboard = readRows(markup['keyboard']).map((row) =>
    row.map((button) => readButton(host, { button, isPrivate })),
  );
  // An empty keyboard is one way to take it away on Bale.
  if (keyboard.length === 0 && host.profile.name === 'bale') return 'removed';
  if (keyboard.length === 0) throw new ApiError(400, 'Bad Request: reply keyboard must have at least one button');
  return {
    keyboard,
    resize_keyboard: markup['resize_keyboard'] === true,
    one_time_keyboard: markup['one_time_keyboard'] === true,
  };
}

function readButton(host: Host, { button, isPrivate }: { button: unknown; isPrivate: boolean }): KeyboardButton {
  if (typeof button === 'string' && button.trim() !== '') return { text: button };
  const fields = (typeof button === 'object' && button !== null ? button : {}) as Record<string, unknown>;
  const text = fields['text'];
  if (typeof text !== 'string' || text.trim() === '') return refuse(host, 'button-text');
  const asks = fields['request_contact'] === true || fields['request_location'] === true;
  if (asks && !isPrivate) refuse(host, 'contact-outside-private');
  return {
    text,
    ...(fields['request_contact'] === true ? { request_contact: true } : {}),
    ...(fields['request_location'] === true ? { request_location: true } : {}),
  };
}
