import { secondsNow } from '../host.ts';
import type { Host } from '../host.ts';
import { memberOf } from '../methods/chats.ts';
import { wireChat, wireMessage, wireUser } from '../wire/wire.ts';
import type {
  ContactRecord,
  Entity,
  MediaKind,
  PressRecord,
  ReplyKeyboardMarkup,
  StoredMessage,
  UserRecord,
} from '../world/records.ts';
import { findButton } from './buttons.ts';
import type { ButtonMatch } from './buttons.ts';
import type { ChatMessage } from './chat-message.ts';
import { ChatView } from './chat-view.ts';
import type { MessageMatch, WaitOptions } from './chat-view.ts';
import { DEFAULT_FILES } from './media.ts';
import type { AlbumItem, MediaOptions, Where } from './media.ts';
import { toastOf } from './toast.ts';
import type { Toast } from './toast.ts';
import { rewrite, write } from './writing.ts';

export interface SayOptions extends Where {
  replyTo?: number | { id: number };
  /** Instead of those that the messenger finds by itself. */
  entities?: Entity[];
}

/**
 * A person with the messenger in hand. Every action returns the id of the update that it makes, or undefined where the
 * bot is not told (see `write`). A class, so that 100,000 people share one set of functions.
 */
export class Person {
  readonly view: ChatView;
  readonly #host: Host;

  constructor(host: Host, id: number) {
    this.#host = host;
    this.view = new ChatView(host, id);
  }

  get id(): number {
    return this.view.chatId;
  }

  get name(): string {
    const { firstName, lastName } = this.record;
    return lastName === undefined ? firstName : `${firstName} ${lastName}`;
  }

  get record(): UserRecord {
    const user = this.#host.world.users.get(this.id);
    if (!user) throw new Error(`There is no person ${this.id}`);
    return user;
  }

  /** The private chat with the bot as this person sees it now. */
  get chat(): ChatMessage[] {
    return this.view.messages();
  }

  get lastMessage(): ChatMessage | undefined {
    return this.view.last();
  }

  /** The reply keyboard under the input, or null. */
  get replyKeyboard(): ReplyKeyboardMarkup | null {
    return this.#host.world.chats.get(this.id)?.keyboard ?? null;
  }

  /** This person's presses of inline buttons, oldest first. An old client shows no answers. */
  get toasts(): Toast[] {
    return (this.#host.world.pressesOf.get(this.id) ?? []).map(toastOf);
  }

  say(text: string, options: SayOptions = {}): number | undefined {
    return this.#write(options, { text, ...(options.entities ? { entities: options.entities } : {}) }, options.replyTo);
  }

  /** Writes `/name` or `/name argument`. */
  command(name: string, argument?: string, options?: Where): number | undefined {
    const command = `/${name.replace(/^\//, '')}`;
    return this.say(argument === undefined ? command : `${command} ${argument}`, options);
  }

  /**
   * Presses a button by its label (exact, else a part of it), a pattern or a condition: an inline button of the newest
   * message that shows it, or a button of the reply keyboard, whichever came later. With `message`, that message's
   * button as it was then seen, even if the keyboard is gone by now.
   */
  press(match: ButtonMatch, options: Where & { message?: ChatMessage } = {}): number | undefined {
    const view = options.in?.view ?? this.view;
    const keyboard = this.#host.world.chats.get(view.chatId);
    const found = findButton(match, {
      messages: options.message ? [options.message] : view.messages(),
      keyboard: options.message ? null : (keyboard?.keyboard ?? null),
      keyboardFrom: keyboard?.keyboardFrom ?? 0,
    });
    if (!found) throw new Error(`There is no button ${String(match)} to press. The chat:\n${view.transcript()}`);
    if (found.kind === 'reply') {
      if (found.button.request_contact) return this.shareContact(options);
      if (found.button.request_location) return this.sendLocation(undefined, options);
      return this.say(found.button.text, options);
    }
    if (found.button.data === undefined) {
      throw new Error(`The button «${found.button.label}» opens a link or copies a text; it tells the bot nothing`);
    }
    return this.pressData(found.button.data, found.message, { ...options, label: found.button.label });
  }

  /** Sends any data as a press on a message: what a forged client can do. */
  pressData(
    data: string,
    message: { id: number },
    options: Where & { label?: string | undefined } = {},
  ): number | undefined {
    const host = this.#host;
    this.#act(options);
    const chat = options.in?.id ?? this.id;
    const press: PressRecord = {
      id: `${this.record.oldClient ? 1 : 4}${String(host.world.nextPressNumber).padStart(17, '0')}`,
      user: this.id,
      chat,
      message: message.id,
      data,
      label: options.label ?? '',
      at: host.now(),
    };
    const stored = host.world.chats.get(chat)?.messages.get(message.id);
    const query = {
      id: press.id,
      from: wireUser(host, this.record),
      ...(stored ? { message: wireMessage(host, stored) } : this.#lostMessage(chat, message.id)),
      ...(host.profile.name === 'telegram' ? { chat_instance: String(chat) } : {}),
      data,
    };
    return host.updates.add('callback_query', query, [{ t: 'press', press }]);
  }

  /** Shares a contact: one's own, another person's, or a number from the address book. */
  shareContact(
    options: Where & { of?: Person | { phone: string; firstName: string; lastName?: string } | undefined } = {},
  ): number | undefined {
    return this.#write(options, { contact: this.#contactOf(options.of ?? this) });
  }

  sendPhoto(bytes: Uint8Array, options: MediaOptions | string = {}): number | undefined {
    return this.#send('photo', bytes, options);
  }

  sendDocument(bytes: Uint8Array, options: MediaOptions | string = {}): number | undefined {
    return this.#send('document', bytes, options);
  }

  sendVoice(bytes: Uint8Array, options: MediaOptions | string = {}): number | undefined {
    return this.#send('voice', bytes, options);
  }

  sendVideo(bytes: Uint8Array, options: MediaOptions | string = {}): number | undefined {
    return this.#send('video', bytes, options);
  }

  sendAudio(bytes: Uint8Array, options: MediaOptions | string = {}): number | undefined {
    return this.#send('audio', bytes, options);
  }

  sendSticker(bytes: Uint8Array, options: Where = {}): number | undefined {
    return this.#send('sticker', bytes, options);
  }

  sendLocation(
    point: { latitude: number; longitude: number } = { latitude: 38.08, longitude: 46.29 },
    options: Where = {},
  ): number | undefined {
    return this.#write(options, { location: point });
  }

  /** Sends any other content, or has the messenger say it in the chat, by the Bot API's own fields: a poll, a pin. */
  sendOther(other: Record<string, unknown>, options: Where = {}): number | undefined {
    return this.#write(options, { other });
  }

  /** Sends several files as one album; one update each. */
  sendAlbum(items: readonly AlbumItem[], options: Where = {}): (number | undefined)[] {
    const album = `${this.id}${this.#host.world.nextFileNumber}`;
    return items.map(({ kind, bytes, caption, name }) =>
      this.#write(options, { file: this.#upload(kind, bytes, { name }), text: caption ?? '', album }),
    );
  }

  /** Passes on a message that this person sees. */
  forward(message: ChatMessage, options: Where = {}): number | undefined {
    const source = this.#stored(message);
    const { text, entities, file, contact, location } = source;
    const origin = source.forward ?? {
      fromUser: source.from,
      chat: source.chat,
      message: source.id,
      date: source.date,
    };
    return this.#write(options, { text, entities, file, contact, location, forward: origin });
  }

  /** Changes the text (or caption) of one's own message. */
  editText(message: { id: number; chatId?: number }, text: string): number | undefined {
    const stored = this.#stored({ id: message.id, chatId: message.chatId ?? this.id });
    if (stored.from !== this.id) throw new Error(`Message ${message.id} is not by ${this.name}`);
    this.#act({});
    return rewrite(this.#host, stored, text);
  }

  /** Telegram tells the bot (my_chat_member), Bale doesn't. */
  block(): number | undefined {
    return this.#setBlocked(true);
  }

  unblock(): number | undefined {
    return this.#setBlocked(false);
  }

  /** Deletes the account: the bot is refused from now on. */
  deactivate(): void {
    this.#host.world.commit({ t: 'user', user: { ...this.record, deactivated: true } });
  }

  /** The bot's message that fits, among those that came or changed since this person's last action. */
  waitFor(match: MessageMatch, options?: WaitOptions): Promise<ChatMessage> {
    return this.view.waitForMessage(match, options);
  }

  /** Waits for anything about the private chat: a keyboard, an answer to a press, a deletion. */
  waitUntil(condition: () => boolean, options?: { timeoutMs?: number; what?: string }): Promise<void> {
    return this.view.waitUntil(condition, options);
  }

  transcript(): string {
    return this.view.transcript();
  }

  #setBlocked(blocked: boolean): number | undefined {
    const host = this.#host;
    const user: UserRecord = { ...this.record, blocked };
    const change = { t: 'user', user } as const;
    if (host.profile.name === 'bale') {
      host.world.commit(change);
      return undefined;
    }
    const content = {
      chat: wireChat(host, this.id),
      from: wireUser(host, user),
      date: secondsNow(host),
      old_chat_member: memberOf(host, host.bot.id, blocked ? 'member' : 'kicked'),
      new_chat_member: memberOf(host, host.bot.id, blocked ? 'kicked' : 'member'),
    };
    return host.updates.add('my_chat_member', content, [change]);
  }

  #contactOf(owner: Person | { phone: string; firstName: string; lastName?: string }): ContactRecord {
    if (!(owner instanceof Person)) return owner;
    const { id, firstName, lastName, phone } = owner.record;
    if (phone === undefined) throw new Error(`${owner.name} has no phone; create the person with one`);
    return { phone: this.#host.profile.name === 'telegram' ? `+${phone}` : phone, firstName, lastName, userId: id };
  }

  #send(kind: MediaKind, bytes: Uint8Array, given: MediaOptions | string): number | undefined {
    const options: MediaOptions = typeof given === 'string' ? { caption: given } : given;
    const file = this.#upload(kind, bytes, { name: options.name, mime: options.mimeType });
    return this.#write(options, { file, text: options.caption ?? '' }, options.replyTo);
  }

  #upload(
    kind: MediaKind,
    bytes: Uint8Array,
    { name, mime }: { name?: string | undefined; mime?: string | undefined },
  ): string {
    const defaults = DEFAULT_FILES[kind];
    return this.#host.files.add({ kind, bytes, name: name ?? defaults.name, mime: mime ?? defaults.mime }).id;
  }

  #write(where: Where, content: Partial<StoredMessage>, replyTo?: number | { id: number }): number | undefined {
    this.#act(where);
    const reply = typeof replyTo === 'object' ? replyTo.id : replyTo;
    return write(this.#host, this.record, {
      ...content,
      chat: where.in?.id ?? this.id,
      ...(reply === undefined ? {} : { replyTo: reply }),
    });
  }

  /** From here on, `waitFor` looks at what comes after. */
  #act(where: Where): void {
    if (!where.in && this.record.blocked) {
      throw new Error(`${this.name} has blocked the bot and can't write; call unblock() first`);
    }
    (where.in?.view ?? this.view).mark = this.#host.world.revision;
  }

  #stored(message: { id: number; chatId: number }): StoredMessage {
    const stored = this.#host.world.chats.get(message.chatId)?.messages.get(message.id);
    if (!stored) throw new Error(`Message ${message.id} is gone from chat ${message.chatId}`);
    return stored;
  }

  /** Telegram still names the chat of a message that is gone; Bale leaves it out. */
  #lostMessage(chat: number, id: number): Record<string, unknown> {
    if (this.#host.profile.name === 'bale') return {};
    return { message: { chat: wireChat(this.#host, chat), message_id: id, date: 0 } };
  }
}
