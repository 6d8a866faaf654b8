import type { Update } from 'grammy/types';
import type { Logger } from 'pino';
import type { MessengerClient } from '../messengers/messenger.ts';

export function updateIdOf(raw: unknown): number | undefined {
  const id = typeof raw === 'object' && raw !== null ? (raw as { update_id?: unknown }).update_id : undefined;
  return Number.isSafeInteger(id) ? (id as number) : undefined;
}

/** Null also for what the normaliser chokes on: one such update must not stop all the others. */
export function readUpdate(
  raw: unknown,
  { client, logger }: { client: Pick<MessengerClient, 'name' | 'normalise'>; logger: Logger },
): Update | null {
  try {
    return client.normalise(raw);
  } catch (error) {
    const facts = { messenger: client.name, updateId: updateIdOf(raw), error: (error as Error).name };
    logger.error(facts, 'an update could not be read');
    return null;
  }
}
