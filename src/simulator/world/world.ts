import { chatOf } from './records.ts';
import type { Journal } from './journal.ts';
import type {
  FileRecord,
  GroupRecord,
  PressRecord,
  ReplyKeyboardMarkup,
  StoredMessage,
  UserRecord,
  WebhookRecord,
  WorldEvent,
} from './records.ts';

/** How much the simulator keeps in memory; the oldest goes first. */
export interface Keep {
  messagesPerChat: number;
  pressesPerPerson: number;
  /** Delivered updates kept so that they can be delivered again. */
  updates: number;
  calls: number;
}

export const DEFAULT_KEEP: Keep = { messagesPerChat: 500, pressesPerPerson: 100, updates: 5_000, calls: 20_000 };

export interface ChatState {
  id: number;
  group: GroupRecord | null;
  /** In order of arrival. */
  messages: Map<number, StoredMessage>;
  keyboard: ReplyKeyboardMarkup | null;
  /** The message that brought the keyboard. */
  keyboardFrom: number;
  pinned: number | null;
}

export interface PendingUpdate {
  /** Tells one delivery from another of the same update. */
  sequence: number;
  id: number;
  body: string;
  again: boolean;
  /** A poller has seen it; not in the journal, so after a restart it counts as unseen. */
  delivered: boolean;
}

type Listener = (event: WorldEvent) => void;

export interface WorldOptions {
  profileName: 'telegram' | 'bale';
  firstUpdateId: number;
  /** First id given to a person who is created without one. */
  firstPersonId: number;
  keep: Keep;
  journal: Journal | null;
}

/**
 * Everything one simulated messenger knows. Changes are events: `commit` writes them to the journal first and
 * then applies them, so whoever got an answer will find it again after a kill.
 */
export class World {
  readonly users = new Map<number, UserRecord>();
  readonly chats = new Map<number, ChatState>();
  readonly files = new Map<string, FileRecord>();
  readonly presses = new Map<string, PressRecord>();
  readonly pressesOf = new Map<number, PressRecord[]>();
  readonly settings = new Map<string, unknown>();
  /** Not yet confirmed, in the order in which they came. */
  pending: PendingUpdate[] = [];
  /** Past updates by id, for a second delivery. */
  readonly history = new Map<number, string>();
  webhook: WebhookRecord | null = null;
  nextUpdateId: number;
  nextSequence = 1;
  nextFileNumber = 1;
  nextPressNumber = 1;
  nextPersonId: number;
  /** Per chat, or under the chat id 0 where all chats share one count. */
  readonly nextMessageId = new Map<number, number>();
  revision = 0;

  readonly #options: WorldOptions;
  readonly #listeners = new Map<number | 'all', Set<Listener>>();

  constructor(options: WorldOptions) {
    this.#options = options;
    this.nextUpdateId = options.firstUpdateId;
    this.nextPersonId = options.firstPersonId;
  }

  /** Writes the events as one journal line (all or none survive a kill), applies them, and tells the listeners. */
  commit(...events: WorldEvent[]): void {
    this.#options.journal?.append(events);
    for (const event of events) this.#apply(event);
    for (const event of events) this.#tell(event);
  }

  /** Applies an event that the journal holds already. */
  restore(event: WorldEvent): void {
    this.#apply(event);
  }

  /** Calls `listener` after each change that touches the chat (or any chat). Returns the way to stop. */
  listen(chat: number | 'all', listener: Listener): () => void {
    let listeners = this.#listeners.get(chat);
    if (!listeners) this.#listeners.set(chat, (listeners = new Set()));
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) this.#listeners.delete(chat);
    };
  }

  chat(id: number): ChatState {
    let chat = this.chats.get(id);
    if (!chat) {
      chat = { id, group: null, messages: new Map(), keyboard: null, keyboardFrom: 0, pinned: null };
      this.chats.set(id, chat);
    }
    return chat;
  }

  /** The id that the next message in this chat gets; it is taken once the message is committed. */
  messageIdFor(chat: number): number {
    return this.nextMessageId.get(this.#counterOf(chat)) ?? 1;
  }

  /** Telegram counts private chats together and each supergroup apart; Bale counts each chat apart. */
  #counterOf(chat: number): number {
    return this.#options.profileName === 'telegram' && chat > 0 ? 0 : chat;
  }

  #apply(event: WorldEvent): void {
    switch (event.t) {
      case 'user':
        this.users.set(event.user.id, event.user);
        this.nextPersonId = Math.max(this.nextPersonId, event.user.isBot ? 0 : event.user.id + 1);
        return;
      case 'group':
        this.chat(event.group.id).group = event.group;
        return;
      case 'message':
        this.#applyMessage(event.message);
        return;
      case 'delete':
        this.chats.get(event.chat)?.messages.delete(event.id);
        this.revision += 1;
        return;
      case 'keyboard': {
        const chat = this.chat(event.chat);
        chat.keyboard = event.keyboard;
        chat.keyboardFrom = event.message;
        return;
      }
      case 'pin':
        this.chat(event.chat).pinned = event.message;
        return;
      case 'press':
        this.#applyPress(event.press);
        return;
      case 'file':
        this.files.set(event.file.id, event.file);
        this.nextFileNumber = Math.max(this.nextFileNumber, event.file.number + 1);
        return;
      case 'update':
        this.#applyUpdate(event);
        return;
      case 'confirm':
        this.#applyConfirm(event.sequences);
        return;
      case 'ids':
        this.nextUpdateId = event.update ?? this.nextUpdateId;
        this.nextSequence = event.sequence ?? this.nextSequence;
        this.nextFileNumber = event.file ?? this.nextFileNumber;
        this.nextPressNumber = event.press ?? this.nextPressNumber;
        this.nextPersonId = event.person ?? this.nextPersonId;
        for (const [chat, next] of event.messages ?? []) this.nextMessageId.set(chat, next);
        return;
      case 'webhook':
        this.webhook = event.webhook;
        return;
      case 'setting':
        this.settings.set(event.key, event.value);
        return;
    }
  }

  #applyMessage(message: StoredMessage): void {
    const chat = this.chat(message.chat);
    const isNew = !chat.messages.has(message.id);
    this.revision += 1;
    message.revision = this.revision;
    chat.messages.set(message.id, message);
    const counter = this.#counterOf(message.chat);
    this.nextMessageId.set(counter, Math.max(this.nextMessageId.get(counter) ?? 1, message.id + 1));
    if (isNew && message.reply) {
      chat.keyboard = message.reply === 'removed' ? null : message.reply;
      chat.keyboardFrom = message.id;
    }
    if (chat.messages.size > this.#options.keep.messagesPerChat) {
      for (const oldest of chat.messages.keys()) {
        chat.messages.delete(oldest);
        break;
      }
    }
  }

  #applyPress(press: PressRecord): void {
    const mine = this.pressesOf.get(press.user) ?? [];
    const known = mine.findIndex((other) => other.id === press.id);
    if (known === -1) {
      mine.push(press);
      this.nextPressNumber += 1;
    } else mine[known] = press;
    this.presses.set(press.id, press);
    this.pressesOf.set(press.user, mine);
    if (mine.length > this.#options.keep.pressesPerPerson) {
      const oldest = mine.shift();
      if (oldest) this.presses.delete(oldest.id);
    }
    this.revision += 1;
  }

  #applyUpdate(event: Extract<WorldEvent, { t: 'update' }>): void {
    this.pending.push({
      sequence: this.nextSequence,
      id: event.id,
      body: event.body,
      again: event.again ?? false,
      delivered: false,
    });
    this.nextSequence += 1;
    if (event.again) return;
    this.nextUpdateId = Math.max(this.nextUpdateId, event.id + 1);
    this.history.set(event.id, event.body);
    if (this.history.size > this.#options.keep.updates) {
      for (const oldest of this.history.keys()) {
        this.history.delete(oldest);
        break;
      }
    }
  }

  #applyConfirm(sequences: number[]): void {
    // Nearly always the front of the queue, so the common case costs one splice.
    let front = 0;
    while (front < sequences.length && this.pending[front]?.sequence === sequences[front]) front += 1;
    this.pending.splice(0, front);
    if (front === sequences.length) return;
    const rest = new Set(sequences.slice(front));
    this.pending = this.pending.filter((update) => !rest.has(update.sequence));
  }

  #tell(event: WorldEvent): void {
    const chat = chatOf(event);
    if (chat !== undefined) for (const listener of this.#listeners.get(chat) ?? []) listener(event);
    for (const listener of this.#listeners.get('all') ?? []) listener(event);
  }
}
