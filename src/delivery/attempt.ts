import { MessengerError, type MessengerClient, type OutgoingMessage } from '../messengers/messenger.ts';
import type { Renderer } from './contract.ts';
import type { Sendable, SentPart } from './delivery.model.ts';
import type { UploadOnce } from './upload-once.ts';

/** How one try at one delivery ended. */
export type Attempt =
  | { result: 'sent'; parts: SentPart[] }
  /** This account can't be written to. */
  | { result: 'unreachable'; text: string }
  /** The bot sends too fast, in all or to this chat (`ofChat`): nothing is wrong with the delivery. */
  | { result: 'limited'; retryAfterMs: number | undefined; ofChat: boolean }
  /** The messenger doesn't know the bot: nothing is wrong with the delivery. */
  | { result: 'bad-token'; text: string }
  /** It has certainly not arrived. */
  | { result: 'down'; text: string }
  /** It may have arrived. */
  | { result: 'broken'; text: string }
  /** Trying again can't help. */
  | { result: 'refused'; code: string; text: string }
  /** It was stopped before it left. */
  | { result: 'held-back' }
  /** What it is about is still on its way. */
  | { result: 'not-yet' };

/** What waiting sends are aborted with, to tell them from those that broke. */
export class HeldBack extends Error {
  override readonly name = 'HeldBack';

  constructor() {
    super('The send was taken back before it left; it is sent later');
  }
}

/** How a send in flight is called off. */
export interface CalledOff {
  /** Where it still waits for its turn; aborted with `signal`, at the latest. */
  turn: AbortSignal;
  /** Even where it has left. */
  signal: AbortSignal;
}

export interface AttemptDeps {
  client: MessengerClient;
  renderer: Renderer | undefined;
  uploads: UploadOnce;
  calledOff: CalledOff;
  /** Keeps what has been sent of a delivery of several messages, before the next of them leaves. */
  keepParts: (parts: SentPart[]) => Promise<void>;
}

/** Renders one delivery and sends what of it has not been sent yet. Never throws. */
export async function attempt(deps: AttemptDeps, delivery: Sendable, payload: unknown): Promise<Attempt> {
  const { memberId, language, messenger, chatId } = delivery;
  if (deps.renderer === undefined) {
    return { result: 'refused', code: 'no-renderer', text: `No renderer is registered for kind "${delivery.kind}"` };
  }
  let messages: OutgoingMessage[];
  try {
    messages = partsToSend(deps.client, await deps.renderer(payload, { memberId, language, messenger, chatId }));
  } catch (error) {
    return { result: 'refused', code: 'render-error', text: errorText(error) };
  }

  const parts = [...(delivery.parts ?? [])];
  const sentHere = parts.filter((part) => part.messenger === messenger).flatMap((part) => part.ids).length;
  try {
    for (const [index, message] of messages.entries()) {
      if (index < sentHere) continue;
      const sent = await deps.client.send(chatId, deps.uploads.prepare(messenger, message), {
        lane: 'bulk',
        // Whoever is sent much at once waits in the queue, and keeps no place from others here.
        chatPatienceMs: 0,
        ...deps.calledOff,
      });
      deps.uploads.remember(messenger, message, sent);
      const file = message.media?.key;
      parts.push({
        messenger,
        chatId,
        ids: sent.map((part) => part.messageId),
        ...(file === undefined ? {} : { file }),
      });
      if (index < messages.length - 1) await deps.keepParts([...parts]);
    }
    return { result: 'sent', parts };
  } catch (error) {
    return attemptOf(error, deps.calledOff);
  }
}

/** One by one as they leave: each has an id of its own, and the sending goes on at the one that failed. */
export function partsToSend(client: MessengerClient, messages: readonly OutgoingMessage[]): OutgoingMessage[] {
  return messages.flatMap((message) => {
    const parts = client.parts(message);
    // The client says what is wrong with it.
    return parts.length > 0 ? parts : [message];
  });
}

/** What an error of the client says about the delivery. */
export function attemptOf(error: unknown, { turn }: CalledOff): Attempt {
  if (turn.aborted && neverLeft(error)) return { result: 'held-back' };
  if (!(error instanceof MessengerError)) return { result: 'refused', code: 'send-error', text: errorText(error) };
  const text = errorText(error);
  switch (error.kind) {
    case 'unreachable':
      return { result: 'unreachable', text };
    case 'rate-limited':
      return {
        result: 'limited',
        retryAfterMs: error.retryAfter === undefined ? undefined : error.retryAfter * 1000,
        ofChat: error.ofChat,
      };
    case 'bad-token':
      return { result: 'bad-token', text };
    case 'down':
    case 'conflict':
      return { result: error.ambiguous ? 'broken' : 'down', text };
    case 'rejected':
    case 'message-gone':
    case 'not-modified':
    case 'too-late':
      break;
  }
  return { result: 'refused', code: error.kind, text };
}

/** Of a send that was called off: it was still waiting for its turn. */
const neverLeft = (error: unknown): boolean =>
  error instanceof MessengerError ? error.kind === 'down' && !error.ambiguous : error instanceof HeldBack;

const LONGEST_TEXT = 200;

export function errorText(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).slice(0, LONGEST_TEXT);
}
