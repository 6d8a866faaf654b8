import type { IncomingHttpHeaders } from 'node:http';
import { Pool } from 'undici';
import type { Dispatcher } from 'undici';
import { type ApiAnswer, type ApiCall, isRecord, refused } from './api-call.ts';
import { encodeCall } from './encoding.ts';
import { connectThrough } from './proxy.ts';
import { maskToken } from './token.ts';

/**
 * The request left us broken, or never left. A flat object on purpose: the conversations plugin hangs for ever on an
 * error with a circular property (grammyjs/conversations#155), and undici's errors carry sockets and requests.
 */
export class TransportError extends Error {
  override readonly name = 'TransportError';
  readonly code: string;
  /** Nothing says whether the messenger has done it: bytes were on their way and no answer came. */
  readonly ambiguous: boolean;

  constructor(code: string, message: string, ambiguous: boolean) {
    super(maskToken(message));
    this.code = code;
    this.ambiguous = ambiguous;
  }
}

/** Begins the description of an answer that said "fine" in a form that can't be read. */
export const UNREADABLE = 'Unreadable answer';

/** The code of a download that was broken off for its size. */
export const TOO_LARGE = 'TOO_LARGE';

export interface Http {
  /** One try of one call. An answer that isn't JSON becomes a refusal with the HTTP status as its code. */
  post(call: ApiCall, options: { timeoutMs: number; signal?: AbortSignal | undefined }): Promise<ApiAnswer>;
  /** Downloads what `getFile` points to. Throws {@link TOO_LARGE} as soon as the file is known to be over `maxBytes`. */
  get(filePath: string, options: { timeoutMs: number; maxBytes: number }): Promise<FileAnswer>;
  close(): Promise<void>;
}

export type FileAnswer = { ok: true; bytes: Uint8Array } | { ok: false; status: number };

/** Answers of the Bot API are a few kilobytes, a page of 100 updates some hundreds; more than this is not one. */
const LARGEST_ANSWER = 32 * 1024 * 1024;
/** A dead address must not use up the time in which a reply could be tried again. */
const CONNECT_TIMEOUT_MS = 10_000;
/** Shorter than what servers usually grant, so that a request rarely meets a connection that is just being closed. */
const KEEP_ALIVE_MS = 15_000;
/** At least sends a second times the seconds a slow answer takes. */
const CONNECTIONS = 96;

export function createHttp(options: { apiRoot: string; token: string; proxy?: string | undefined }): Http {
  const { apiRoot, token, proxy } = options;
  const root = new URL(apiRoot);
  const basePath = root.pathname.replace(/\/$/, '');
  const pool = new Pool(root.origin, {
    connections: CONNECTIONS,
    connect:
      proxy === undefined ? { timeout: CONNECT_TIMEOUT_MS } : connectThrough(proxy, { timeoutMs: CONNECT_TIMEOUT_MS }),
    keepAliveTimeout: KEEP_ALIVE_MS,
    // Also where a server offers longer: after a poll that died in silence no connection of the same age is tried next.
    keepAliveMaxTimeout: KEEP_ALIVE_MS,
  });

  return {
    post: async (call, { timeoutMs, signal }) => {
      const { contentType, body } = encodeCall(call);
      const { status, bytes } = await exchange(pool, {
        path: `${basePath}/bot${token}/${call.method}`,
        method: 'POST',
        headers: { 'content-type': contentType },
        body,
        timeoutMs,
        maxBytes: LARGEST_ANSWER,
        signal,
      });
      return readAnswer(status, bytes.toString('utf8'));
    },
    get: async (filePath, { timeoutMs, maxBytes }) => {
      const path = `${basePath}/file/bot${token}/${filePath.split('/').map(encodeURIComponent).join('/')}`;
      const { status, bytes } = await exchange(pool, { path, method: 'GET', headers: {}, timeoutMs, maxBytes });
      return status === 200 ? { ok: true, bytes } : { ok: false, status };
    },
    close: () => pool.destroy(),
  };
}

/** Gateways in front of both messengers answer in plain text or HTML (Bale's rate limiter: `local_rate_limited`). */
function readAnswer(status: number, text: string): ApiAnswer {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    parsed = undefined;
  }
  if (isRecord(parsed)) {
    if (parsed.ok === true) return { ok: true, result: parsed.result };
    if (parsed.ok === false) return readRefusal(status, parsed);
  }
  // A rate limiter's word is kept, an HTML page isn't: it says nothing, and could be long.
  const word = /^[\w -]{1,60}$/.exec(text.trim())?.[0];
  return refused(
    status < 400 ? 502 : status,
    status < 400 ? `${UNREADABLE} (HTTP ${status})` : (word ?? `HTTP ${status}`),
  );
}

function readRefusal(status: number, parsed: Record<string, unknown>): ApiAnswer {
  const code = typeof parsed.error_code === 'number' ? parsed.error_code : status < 400 ? 400 : status;
  const description = typeof parsed.description === 'string' ? parsed.description : `HTTP ${status}`;
  const given = isRecord(parsed.parameters) ? parsed.parameters : {};
  const { retry_after: wait, migrate_to_chat_id: to } = given;
  const parameters = {
    ...(typeof wait === 'number' && wait >= 0 ? { retry_after: wait } : {}),
    ...(typeof to === 'number' && Number.isSafeInteger(to) ? { migrate_to_chat_id: to } : {}),
  };
  return {
    ...refused(code, maskToken(description)),
    ...(Object.keys(parameters).length > 0 ? { parameters } : {}),
  };
}

interface Exchange {
  path: string;
  method: 'GET' | 'POST';
  headers: Record<string, string>;
  body?: string | Uint8Array;
  timeoutMs: number;
  maxBytes: number;
  signal?: AbortSignal | undefined;
}

/**
 * One request and its whole answer. It uses undici's handler interface because that is the one place which tells when a
 * request begins to be written: before, a failure is clean; after, it is ambiguous.
 */
function exchange(pool: Pool, request: Exchange): Promise<{ status: number; bytes: Buffer }> {
  return new Promise((resolve, reject) => {
    const { signal, timeoutMs, maxBytes } = request;
    let controller: Dispatcher.DispatchController | undefined;
    let done = false;
    let status = 0;
    let size = 0;
    const chunks: Buffer[] = [];

    const settle = (): boolean => {
      if (done) return false;
      done = true;
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
      return true;
    };
    const fail = (code: string, message: string): void => {
      if (!settle()) return;
      const written = controller !== undefined;
      const error = new TransportError(code, message, written);
      reject(error);
      controller?.abort(error);
    };
    const abort = (): void => fail('ABORTED', 'The request was called off');
    const timer = setTimeout(() => fail('TIMED_OUT', `No answer within ${timeoutMs} ms`), timeoutMs);
    if (signal?.aborted) {
      abort();
      return;
    }
    signal?.addEventListener('abort', abort, { once: true });

    pool.dispatch(
      {
        path: request.path,
        method: request.method,
        headers: request.headers,
        body: request.body ?? null,
        // The timer above covers headers and body together; a file may trickle as long as it ends in time.
        headersTimeout: 0,
        bodyTimeout: 0,
      },
      {
        onRequestStart: (started) => {
          if (done) started.abort(new Error('The request was called off'));
          else controller = started;
        },
        onResponseStart: (_controller, statusCode: number, headers: IncomingHttpHeaders) => {
          status = statusCode;
          if (Number(headers['content-length'] ?? 0) > maxBytes) fail(TOO_LARGE, `Over ${maxBytes} bytes`);
        },
        onResponseData: (_controller, chunk) => {
          size += chunk.length;
          if (size > maxBytes) fail(TOO_LARGE, `Over ${maxBytes} bytes`);
          else chunks.push(chunk);
        },
        onResponseEnd: () => {
          if (settle()) resolve({ status, bytes: chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks) });
        },
        onResponseError: (_controller, error) => {
          const { code } = error as { code?: unknown };
          fail(typeof code === 'string' ? code : 'BROKEN', error.message);
        },
      },
    );
  });
}
