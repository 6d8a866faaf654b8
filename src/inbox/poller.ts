import type { Update } from 'grammy/types';
import { setTimeout as delay } from 'node:timers/promises';
import { createAwayNotices, type AwayNotices } from './away-notices.ts';
import { MessengerError } from '../messengers/messenger.ts';
import { leadSource, type Lead, type Receiver, type ReceiverDeps } from './lead-source.ts';
import { readUpdate, updateIdOf } from './read-update.ts';

export interface PollerDeps extends ReceiverDeps<'getUpdates' | 'normalise' | 'removeWebhook'> {
  /** No more is fetched while so many updates wait in memory: few of each chat do, so it takes very many chats. */
  mostWaiting?: number;
}

const LONG_POLL_SECONDS = 25;
/** Against asking in circles for updates that can't be confirmed. */
const UNCONFIRMABLE_MS = 1_000;
/** Between two looks at updates that can't be stored: those that were seen already are there again at once. */
const LOOK_MS = 2_000;

/**
 * Fetches a bot's updates into the inbox, in one process at a time, and works them there (see `lead-source.ts`). An offset
 * is confirmed only after what it covers is stored. A webhook from before is taken away first, once for each lead.
 */
export function startPoller(deps: PollerDeps): Receiver {
  const { client, inbox, logger, tellAway, answerPress, mostWaiting = 10_000 } = deps;
  const readAll = (raw: readonly unknown[]): Update[] =>
    raw.map((update) => readUpdate(update, { client, logger })).filter((update): update is Update => update !== null);
  const notices = tellAway && createAwayNotices({ tell: tellAway, answerPress, logger });
  /** Above what is stored, until the messenger knows. */
  let offset: number | undefined;

  const fetchAll = async ({
    source,
    held,
    report,
    received,
    pause,
    afterFailure,
    withDatabase,
  }: Lead): Promise<void> => {
    notices?.over();
    offset = undefined;
    let failures = 0;
    let hasWebhook = true;
    // The first answer after a start or a failure must come at once, for it says that all is well again.
    let timeout = 0;
    while (!held.aborted) {
      if (inbox.size > mostWaiting) await unlessAborted(inbox.whenAtMost(mostWaiting), held);
      let raw: unknown[];
      try {
        if (hasWebhook) await client.removeWebhook(held);
        hasWebhook = false;
        raw = await client.getUpdates({ offset, timeout, signal: held });
      } catch (error) {
        if (held.aborted) return;
        timeout = 0;
        await afterFailure(error, failures++);
        continue;
      }
      failures = 0;
      timeout = LONG_POLL_SECONDS;
      report('polling');
      await received();
      // Without an offset: all are confirmed by now. One kept on would hide updates whose ids begin anew below it.
      offset = undefined;
      if (raw.length === 0) continue;
      const updates = readAll(raw);
      const stored = await withDatabase(async () => {
        await inbox.put(source, updates);
        return true;
      });
      if (!stored) return;
      const ids = raw.map(updateIdOf).filter((id) => id !== undefined);
      if (ids.length > 0) offset = Math.max(...ids) + 1;
      else await pause(UNCONFIRMABLE_MS);
    }
  };

  /**
   * Looks at what people send and confirms none of it. A stranger that polls meanwhile may have the database that is
   * away from here, and is left in peace.
   */
  const lookFor =
    (notices: AwayNotices) =>
    async (signal: AbortSignal): Promise<void> => {
      while (!signal.aborted) {
        try {
          const raw = await client.getUpdates({ offset, timeout: LONG_POLL_SECONDS, signal });
          offset = undefined;
          // Whom it takes long to tell must not keep the others, nor all of them once the database is back.
          void notices.hear(readAll(raw), signal);
        } catch (error) {
          if (error instanceof MessengerError && error.kind === 'conflict') return;
        }
        await delay(LOOK_MS, undefined, { signal }).catch(() => {});
      }
    };

  return leadSource({ ...deps, collecting: false, ...(notices ? { whileAway: lookFor(notices) } : {}) }, fetchAll);
}

/** Takes its listener off again: a poller's signal lives as long as the process. */
async function unlessAborted(awaited: Promise<void>, signal: AbortSignal): Promise<void> {
  const settled = new AbortController();
  const aborted = new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { signal: settled.signal });
  });
  await Promise.race([awaited, aborted]);
  settled.abort();
}
