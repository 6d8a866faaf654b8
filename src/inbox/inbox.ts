import { setTimeout as delay } from 'node:timers/promises';
import type { Update } from 'grammy/types';
import type { Connection } from 'mongoose';
import type { Logger } from 'pino';
import { isDatabaseAway } from '../database/away.ts';
import type { Now } from '../clock.ts';
import { MessengerError, type MessengerName, type StandBy } from '../messengers/messenger.ts';
import { createCollector, type Collector } from './collector.ts';
import { createChatQueues, type WorkOutcome } from './chat-queues.ts';
import { batched } from '../database/batched.ts';
import { inTime } from '../database/in-time.ts';
import { createProbation, takeInHand } from './work-in-hand.ts';
import { createInboxStore, type SetAside, type Source, type Waiting } from './store.ts';
import { createOverflow } from './overflow.ts';
import type { StandStills } from './stand-stills.ts';
import { lookForStrays } from './strays.ts';
import { createTakeUp } from './take-up.ts';
import type { Trail } from './trail.ts';

export interface UpdateFacts {
  /** The same at every attempt, also after a restart: what makes an effect idempotent. */
  id: string;
  messenger: MessengerName;
  botId: number;
  /** 1 at the first attempt. */
  attempt: number;
  /** Whether the update is set aside if this attempt fails with this error. */
  givesUp: (error: unknown) => boolean;
  /** For waits that need nothing of this process: others have the place meanwhile. */
  standBy: StandBy;
}

export interface InboxDeps {
  connection: Connection;
  now: Now;
  logger: Logger;
  /** Works one update. It may be called again with the same id after a failure or a crash, even one after its end. */
  handle: (update: Update, facts: UpdateFacts) => Promise<void>;
  /** Works an update so that what is logged on its way names it. */
  follow?: Trail['follow'];
  /** Hears how each attempt ended: `postponed` was nobody's fault here. */
  onAttempt?: (messenger: MessengerName, outcome: AttemptOutcome) => void;
  /** Told of each update that is stored and waits here, once in this process, in whatever order. */
  onWaiting?: (item: { messenger: MessengerName; chatKey: string; update: Update }) => void;
  /** Is told what is in hand, so that an update at which the process stands still is known to the next one. */
  standStills?: Pick<StandStills, 'begin'>;
  /** Told after an update was given up. */
  onSetAside?: (entry: SetAside) => void | Promise<void>;
  /**
   * Whether a messenger is known to be out of reach. Replies that fail so are no fault of the update's: it waits as long as
   * it takes and is never set aside for that.
   */
  isAway?: (messenger: MessengerName) => boolean;
  /** Updates in hand at a time, over all chats. */
  concurrency?: number;
  /** Work that takes longer counts as never ending, and is begun again. Milliseconds; default a minute. */
  longestMs?: number;
  /** Between two looks at what waits unseen; what two of them have found is worked. Milliseconds; default half a minute. */
  strayMs?: number;
}

/** What becomes of an update after an attempt; `postponed` and `again` mean another one. */
export type AttemptOutcome = 'done' | 'again' | 'postponed' | 'aside';

/** A source's work in this process. */
export interface Shift {
  /** Leaves what is not begun to whoever works the source next; resolves when what was begun has ended. */
  end(): Promise<void>;
}

export interface Inbox {
  /**
   * Stores updates; once it resolves they are safe and the messenger may forget them. What was stored before is
   * recognised for 48 hours. They are worked at once where this process works their source.
   * @throws the database's error: nothing may be confirmed then; try again with the same updates
   */
  put(source: Source, updates: readonly Update[]): Promise<void>;
  /**
   * Stores updates that came to a webhook, in any process: they are worked by the one whose shift collects. Once it
   * resolves they are safe and the messenger may be answered. Ids restore the order in which they came.
   * @throws the database's error: the messenger must send them again
   */
  handIn(source: Source, updates: readonly Update[]): Promise<void>;
  /**
   * From now on this process works a source, first what is waiting of it in the database. At most one process may do so
   * at a time (see `lead-source.ts`, which holds a lease): the order within a chat depends on it. `collecting`: also what
   * is handed in from now on, here or elsewhere; otherwise only what has been by now.
   */
  beginShift(source: Source, options?: { collecting: boolean }): Promise<Shift>;
  /** A messenger answers again: what waited for that is worked now. */
  hurry(messenger: MessengerName): void;
  /** What lies in the database, for all processes; both counted up to ten thousand. */
  backlog(): Promise<{ waiting: number; aside: number }>;
  /** Updates in memory, in hand or waiting. */
  readonly size: number;
  /** Resolves when no more than so many are in memory. */
  whenAtMost(count: number): Promise<void>;
  /** Resolves when nothing of what this process works is waiting: for tests, and before a switch. */
  idle(): Promise<void>;
  /** Begins nothing more and waits for what is in hand; gives how many were not finished in time. They stay stored. */
  stop(options: { timeoutMs: number }): Promise<{ unfinished: number }>;
  /** What was given up, the oldest first. */
  listAside(limit: number): Promise<SetAside[]>;
  /** Has it worked again, as if it came now, within a minute where another process works its source; false where it is not set aside. */
  retryAside(id: string): Promise<boolean>;
  /** Forgets the content of everything that a chat has set aside. */
  forgetChat(chat: { messenger: MessengerName; chatId: number }): Promise<void>;
  /** Forgets its content; false where it is not set aside. */
  discardAside(id: string): Promise<boolean>;
}

const TRIES = 3;
/** Pauses after the first and second failure. */
const RETRY_MS = [200, 1_000];
/** For what is nobody's fault here; with the pauses below that is about eight minutes. */
const POSTPONEMENTS = 20;
const POSTPONE_MS = { first: 500, most: 30_000 };
const DATABASE_RETRY_MS = 250;
/** Who it is from (10 s), the bot's own deadline (25 s) and the words about a failure (20 s) take less. */
const LONGEST_WORK_MS = 60_000;
/** What ends within this time is marked as done in one write; a crash within it repeats that much. */
const GATHER_MS = 10;
const FINISHED_REMEMBERED = 5_000;
const STRAYS_AT_ONCE = 1_000;
/** While the rest of a chat is on its way from the database. */
const FETCHED_SOON_MS = 5;
const STRAY_MS = 30_000;
/** What is stored later is later. */
const IN_TURN = { inTurn: true };

const keyOf = ({ messenger, botId }: Source): string => `${messenger}:${botId}`;

/** Whether the same attempt may well succeed later, without anyone changing anything. */
function isPassing(error: unknown): boolean {
  return isDatabaseAway(error) || (error instanceof MessengerError && ['down', 'rate-limited'].includes(error.kind));
}

/** What may be kept and logged of an error: its message may quote what a member wrote. */
function describe(error: unknown): { error: string; frames: string[] } {
  if (!(error instanceof Error)) return { error: typeof error, frames: [] };
  const { kind, code } = error as { kind?: unknown; code?: unknown };
  const frames = (error.stack ?? '').split('\n').filter((line) => line.startsWith('    at '));
  const detail = [kind, code].filter((part) => typeof part === 'string' || typeof part === 'number').join(' ');
  return {
    error: detail ? `${error.name} (${detail})` : error.name,
    frames: frames.slice(0, 6).map((line) => line.trim()),
  };
}

/**
 * The stored way of every update: written down before the messenger may forget it, then worked one at a time within a
 * chat and side by side between chats, at least once each. Costs a share of one insert and of one update in the
 * database: both are gathered over all chats while the previous write is under way.
 */
export function createInbox(deps: InboxDeps): Inbox {
  const { logger, follow = (_id, work) => work(), onAttempt, longestMs = LONGEST_WORK_MS } = deps;
  const store = createInboxStore(deps.connection, deps.now);
  const shifts = new Map<string, Promise<void>>();
  const givenUp = new AbortController();
  /** The last ones done here: what was read as waiting a moment ago may be done by now. */
  const finished = new Set<string>();
  /** How often each messenger has come back. */
  const returns = new Map<MessengerName, number>();

  const returnsOf = (messenger: MessengerName): number => returns.get(messenger) ?? 0;

  /** Until it succeeds: a state that is not written means that the update is worked twice, or stands still. */
  const insist = async <Result>(write: () => Promise<Result>): Promise<Result | undefined> => {
    for (let failures = 0; !givenUp.signal.aborted; failures++) {
      try {
        return await inTime(write());
      } catch (error) {
        if (failures === 0) logger.warn(describe(error), 'the inbox can’t be written; trying on');
        await delay(DATABASE_RETRY_MS, undefined, { signal: givenUp.signal }).catch(() => {});
      }
    }
    return undefined;
  };

  const markDone = batched(
    async (ids: string[]) => {
      await insist(() => store.markDone(ids));
      return ids;
    },
    // Their people have their answers; only their own next messages wait.
    { inTurn: true, gather: { ms: GATHER_MS, expected: () => queues.inHand > 1 } },
  );

  const setAside = async (item: Waiting, error: string): Promise<void> => {
    const entry = await insist(() => store.setAside(item, error));
    if (!entry) return;
    try {
      await deps.onSetAside?.(entry);
    } catch (failure) {
      logger.error({ update: item.id, ...describe(failure) }, 'nobody could be told of an update set aside');
    }
  };

  const isLastFailure = ({ source, tries, postponed }: Waiting, failure: unknown): boolean => {
    if (!isPassing(failure)) return tries + 1 >= TRIES;
    return postponed + 1 >= POSTPONEMENTS && deps.isAway?.(source.messenger) !== true;
  };

  /** @param returnsBefore how often its messenger had come back when this attempt began */
  const fail = async (item: Waiting, failure: unknown, returnsBefore: number): Promise<WorkOutcome> => {
    const passing = isPassing(failure);
    const isOver = isLastFailure(item, failure);
    // In an outage up to the last but one: the first failure after it would be its last otherwise.
    if (passing) item.postponed = isOver ? item.postponed + 1 : Math.min(item.postponed + 1, POSTPONEMENTS - 1);
    else item.tries += 1;
    const { tries, postponed } = item;
    const described = describe(failure);
    const facts = { update: item.id, tries, postponed, ...described };
    onAttempt?.(item.source.messenger, isOver ? 'aside' : passing ? 'postponed' : 'again');
    if (isOver) {
      logger.error(facts, 'an update was set aside');
      await setAside(item, described.error);
      return { next: 'finished' };
    }
    logger.warn(facts, 'an update failed; it will be tried again');
    // Where the database is away this waits for it, so that an outage costs one attempt, however long it is.
    await insist(() => store.recordFailure(item, described.error));
    if (!passing) return { next: 'again', afterMs: RETRY_MS[tries - 1] ?? 0 };
    const asked = failure instanceof MessengerError ? (failure.retryAfter ?? 0) * 1_000 : 0;
    // What it failed at was over before that was noted, and nothing more will end its pause.
    const isOverNow = returnsOf(item.source.messenger) > returnsBefore;
    const pause = isOverNow ? 0 : Math.min(POSTPONE_MS.first * 2 ** (postponed - 1), POSTPONE_MS.most);
    return { next: 'again', afterMs: Math.max(asked, pause) };
  };

  const onProbation = createProbation();

  const work = async (item: Waiting, standBy: StandBy): Promise<WorkOutcome> => {
    if (item.stoodStill === undefined) return attempt(item, standBy);
    if (item.stoodStill === 'perhaps') return onProbation(() => attempt(item, standBy), standBy);
    logger.error({ update: item.id }, 'an update at which the process stood still was set aside');
    onAttempt?.(item.source.messenger, 'aside');
    await setAside(item, 'the process stood still');
    return { next: 'finished' };
  };

  const attempt = async (item: Waiting, standBy: StandBy): Promise<WorkOutcome> => {
    const { id, source, tries, postponed } = item;
    const returnsBefore = returnsOf(source.messenger);
    const inHand = takeInHand(item, { standBy, longestMs, standStills: deps.standStills });
    const facts = {
      id,
      ...source,
      attempt: tries + postponed + 1,
      standBy: inHand.standBy,
      givesUp: (error: unknown) => isLastFailure(item, error),
    };
    try {
      await Promise.race([deps.handle(item.update, facts), inHand.late]);
    } catch (error) {
      return fail(item, error, returnsBefore);
    } finally {
      inHand.end();
    }
    // The chat's next update starts only after this is written: after a crash the two would be worked again in order,
    // and the effects of the first must not come after those of the second.
    await markDone(id);
    onAttempt?.(source.messenger, 'done');
    finished.add(id);
    if (finished.size > FINISHED_REMEMBERED) for (const oldest of finished.values().take(1)) finished.delete(oldest);
    return { next: 'finished' };
  };

  const queues = createChatQueues<Waiting>({
    concurrency: deps.concurrency ?? 50,
    work: (item, standBy) => follow(item.id, () => work(item, standBy)),
    onFinished: (chatKey, left) => overflow.onFinished(chatKey, left),
  });
  const overflow = createOverflow({
    queues: () => queues,
    fetch: (source, chatKey, limit) => insist(() => store.waitingOfChat(source, chatKey, limit)),
    isDone: (id) => finished.has(id),
  });
  const enqueue = (item: Waiting): void => {
    if (!shifts.has(keyOf(item.source)) || finished.has(item.id)) return;
    overflow.add(item);
    deps.onWaiting?.({ messenger: item.source.messenger, chatKey: item.chatKey, update: item.update });
  };

  const beginLooking = (source: Source): (() => void) =>
    lookForStrays({
      waiting: () => inTime(store.waiting(source, { limit: STRAYS_AT_ONCE, without: overflow.chatsLeft(source) })),
      isKnown: (id) => queues.has(id) || finished.has(id),
      enqueue,
      everyMs: deps.strayMs ?? STRAY_MS,
      logger,
    });

  const collectors = new Map<string, Collector>();
  const endLooking = new Map<string, () => void>();
  const handIn = batched(async (puts: { source: Source; updates: readonly Update[] }[]) => {
    const batch = puts.flatMap(({ source, updates }) => updates.map((update) => ({ source, update })));
    const stored = await inTime(store.handIn(batch));
    for (const [key, items] of Map.groupBy(stored, ({ source }) => keyOf(source))) collectors.get(key)?.arrived(items);
    return puts.map(() => undefined);
  }, IN_TURN);

  const insert = batched(async (puts: { source: Source; updates: readonly Update[] }[]) => {
    const batch = puts.flatMap(({ source, updates }) => updates.map((update) => ({ source, update })));
    const waiting = await inTime(store.insert(batch));
    // After what the shift finds in the database, which is older. A shift that fails to begin leaves them there.
    for (const { source } of puts) await shifts.get(keyOf(source))?.catch(() => {});
    for (const item of waiting) enqueue(item);
    return puts.map(() => undefined);
  }, IN_TURN);

  const takeUp = createTakeUp({
    store,
    enqueue,
    leave: (source, chatKey) => {
      overflow.leave(source, chatKey);
      // Set aside just now, its first can't fetch the rest.
      if (queues.countOf(chatKey) === 0) overflow.onFinished(chatKey, 0);
    },
    setAside,
    mostPostponed: POSTPONEMENTS,
  });

  return {
    async put(source, updates) {
      if (updates.length > 0) await insert({ source, updates });
    },
    async handIn(source, updates) {
      if (updates.length > 0) await handIn({ source, updates });
    },
    async beginShift(source, { collecting } = { collecting: false }) {
      const key = keyOf(source);
      if (shifts.has(key)) throw new Error(`${key} is worked by this process already: end that shift first`);
      const loaded = takeUp.load(source).then(() => (collecting ? undefined : takeUp.collectRest(source)));
      shifts.set(key, loaded);
      try {
        await loaded;
      } catch (error) {
        shifts.delete(key);
        throw error;
      }
      if (collecting) {
        collectors.set(
          key,
          createCollector({
            store,
            source,
            enqueue,
            isDone: (id) => finished.has(id),
            hasRoom: (chatKey) => overflow.hasRoom(chatKey),
            size: () => queues.size,
            logger,
          }),
        );
      }
      endLooking.set(key, beginLooking(source));
      return {
        async end() {
          shifts.delete(key);
          endLooking.get(key)?.();
          endLooking.delete(key);
          await collectors.get(key)?.stop();
          collectors.delete(key);
          overflow.forget(source);
          await queues.drop((item) => keyOf(item.source) === key);
        },
      };
    },
    hurry(messenger) {
      returns.set(messenger, returnsOf(messenger) + 1);
      queues.hurry((item) => item.source.messenger === messenger);
    },
    backlog: () => store.backlog(),
    get size() {
      return queues.size;
    },
    whenAtMost: (count) => queues.whenAtMost(count),
    async idle() {
      for (;;) {
        await queues.whenAtMost(0);
        if (overflow.size === 0 || givenUp.signal.aborted) return;
        await delay(FETCHED_SOON_MS);
      }
    },
    async stop({ timeoutMs }) {
      shifts.clear();
      for (const end of endLooking.values()) end();
      await Promise.all([...collectors.values()].map((collector) => collector.stop()));
      const late = new AbortController();
      await Promise.race([queues.stop(), delay(timeoutMs, undefined, { signal: late.signal }).catch(() => {})]);
      late.abort();
      givenUp.abort();
      return { unfinished: queues.inHand };
    },
    listAside: (limit) => store.listAside(limit),
    async retryAside(id) {
      const item = await store.retryAside(id);
      if (item) enqueue(item);
      return item !== undefined;
    },
    forgetChat: ({ messenger, chatId }) => store.forgetChat(`${messenger}:${chatId}`),
    discardAside: (id) => store.discardAside(id),
  };
}
