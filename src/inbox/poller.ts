import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Update } from 'grammy/types';
import type { Logger } from 'pino';
import { holdLease, type Leases } from '../database/leases.ts';
import { MessengerError, type MessengerClient, type MessengerName } from '../messengers/messenger.ts';
import type { Inbox } from './inbox.ts';

/**
 * - `polling`: updates come in
 * - `standby`: another process of ours polls
 * - `conflict`: someone outside our lease polls this bot, or a webhook is set
 * - `bad-token`: the messenger refuses the token
 * - `messenger-away`, `database-away`: tried on until they are back
 */
export type PollerState =
  | 'polling'
  | 'standby'
  | 'conflict'
  | 'bad-token'
  | 'messenger-away'
  | 'database-away'
  | 'stopped';

export interface PollerDeps {
  client: Pick<MessengerClient, 'name' | 'me' | 'getUpdates' | 'normalise'>;
  inbox: Inbox;
  leases: Leases;
  logger: Logger;
  /** Told of each change, so that nothing stands still in silence. */
  onHealth?: (health: { messenger: MessengerName; state: PollerState }) => void;
  /** No more is fetched while so many updates wait in memory. */
  mostWaiting?: number;
}

export interface Poller {
  readonly state: PollerState;
  /** Ends the long poll and gives the lease up, so that another process can go on at once. */
  stop(): Promise<void>;
}

const LONG_POLL_SECONDS = 25;
/** A successor polls within this and half a second of a holder's death. */
const LEASE_MS = 4_000;

/** Pauses after a failure, doubling; the state that it means. */
const ON_FAILURE: Record<string, { state: PollerState; first: number; most: number }> = {
  conflict: { state: 'conflict', first: 1_000, most: 5_000 },
  'bad-token': { state: 'bad-token', first: 60_000, most: 60_000 },
  // Short: what waits at the messenger has to be answered within a second of its return.
  down: { state: 'messenger-away', first: 200, most: 800 },
  other: { state: 'messenger-away', first: 1_000, most: 10_000 },
};
const DATABASE_RETRY_MS = 250;
/** Against asking in circles for updates that can't be confirmed. */
const UNCONFIRMABLE_MS = 1_000;

function idOf(raw: unknown): number | undefined {
  const id = typeof raw === 'object' && raw !== null ? (raw as { update_id?: unknown }).update_id : undefined;
  return Number.isSafeInteger(id) ? (id as number) : undefined;
}

/**
 * Fetches a bot's updates into the inbox, in one process at a time: it holds the lease `poller:<messenger>:<botId>`, and
 * with it works the bot's inbox. An offset is confirmed only after what it covers is stored.
 * Nothing ends it but `stop`.
 */
export function startPoller(deps: PollerDeps): Poller {
  const { client, inbox, logger } = deps;
  const messenger = client.name;
  const source = { messenger, botId: client.me.id };
  const stopping = new AbortController();
  let state: PollerState = 'stopped';

  const report = (next: PollerState): void => {
    if (next === state) return;
    state = next;
    const healthy = next === 'polling' || next === 'standby' || next === 'stopped';
    logger[healthy ? 'info' : 'error']({ messenger, state: next }, 'poller');
    deps.onHealth?.({ messenger, state: next });
  };
  const pause = (ms: number, signal: AbortSignal): Promise<void> => delay(ms, undefined, { signal }).catch(() => {});

  /** Null also for what the normaliser chokes on: one such update must not stop all the others. */
  const normalise = (raw: unknown): Update | null => {
    try {
      return client.normalise(raw);
    } catch (error) {
      logger.error({ messenger, updateId: idOf(raw), error: (error as Error).name }, 'an update could not be read');
      return null;
    }
  };

  /** Tries until it succeeds or the lease is gone. */
  const withDatabase = async <Result>(held: AbortSignal, act: () => Promise<Result>): Promise<Result | undefined> => {
    while (!held.aborted) {
      try {
        return await act();
      } catch (error) {
        logger.debug({ messenger, error: (error as Error).name }, 'updates could not be stored');
        report('database-away');
        await pause(DATABASE_RETRY_MS, held);
      }
    }
    return undefined;
  };

  const fetchAll = async (held: AbortSignal): Promise<void> => {
    let offset: number | undefined;
    let failures = 0;
    // The first answer after a start or a failure must come at once, for it says that all is well again.
    let timeout = 0;
    while (!held.aborted) {
      await Promise.race([inbox.whenAtMost(deps.mostWaiting ?? 2_000), aborted(held)]);
      let raw: unknown[];
      try {
        raw = await client.getUpdates({ offset, timeout, signal: held });
      } catch (error) {
        if (held.aborted) return;
        const { kind = 'other', retryAfter = 0 } = error instanceof MessengerError ? error : {};
        const {
          state: meaning,
          first,
          most,
        } = ON_FAILURE[kind] ?? (ON_FAILURE['other'] as (typeof ON_FAILURE)[string]);
        report(meaning);
        timeout = 0;
        await pause(Math.max(retryAfter * 1_000, Math.min(first * 2 ** Math.min(failures++, 10), most)), held);
        continue;
      }
      failures = 0;
      timeout = LONG_POLL_SECONDS;
      report('polling');
      // Without an offset: all are confirmed by now. One kept on would hide updates whose ids begin anew below it.
      offset = undefined;
      if (raw.length === 0) continue;
      const updates = raw.map(normalise).filter((update) => update !== null);
      const stored = await withDatabase(held, async () => {
        await inbox.put(source, updates);
        return true;
      });
      if (!stored) return;
      const ids = raw.map(idOf).filter((id) => id !== undefined);
      if (ids.length > 0) offset = Math.max(...ids) + 1;
      else await pause(UNCONFIRMABLE_MS, held);
    }
  };

  const work = async (held: AbortSignal): Promise<void> => {
    const shift = await withDatabase(held, () => inbox.beginShift(source));
    try {
      if (shift) await fetchAll(held);
    } finally {
      await shift?.end();
    }
  };

  const running = holdLease(
    {
      leases: deps.leases,
      name: `poller:${messenger}:${source.botId}`,
      ttlMs: LEASE_MS,
      holder: randomUUID(),
      signal: stopping.signal,
      logger,
      onWaiting: () => report('standby'),
    },
    work,
  );

  return {
    get state() {
      return state;
    },
    async stop() {
      stopping.abort();
      await running;
      report('stopped');
    },
  };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
