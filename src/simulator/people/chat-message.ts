import { parseBaleMarkdown } from '../bale-markdown.ts';
import type { Host } from '../host.ts';
import { userOf } from '../wire/parts.ts';
import type { Entity, InlineButton, MediaKind, StoredMessage } from '../world/records.ts';

/** A styled part of a message; offsets count UTF-16 units of `text`. */
export interface SeenRange {
  offset: number;
  length: number;
  style:
    | 'bold'
    | 'italic'
    | 'underline'
    | 'strikethrough'
    | 'spoiler'
    | 'code'
    | 'pre'
    | 'quote'
    | 'link'
    | 'expandable'
    | 'mention'
    | 'command'
    | 'hashtag';
  url?: string;
  title?: string;
}

export interface SeenButton {
  label: string;
  data?: string;
  url?: string;
  copy?: string;
}

export interface SeenMedia {
  kind: MediaKind;
  fileId: string;
  name: string;
  mimeType: string;
  size: number;
  width?: number;
  height?: number;
}

/** A message as people in the chat see it now. */
export interface ChatMessage {
  chatId: number;
  id: number;
  from: 'bot' | 'person';
  /** Who wrote it, by user id and by name. */
  authorId: number;
  author: string;
  /** What is read: on Bale without the Markdown. The caption where there is media. */
  text: string;
  ranges: SeenRange[];
  /** What was sent: on Bale with the Markdown. */
  raw: string;
  inlineKeyboard: SeenButton[][];
  media: SeenMedia | null;
  contact: { phone: string; firstName: string; lastName?: string; userId?: number } | null;
  location: { latitude: number; longitude: number } | null;
  replyTo: number | null;
  forwardedFrom: string | null;
  albumId: string | null;
  /** «Someone joined» and the like; null for ordinary messages. */
  service: string | null;
  edits: number;
  /** Milliseconds since 1970. */
  at: number;
  /** Grows with every change in this messenger. */
  revision: number;
}

const STYLES: Record<string, SeenRange['style']> = {
  bold: 'bold',
  italic: 'italic',
  underline: 'underline',
  strikethrough: 'strikethrough',
  spoiler: 'spoiler',
  code: 'code',
  pre: 'pre',
  blockquote: 'quote',
  expandable_blockquote: 'quote',
  text_link: 'link',
  url: 'link',
  email: 'link',
  mention: 'mention',
  bot_command: 'command',
  hashtag: 'hashtag',
};

export function seenMessage(host: Host, message: StoredMessage): ChatMessage {
  const raw = message.text ?? '';
  const isBots = message.from === host.bot.id;
  // Only what a bot sends is taken for Markdown; a forwarded text stays what its author made it.
  const isByBot = (message.forward?.fromUser ?? message.from) === host.bot.id;
  const seen = isByBot && host.profile.name === 'bale' ? parseBaleMarkdown(raw) : null;
  return {
    chatId: message.chat,
    id: message.id,
    from: isBots ? 'bot' : 'person',
    authorId: message.from,
    author: nameOf(host, message.from),
    text: seen?.text ?? raw,
    ranges: seen?.ranges ?? (message.entities ?? []).flatMap((entity) => rangeOf(entity, raw)),
    raw,
    inlineKeyboard: (message.inline ?? []).map((row) => row.map(buttonOf)),
    media: mediaOf(host, message),
    contact: contactOf(message),
    location: message.location ?? null,
    replyTo: message.replyTo ?? null,
    forwardedFrom: message.forward ? nameOf(host, message.forward.fromUser) : null,
    albumId: message.album ?? null,
    service: serviceOf(host, message),
    edits: message.edits,
    at: message.date * 1000,
    revision: message.revision ?? 0,
  };
}

function rangeOf({ type, offset, length, url }: Entity, text: string): SeenRange[] {
  const style = STYLES[type];
  if (!style) return [];
  const target = url ?? (type === 'url' ? text.slice(offset, offset + length) : undefined);
  return [{ offset, length, style, ...(target === undefined ? {} : { url: target }) }];
}

function buttonOf(button: InlineButton): SeenButton {
  return {
    label: button.text,
    ...(button.callback_data === undefined ? {} : { data: button.callback_data }),
    ...(button.url === undefined ? {} : { url: button.url }),
    ...(button.web_app === undefined ? {} : { url: button.web_app.url }),
    ...(button.copy_text === undefined ? {} : { copy: button.copy_text.text }),
  };
}

function mediaOf(host: Host, message: StoredMessage): SeenMedia | null {
  const file = message.file === undefined ? undefined : host.files.find(message.file);
  if (!file) return null;
  return {
    kind: file.kind,
    fileId: file.id,
    name: file.name,
    mimeType: file.mime,
    size: file.size,
    ...(file.width === undefined ? {} : { width: file.width }),
    ...(file.height === undefined ? {} : { height: file.height }),
  };
}

function contactOf({ contact }: StoredMessage): ChatMessage['contact'] {
  if (!contact) return null;
  return {
    phone: contact.phone,
    firstName: contact.firstName,
    ...(contact.lastName === undefined ? {} : { lastName: contact.lastName }),
    ...(contact.userId === undefined ? {} : { userId: contact.userId }),
  };
}

function serviceOf(host: Host, message: StoredMessage): string | null {
  if (message.left !== undefined) return `${nameOf(host, message.left)} از گروه رفت.`;
  if (!message.joined) return null;
  if (message.joined.includes(message.from)) return `${nameOf(host, message.from)} به گروه پیوست.`;
  return `${nameOf(host, message.from)}، ${message.joined.map((id) => nameOf(host, id)).join('، ')} را به گروه افزود.`;
}

function nameOf(host: Host, id: number): string {
  const { firstName, lastName } = userOf(host, id);
  return lastName === undefined ? firstName : `${firstName} ${lastName}`;
}

/** A message as a line or more of readable text, for failing tests. */
export function describeMessage(message: ChatMessage): string {
  const who = message.from === 'bot' ? '← bot' : `→ ${message.author}`;
  const parts = [
    message.service,
    message.media ? `[${message.media.kind} ${message.media.name}]` : null,
    message.contact ? `[contact ${message.contact.phone}]` : null,
    message.location ? `[location ${message.location.latitude},${message.location.longitude}]` : null,
    message.text === '' ? null : message.text,
  ].filter((part) => part !== null);
  const edited = message.edits > 0 ? ` (edited ${message.edits}×)` : '';
  const rows = message.inlineKeyboard.map((row) => `      ${row.map(({ label }) => `[${label}]`).join(' ')}`);
  return [`${who} #${message.id}${edited}: ${parts.join(' ')}`, ...rows].join('\n');
}
