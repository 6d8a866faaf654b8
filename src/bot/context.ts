import type { ConversationFlavor } from '@grammyjs/conversations';
import type { Context } from 'grammy';
import type { Logger } from 'pino';
import type { Translator } from '../language/translator.ts';
import type { MessengerClient, MessengerName, OutgoingMessage, SentMessage, StandBy } from '../messengers/messenger.ts';

export type Role = 'officer' | 'head' | 'council' | 'admin';

/** Who speaks, on which account: what the shell knows of a member. Looked up once for every update, so a lost role is lost at once. */
export interface Person {
  readonly id: string;
  readonly messenger: MessengerName;
  readonly userId: number;
  readonly chatId: number;
  /** Null until the person has chosen one; Persian is spoken meanwhile. */
  readonly language: Translator['language'] | null;
  readonly name: string | null;
  readonly roles: readonly Role[];
  readonly registered: boolean;
  /** Whether the member agrees to the notice in force: `due` and `asked` say no, the latter that the question was shown. */
  readonly consent: 'settled' | 'asked' | 'due';
  /** The first word after the account was out of reach, or after two people became one. */
  readonly returned: boolean;
  /** The phone, where the messenger has vouched for it. */
  readonly provenPhone: string | null;
  /** When what is kept about the member will be deleted, as asked for. */
  readonly deletionDueAt: Date | null;
  /** The conversations plugin's state for this chat, as it was stored. */
  readonly conversation: string | null;
}

/** The rules about people that the shell needs; `features/members` gives them. */
export interface People {
  /** Finds the person behind an account, or makes a guest of a new one; a person who writes is reachable again. */
  identify(account: { messenger: MessengerName; userId: number; chatId: number }): Promise<Person>;
  markUnreachable(account: { messenger: MessengerName; chatId: number }): Promise<void>;
  saveConversation(person: Person, state: string | null): Promise<void>;
}

/** `/start n_12` is { name: 'start', payload: 'n_12' }; a menu button is a command without a payload. */
export interface Command {
  name: string;
  payload: string;
}

/**
 * What a feature's chat gets with every update. Deliberately absent: `ctx.reply` with markup (say what to show as an
 * OutgoingMessage, and each messenger renders it), and a session (state lives in the database, in a draft).
 */
interface Khoosheh {
  readonly client: MessengerClient;
  /** `<messenger>:<bot>:<update id>`: the same update worked again has the same one. */
  readonly inboxId: string;
  readonly attempt: number;
  /** Whether the update is set aside if this attempt fails with this error. */
  readonly givesUp: (error: unknown) => boolean;
  /** Its lines name the update. */
  readonly log: Logger;
  /** Says what in the bot has the update now; the last to say so is what took it. One of a few fixed names. */
  readonly took: (by: string) => void;
  person: Person;
  t: Translator;
  /** Sends to the chat of this update, in the language's direction. */
  show(message: OutgoingMessage): Promise<SentMessage[]>;
  /** Puts the message in place of the one whose button was pressed; sends it where nothing was pressed. */
  replace(message: OutgoingMessage): Promise<void>;
  /** Waits without holding a place that others could use. */
  readonly standBy: StandBy;
  /** Answers the press, at most once; a second text, or one that comes late, is not lost but sent as a message. */
  toast(text?: string): Promise<void>;
  /** A main-menu item or command to open once a dialogue has been left. */
  pending: Command | null;
}

/** What a group's chat gets: no person and no dialogue, only who speaks there and by which update. */
export type GroupContext = Context & { readonly client: MessengerClient; readonly inboxId: string };

export type BotContext = ConversationFlavor<Context & Khoosheh>;
