import type { Update } from 'grammy/types';
import type { MessengerName } from '../messengers/messenger.ts';

interface Payload {
  id?: unknown;
  message_id?: unknown;
  date?: unknown;
  edit_date?: unknown;
  chat?: { id?: unknown };
  from?: { id?: unknown };
  user?: { id?: unknown };
  message?: { chat?: { id?: unknown } };
}

const LONGEST_FINGERPRINT = 120;

const textOf = (fact: unknown): string => (typeof fact === 'string' || typeof fact === 'number' ? String(fact) : '');

/** An update carries one payload beside its id, under the name of its kind. */
function payloadOf(update: Update): { kind: string; payload: Payload } {
  for (const [kind, payload] of Object.entries(update)) {
    if (kind !== 'update_id' && typeof payload === 'object' && payload !== null)
      return { kind, payload: payload as Payload };
  }
  return { kind: 'empty', payload: {} };
}

/** What an update must be worked in order with: its chat; its sender where there is no chat. */
export function chatKeyOf(messenger: MessengerName, update: Update): string {
  const { payload } = payloadOf(update);
  const { chat, message, from, user } = payload;
  return `${messenger}:${textOf(chat?.id ?? message?.chat?.id ?? from?.id ?? user?.id)}`;
}

/**
 * The same for a redelivery, another for another update with the same id: kind, the messenger's own id of what happened,
 * and when. Not the whole content, since a name or a file link in it may have changed between two deliveries.
 */
export function fingerprintOf(update: Update): string {
  const { kind, payload } = payloadOf(update);
  const facts = [kind, payload.id ?? payload.message_id, payload.edit_date ?? payload.date];
  return facts.map(textOf).join('.').slice(0, LONGEST_FINGERPRINT);
}
