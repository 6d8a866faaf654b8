import { Api, type ApiClientOptions } from 'grammy';
import type { UserFromGetMe } from 'grammy/types';
import { plain, type RichText } from '../language/rich-text.ts';
import { isRecord } from './api-call.ts';
import { type ChatBudget, type ChatBudgets, createChatTurns } from './chat-turns.ts';
import type { Clock } from '../clock.ts';
import { type Call, createEditing, laidOut, type Params, sentMessage } from './editing.ts';
import { refusalToError, toMessengerError } from './errors.ts';
import { type IgnoredReason, normaliseUpdate } from './incoming.ts';
import { KeyboardError, renderKeyboard } from './keyboard.ts';
import type { Logger } from './logger.ts';
import {
  type MessengerClient,
  MessengerError,
  type OutgoingMessage,
  type SendOptions,
  type SentMessage,
} from './messenger.ts';
import { createPacer, type Pacer } from './pacer.ts';
import { createPressAnswers } from './press-answers.ts';
import type { MessengerProfile } from './profile.ts';
import { sendFile } from './send-file.ts';
import { splitRich } from './split.ts';
import { renderTelegram } from './telegram/render.ts';
import { type CallReport, createTransport } from './transport.ts';

/** grammY types signals by a polyfill that Node's own fits at run time. */
type GrammySignal = Parameters<Api['getMe']>[0];

export interface MessengerClientDeps {
  token: string;
  logger: Logger;
  /** Where the Bot API answers, without a slash at the end; the messenger's own address unless told. */
  apiRoot?: string | undefined;
  /** An http, https or socks5 address, with name and password if it wants them; every connection goes through it. */
  proxy?: string | undefined;
  /** Share one between all clients of one bot. Without it the client has its own. */
  pacer?: Pacer | undefined;
  /** For the client's own pacer; the messenger's `limits.sendsPerSecond` unless told. */
  sendsPerSecond?: number | undefined;
  clock: Clock;
  /** Milliseconds for one try of a call other than long polling; 40,000 unless told. */
  timeoutMs?: number | undefined;
  /** Milliseconds for all tries of a reply and the waits between them; 20,000 unless told. */
  replyMs?: number | undefined;
  /** Once for each call, after its last try. */
  onCall?: ((report: CallReport) => void) | undefined;
  /** Once for each further try at a call. */
  onRetry?: ((method: string) => void) | undefined;
  /** Once for each update that `normalise` turns away. */
  onIgnored?: ((reason: IgnoredReason) => void) | undefined;
}

/** What the bot works on. Bale doesn't know the parameter and sends what it has. */
const UPDATE_KINDS = ['message', 'edited_message', 'callback_query', 'my_chat_member'] as const;
const LONGEST_POLL_S = 28;
/** Over the long poll itself: a connection that died in silence is noticed after so long. */
const POLL_GRACE_MS = 12_000;
/** Above the transport's own time-outs and waits, which end a call long before. */
const BACKSTOP_S = 180;

/** The client for one bot on the messenger that `profile` describes. */
export function createClient(profile: MessengerProfile, deps: MessengerClientDeps): MessengerClient {
  const { token, clock, onIgnored, apiRoot = profile.defaultApiRoot } = deps;
  const { limits } = profile;
  const pacer = deps.pacer ?? createPacer({ ratePerSecond: deps.sendsPerSecond ?? limits.sendsPerSecond, clock });
  const transport = createTransport({
    ...deps,
    apiRoot,
    dialect: profile.dialect,
    pacer,
    chatTurns: createChatTurns({ budgets: budgetsAt(profile, pacer.ratePerSecond), clock }),
  });
  const clientOptions: ApiClientOptions = {
    apiRoot,
    fetch: transport.fetchWith({ lane: 'reply' }),
    timeoutSeconds: BACKSTOP_S,
  };
  const api = new Api(token, clientOptions);
  /** Long polling has its own loop, so nothing is tried again below it. */
  const polling = new Api(token, {
    ...clientOptions,
    fetch: transport.fetchWith({ lane: 'reply', once: true, timeoutMs: LONGEST_POLL_S * 1000 + POLL_GRACE_MS }),
  });
  let me: UserFromGetMe | undefined;

  const call: Call = async (method, params, options = {}) => {
    const { uploads, ...rest } = options;
    const answer = await transport
      .send({ method, params, uploads }, { lane: 'reply', ...rest })
      .catch((error: unknown) => {
        throw toMessengerError(error, method);
      });
    if (!answer.ok) throw refusalToError(answer, method);
    return answer.result;
  };

  const markupOf = (method: string, { keyboard, direction = 'rtl' }: OutgoingMessage): Params => {
    if (keyboard === undefined) return {};
    try {
      return { reply_markup: renderKeyboard(keyboard, direction, limits) };
    } catch (error) {
      if (error instanceof KeyboardError) throw new MessengerError('rejected', method, error.message);
      throw error;
    }
  };

  async function sendPart(chatId: number, part: OutgoingMessage, options: SendOptions): Promise<SentMessage> {
    const { text, entities } = renderTelegram(part.text);
    const shared = {
      chat_id: chatId,
      ...(part.replyTo === undefined
        ? {}
        : { reply_parameters: { message_id: part.replyTo, allow_sending_without_reply: true } }),
    };
    if (part.media === undefined) {
      return sentMessage(
        await call(
          'sendMessage',
          // A preview would show words that nobody here wrote.
          { ...shared, text, entities, link_preview_options: { is_disabled: true }, ...markupOf('sendMessage', part) },
          options,
        ),
      );
    }
    const caption = text === '' ? {} : { caption: text, caption_entities: entities };
    return sendFile(part.media, async (kind, file) => {
      const method = `send${kind.charAt(0).toUpperCase()}${kind.slice(1)}`;
      const uploads = 'fileId' in file ? undefined : [{ name: 'upload', ...file }];
      const params = {
        ...shared,
        [kind]: 'fileId' in file ? file.fileId : 'attach://upload',
        ...caption,
        ...markupOf(method, part),
      };
      return sentMessage(await call(method, params, { ...options, uploads }));
    });
  }

  return {
    name: profile.name,
    capabilities: profile.capabilities,
    limits,
    token,
    clientOptions,
    api,
    get me() {
      if (me === undefined) throw new Error('The bot is not known yet: call connect() first');
      return me;
    },

    get isConnected() {
      return me !== undefined;
    },

    connect: async (signal) => {
      me = await named('getMe', api.getMe(signal as GrammySignal));
      return me;
    },

    setWebhook: async ({ url, secret, signal }) => {
      const header = profile.capabilities.webhookSecretHeader ? { secret_token: secret } : {};
      await named(
        'setWebhook',
        api.setWebhook(url, { allowed_updates: UPDATE_KINDS, ...header }, signal as GrammySignal),
      );
    },

    removeWebhook: async (signal) => {
      await named('deleteWebhook', api.deleteWebhook(undefined, signal as GrammySignal));
    },

    getUpdates: async ({ offset, timeout, limit, signal }) => {
      const params = {
        timeout,
        allowed_updates: UPDATE_KINDS,
        ...(offset === undefined ? {} : { offset }),
        ...(limit === undefined ? {} : { limit }),
      };
      const updates: unknown = await named('getUpdates', polling.getUpdates(params, signal as GrammySignal));
      return Array.isArray(updates) ? (updates as unknown[]) : [];
    },

    normalise: (raw) => {
      const result = normaliseUpdate(raw, { contactIdBits: profile.contactIdBits });
      if ('update' in result) return result.update;
      onIgnored?.(result.ignored);
      return null;
    },

    parts: (message) => partsOf(message, profile),

    shown: (text) => profile.shown(text),

    send: async (chatId, message, options = {}) => {
      const parts = partsOf(message, profile);
      if (parts.length === 0) throw new MessengerError('rejected', 'sendMessage', 'The text is empty: write one');
      const sent: SentMessage[] = [];
      for (const part of parts) sent.push(await sendPart(chatId, part, options));
      return sent;
    },

    ...createEditing({ profile, call, markupOf }),

    answerPress: createPressAnswers({
      call,
      profile,
      say: async (chatId, text) => void (await sendPart(chatId, { text: plain(text) }, {})),
    }),

    download: async (fileId) => {
      const file = await call('getFile', { file_id: fileId });
      const filePath = isRecord(file) && typeof file.file_path === 'string' ? file.file_path : fileId;
      const answer = await transport.getFile(filePath, limits.downloadBytes).catch((error: unknown) => {
        throw toMessengerError(error, 'getFile');
      });
      if (answer.ok) return { bytes: answer.bytes, filePath };
      throw refusalToError({ ok: false, error_code: answer.status, description: `HTTP ${answer.status}` }, 'getFile');
    },

    deepLink: (payload) => {
      if (!/^[\w-]{1,64}$/.test(payload)) {
        throw new RangeError('A start payload has 1 to 64 Latin letters, digits, "_" or "-": shorten or encode it');
      }
      if (me === undefined) throw new Error('The bot is not known yet: call connect() first');
      return `${profile.linkBase}${me.username}?start=${payload}`;
    },

    shareLink: (link, text) =>
      profile.shareBase === null
        ? null
        : `${profile.shareBase}?url=${encodeURIComponent(link)}&text=${encodeURIComponent(text)}`,

    watch: (work, standBy) => transport.watch(work, standBy),

    close: () => transport.close(),
  };
}

/** What bears more than the messenger in all (a simulator, a measurement) bears as much more in each chat. */
function budgetsAt({ chatBudgets, limits }: MessengerProfile, ratePerSecond: number): ChatBudgets {
  const times = Math.max(1, ratePerSecond / limits.sendsPerSecond);
  const scaled = ({ perSecond, burst }: ChatBudget) => ({ perSecond: perSecond * times, burst: burst * times });
  return { private: scaled(chatBudgets.private), group: scaled(chatBudgets.group) };
}

/** A call through grammY, with its failures in the one vocabulary. */
async function named<Result>(method: string, result: Promise<Result>): Promise<Result> {
  try {
    return await result;
  } catch (error) {
    throw toMessengerError(error, method);
  }
}

/** The messages that one message becomes: what comes first carries the file and the reply, what comes last the keyboard. */
function partsOf(message: OutgoingMessage, profile: MessengerProfile): OutgoingMessage[] {
  const { limits } = profile;
  const measure = (rich: RichText): number => profile.measure(rich);
  const { media, keyboard, direction, replyTo } = message;
  const text = laidOut(message);
  let texts: RichText[];
  if (media === undefined) {
    texts = splitRich(text, limits.text, measure);
  } else {
    // What the caption has no room for goes on in messages of their own, whose limit is a text's.
    const [caption = plain(''), ...rest] = splitRich(text, limits.text, measure, { first: limits.caption });
    texts = [caption, ...rest];
  }
  return texts.map((part, index) => ({
    text: part,
    direction,
    ...(index === 0 ? { media, replyTo } : {}),
    ...(index === texts.length - 1 ? { keyboard } : {}),
  }));
}
