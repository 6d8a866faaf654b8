import type { PendingUpdate, World } from '../world/world.ts';
import type { UpdateQueue } from './update-queue.ts';

/** Milliseconds before a refused update is tried again: doubles up to the second figure. */
const FIRST_PAUSE = 100;
const LONGEST_PAUSE = 5_000;
/** How long the bot's server may take to answer. */
const ANSWER_TIMEOUT = 30_000;

export interface WebhookSender {
  close(): void;
}

/**
 * Posts pending updates to the webhook, several at a time, each again and again until the answer is 2xx.
 * The secret goes in `X-Telegram-Bot-Api-Secret-Token`; Bale has none and sends none.
 */
export function startWebhookSender(options: { world: World; updates: UpdateQueue; now: () => number }): WebhookSender {
  const { world, updates, now } = options;
  const inFlight = new Set<number>();
  const closing = new AbortController();

  const deliver = async (update: PendingUpdate): Promise<void> => {
    let pause = FIRST_PAUSE;
    while (!closing.signal.aborted && world.webhook) {
      const { url, secret } = world.webhook;
      const problem = await post(url, { body: update.body, secret, signal: closing.signal });
      if (problem === null) {
        updates.confirm([update]);
        return;
      }
      updates.webhookError = { at: Math.floor(now() / 1000), message: problem };
      await sleep(pause, closing.signal);
      pause = Math.min(pause * 2, LONGEST_PAUSE);
    }
  };

  const pump = (): void => {
    if (closing.signal.aborted || !world.webhook) return;
    for (const update of world.pending) {
      if (inFlight.size >= world.webhook.maxConnections) return;
      if (inFlight.has(update.sequence)) continue;
      inFlight.add(update.sequence);
      void deliver(update).finally(() => {
        inFlight.delete(update.sequence);
        pump();
      });
    }
  };

  const stopListening = world.listen('all', (event) => {
    if (event.t === 'webhook') pump();
  });
  updates.onAdded(pump);
  pump();
  return {
    close() {
      stopListening();
      closing.abort();
    },
  };
}

/** Null when the bot took it, else what went wrong. */
async function post(
  url: string,
  { body, secret, signal }: { body: string; secret: string | undefined; signal: AbortSignal },
): Promise<string | null> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      redirect: 'manual',
      headers: {
        'content-type': 'application/json',
        ...(secret === undefined ? {} : { 'x-telegram-bot-api-secret-token': secret }),
      },
      body,
      signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_TIMEOUT)]),
    });
    await response.arrayBuffer();
    return response.ok ? null : `Wrong response from the webhook: ${response.status} ${response.statusText}`;
  } catch {
    return 'Connection failed';
  }
}

function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener('abort', done, { once: true });
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
  });
}
