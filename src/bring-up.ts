import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { refusedToken } from './config.ts';
import { MessengerError, type MessengerClient } from './messengers/messenger.ts';

const RETRY_MS = { first: 500, most: 10_000 };
/** A token that is refused while the bot runs may have been renewed by a mistake that somebody mends. */
const REFUSED_RETRY_MS = 60_000;

/**
 * Asks a messenger who the bot is, until it says so: one that is away when the bot starts must not keep the bot from
 * starting, nor the other messenger from being served.
 * @param isStarting while it holds, a refused token ends the attempt, for whoever starts the bot is there to mend it
 * @param onState told why nothing comes in yet
 * @returns false where `signal` ended it
 * @throws ConfigError that names the variable of the refused token
 */
export async function bringUp(options: {
  client: MessengerClient;
  signal: AbortSignal;
  logger: Logger;
  isStarting: () => boolean;
  onState: (state: 'messenger-away' | 'bad-token') => void;
}): Promise<boolean> {
  const { client, signal, logger } = options;
  for (let failures = 0; !signal.aborted; failures += 1) {
    try {
      await client.connect(signal);
      return true;
    } catch (error) {
      if (signal.aborted) return false;
      if (!(error instanceof MessengerError)) throw error;
      const isRefused = error.kind === 'bad-token';
      if (isRefused && options.isStarting()) throw refusedToken(client.name, error);
      options.onState(isRefused ? 'bad-token' : 'messenger-away');
      logger.error({ messenger: client.name, kind: error.kind }, 'A messenger can not be used yet; trying on');
      const pause = Math.max(Math.min(RETRY_MS.first * 2 ** failures, RETRY_MS.most), (error.retryAfter ?? 0) * 1000);
      await delay(isRefused ? REFUSED_RETRY_MS : pause, undefined, { signal }).catch(() => {});
    }
  }
  return false;
}
