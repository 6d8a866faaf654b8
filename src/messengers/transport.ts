import { AsyncLocalStorage } from 'node:async_hooks';
import type { ApiClientOptions } from 'grammy';
import { type ApiAnswer, type ApiCall, type ApiRefusal, isRecord, refused } from './api-call.ts';
import type { Clock } from '../clock.ts';
import { decodeBody } from './encoding.ts';
import { isAmbiguous, kindOfRefusal, toMessengerError } from './errors.ts';
import { createHttp, type FileAnswer, TransportError } from './http.ts';
import type { Logger } from './logger.ts';
import type { ChatTurn, ChatTurns } from './chat-turns.ts';
import type { FailureKind, Lane, StandBy } from './messenger.ts';
import { type Pacer, PausedError, type Permit } from './pacer.ts';
import { maskToken } from './token.ts';

export interface CallReport {
  method: string;
  lane: Lane;
  /** `called-off`: by us, before an answer came. */
  outcome: 'ok' | 'called-off' | FailureKind;
  /** From the first try to the last answer, waits included. */
  ms: number;
}

export interface CallOptions {
  lane: Lane;
  signal?: AbortSignal | undefined;
  /** Calls it off while it waits for the pacer, in place of `signal`. */
  turn?: AbortSignal | undefined;
  /** In the bulk lane: how long the chat's own turn is waited for, in milliseconds; as long as it takes unless told. */
  chatPatienceMs?: number | undefined;
  /** For one try; the transport's own unless told. */
  timeoutMs?: number | undefined;
  /** Long polling has its own loop: nothing is tried again here. */
  once?: boolean | undefined;
}

/**
 * Sends one call and returns the messenger's answer, refusals included.
 *
 * @throws {TransportError} when no answer came.
 * @throws {PausedError} when the messenger asked for a pause that the reply lane doesn't wait for.
 */
export type Send = (call: ApiCall, options: CallOptions) => Promise<ApiAnswer>;

/** Turns a call in Telegram's terms into the messenger's own, sends it, and turns the answer back. */
export type Dialect = (call: ApiCall, next: (call: ApiCall) => Promise<ApiAnswer>) => Promise<ApiAnswer>;

/** The parts of `fetch` that grammY 1.46 uses (its core/client.js). */
interface GrammyRequest {
  headers: { 'content-type': string };
  body: unknown;
  signal?: AbortSignal;
}
type GrammyResponse = Awaited<ReturnType<NonNullable<ApiClientOptions['fetch']>>>;

export interface Transport {
  send: Send;
  /** A `client.fetch` for grammY whose calls are made with these options. Calls inside conversations come this way too. */
  fetchWith(options: CallOptions): NonNullable<ApiClientOptions['fetch']>;
  getFile(filePath: string, maxBytes: number): Promise<FileAnswer>;
  /** See `MessengerClient.watch`. */
  watch<Result>(work: (isUnanswered: () => boolean) => Result, standBy?: StandBy): Result;
  close(): Promise<void>;
}

const TIMEOUT_MS = 40_000;
/** A person waits for a reply: short waits, and after these it is for the inbox to try the whole update again. */
const RETRY_WAITS_MS = [200, 800];
/** All tries of a reply and the waits between them: less than an update may take, so that it hears what has failed. */
const REPLY_MS = 20_000;
/** How long the reply lane waits in all for leave to send after a 429. */
const PATIENCE_MS = 5000;
/** Where a 429 says no time (Bale's gateway). */
const DEFAULT_RETRY_AFTER_S = 1;

/**
 * Methods that make or change a message; the rest neither count against the rate nor are held by it. Deleting one message
 * is free, deleting everybody's is not: whether messengers count it isn't published.
 */
const isPaced = (method: string, lane: Lane): boolean =>
  /^(?:send(?!ChatAction)|edit|copy|forward)/.test(method) || (lane === 'bulk' && method.startsWith('deleteMessage'));

/** Doing these twice shows twice. Edits, answers and deletions come to the same thing when repeated. */
const showsTwice = (method: string): boolean => /^(?:send(?!ChatAction)|copy|forward)/.test(method);

/**
 * The one way out to a messenger: dialect, pacing, retries, report. It lies below grammY and below the conversations
 * plugin's log, so that a wait or a retry happens once and not again at each replay.
 */
export function createTransport(deps: {
  apiRoot: string;
  token: string;
  /** An http, https or socks5 address through which every connection goes. */
  proxy?: string | undefined;
  dialect: Dialect;
  pacer: Pacer;
  chatTurns: ChatTurns;
  logger: Logger;
  clock: Clock;
  /** For one try, headers and body together; 40 seconds unless told. */
  timeoutMs?: number | undefined;
  /** For all tries of a reply and the waits between them; 20 seconds unless told. */
  replyMs?: number | undefined;
  onCall?: ((report: CallReport) => void) | undefined;
  /** Hears of each further try at a call. */
  onRetry?: ((method: string) => void) | undefined;
}): Transport {
  const {
    apiRoot,
    token,
    proxy,
    dialect,
    pacer,
    chatTurns,
    logger,
    clock,
    timeoutMs = TIMEOUT_MS,
    replyMs = REPLY_MS,
    onCall,
    onRetry,
  } = deps;
  const http = createHttp({ apiRoot, token, proxy });
  /** How many calls of the work that is watched are on their way. It goes along with the calls that a conversation makes, too. */
  const watched = new AsyncLocalStorage<{ unanswered: number; standBy: StandBy | undefined }>();

  async function noted<Answer>(call: () => Promise<Answer>): Promise<Answer> {
    const calls = watched.getStore();
    if (calls === undefined) return call();
    calls.unanswered += 1;
    try {
      return await call();
    } finally {
      calls.unanswered -= 1;
    }
  }

  async function send(call: ApiCall, options: CallOptions): Promise<ApiAnswer> {
    const startedAt = clock.monotonic();
    const report = (outcome: CallReport['outcome']): void =>
      onCall?.({ method: call.method, lane: options.lane, outcome, ms: clock.monotonic() - startedAt });
    try {
      const answer = await noted(() => dialect(call, (translated) => sendWithRetries(translated, options)));
      report(answer.ok ? 'ok' : kindOfRefusal(answer, call.method));
      return answer;
    } catch (error) {
      const isOurDoing = error instanceof TransportError && error.code === 'ABORTED';
      report(isOurDoing ? 'called-off' : toMessengerError(error).kind);
      throw error;
    }
  }

  async function sendWithRetries(call: ApiCall, options: CallOptions): Promise<ApiAnswer> {
    const { lane, signal } = options;
    const startedAt = clock.monotonic();
    const giveUpAt = startedAt + PATIENCE_MS;
    const mayRetry = lane === 'reply' && options.once !== true;
    const left = (): number => (mayRetry ? startedAt + replyMs - clock.monotonic() : Number.POSITIVE_INFINITY);
    let failures = 0;

    for (;;) {
      const outcome = await tryOnce(call, options, {
        patienceMs: Math.max(0, giveUpAt - clock.monotonic()),
        left,
      });
      if ('answer' in outcome && outcome.answer.ok) return outcome.answer;

      const wait = mayRetry ? waitBeforeRetry(call.method, outcome, failures, giveUpAt - clock.monotonic()) : undefined;
      if (wait === undefined || wait >= left()) {
        if ('answer' in outcome) return outcome.answer;
        throw outcome.error;
      }
      failures += 1;
      onRetry?.(call.method);
      logger.warn(
        { method: call.method, failures, wait, ...describe(outcome) },
        'A call to the messenger is tried again',
      );
      // A paced method waits in the pacer, whose pause this very answer has set.
      if (wait > 0) await pause(clock, wait, signal);
    }
  }

  async function tryOnce(
    call: ApiCall,
    options: CallOptions,
    { patienceMs, left }: { patienceMs: number; left: () => number },
  ): Promise<Outcome> {
    const { lane, signal, turn = signal } = options;
    let permit: Permit | undefined;
    let chatTurn: ChatTurn | undefined;
    try {
      if (isPaced(call.method, lane)) {
        chatTurn = await turnFor(call, options, patienceMs);
        permit = await pacer.take(lane, { signal: turn, patienceMs });
      }
      const answer = await http.post(call, { timeoutMs: Math.min(options.timeoutMs ?? timeoutMs, left()), signal });
      if (answer.ok && chatTurn !== undefined && isFromGroup(answer.result)) chatTurns.noteGroup(chatTurn.chatId);
      if (answer.ok || permit === undefined || kindOfRefusal(answer, call.method) !== 'rate-limited') return { answer };
      const seconds = retryAfterOf(answer);
      const ofChat = chatTurn !== undefined && chatTurns.refuse(chatTurn, seconds) === 'chat';
      if (!ofChat) pacer.penalise(permit, seconds);
      return { answer: { ...answer, ofChat } };
    } catch (error) {
      if (error instanceof TransportError) return { error };
      // Nothing that has left throws anything else.
      if (turn?.aborted) return { error: new TransportError('ABORTED', 'The request was called off', false) };
      throw error;
    } finally {
      if (permit !== undefined) pacer.settle(permit);
      if (chatTurn !== undefined) chatTurns.settle(chatTurn);
    }
  }

  async function turnFor(
    { params }: ApiCall,
    { lane, signal, turn = signal, chatPatienceMs: longestMs }: CallOptions,
    patienceMs: number,
  ): Promise<ChatTurn | undefined> {
    const chatId = Number(params.chat_id);
    if (!Number.isSafeInteger(chatId)) return undefined;
    const taken = chatTurns.take(chatId, { lane, signal: turn, patienceMs, longestMs });
    if (!(taken instanceof Promise)) return taken;
    const standBy = watched.getStore()?.standBy;
    return standBy ? standBy(taken) : taken;
  }

  return {
    send,
    fetchWith: (options) => async (input: unknown, init?: unknown) => {
      const method = String(input).slice(String(input).lastIndexOf('/') + 1);
      const { headers, body, signal } = init as GrammyRequest;
      try {
        const decoded = await decodeBody(headers['content-type'], body);
        const answer = await send({ method, ...decoded }, { ...options, signal });
        // grammY asks a response for nothing but its JSON; a real Response costs more than the rest of the call.
        return { json: () => Promise.resolve(answer) } as GrammyResponse;
      } catch (error) {
        if (error instanceof TransportError) throw error;
        if (error instanceof PausedError) {
          return { json: () => Promise.resolve(pausedAnswer(error)) } as GrammyResponse;
        }
        throw new TransportError('FAILED', maskToken(error instanceof Error ? error.message : String(error)), false);
      }
    },
    getFile: (filePath, maxBytes) => noted(() => http.get(filePath, { timeoutMs, maxBytes })),
    watch: (work, standBy) => {
      const calls = { unanswered: 0, standBy };
      return watched.run(calls, () => work(() => calls.unanswered > 0));
    },
    close: () => http.close(),
  };
}

type Outcome = { answer: ApiAnswer } | { error: TransportError };

const describe = (outcome: Outcome): object => {
  if ('error' in outcome) return { code: outcome.error.code };
  return outcome.answer.ok ? {} : { code: outcome.answer.error_code };
};

/** Bale's groups have ids like people's; the messages that are sent there say what the chat is. */
const isFromGroup = (result: unknown): boolean =>
  isRecord(result) && isRecord(result.chat) && String(result.chat.type).endsWith('group');

/** Seconds. A time of 0 would make a loop without rest of the retries. */
const retryAfterOf = (refusal: ApiRefusal): number => refusal.parameters?.retry_after || DEFAULT_RETRY_AFTER_S;

/** Milliseconds to wait, or nothing when trying again can't help or could show a message twice. */
function waitBeforeRetry(method: string, outcome: Outcome, failures: number, patienceMs: number): number | undefined {
  const backoff = RETRY_WAITS_MS[failures];
  if ('error' in outcome) {
    // A time-out has used up more than a person's patience, and a call that was called off is not wanted.
    if (outcome.error.code === 'TIMED_OUT' || outcome.error.code === 'ABORTED') return undefined;
    return outcome.error.ambiguous && showsTwice(method) ? undefined : backoff;
  }
  if (outcome.answer.ok) return undefined;
  const kind = kindOfRefusal(outcome.answer, method);
  if (kind === 'rate-limited') {
    const wait = retryAfterOf(outcome.answer) * 1000;
    if (wait > patienceMs) return undefined;
    return isPaced(method, 'reply') ? 0 : wait;
  }
  if (kind !== 'down' || (isAmbiguous(outcome.answer) && showsTwice(method))) return undefined;
  return backoff;
}

/** To grammY a pause that we keep on the messenger's behalf looks like the 429 that it would have answered. */
const pausedAnswer = (error: PausedError): ApiAnswer => ({
  ...refused(429, error.message),
  parameters: { retry_after: error.retryAfter },
  ofChat: error.ofChat,
});

function pause(clock: Clock, ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      cancel();
      reject(new TransportError('ABORTED', 'The request was called off', false));
    };
    const cancel = clock.after(ms, () => {
      signal?.removeEventListener('abort', abort);
      resolve();
    });
    signal?.addEventListener('abort', abort, { once: true });
  });
}
