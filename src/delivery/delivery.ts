import { randomUUID } from 'node:crypto';
import type { Connection } from 'mongoose';
import type { Logger } from 'pino';
import type { MessengerClient, MessengerName } from '../messengers/messenger.ts';
import { createLeases } from '../database/leases.ts';
import { createBacklog, type Backlog } from './backlog.ts';
import { campaignCollection } from './campaign.model.ts';
import { createCampaigns, type Campaigns } from './campaigns.ts';
import { createClaims } from './claims.ts';
import {
  DEFAULT_SETTINGS,
  type Account,
  type Clock,
  type DeliverySettings,
  type RecipientsOf,
  type Renderer,
} from './contract.ts';
import { deliveryCollection } from './delivery.model.ts';
import { createDisplays, type Display, type DisplayRenderer } from './displays.ts';
import { createKeeper } from './keeper.ts';
import { createLiveCampaigns } from './live-campaigns.ts';
import { createNotify, type Notice, type Queued } from './notices.ts';
import { createDeliveryPeople, type DeliveryPeople } from './people.ts';
import { createOrder } from './order.ts';
import type { AttemptReport } from './outcome.ts';
import { createPreparation } from './preparation.ts';
import { createProgress, watchProgress, type ProgressListener } from './progress.ts';
import { createRateMemory, type RememberedPacer } from './rate-memory.ts';
import { createRecorder } from './recorder.ts';
import { createSender, type SenderDeps } from './sender.ts';
import { createTold, type OnOutcome, type ToldOf } from './told.ts';

export interface DeliveryDeps {
  connection: Connection;
  /** Each connected (`me` is known) before it is started. */
  clients: ReadonlyMap<MessengerName, MessengerClient>;
  /** Each client's pacer, whose learned rate is kept for the next process. */
  pacers?: ReadonlyMap<MessengerName, RememberedPacer>;
  logger: Logger;
  clock: Clock;
  /** By kind of notice or campaign. */
  renderers: Readonly<Record<string, Renderer>>;
  /** By kind of display, see `show`. */
  displays?: Readonly<Record<string, DisplayRenderer>>;
  recipientsOf: RecipientsOf;
  /** The messenger says that this account can't be written to any more. May be called more than once for one. */
  markUnreachable: (account: Account & { memberId: string }) => Promise<void>;
  settings?: Partial<DeliverySettings>;
  /** Whether a messenger is known to be out of reach: what fails then is tried until it is back. */
  isAway?: (messenger: MessengerName) => boolean;
  /** Whether another process replies for this bot. That one should send as well, so that one pacer counts both. */
  isStandby?: (messenger: MessengerName) => boolean;
  /** Tells which update is in hand, and does work on behalf of one: lines about a notice name what it was put out because of. */
  trail?: { current: () => string | undefined; follow: SenderDeps['follow'] };
  onAttempt?: (attempt: AttemptReport) => void;
  /** Hears how each notice ended that was about something. */
  onOutcome?: OnOutcome;
}

/** The outbox: everything that is not an immediate answer leaves through it. */
export interface Delivery {
  /**
   * Queues a message to one person. Safe to call again: the same key is queued once, ever.
   * @throws where the key can't be one, or the database is away
   */
  notify(notice: Notice): Promise<Queued>;
  /** What became of the notices about a thing. */
  told: ToldOf;
  campaigns: Campaigns;
  people: DeliveryPeople;
  /**
   * Calls the listener with a campaign's progress, at most once a second and only when it has changed, until it is
   * done or cancelled. Also for a campaign that another process sends.
   * @returns ends it
   */
  onProgress(campaignId: string, listener: ProgressListener): () => void;
  /**
   * Has a message of the bot show how a campaign goes until it has become the report, drawn by `displays`, also after a
   * restart and in whatever process. Again for the same message, it begins anew.
   */
  show(campaignId: string, display: Display): Promise<void>;
  /** Begins to send, through one messenger or, without a name, through all. Its client must be connected. Again, it does nothing. */
  start(messenger?: MessengerName): void;
  /**
   * Takes nothing new, finishes what is in hand, and gives it back after `timeoutMs` where it has not left.
   * @param options.timeoutMs default 10,000
   */
  stop(options?: { timeoutMs?: number }): Promise<void>;
  backlog: Backlog;
  /** Resolves when, in the whole database, nothing is in hand and nothing that may be sent is due. For tests and tools. */
  idle(): Promise<void>;
}

const IDLE_POLL_MS = 20;

/** @throws RangeError where a setting is out of its range. */
export function createDelivery(deps: DeliveryDeps): Delivery {
  const { connection, clients, logger, renderers, recipientsOf, markUnreachable, clock } = deps;
  const settings = { ...DEFAULT_SETTINGS, ...deps.settings };
  check(settings);

  const instance = randomUUID();
  const deliveries = deliveryCollection(connection);
  const campaignDocs = campaignCollection(connection);
  const messengers = new Set(clients.keys());
  const nextOrder = createOrder(clock);
  const leases = createLeases(connection);
  const rateMemory = createRateMemory({ connection, clock });
  const recorder = createRecorder({ deliveries, logger });
  const told = createTold({ deliveries, logger, onOutcome: deps.onOutcome ?? (async () => {}) });
  const live = createLiveCampaigns({ campaigns: campaignDocs, clock, pollMs: settings.pollMs });
  const progress = createProgress({ campaigns: campaignDocs, deliveries, clock });
  const preparation = createPreparation({
    campaigns: campaignDocs,
    deliveries,
    messengers,
    recipientsOf,
    clock,
    pageSize: settings.pageSize,
  });

  const lines = [...clients.values()].map((client) => {
    const claims = createClaims({ deliveries, messenger: client.name, instance, settings, clock });
    const sender = createSender({
      leases,
      client,
      messengers,
      claims,
      deliveries,
      live,
      recorder,
      renderers,
      markUnreachable,
      rateMemory,
      pacer: deps.pacers?.get(client.name),
      instance,
      settings,
      clock,
      logger,
      isAway: deps.isAway,
      isStandby: deps.isStandby,
      follow: deps.trail?.follow ?? ((_update, work) => work()),
      onAttempt: deps.onAttempt,
      onEnded: told.reportOne,
      wakeAll: wakeSenders,
    });
    return { name: client.name, claims, sender };
  });
  const displays = createDisplays({
    campaigns: campaignDocs,
    clients,
    renderers: deps.displays ?? {},
    progress,
    clock,
    logger,
    everyMs: settings.displayMs,
  });
  const keeper = createKeeper({
    leases,
    campaigns: campaignDocs,
    deliveries,
    live,
    preparation,
    instance,
    settings,
    clock,
    logger,
    wakeSenders,
    alongside: displays.run,
  });

  function wakeSenders(): void {
    for (const { sender } of lines) sender.wake();
  }
  function wakeAll(): void {
    wakeSenders();
    keeper.wake();
  }

  /** Sent to the last, and also closed: a campaign ends a moment after its last delivery. */
  async function isIdle(): Promise<boolean> {
    await live.refresh({ force: true });
    const unfinished = await Promise.all(
      live.all().map(async ({ _id, state, preparedAt }) => {
        if (state === 'cancelled') return true;
        if (preparedAt === null) return true;
        if (state !== 'sending') return false;
        const counts = (await progress(_id))?.byState;
        return counts !== undefined && counts.waiting + counts.claimed === 0;
      }),
    );
    if (unfinished.includes(true)) return false;
    const queues = live.openQueues();
    const busy = await Promise.all(lines.map(({ claims }) => claims.isBusy(queues)));
    return !busy.includes(true) && !lines.some(({ sender }) => sender.hasInHand());
  }

  return {
    notify: createNotify({
      deliveries,
      clock,
      messengers,
      nextOrder,
      wake: wakeSenders,
      causeNow: deps.trail?.current ?? (() => undefined),
    }),
    campaigns: createCampaigns({
      campaigns: campaignDocs,
      deliveries,
      live,
      progress,
      clock,
      nextOrder,
      wake: wakeAll,
    }),
    told,
    people: createDeliveryPeople({ deliveries, campaigns: campaignDocs, messengers, wake: wakeSenders, clock }),
    onProgress: (campaignId, listener) => watchProgress({ progress, clock, logger }, campaignId, listener),
    show: displays.add,
    backlog: createBacklog({ deliveries, live, messengers, clock }),
    start(messenger) {
      keeper.start();
      for (const { name, sender } of lines) if (messenger === undefined || name === messenger) sender.start();
    },
    async stop({ timeoutMs = 10_000 } = {}) {
      await Promise.all([keeper.stop({ timeoutMs }), ...lines.map(({ sender }) => sender.stop({ timeoutMs }))]);
      recorder.abandon();
    },
    async idle() {
      while (!(await isIdle())) await new Promise((resolve) => setTimeout(resolve, IDLE_POLL_MS));
    },
  };
}

function check(settings: DeliverySettings): void {
  const above: (keyof DeliverySettings)[] = [
    'windowSeconds',
    'pollMs',
    'pageSize',
    'maxTries',
    'firstBackoffMs',
    'longestBackoffMs',
    'switchAfterMs',
    'leaseMs',
    'giveWayMs',
    'displayMs',
    'unnamedPauseMs',
    'badTokenPauseMs',
  ];
  for (const name of above) {
    const value = settings[name];
    if (!(typeof value === 'number' && value > 0)) {
      throw new RangeError(`The delivery setting ${name} must be a number above 0, not ${String(value)}`);
    }
  }
}
