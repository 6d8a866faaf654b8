/** What the simulated messenger remembers, in its own neutral shape; `wire/` turns it into each messenger's objects. */

export interface UserRecord {
  id: number;
  firstName: string;
  lastName?: string | undefined;
  username?: string | undefined;
  /** Digits with the country code, no plus: 989120000000. */
  phone?: string | undefined;
  languageCode?: string | undefined;
  isBot?: boolean | undefined;
  /** Has written to the bot at least once: only then may the bot write. */
  started?: boolean | undefined;
  blocked?: boolean | undefined;
  deactivated?: boolean | undefined;
  /** Takes no voice messages from others. */
  noVoices?: boolean | undefined;
  /** Bale only: a client that can't show answers to presses; its press ids start with "1". */
  oldClient?: boolean | undefined;
}

export type GroupRank = 'member' | 'administrator' | 'creator';

export interface GroupRecord {
  id: number;
  title: string;
  members: [userId: number, rank: GroupRank][];
}

export type MediaKind = 'photo' | 'document' | 'audio' | 'video' | 'voice' | 'sticker' | 'animation';

export interface FileRecord {
  /** Counts from 1; the name under which the bytes are kept. */
  number: number;
  id: string;
  uniqueId: string;
  kind: MediaKind;
  path: string;
  name: string;
  mime: string;
  size: number;
  width?: number | undefined;
  height?: number | undefined;
}

/** A styled range as the Bot API writes it; offsets count UTF-16 units. */
export interface Entity {
  type: string;
  offset: number;
  length: number;
  url?: string | undefined;
  user?: unknown;
  language?: string | undefined;
  custom_emoji_id?: string | undefined;
}

export interface InlineButton {
  text: string;
  callback_data?: string | undefined;
  url?: string | undefined;
  web_app?: { url: string } | undefined;
  copy_text?: { text: string } | undefined;
}

export interface KeyboardButton {
  text: string;
  request_contact?: boolean | undefined;
  request_location?: boolean | undefined;
  web_app?: { url: string } | undefined;
}

export interface ReplyKeyboardMarkup {
  keyboard: KeyboardButton[][];
  resize_keyboard?: boolean | undefined;
  one_time_keyboard?: boolean | undefined;
}

export interface ContactRecord {
  phone: string;
  firstName: string;
  lastName?: string | undefined;
  userId?: number | undefined;
}

export interface ForwardRecord {
  fromUser: number;
  chat: number;
  message: number;
  /** Unix seconds. */
  date: number;
}

export interface StoredMessage {
  chat: number;
  id: number;
  from: number;
  /** Unix seconds, as on the wire. */
  date: number;
  editDate?: number | undefined;
  edits: number;
  /** The caption where there is media. As it was sent: on Bale still with its Markdown. */
  text?: string | undefined;
  entities?: Entity[] | undefined;
  /** A file id of this bot, or absent. */
  file?: string | undefined;
  contact?: ContactRecord | undefined;
  location?: { latitude: number; longitude: number } | undefined;
  replyTo?: number | undefined;
  forward?: ForwardRecord | undefined;
  album?: string | undefined;
  inline?: InlineButton[][] | undefined;
  /** What this message did to the reply keyboard when it came. */
  reply?: ReplyKeyboardMarkup | 'removed' | undefined;
  /** Any other content, by the Bot API's own fields: what the simulator knows nothing more of. */
  other?: Record<string, unknown> | undefined;
  joined?: number[] | undefined;
  left?: number | undefined;
  /** Grows with every change in the world; counted anew at each start. */
  revision?: number | undefined;
}

export interface PressRecord {
  /** The callback query id. */
  id: string;
  user: number;
  chat: number;
  message: number;
  data: string;
  label: string;
  /** Milliseconds. */
  at: number;
  answer?: { text: string; alert: boolean } | undefined;
}

export interface WebhookRecord {
  url: string;
  secret?: string | undefined;
  maxConnections: number;
  allowedUpdates?: string[] | undefined;
}

/** Every change there is. `World.commit` writes it to the journal and applies it; nothing else changes the world. */
export type WorldEvent =
  | { t: 'user'; user: UserRecord }
  | { t: 'group'; group: GroupRecord }
  | { t: 'message'; message: StoredMessage }
  | { t: 'delete'; chat: number; id: number }
  | { t: 'keyboard'; chat: number; keyboard: ReplyKeyboardMarkup | null; message: number }
  | { t: 'pin'; chat: number; message: number | null }
  | { t: 'press'; press: PressRecord }
  | { t: 'file'; file: FileRecord }
  /** `body` is the update as JSON text; `again` marks a second delivery, which no offset has confirmed yet. */
  | { t: 'update'; id: number; body: string; again?: boolean }
  | { t: 'confirm'; sequences: number[] }
  | {
      t: 'ids';
      update?: number;
      sequence?: number;
      file?: number;
      press?: number;
      person?: number;
      messages?: [number, number][];
    }
  | { t: 'webhook'; webhook: WebhookRecord | null }
  | { t: 'setting'; key: string; value: unknown };

/** The chat that an event touches, if any. A person's private chat has the person's id. */
export function chatOf(event: WorldEvent): number | undefined {
  switch (event.t) {
    case 'message':
      return event.message.chat;
    case 'delete':
    case 'keyboard':
    case 'pin':
      return event.chat;
    case 'press':
      return event.press.chat;
    case 'group':
      return event.group.id;
    case 'user':
      return event.user.id;
    case 'file':
    case 'update':
    case 'confirm':
    case 'ids':
    case 'webhook':
    case 'setting':
      break;
  }
  return undefined;
}
