import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { holdLease, type Leases, type WaitingReason } from '../database/leases.ts';
import { MessengerError, type FailureKind, type MessengerClient, type MessengerName } from '../messengers/messenger.ts';
import type { NoteReception } from './gaps.ts';
import type { Inbox } from './inbox.ts';
import type { Source } from './store.ts';

/**
 * - `polling`, `receiving`: updates come in, fetched or sent to the webhook
 * - `standby`: another process of ours works this bot's updates
 * - `conflict`: someone outside our lease polls this bot, or a webhook is set
 * - `bad-token`: the messenger refuses the token
 * - `messenger-away`, `database-away`: tried on until they are back
 */
export type ReceiverState =
  | 'polling'
  | 'receiving'
  | 'standby'
  | 'conflict'
  | 'bad-token'
  | 'messenger-away'
  | 'database-away'
  | 'stopped';

/** States in which nothing is wrong with receiving as such. */
const IN_ORDER: ReadonlySet<ReceiverState> = new Set(['polling', 'receiving', 'standby', 'stopped']);

export interface ReceiverDeps<Methods extends keyof MessengerClient> {
  client: Pick<MessengerClient, 'name' | 'me' | Methods>;
  inbox: Inbox;
  leases: Leases;
  logger: Logger;
  /** Says to a chat that the database is away and that what was sent there waits. */
  tellAway?: ((chatId: number) => Promise<void>) | undefined;
  /** Answers a press that can't be worked now; does nothing where it is answered. */
  answerPress?: ((pressId: string) => Promise<void>) | undefined;
  /** Begins to look for gaps in what is received. */
  watchGaps?: ((source: Source) => NoteReception) | undefined;
  /** Told of each change, so that nothing stands still in silence. */
  onHealth?: ((health: { messenger: MessengerName; state: ReceiverState }) => void) | undefined;
}

export interface Receiver {
  readonly state: ReceiverState;
  /** Ends what is under way and gives the lease up, so that another process can go on at once. */
  stop(): Promise<void>;
}

/** What a failed call to the messenger means for receiving: the state, and a pause that doubles from `firstMs` to `mostMs`. */
interface Reaction {
  state: ReceiverState;
  firstMs: number;
  mostMs: number;
}
const REACTIONS: Partial<Record<FailureKind, Reaction>> = {
  conflict: { state: 'conflict', firstMs: 1_000, mostMs: 5_000 },
  'bad-token': { state: 'bad-token', firstMs: 60_000, mostMs: 60_000 },
  // Short: what waits at the messenger has to be answered within a second of its return, the calls for it included.
  down: { state: 'messenger-away', firstMs: 200, mostMs: 400 },
};
const OTHER_REACTION: Reaction = { state: 'messenger-away', firstMs: 1_000, mostMs: 10_000 };

/** A successor goes on within this and half a second of a holder's death. */
const LEASE_MS = 4_000;
const RESTART_MS = 1_000;
const DATABASE_RETRY_MS = 250;

/** What the work of a source gets while the lease is held. */
export interface Lead {
  source: Source;
  held: AbortSignal;
  report: (state: ReceiverState) => void;
  /** The messenger has answered: nothing is missing until now. */
  received: NoteReception;
  pause: (ms: number) => Promise<void>;
  /** Reports what a failed call means, and waits as long as is fitting after so many failures in a row. */
  afterFailure: (error: unknown, failures: number) => Promise<void>;
  /** Tries until it succeeds or the lease is gone. */
  withDatabase: <Result>(act: () => Promise<Result>) => Promise<Result | undefined>;
}

/**
 * Works one bot's inbox in one process at a time: the one that holds the lease `poller:<messenger>:<botId>`, the same for
 * polling and webhooks, so that a change from one to the other hands over in order too. Nothing ends it but `stop`.
 */
export function leadSource(
  deps: ReceiverDeps<never> & {
    collecting: boolean;
    /** Runs from when the lease could not be renewed, and `receive` has ended, until this process or another holds it. */
    whileAway?: (signal: AbortSignal) => Promise<void>;
  },
  receive: (lead: Lead) => Promise<void>,
): Receiver {
  const { client, inbox, logger } = deps;
  const messenger = client.name;
  const source: Source = { messenger, botId: client.me.id };
  const stopping = new AbortController();
  let state: ReceiverState = 'stopped';

  const report = (next: ReceiverState): void => {
    if (next === state) return;
    state = next;
    logger[IN_ORDER.has(next) ? 'info' : 'error']({ messenger, state: next }, 'receiving updates');
    deps.onHealth?.({ messenger, state: next });
  };
  const pause = (ms: number, signal: AbortSignal): Promise<void> => delay(ms, undefined, { signal }).catch(() => {});

  const leadWith = (held: AbortSignal): Lead => ({
    source,
    held,
    report,
    received: deps.watchGaps?.(source) ?? (() => Promise.resolve()),
    pause: (ms) => pause(ms, held),
    async afterFailure(error, failures) {
      const failure = error instanceof MessengerError ? error : undefined;
      const { state: meaning, firstMs, mostMs } = (failure && REACTIONS[failure.kind]) ?? OTHER_REACTION;
      report(meaning);
      const backoff = Math.min(firstMs * 2 ** Math.min(failures, 10), mostMs);
      await pause(Math.max((failure?.retryAfter ?? 0) * 1_000, backoff), held);
    },
    async withDatabase(act) {
      while (!held.aborted) {
        try {
          return await act();
        } catch (error) {
          logger.debug({ messenger, error: (error as Error).name }, 'the inbox can’t be reached');
          report('database-away');
          await pause(DATABASE_RETRY_MS, held);
        }
      }
      return undefined;
    },
  });

  let isUnrenewed = false;
  let away: { ending: AbortController; ended: Promise<void> } | undefined;
  const goAway = (): void => {
    if (away || !deps.whileAway) return;
    const ending = new AbortController();
    away = { ending, ended: deps.whileAway(AbortSignal.any([ending.signal, stopping.signal])) };
  };
  const comeBack = async (): Promise<void> => {
    away?.ending.abort();
    await away?.ended;
    away = undefined;
  };

  const work = async (held: AbortSignal): Promise<void> => {
    await comeBack();
    isUnrenewed = false;
    const lead = leadWith(held);
    const shift = await lead.withDatabase(() => inbox.beginShift(source, { collecting: deps.collecting }));
    try {
      if (shift) await receive(lead);
    } finally {
      if (isUnrenewed) goAway();
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
      onWaiting: (reason: WaitingReason) => {
        if (reason === 'taken') void comeBack();
        report(reason === 'taken' ? 'standby' : 'database-away');
      },
      onLost: (reason: WaitingReason) => void (isUnrenewed = reason === 'database-away'),
    };
    while (!stopping.signal.aborted) {
      try {
        await holdLease(lease, work);
      } catch (error) {
        logger.error({ messenger, err: error }, 'receiving failed; it begins anew');
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
      await away?.ended;
      report('stopped');
    },
  };
}
