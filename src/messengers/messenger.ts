import type { Api } from 'grammy';
import type { Update, UserFromGetMe } from 'grammy/types';
import type { RichText } from '../language/rich-text.ts';

/**
 * The port: what a messenger can do, and how to speak to it. Telegram and Bale differ only inside this folder;
 * a feature never asks which one it is on, it asks `capabilities` and `limits`.
 */
export type MessengerName = 'telegram' | 'bale';

export interface Capabilities {
  /** Styled text by entities; without it the messenger has its own Markdown (Bale). */
  entities: boolean;
  /** An edit returns the message; Bale returns a stub with message id 0. */
  editReturnsMessage: boolean;
  /** Kinds of files that can take the place of another file, or be added to a text, in a message that is there. */
  editMedia: readonly MediaKind[];
  botProfile: boolean;
  /** The webhook carries a secret header. */
  webhookSecretHeader: boolean;
  /** A share link exists (t.me/share/url). */
  shareLink: boolean;
}

export interface Limits {
  /** UTF-16 units after rendering. */
  text: number;
  caption: number;
  albumCaption: number;
  callbackDataBytes: number;
  answerText: number;
  downloadBytes: number;
  /** Ports on which the messenger calls a webhook. */
  webhookPorts: readonly number[];
  /** Messages a second that the bot sends at most, to start with; a setting may lower it. */
  sendsPerSecond: number;
}

export type InlineButton = { label: string } & ({ data: string } | { url: string } | { copy: string });
export type ReplyButton = { label: string; request?: 'contact' | 'location' };

export type Keyboard =
  | { kind: 'inline'; rows: InlineButton[][] }
  | { kind: 'reply'; rows: ReplyButton[][] }
  | { kind: 'remove' };

export type MediaKind = 'photo' | 'document' | 'voice' | 'audio' | 'video';

export interface FileUpload {
  bytes: Uint8Array;
  fileName: string;
  mimeType: string;
}

/** A file that this messenger already has, with the way to its bytes where it takes it no more; or bytes to upload. */
export type FileSource = { fileId: string; reload?: () => Promise<FileUpload> } | FileUpload;

/** What the bot says: rich text and a keyboard, no markup and no messenger in it. */
export interface OutgoingMessage {
  /** The caption where there is media. */
  text: RichText;
  keyboard?: Keyboard | undefined;
  /** `key` tells the file from others, on every messenger: by it an edit of what was sent knows whether the file stays. */
  media?: { kind: MediaKind; file: FileSource; key?: string | undefined } | undefined;
  /** Rows are written in reading order and drawn so that the first button is where reading starts. Default `rtl`. */
  direction?: 'rtl' | 'ltr' | undefined;
  replyTo?: number | undefined;
}

export interface SentMessage {
  messageId: number;
  /** What to send the same file by next time; ids belong to one bot on one messenger. */
  fileId?: string;
}

/** Both messengers' errors in one vocabulary. */
export type FailureKind =
  | 'unreachable' // blocked, deactivated, never started, chat not found: don't try this account again
  | 'message-gone' // the message to edit or delete is not there
  | 'not-modified' // an edit that changes nothing
  | 'too-late' // the press is too old to be answered, the message too old to be changed or deleted
  | 'bad-token'
  | 'conflict' // another process polls this bot, or a webhook is set
  | 'rate-limited'
  | 'rejected' // the messenger refuses the content; sending it again can't help
  | 'down'; // 5xx, broken sockets, time-outs, bodies that are not JSON

export class MessengerError extends Error {
  override readonly name = 'MessengerError';
  readonly kind: FailureKind;
  readonly method: string;
  /** With `rate-limited`: seconds to wait, where the messenger says. */
  readonly retryAfter: number | undefined;
  /** With `rate-limited`: only this chat has to wait. */
  readonly ofChat: boolean;
  /** The request left and no answer came: the messenger may have done it all the same. */
  readonly ambiguous: boolean;

  constructor(
    kind: FailureKind,
    method: string,
    description: string,
    options: {
      retryAfter?: number | undefined;
      ofChat?: boolean | undefined;
      ambiguous?: boolean;
      cause?: unknown;
    } = {},
  ) {
    super(`${method}: ${kind}: ${description}`, options.cause === undefined ? undefined : { cause: options.cause });
    this.kind = kind;
    this.method = method;
    this.retryAfter = options.retryAfter;
    this.ofChat = options.ofChat ?? false;
    this.ambiguous = options.ambiguous ?? false;
  }
}

/** Whether one message can't be changed so: it is gone or too old, or what it was to say is not taken. */
export const refusesChange = (error: unknown): error is MessengerError =>
  error instanceof MessengerError && ['message-gone', 'too-late', 'rejected'].includes(error.kind);

/** Replies to people pass first; `bulk` is news and notices, which wait their turn. */
export type Lane = 'reply' | 'bulk';

/** Waits for a promise without holding a place that others could use. */
export type StandBy = <Value>(wait: Promise<Value>) => Promise<Value>;

/** How something is sent, or changed. */
export interface SendOptions {
  lane?: Lane;
  /** Calls it off at any time. What had left by then may have arrived: `down`, and ambiguous. */
  signal?: AbortSignal;
  /** Calls it off only while it waits for its turn, and then in place of `signal`; what has left by then goes on. */
  turn?: AbortSignal;
  /** In the bulk lane: where the chat has no room within so many milliseconds, it is `rate-limited` (`ofChat`) at once. */
  chatPatienceMs?: number;
}

/** One bot account on one messenger: everything that leaves goes through it. All methods throw {@link MessengerError}. */
export interface MessengerClient {
  readonly name: MessengerName;
  readonly capabilities: Capabilities;
  readonly limits: Limits;
  /** Set by `connect`. */
  readonly me: UserFromGetMe;
  /** grammY's own client over the transport, reply lane. Only `bot/` hands it to grammY; features use the methods below. */
  readonly api: Api;
  /** What grammY needs to build the same client again inside a conversation. */
  readonly clientOptions: NonNullable<ConstructorParameters<typeof Api>[1]>;
  readonly token: string;

  /** Asks who the bot is (getMe). */
  connect(signal?: AbortSignal): Promise<UserFromGetMe>;
  /**
   * Has updates sent to `url` from now on; again, it changes nothing. `secret` comes back in a header where the messenger
   * has one (`capabilities.webhookSecretHeader`), else it must be in the address.
   */
  setWebhook(options: { url: string; secret: string; signal?: AbortSignal | undefined }): Promise<void>;
  /** Back to `getUpdates`, which a webhook stops. What waits at the messenger stays there. */
  removeWebhook(signal?: AbortSignal): Promise<void>;
  /**
   * Raw updates from `offset` on, long polling up to `timeout` seconds. Without an offset: all that are not confirmed.
   * Tries once; `conflict` and `bad-token` tell the poller what waiting can't mend, and being called off is `down`.
   */
  getUpdates(options: {
    offset?: number | undefined;
    timeout: number;
    limit?: number;
    signal: AbortSignal;
  }): Promise<unknown[]>;
  /** One shape for what arrives (see `incoming.ts`); null for what the bot never works on (channel posts, empty group messages). */
  normalise(update: unknown): Update | null;

  /**
   * The messages that `send` makes of this one, each within the messenger's limits: a text over the limit is split at
   * paragraph ends, what comes first carries the file and the reply, what comes last the keyboard. None of an empty text.
   */
  parts(message: OutgoingMessage): OutgoingMessage[];
  /** A text as people read it on this messenger: without the styles that it lacks, with other signs for those that it takes for markup. */
  shown(text: RichText): RichText;
  /**
   * Sends every part, one after the other, and returns them in order. A file whose kind is refused (voices where somebody
   * takes none) goes as a document.
   */
  send(chatId: number, message: OutgoingMessage, options?: SendOptions): Promise<SentMessage[]>;
  /**
   * Replaces text and keyboard; with `media` the caption, the file stays. `not-modified` is not an error. One message
   * only: a text over the limit, or a keyboard that isn't inline, is `rejected`.
   */
  edit(chatId: number, messageId: number, message: OutgoingMessage, options?: SendOptions): Promise<void>;
  /**
   * Puts the message's file, caption and keyboard in place of what is there, be that a text or another file.
   * `not-modified` is not an error. `rejected` for kinds that are not in `capabilities.editMedia`, and as by `edit`.
   */
  editFile(
    chatId: number,
    messageId: number,
    message: OutgoingMessage & { media: NonNullable<OutgoingMessage['media']> },
    options?: SendOptions,
  ): Promise<SentMessage>;
  /** Takes the inline keyboard off. A message that is gone or unchanged is not an error. */
  removeKeyboard(chatId: number, messageId: number): Promise<void>;
  /** A message that is gone already is not an error. Messengers delete for 48 hours; then it is `too-late`. */
  delete(chatId: number, messageId: number, options?: SendOptions): Promise<'deleted' | 'gone'>;
  /**
   * Answers a press, once: what it is answered with again, too late, or where the person's client can't show `text`, is sent
   * as a message to `chatId`. Too late is not an error.
   */
  answerPress(press: { id: string; chatId: number | undefined }, text?: string): Promise<void>;
  /** Downloads a file a member sent; at most `limits.downloadBytes`. */
  download(fileId: string): Promise<{ bytes: Uint8Array; filePath: string }>;
  /** Whether `connect` has told who the bot is; before that there are no links to it. */
  readonly isConnected: boolean;
  /** A link that opens the bot with `/start payload`. */
  deepLink(payload: string): string;
  /** A link that offers `link` to a chat of the reader's choice; null where the messenger has none (`capabilities.shareLink`). */
  shareLink(link: string, text: string): string | null;
  /**
   * Does work, and tells it whether a call that it has made, through any of these methods, is without an answer so far.
   * @param standBy gets each wait of that work for its chat's turn, and hands on what comes of it
   */
  watch<Result>(work: (isUnanswered: () => boolean) => Result, standBy?: StandBy): Result;
  close(): Promise<void>;
}
