import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Now } from '../clock.ts';
import type { MessengerName } from '../messengers/messenger.ts';

export interface OutageWatch {
  stop(): Promise<void>;
}

const LOOKS_PER_NOTICE = 6;
const LONGEST_PAUSE_MS = 5_000;

/**
 * Tells the desk of a messenger that has been out of reach for `noticeAfterMs`, and of its return. A short break, which a
 * phone would not notice either, is not told.
 */
export function watchOutages(deps: {
  /** Since when a messenger is away; null while it answers; undefined where this process is not the one to judge. */
  messengers: ReadonlyMap<MessengerName, () => Date | null | undefined>;
  away: (messenger: MessengerName, since: Date) => Promise<void>;
  back: (messenger: MessengerName) => Promise<void>;
  noticeAfterMs: number;
  logger: Logger;
  now: Now;
}): OutageWatch {
  const { logger, noticeAfterMs, now } = deps;
  const stopping = new AbortController();
  /** What the desk was told last by this process; before the first time it may have been told by another. */
  const told = new Map<MessengerName, 'away' | 'back'>();

  const look = async (messenger: MessengerName, since: Date | null): Promise<void> => {
    const isLong = since !== null && now().getTime() - since.getTime() >= noticeAfterMs;
    if (isLong && told.get(messenger) !== 'away') {
      logger.error({ messenger, since }, 'A messenger is out of reach');
      await deps.away(messenger, since);
      told.set(messenger, 'away');
    } else if (since === null && told.get(messenger) !== 'back') {
      await deps.back(messenger);
      told.set(messenger, 'back');
    }
  };

  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      for (const [messenger, awaySince] of deps.messengers) {
        const since = awaySince();
        if (since === undefined) continue;
        await look(messenger, since).catch((error: unknown) => {
          logger.warn(
            { messenger, error: (error as Error).name },
            'The desk could not be told of an outage; trying on',
          );
        });
      }
      const pause = Math.min(LONGEST_PAUSE_MS, noticeAfterMs / LOOKS_PER_NOTICE);
      await delay(pause, undefined, { signal: stopping.signal }).catch(() => {});
    }
  };
  const running = run();
  return {
    async stop() {
      stopping.abort();
      await running;
    },
  };
}
