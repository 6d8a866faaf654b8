import { GrammyError, HttpError } from 'grammy';
import type { ApiRefusal } from './api-call.ts';
import { TOO_LARGE, TransportError, UNREADABLE } from './http.ts';
import { type FailureKind, MessengerError } from './messenger.ts';
import { PausedError } from './pacer.ts';
import { kindOfWords } from './refusals.ts';
import { maskToken } from './token.ts';

/** A bot's profile setters on Bale answer 501: that is a "no", not an outage. */
const NOT_BUILT = 501;

/** A bare refusal to touch a message says nothing about the person: Bale's `permission_denied` is of the message's age. */
const touchesMessage = (method: string): boolean => /^(?:edit|delete)Message/.test(method);

function byCode(code: number, description: string, method: string): FailureKind {
  if (code === 401) return 'bad-token';
  if (code === 403) return touchesMessage(method) ? 'too-late' : 'unreachable';
  // A malformed token leads to no route at all; an unknown method has a longer description.
  if (code === 404 && /^not found$/.test(description)) return 'bad-token';
  if (code === 409) return 'conflict';
  if (code === 429) return 'rate-limited';
  return code >= 500 && code !== NOT_BUILT ? 'down' : 'rejected';
}

/** What a messenger's refusal of a method means. */
export function kindOfRefusal({ error_code: code, description }: ApiRefusal, method: string): FailureKind {
  const text = description.toLowerCase();
  if (code >= 500) return byCode(code, text, method);
  return kindOfWords(text) ?? byCode(code, text, method);
}

/** A gateway that gave up waiting, or an answer that said "fine" illegibly: the messenger may have done it. */
export const isAmbiguous = ({ error_code: code, description }: ApiRefusal): boolean =>
  code === 504 || description.startsWith(UNREADABLE);

export function refusalToError(refusal: ApiRefusal, method: string): MessengerError {
  return new MessengerError(kindOfRefusal(refusal, method), method, maskToken(refusal.description), {
    retryAfter: refusal.parameters?.retry_after,
    ofChat: refusal.ofChat,
    ambiguous: isAmbiguous(refusal),
  });
}

/**
 * Any error of a call to a messenger in the common vocabulary: grammY's own two as well as the transport's. What isn't
 * one of these counts as `down`, and as ambiguous, since nothing is known about it.
 */
export function toMessengerError(error: unknown, method = 'call'): MessengerError {
  if (error instanceof MessengerError) return error;
  if (error instanceof GrammyError) {
    const { error_code, description, parameters } = error;
    // Not kept as the cause: it holds the payload, that is, what was written to whom, and causes end up in logs.
    return refusalToError({ ok: false, error_code, description, parameters }, error.method);
  }
  if (error instanceof HttpError) return toMessengerError(error.error, method);
  if (error instanceof PausedError) {
    const { retryAfter, ofChat } = error;
    return new MessengerError('rate-limited', method, error.message, { retryAfter, ofChat, cause: error });
  }
  if (error instanceof TransportError) {
    const kind = error.code === TOO_LARGE ? 'rejected' : 'down';
    return new MessengerError(kind, method, `${error.code}: ${error.message}`, {
      ambiguous: error.ambiguous,
      cause: error,
    });
  }
  const message = error instanceof Error ? error.message : String(error);
  return new MessengerError('down', method, maskToken(message), { ambiguous: true, cause: error });
}
