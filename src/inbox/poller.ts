import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Update } from 'grammy/types';
import type { Logger } from 'pino';
import { holdLease, type Leases, type WaitingReason } from '../database/leases.ts';
import { MessengerError, type FailureKind, type MessengerClient, type MessengerName } from '../messengers/messenger.ts';
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

interface Reaction {
  state: PollerState;
  /** The pause doubles from `first` to `most`. */
  firstMs: number;
  mostMs: number;
}
const REACTIONS: Partial<Record<FailureKind, Reaction>> = {
  conflict: { state: 'conflict', firstMs: 1_000, mostMs: 5_000 },
  'bad-token': { state: 'bad-token', firstMs: 60_000, mostMs: 60_000 },
  // Short: what waits at the messenger has to be answered within a second of its return.
  down: { state: 'messenger-away', firstMs: 200, mostMs: 800 },
};
const OTHER_REACTION: Reaction = { state: 'messenger-away', firstMs: 1_000, mostMs: 10_000 };
const RESTART_MS = 1_000;
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
  const { client, inbox, logger, mostWaiting = 2_000 } = deps;
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
      if (inbox.size > mostWaiting) await unlessAborted(inbox.whenAtMost(mostWaiting), held);
      let raw: unknown[];
      try {
        raw = await client.getUpdates({ offset, timeout, signal: held });
      } catch (error) {
        if (held.aborted) return;
        const failure = error instanceof MessengerError ? error : undefined;
        const { state: meaning, firstMs, mostMs } = (failure && REACTIONS[failure.kind]) ?? OTHER_REACTION;
        report(meaning);
        timeout = 0;
        const backoff = Math.min(firstMs * 2 ** Math.min(failures++, 10), mostMs);
        await pause(Math.max((failure?.retryAfter ?? 0) * 1_000, backoff), held);
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

  const run = async (): Promise<void> => {
    const lease = {
      leases: deps.leases,
      name: `poller:${messenger}:${source.botId}`,
      ttlMs: LEASE_MS,
      holder: randomUUID(),
      signal: stopping.signal,
      logger,
      onWaiting: (reason: WaitingReason) => report(reason === 'taken' ? 'standby' : 'database-away'),
    };
    while (!stopping.signal.aborted) {
      try {
        await holdLease(lease, work);
      } catch (error) {
        logger.error({ messenger, err: error }, 'the poller failed; it begins anew');
        await pause(RESTART_MS, stopping.signal);
      }
    }
  };
  const running = run();

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
