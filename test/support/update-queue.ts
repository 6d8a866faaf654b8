import { setTimeout as delay } from 'node:timers/promises';
import type { Update } from 'grammy/types';
import type { MessengerClient, MessengerName } from '../../src/messengers/messenger.ts';

/**
 * The receiving half of a messenger, as both document it: an update stays until a call with an offset above its id
 * confirms it, a call waits for news up to its timeout, and one with an offset below or without one gets the rest.
 */
export function createUpdateQueue(name: MessengerName = 'telegram', botId = 7) {
  let pending: { update_id: number }[] = [];
  const failures: Error[] = [];
  const offsets: (number | undefined)[] = [];
  let news = new AbortController();
  let polling = 0;
  let mostPolling = 0;

  const client: Pick<MessengerClient, 'name' | 'me' | 'getUpdates' | 'normalise' | 'removeWebhook'> = {
    name,
    me: { id: botId } as MessengerClient['me'],
    removeWebhook: () => Promise.resolve(),
    normalise: (raw) => (raw && typeof raw === 'object' && 'channel_post' in raw ? null : (raw as Update)),
    async getUpdates({ offset, timeout, signal }) {
      const failure = failures.shift();
      if (failure) throw failure;
      offsets.push(offset);
      if (offset !== undefined) pending = pending.filter(({ update_id }) => update_id >= offset);
      mostPolling = Math.max(mostPolling, ++polling);
      try {
        if (pending.length === 0) {
          const woken = AbortSignal.any([signal, news.signal]);
          await delay(timeout * 1_000, undefined, { signal: woken }).catch(() => {});
        }
        signal.throwIfAborted();
        return structuredClone(pending.slice(0, 100));
      } finally {
        polling -= 1;
      }
    },
  };

  return {
    client,
    push(...updates: { update_id: number }[]) {
      pending.push(...updates);
      news.abort();
      news = new AbortController();
    },
    /** The next calls fail so, one each. */
    failNext: (...errors: Error[]) => void failures.push(...errors),
    get unconfirmed() {
      return pending.map(({ update_id }) => update_id);
    },
    get failuresLeft() {
      return failures.length;
    },
    get mostPolling() {
      return mostPolling;
    },
    offsets,
  };
}
