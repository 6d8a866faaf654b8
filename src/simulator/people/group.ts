import { secondsNow } from '../host.ts';
import type { Host } from '../host.ts';
import { memberOf } from '../methods/chats.ts';
import { wireChat, wireUser } from '../wire/wire.ts';
import { rankIn, userOf } from '../wire/parts.ts';
import type { GroupRank, GroupRecord } from '../world/records.ts';
import type { ChatMessage } from './chat-message.ts';
import { ChatView } from './chat-view.ts';
import type { MessageMatch, WaitOptions } from './chat-view.ts';
import { write } from './writing.ts';

/** A group with the bot in it: a supergroup on Telegram, on Bale a group with a positive id. */
export class Group {
  readonly view: ChatView;
  readonly #host: Host;

  constructor(host: Host, id: number) {
    this.#host = host;
    this.view = new ChatView(host, id);
  }

  get id(): number {
    return this.view.chatId;
  }

  get title(): string {
    return this.#record().title;
  }

  /** Messages of both sides as members see them now. */
  get chat(): ChatMessage[] {
    return this.view.messages();
  }

  get lastMessage(): ChatMessage | undefined {
    return this.view.last();
  }

  /** The bot's message that fits, among those that came or changed since a person last acted here. */
  waitFor(match: MessageMatch, options?: WaitOptions): Promise<ChatMessage> {
    return this.view.waitForMessage(match, options);
  }

  waitUntil(condition: () => boolean, options?: { timeoutMs?: number; what?: string }): Promise<void> {
    return this.view.waitUntil(condition, options);
  }

  transcript(): string {
    return this.view.transcript();
  }

  /** Lets a person join; the bot is told. */
  add(person: { id: number }): number | undefined {
    this.#setRank(person.id, 'member');
    return write(this.#host, userOf(this.#host, person.id), { chat: this.id, joined: [person.id] });
  }

  /** Lets a person leave; the bot is told. */
  remove(person: { id: number }): number | undefined {
    this.#setRank(person.id, null);
    return write(this.#host, userOf(this.#host, person.id), { chat: this.id, left: person.id });
  }

  /** Makes the bot a member, an administrator, or (null) throws it out. */
  setBotRank(rank: GroupRank | null): number | undefined {
    const host = this.#host;
    const before = rankIn(host, this.id, host.bot.id);
    this.#setRank(host.bot.id, rank);
    const admin = this.#record().members.find(([id]) => id !== host.bot.id)?.[0] ?? host.bot.id;
    // Bale tells of who comes by a message, and of a bot that was thrown out by nothing.
    if (host.profile.name === 'bale')
      return before === undefined && rank !== null
        ? write(host, userOf(host, admin), { chat: this.id, joined: [host.bot.id] })
        : undefined;
    return host.updates.add('my_chat_member', {
      chat: wireChat(host, this.id),
      from: wireUser(host, userOf(host, admin)),
      date: secondsNow(host),
      old_chat_member: memberOf(host, host.bot.id, before),
      new_chat_member: memberOf(host, host.bot.id, rank ?? 'kicked'),
    });
  }

  /** Telegram only: the group becomes a supergroup, with another id and none of its messages; the bot is told in both. */
  migrate(): Group {
    const host = this.#host;
    const record = this.#record();
    if (!record.basic) throw new Error('Only a basic group becomes a supergroup');
    const to = nextGroupId(host);
    const by = userOf(host, record.members.find(([id]) => id !== host.bot.id)?.[0] ?? host.bot.id);
    host.world.commit({ t: 'group', group: { ...record, id: to, basic: undefined } });
    write(host, by, { chat: this.id, movedTo: to });
    write(host, by, { chat: to, movedFrom: this.id });
    host.world.commit({ t: 'group', group: { ...record, movedTo: to } });
    return new Group(host, to);
  }

  #setRank(user: number, rank: GroupRank | null): void {
    const record = this.#record();
    const others = record.members.filter(([id]) => id !== user);
    const members: GroupRecord['members'] = rank === null ? others : [...others, [user, rank]];
    this.#host.world.commit({ t: 'group', group: { ...record, members } });
  }

  #record(): GroupRecord {
    const group = this.#host.world.chats.get(this.id)?.group;
    if (!group) throw new Error(`There is no group ${this.id}`);
    return group;
  }
}

export interface GroupOptions {
  /** Default: the next free id, negative on Telegram. */
  id?: number;
  title: string;
  members?: readonly { id: number }[];
  /** A public name: everybody can find the group and enter. */
  username?: string;
  /** Telegram only: not a supergroup yet. */
  basic?: boolean;
  /** What the bot is in the group; null leaves it out. Default `administrator`. */
  bot?: GroupRank | null;
}

/** Creates the group, or returns it where the id is known already. The bot is told that it was added. */
export function openGroup(host: Host, options: GroupOptions): Group {
  const id = options.id ?? nextGroupId(host, options.basic);
  if (host.world.chats.get(id)?.group) return new Group(host, id);
  const members: GroupRecord['members'] = (options.members ?? []).map((person, index) => [
    person.id,
    index === 0 ? 'creator' : 'member',
  ]);
  const { title, username, basic } = options;
  host.world.commit({ t: 'group', group: { id, title, members, username, basic } });
  const group = new Group(host, id);
  const rank = options.bot === undefined ? 'administrator' : options.bot;
  if (rank === null) return group;
  group.setBotRank(rank);
  if (host.profile.name === 'bale') return group;
  const inviter = userOf(host, options.members?.[0]?.id ?? host.bot.id);
  write(host, inviter, { chat: id, joined: [host.bot.id] });
  return group;
}

function nextGroupId(host: Host, isBasic = false): number {
  const count = [...host.world.chats.values()].filter((chat) => chat.group).length;
  if (isBasic && host.profile.name === 'telegram') return -4_100_000_001 - count;
  return host.profile.name === 'telegram' ? -1_002_000_000_001 - count : 4_300_000_001 + count;
}
