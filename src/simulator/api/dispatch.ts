import type { Host } from '../host.ts';
import { METHODS } from '../methods/index.ts';
import { RawJson } from '../methods/method.ts';
import { refusal } from '../profiles/profile.ts';
import { ApiError } from './api-error.ts';
import type { CallLog } from './call-log.ts';
import type { Fault, Faults } from './faults.ts';
import { createChatLimiters, createLimiter, isLimited } from './limiter.ts';
import type { Limits } from './limiter.ts';
import type { Parameters } from './parameters.ts';

/** What goes back over the socket: an answer, or a socket that is closed or left open without one. */
export type Reply = { status: number; contentType: string; body: string } | 'drop' | 'hang';

export interface Incoming {
  method: string;
  token: string;
  /** Read only after the token and the method are known to be good. */
  parameters: () => Promise<Parameters>;
  onDisconnect: (giveUp: () => void) => void;
}

export interface Dispatcher {
  handle(incoming: Incoming): Promise<Reply>;
  setLimits(limits: Limits): void;
}

const CARRIED_OUT = new Set(['drop-after', 'hang-after']);

/** One API call from token to answer: who, what, faults, limits, the method itself, the log. */
export function createDispatcher(options: { host: Host; faults: Faults; log: CallLog; limits: Limits }): Dispatcher {
  const { host, faults, log } = options;
  let limits = options.limits;
  let limiter = createLimiter(limits, () => host.now());
  let chats = createChatLimiters(limits, () => host.now());

  const run = async (incoming: Incoming, name: string): Promise<Reply> => {
    const params = await incoming.parameters();
    const chatId = Number(params.raw('chat_id') ?? Number.NaN);
    const fault = faults.next(name, Number.isSafeInteger(chatId) ? chatId : undefined);
    const record = (outcome: { result?: unknown; error?: ApiError }): void => {
      log.add({
        method: name,
        payload: params.forLog(),
        ok: outcome.error === undefined && (fault === null || CARRIED_OUT.has(fault.kind)),
        ...(outcome.result === undefined ? {} : { result: outcome.result }),
        ...(outcome.error ? { error: { code: outcome.error.code, description: outcome.error.message } } : {}),
        ...(fault ? { fault: fault.kind } : {}),
        at: host.now(),
      });
    };
    if (fault && !CARRIED_OUT.has(fault.kind)) {
      record({});
      return replyOf(host, fault);
    }
    try {
      if (isLimited(name)) {
        const isGroup = Boolean(host.world.chats.get(chatId)?.group);
        const wait = chats.take(chatId, isGroup) ?? limiter.take();
        if (wait !== null) throw new ApiError(429, `Too Many Requests: retry after ${wait}`, wait);
      }
      refuseUnknown(host, { name, params });
      const result = await METHODS.get(name.toLowerCase())?.({ host, params, onDisconnect: incoming.onDisconnect });
      record({ result: result instanceof RawJson ? result.logged : result });
      return fault ? replyOf(host, fault) : success(result);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      record({ error });
      return failure(error);
    }
  };

  return {
    setLimits(next) {
      limits = next;
      limiter = createLimiter(next, () => host.now());
      chats = createChatLimiters(next, () => host.now());
    },
    async handle(incoming) {
      const name = incoming.method.toLowerCase();
      try {
        if (incoming.token !== host.token) throw refusal(host.profile, 'bad-token');
        if (host.profile.notBuilt.has(name)) throw new ApiError(501, 'Not Implemented');
        const method = host.profile.methods.get(name);
        if (!method) throw refusal(host.profile, 'unknown-method');
        const pause = (limits.latencyMs ?? 0) / 2;
        if (pause > 0) await sleep(pause);
        const reply = await run(incoming, method.name);
        if (pause > 0) await sleep(pause);
        return reply;
      } catch (error) {
        if (error instanceof ApiError) return failure(error);
        throw error;
      }
    },
  };
}

/** Both real messengers ignore what they don't know, which is how misspelled parameters go unseen. */
function refuseUnknown(host: Host, { name, params }: { name: string; params: Parameters }): void {
  if (!host.strict) return;
  const known = host.profile.methods.get(name.toLowerCase())?.parameters;
  for (const parameter of params.names()) {
    if (known?.has(parameter)) continue;
    throw new ApiError(400, `Bad Request: unknown parameter "${parameter}" of ${name} (strict simulator)`);
  }
}

const JSON_TYPE = 'application/json';

function success(result: unknown): Reply {
  const json = result instanceof RawJson ? result.json : JSON.stringify(result);
  return { status: 200, contentType: JSON_TYPE, body: `{"ok":true,"result":${json}}` };
}

export function failure(error: ApiError): Reply {
  const body = JSON.stringify({
    ok: false,
    error_code: error.code,
    description: error.message,
    ...(error.retryAfter === undefined ? {} : { parameters: { retry_after: error.retryAfter } }),
  });
  return { status: error.code, contentType: JSON_TYPE, body };
}

function replyOf(host: Host, fault: Fault): Reply {
  switch (fault.kind) {
    case 'rate-limited': {
      const wait = fault.retryAfter ?? 1;
      return failure(new ApiError(429, `Too Many Requests: retry after ${wait}`, wait));
    }
    case 'rate-limited-text':
      return { status: 429, contentType: 'text/plain', body: 'local_rate_limited' };
    case 'forbidden':
      return failure(refusal(host.profile, 'blocked'));
    case 'token-revoked':
      return failure(refusal(host.profile, 'bad-token'));
    case 'server-error':
      return failure(new ApiError(500, 'Internal Server Error'));
    case 'bad-gateway':
      return {
        status: 502,
        contentType: 'text/html',
        body: '<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>',
      };
    case 'drop-before':
    case 'drop-after':
      return 'drop';
    case 'hang':
    case 'hang-after':
      break;
  }
  return 'hang';
}

const sleep = (milliseconds: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, milliseconds));
