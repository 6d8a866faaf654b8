import type { Logger } from 'pino';
import type { MessengerClient, MessengerName } from '../messengers/messenger.ts';
import { inTime, LONG_ANSWER_MS } from '../database/in-time.ts';
import { holdLease, type Leases } from '../database/leases.ts';
import { attempt, HeldBack, type Attempt, type CalledOff } from './attempt.ts';
import { createBrake } from './brake.ts';
import { attemptChange } from './changes.ts';
import type { Claims } from './claims.ts';
import type { Account, Clock, DeliverySettings, Renderer } from './contract.ts';
import type { DeliveryCollection, DeliveryDoc, Sendable } from './delivery.model.ts';
import type { LiveCampaigns } from './live-campaigns.ts';
import { judge, reportOf, type AttemptReport } from './outcome.ts';
import { createPuttingOff, quietUntil } from './quiet.ts';
import { createRateKeeper, type RateMemory, type RememberedPacer } from './rate-memory.ts';
import type { Recorder } from './recorder.ts';
import { createUploadOnce } from './upload-once.ts';
import { createWaker } from './waker.ts';
import { windowOf } from './window.ts';
import { within } from './within.ts';

/**
 * Sends for one bot. Of all processes on one database only the one that holds the lease `sender:<bot>` does, so that
 * one pacer, in that process's memory, keeps the bot's rate exactly: sharing a rate would take a round trip to the
 * database for each message and still let two clocks disagree. One process is enough for it, since the messenger's
 * limit and not the processor bounds a broadcast; another takes over when it dies. Bots are led independently, so
 * two processes may well have one each.
 */
export interface Sender {
  start(): void;
  /** Something may have become due. */
  wake(): void;
  /** Sends that have not been recorded yet, and whatever is being claimed. */
  hasInHand: () => boolean;
  /** Claims nothing more, waits up to `timeoutMs` for what is in hand, and takes back what has not left by then. */
  stop(options: { timeoutMs: number }): Promise<void>;
}

export interface SenderDeps {
  leases: Leases;
  client: MessengerClient;
  messengers: ReadonlySet<MessengerName>;
  claims: Claims;
  deliveries: DeliveryCollection;
  live: LiveCampaigns;
  recorder: Recorder;
  renderers: Readonly<Record<string, Renderer>>;
  markUnreachable: (account: Account & { memberId: string }) => Promise<void>;
  rateMemory: RateMemory;
  pacer: RememberedPacer | undefined;
  instance: string;
  settings: DeliverySettings;
  clock: Clock;
  logger: Logger;
  isAway: ((messenger: MessengerName) => boolean) | undefined;
  isStandby: ((messenger: MessengerName) => boolean) | undefined;
  /** Works on behalf of an update, so that what is logged names it. */
  follow: <Result>(update: string, work: () => Result) => Result;
  /** Hears how each attempt ended; `again` where it waits for another. */
  onAttempt: ((attempt: AttemptReport) => void) | undefined;
  /** A notice about something has ended, and that is stored. */
  onEnded: (id: string) => Promise<void>;
  /** A delivery has moved to another messenger. */
  wakeAll: () => void;
}

/** A pause longer than this is worth taking back what has not left, so that a crash or a cancel finds it waiting. */
const LONG_PAUSE_MS = 5000;
/** What was on its way when the pause began has been answered by then. */
const ANSWERED_MS = 3000;
/** After the last sends are taken back: for their records. */
const RECORDING_MS = 2000;
/** In an outage, to learn of its end. */
const PROBES = 1;
/** So that a lost lease or a clock that was set is noticed in a long pause too. */
const LONGEST_WAIT_MS = 1000;
/** A wall clock that moves by more than this against the monotonic one has been set. */
const CLOCK_STEP_MS = 2000;

interface Flight {
  memberId: string;
  queue: string;
  /** Calls it off while it waits for the pacer. */
  turn: AbortController;
  /** Calls it off where it has left, too: nobody knows then whether it arrived. */
  abort: AbortController;
  ended: Promise<void>;
}

export function createSender(deps: SenderDeps): Sender {
  const { client, claims, live, recorder, renderers, pacer, instance, settings, clock, logger } = deps;
  const messenger = client.name;
  const windowNow = (): number =>
    windowOf({ pacer, sendsPerSecond: client.limits.sendsPerSecond, longestSeconds: settings.windowSeconds });

  const waker = createWaker();
  const uploads = createUploadOnce();
  const putOff = createPuttingOff({ deliveries: deps.deliveries, messenger, recorder });
  const brake = createBrake({ clock, failuresInARow: Math.max(5, windowNow()) });
  const flights = new Map<string, Flight>();
  let isClaiming = false;
  /** Sent, perhaps, but by a fault of ours without a record: for the next process to judge, not for us to repeat. */
  const unrecorded: string[] = [];
  const stopping = new AbortController();
  let running: Promise<void> | undefined;
  /** Known from all calls, where somebody listens to them: one message that always fails is no outage. */
  const isAway = (): boolean => deps.isAway?.(messenger) ?? false;
  let failing = false;
  let wasAway = false;
  let gaveWayAt = Number.NEGATIVE_INFINITY;

  const bot = (): string => `${messenger}:${client.me.id}`;
  const rates = createRateKeeper({ memory: deps.rateMemory, pacer, bot, clock, logger });
  const allEnded = (): Promise<unknown> => Promise.all([...flights.values()].map((flight) => flight.ended));
  /** What has not left: the rest is about to be answered, and called off it would be in doubt. */
  const takeBack = (which: (flight: Flight) => boolean = () => true): void => {
    for (const flight of flights.values()) if (which(flight)) flight.turn.abort(new HeldBack());
  };

  /** Replies count against the same rate, and only this process's pacer knows of its own: whoever replies should send. */
  const isStandby = (): boolean => deps.isStandby?.(messenger) ?? false;

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      // Not at the start: after a crash nobody replies for a moment, and sending should not wait for that.
      const giveWayUntil = gaveWayAt + settings.giveWayMs;
      while (isStandby() && !stopping.signal.aborted && clock.monotonic() < giveWayUntil) {
        await waker.wait(settings.pollMs);
      }
      await holdLease(
        {
          leases: deps.leases,
          name: `sender:${bot()}`,
          holder: instance,
          ttlMs: settings.leaseMs,
          signal: stopping.signal,
          logger,
          // Whoever leads next takes what we have in hand for lost: what has not left must not leave after all. What has
          // is still ours where nobody else leads, as after a moment without the database.
          onLost: () => takeBack(),
        },
        lead,
      );
    }
  }

  /** Ends only when nothing is in hand any more: the lease given back means that all of ours is recorded. */
  async function lead(held: AbortSignal): Promise<void> {
    let ready = false;
    let clockOffset = clock.wall() - clock.monotonic();
    let repliesAt = clock.monotonic();
    while (!held.aborted && clock.monotonic() - repliesAt < settings.giveWayMs) {
      if (!isStandby()) repliesAt = clock.monotonic();
      try {
        if (!ready) await inTime(takeUp(), LONG_ANSWER_MS);
        ready = true;
        const offset = clock.wall() - clock.monotonic();
        if (offset < clockOffset - CLOCK_STEP_MS) await inTime(claims.endBackoffs(0), LONG_ANSWER_MS);
        clockOffset = offset;
        await live.refresh();
        await inTime(mindOutage(), LONG_ANSWER_MS);
        if (brake.leftMs() === 0) await sendDue(held);
        else takeBack((flight) => !live.isOpen(flight.queue));
        await inTime(rates.save());
        failing = false;
      } catch (error) {
        // A claim may have succeeded without our learning of it.
        ready = false;
        if (!failing) logger.warn({ messenger, error: (error as Error).message }, 'sender interrupted, trying again');
        failing = true;
      }
      await waker.wait(Math.min(brake.leftMs() || settings.pollMs, LONGEST_WAIT_MS));
    }
    if (!held.aborted) gaveWayAt = clock.monotonic();
    if (stopping.signal.aborted || !held.aborted) await allEnded();
  }

  async function takeUp(): Promise<void> {
    const inDoubt = await claims.recover([...flights.keys(), ...unrecorded]);
    if (inDoubt > 0) logger.warn({ messenger, inDoubt }, 'deliveries of a process that died may have arrived');
    brake.pause(await rates.restore());
    await live.refresh({ force: true });
    // No wait of ours is longer: it stems from a clock that has been set back since.
    await claims.endBackoffs(settings.longestBackoffMs);
  }

  /** What the end of an outage, or its length, changes for those who wait. */
  async function mindOutage(): Promise<void> {
    const away = isAway();
    if (wasAway && !away) await claims.endBackoffs(0);
    wasAway = away;
    if (brake.outageMs() < settings.switchAfterMs) return;
    // One that is away as well would only send it back.
    const others = [...deps.messengers].filter((name) => name !== messenger && !deps.isAway?.(name));
    const switched = others.length > 0 ? await claims.switchWaiting(others) : 0;
    if (switched === 0) return;
    logger.warn({ messenger, switched }, 'out of reach for long: sent to the other accounts of those who have one');
    deps.wakeAll();
  }

  async function sendDue(held: AbortSignal): Promise<void> {
    const window = brake.outageMs() > 0 ? PROBES : windowNow();
    const room = window - flights.size;
    // Room for fewer is not worth a round trip while others are on their way.
    if (room < Math.max(1, Math.floor(window / 3))) return;
    const busy = new Set([...flights.values()].map((flight) => flight.memberId));
    isClaiming = true;
    try {
      const claimed = await inTime(claims.claim({ queues: live.openQueues(), limit: room, busy }), LONG_ANSWER_MS);
      for (const delivery of claimed) launch(delivery, held);
    } finally {
      isClaiming = false;
    }
  }

  function launch(delivery: Sendable, held: AbortSignal): void {
    const turn = new AbortController();
    const abort = new AbortController();
    const send = () => trySending(delivery, { turn: turn.signal, signal: abort.signal }, held);
    const ended = (delivery.cause === undefined ? send() : deps.follow(delivery.cause, send))
      .catch((error: unknown) => {
        unrecorded.push(delivery._id);
        logger.error({ messenger, delivery: delivery._id, error: (error as Error).message }, 'outcome not stored');
      })
      .finally(() => {
        flights.delete(delivery._id);
        waker.wake();
      });
    flights.set(delivery._id, { memberId: delivery.memberId, queue: delivery.queue, turn, abort, ended });
  }

  function tryOnce(
    delivery: Sendable,
    calledOff: CalledOff,
    keep: (set: Partial<DeliveryDoc>) => Promise<void>,
  ): Promise<Attempt> {
    const payload: unknown =
      delivery.payload === undefined ? live.payloadOf(delivery.queue) : JSON.parse(delivery.payload);
    const renderer = renderers[delivery.kind];
    if (delivery.changes === undefined) {
      return attempt(
        { client, renderer, uploads, calledOff, keepParts: (parts) => keep({ parts }) },
        delivery,
        payload,
      );
    }
    const { deliveries } = deps;
    return attemptChange(
      {
        client,
        renderer,
        uploads,
        deliveries,
        recorder,
        calledOff,
        keepAdding: () => keep({ adding: true }),
        now: () => clock.wall(),
      },
      delivery,
      payload,
    );
  }

  async function trySending(delivery: Sendable, calledOff: CalledOff, held: AbortSignal): Promise<void> {
    // With the time: what is written late must not end another claim of the same delivery.
    const { _id, claimedAt } = delivery;
    const mine = { _id, state: 'claimed', claimedBy: instance, claimedAt: claimedAt! } as const;
    const mayLeave = !held.aborted && live.isOpen(delivery.queue);
    const until = quietUntil(delivery, clock.wall());
    if (until !== undefined) await putOff(delivery, { mine, until, now: clock.wall() });
    const result: Attempt =
      mayLeave && until === undefined
        ? await tryOnce(delivery, calledOff, (set) => recorder.record({ filter: mine, update: { $set: set } }))
        : { result: 'held-back' };

    if (result.result !== 'held-back' && result.result !== 'not-yet')
      brake.note(result.result !== 'down' && result.result !== 'broken');
    const options = {
      now: clock.wall(),
      random: Math.random(),
      settings,
      isOutage: isAway(),
      messengers: deps.messengers,
    };
    let verdict = judge(delivery, result, options);
    if (verdict.unreachable) {
      try {
        await inTime(deps.markUnreachable({ memberId: delivery.memberId, messenger, chatId: delivery.chatId }));
      } catch (error) {
        // Tried again, it is found unreachable again: the mark is not lost.
        verdict = judge(
          delivery,
          { result: 'down', text: `not marked unreachable: ${(error as Error).message}` },
          options,
        );
      }
    }
    if (verdict.pause !== undefined) await halt(verdict.pause);

    const unset = ['claimedBy', 'claimedAt', 'adding', ...(verdict.unset ?? [])];
    await recorder.record({
      filter: mine,
      update: {
        $set: { state: verdict.state, ...verdict.set },
        $unset: Object.fromEntries(unset.map((field) => [field, ''])),
      },
    });
    if (result.result !== 'held-back') deps.onAttempt?.(reportOf(delivery, verdict.state));
    if (delivery.about !== undefined && verdict.set.endedAt !== undefined) await deps.onEnded(delivery._id);
    if (verdict.state === 'failed' || verdict.state === 'unknown') {
      logger.warn(
        { messenger, delivery: delivery._id, state: verdict.state, code: verdict.set.outcome?.code },
        'not delivered',
      );
    }
    if (verdict.set.messenger !== undefined) deps.wakeAll();
  }

  async function halt({ ms, remembered }: { ms: number; remembered: boolean }): Promise<void> {
    // The others in flight are told the same; once is enough for the log.
    if (brake.leftMs() === 0) logger.warn({ messenger, ms, asked: remembered }, 'sending pauses');
    brake.pause(ms);
    if (ms > LONG_PAUSE_MS) setTimeout(() => takeBack(), ANSWERED_MS).unref();
    if (!remembered) return;
    await rates.savePause(brake.leftMs());
  }

  return {
    start() {
      running ??= run();
    },
    wake: waker.wake,
    hasInHand: () => isClaiming || flights.size > 0,
    async stop({ timeoutMs }) {
      stopping.abort();
      waker.wake();
      // `running` does not wait for what had left when the lease was lost.
      const over = Promise.all([running, allEnded()]);
      await within(timeoutMs, over);
      takeBack();
      for (const flight of flights.values()) flight.abort.abort(new HeldBack());
      await within(RECORDING_MS, Promise.all([running, allEnded()]));
    },
  };
}
