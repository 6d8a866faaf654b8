import type { Logger } from 'pino';
import { createBot, type HandleUpdate } from './bot/create-bot.ts';
import type { AccountId, MessengerConfig } from './config.ts';
import { openDatabase, type Database, type DatabaseAddress } from './database/connect.ts';
import { ensureIndexes } from './database/indexes.ts';
import { createLeases } from './database/leases.ts';
import { createRunOnce } from './database/once.ts';
import { createSweeper } from './database/sweeper.ts';
import { createDelivery, type Delivery } from './delivery/delivery.ts';
import { createInbox, type Inbox } from './inbox/inbox.ts';
import { startPoller, type Poller, type PollerState } from './inbox/poller.ts';
import { caseJobs } from './jobs/case-jobs.ts';
import { startJobs, type Job } from './jobs/schedule.ts';
import { createTranslations, type TranslationProblem } from './language/translator.ts';
import { createMessengerClient, createPacer, limitsOf, type Pacer } from './messengers/index.ts';
import type { MessengerClient, MessengerName } from './messengers/messenger.ts';
import { createMetrics } from './web/metrics.ts';
import { startWebServer, type ReadinessChecks, type WebServer } from './web/http-server.ts';
import { wireFeatures, type FeatureDeps, type Features, type Telling } from './wire-features.ts';

export interface AppOptions {
  accounts: readonly MessengerConfig[];
  database: DatabaseAddress & { dbName?: string };
  owners: readonly AccountId[];
  /** 0 takes a free port; null starts no web server. */
  httpPort: number | null;
  logger: Logger;
  /** Messages a second to begin with; each messenger's own limit unless told. */
  sendsPerSecond?: Partial<Record<MessengerName, number>>;
  /** Hears of texts that lack a key or a value. Tests let it throw; by default it is logged and counted. */
  onTextProblem?: (problem: TranslationProblem) => void;
  flood?: { burst: number; perSecond: number };
  /** When members are told of changes; by default together within ten minutes, and not at night. */
  telling?: Telling;
  /** The time that deadlines go by. Tests set it. */
  now?: () => Date;
}

export interface App {
  readonly database: Database;
  readonly features: Features;
  readonly delivery: Delivery;
  readonly inbox: Inbox;
  readonly clients: ReadonlyMap<MessengerName, MessengerClient>;
  readonly web: WebServer | null;
  /** What is done by the clock; they run by themselves, and tests run them at will. */
  readonly jobs: readonly Job[];
  /** Takes nothing new, finishes what is in hand, and closes everything, within ten seconds. */
  stop(): Promise<void>;
}

/** After so many tries an update is set aside and shown to an admin. */
const TRIES = 3;
/** Another process of ours polls: this one is as ready as it can be. */
const HEALTHY: ReadonlySet<PollerState> = new Set(['polling', 'standby']);
const ASIDE_SHOWN = 8;
const STOP_WITHIN_MS = 8000;

/** Wires every part, in the order in which an update passes them, and starts it. Main, the demo and the tests use it. */
export async function startApp(options: AppOptions): Promise<App> {
  const { logger, accounts, owners, now = () => new Date() } = options;
  const metrics = createMetrics();
  const { dbName, ...address } = options.database;
  const database = await openDatabase(address, dbName === undefined ? { logger } : { logger, dbName });
  const { connection } = database;

  const translations = createTranslations({
    onProblem:
      options.onTextProblem ??
      (({ key, language, what }) => {
        metrics.textProblems.inc({ language });
        logger.error({ key, language, what }, 'A text is not right');
      }),
  });

  const pacers = new Map<MessengerName, Pacer>();
  const clients = new Map<MessengerName, MessengerClient>();
  for (const { name, token, apiRoot } of accounts) {
    const client = createMessengerClient({
      name,
      token,
      apiRoot,
      logger: logger.child({ messenger: name }),
      pacer: pacerFor(name),
      onCall: ({ method, lane, outcome }) => metrics.calls.inc({ messenger: name, method, lane, outcome }),
    });
    clients.set(name, client);
  }
  function pacerFor(name: MessengerName): Pacer {
    const pacer = createPacer({ ratePerSecond: options.sendsPerSecond?.[name] ?? limitsOf(name).sendsPerSecond });
    pacers.set(name, pacer);
    return pacer;
  }

  const bots = new Map<MessengerName, HandleUpdate>();
  const inbox = createInbox({
    connection,
    logger,
    async handle(update, { id, messenger, attempt }) {
      const bot = bots.get(messenger);
      if (!bot) throw new Error(`No bot for ${messenger} runs in this process: set its token`);
      const end = metrics.updateSeconds.startTimer({ messenger });
      try {
        await bot(update, { id, attempt });
        metrics.updates.inc({ messenger, outcome: 'done' });
      } catch (error) {
        metrics.updates.inc({ messenger, outcome: 'failed' });
        throw error;
      } finally {
        end();
      }
    },
    onSetAside: ({ id }) => features.tellAdmins(id),
  });

  const features: Features = wireFeatures({
    connection,
    translations,
    delivery: () => delivery,
    aside: asideOf(inbox),
    ...(options.telling ? { telling: options.telling } : {}),
    ...(options.now ? { now: options.now } : {}),
  });
  const delivery: Delivery = createDelivery({
    connection,
    clients,
    pacers,
    logger,
    ...(options.now ? { clock: { wall: () => now().getTime(), monotonic: () => performance.now() } } : {}),
    renderers: features.renderers,
    recipientsOf: features.recipientsOf,
    markUnreachable: ({ messenger, chatId }) => features.members.markUnreachable({ messenger, chatId }),
  });

  await ensureIndexes(connection);
  await features.files.ensureIndexes();
  for (const owner of owners) await features.members.grant(owner, 'admin');

  const leases = createLeases(connection);
  const health = new Map<MessengerName, PollerState>();
  const pollers: Poller[] = [];
  const starting = new AbortController();
  for (const [name, client] of clients) {
    await client.connect(starting.signal);
    bots.set(
      name,
      createBot({
        client,
        people: features.members,
        translator: (language) => translations.translator(language),
        menu: features.menu,
        dialogues: features.dialogues,
        features: features.chats,
        unclaimed: features.unclaimed,
        logger,
        lastAttempt: TRIES,
        ...(options.flood ? { flood: options.flood } : {}),
      }),
    );
  }

  delivery.start();
  for (const client of clients.values())
    pollers.push(
      startPoller({ client, inbox, leases, logger, onHealth: ({ messenger, state }) => health.set(messenger, state) }),
    );
  const sweeper = createSweeper(connection);
  const jobs: Job[] = [
    { name: 'sweep', when: '* * * * *', run: async () => void (await sweeper.sweep()) },
    ...caseJobs({
      followUp: features.obstacles.followUp,
      tell: features.tellDue,
      tellDailyLists: features.tellDailyLists,
      redrawCards: () => Promise.resolve(),
      calendar: () => features.calendar.working(),
      leases,
      runOnce: createRunOnce(connection),
      now,
    }),
  ];
  const schedule = await startJobs(jobs, logger);
  const web =
    options.httpPort === null
      ? null
      : await startWebServer({
          port: options.httpPort,
          checks: readinessOf(database, health),
          metrics: metrics.registry,
        });

  return {
    database,
    features,
    delivery,
    inbox,
    clients,
    web,
    jobs,
    async stop() {
      starting.abort();
      await schedule.stop();
      await Promise.all(pollers.map((poller) => poller.stop()));
      await Promise.all([inbox.stop({ timeoutMs: STOP_WITHIN_MS }), delivery.stop({ timeoutMs: STOP_WITHIN_MS })]);
      await web?.close();
      await Promise.all([...clients.values()].map((client) => client.close()));
      await database.close();
    },
  };
}

function readinessOf(database: Database, health: Map<MessengerName, PollerState>): ReadinessChecks {
  return {
    database: async () => {
      await database.ping();
      return null;
    },
    messengers: () =>
      [...health].flatMap(([name, state]) => (HEALTHY.has(state) ? [] : [`${name}: ${state}`])).join(', ') || null,
  };
}

/** The desk's view of what was set aside. Colons can't be in a button's data. */
function asideOf(inbox: Inbox): FeatureDeps['aside'] {
  const toInboxId = (id: string) => id.replaceAll('.', ':');
  return {
    async list() {
      const entries = await inbox.listAside(ASIDE_SHOWN);
      return entries.map(({ id, messenger, receivedAt, error }) => ({
        id: id.replaceAll(':', '.'),
        messenger,
        at: receivedAt,
        error,
      }));
    },
    retry: async (id) => void (await inbox.retryAside(toInboxId(id))),
    drop: async (id) => void (await inbox.discardAside(toInboxId(id))),
  };
}
