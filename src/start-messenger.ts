import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { MessengerError, type MessengerClient } from './messengers/messenger.ts';

export type ConnectTrouble = 'bad-token' | 'messenger-away';

/** How long a start waits for a messenger before it goes on without it. */
const PATIENCE_MS = 5_000;
const PAUSE_MS = { first: 500, most: 5_000 };

/**
 * Asks a messenger who the bot is, again and again until it answers, and then calls `onConnected`. Resolves when that is
 * done, or after five seconds with the asking going on: a messenger that is out of reach must not keep the other from
 * starting.
 * @throws {MessengerError} where the messenger refuses the token within that time: a mistake in the settings
 */
export async function connectMessenger(options: {
  client: MessengerClient;
  logger: Logger;
  signal: AbortSignal;
  onConnected: () => Promise<void>;
  onTrouble: (trouble: ConnectTrouble) => void;
  patienceMs?: number;
}): Promise<void> {
  const { client, logger, signal, onConnected, onTrouble, patienceMs = PATIENCE_MS } = options;
  let isStarting = true;

  const connect = async (): Promise<void> => {
    for (let pauseMs = PAUSE_MS.first; !signal.aborted; pauseMs = Math.min(pauseMs * 2, PAUSE_MS.most)) {
      try {
        await client.connect(signal);
        break;
      } catch (error) {
        if (signal.aborted) return;
        const isRefused = error instanceof MessengerError && error.kind === 'bad-token';
        if (isRefused && isStarting) throw error;
        onTrouble(isRefused ? 'bad-token' : 'messenger-away');
        logger.warn(
          { kind: error instanceof MessengerError ? error.kind : 'unknown' },
          'The messenger does not answer',
        );
        await delay(pauseMs, undefined, { signal }).catch(() => {});
      }
    }
    if (!signal.aborted) await onConnected();
  };

  const connecting = connect();
  const enough = new AbortController();
  await Promise.race([connecting, delay(patienceMs, undefined, { signal: enough.signal }).catch(() => {})]);
  enough.abort();
  isStarting = false;
  connecting.catch((error: unknown) => {
    logger.error({ err: error }, 'A messenger could not be started; start Khoosheh again');
  });
}
