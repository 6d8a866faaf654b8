import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { bringUp } from './bring-up.ts';
import { createBot, type HandleUpdate } from './bot/create-bot.ts';
import { databaseAwayMessage } from './bot/database-away.views.ts';
import { publishProfile } from './bot/publish-profile.ts';
import { clockOf, type Now } from './clock.ts';
import { ConfigError } from './config-error.ts';
import type { AccountId, MessengerConfig } from './config.ts';
import { openDatabase, type Database, type DatabaseAddress } from './database/connect.ts';
import { noteUse, type DataUse } from './database/data-use.ts';
import { ensureIndexes } from './database/indexes.ts';
import { createLeases } from './database/leases.ts';
import { createMigrations } from './database/migrations/migrate.ts';
import { createSweeper } from './database/sweeper.ts';
import type { Doubt } from './delivery/contract.ts';
import { createDelivery, type Delivery } from './delivery/delivery.ts';
import { createGapWatch } from './inbox/gaps.ts';
import { createInbox, type Inbox } from './inbox/inbox.ts';
import type { Receiver, ReceiverState } from './inbox/lead-source.ts';
import { startPoller } from './inbox/poller.ts';
import { watchStandStills } from './inbox/stand-stills.ts';
import { createTrail } from './inbox/trail.ts';
import { answerWaitingPresses } from './inbox/waiting-presses.ts';
import { startWebhookReceiver, type WebhookReceiver } from './inbox/webhook-receiver.ts';
import { createRanAt } from './jobs/ran-at.ts';
import { startJobs, type Jobs } from './jobs/schedule.ts';
import { watchOutages } from './jobs/watch-outages.ts';
import { createTranslations, type TranslationProblem } from './language/translator.ts';
import {
  createMessengerClient,
  createPacer,
  createReach,
  limitsOf,
  type Pacer,
  type Reach,
} from './messengers/index.ts';
import type { MessengerClient, MessengerName } from './messengers/messenger.ts';
import { createWebhookRoutes, webhookAddress, webhookSecretFor } from './web/webhook-routes.ts';
import { createMonitoring } from './monitoring.ts';
import { systemNow } from './system-clock.ts';
import { ROLES } from './features/desk/desk.service.ts';
import { startWebServer, type WebServer } from './web/http-server.ts';
import { createSealing, type KeySource } from './features/members/sealing.service.ts';
import { givenKey } from './secret-key.ts';
import { expiriesOf, RETENTION, type Retention } from './retention.ts';
import type { Telling } from './wire-cases.ts';
import { createCodeBinder } from './features/members/national-codes.service.ts';
import { repeatDeletions } from './repeat-deletions.ts';
import { wireFeatures, type FeatureDeps, type Features } from './wire-features.ts';

export interface AppOptions {
  accounts: readonly MessengerConfig[];
  database: DatabaseAddress & { dbName?: string };
  owners: readonly AccountId[];
  /** A start with the simulator is refused on people's data, and the other way round the trial's admins lose their roles. */
  use?: DataUse;
  /** The admins of any trial. */
  trialOwners?: readonly AccountId[];
  /** Null or absent: updates are fetched by long polling. */
  webhook?: { url: string; secret: string } | null;
  /** 32 bytes, for what is stored sealed, or where they come from. What one key sealed, another can't read: the start is refused. */
  secretKey: Uint8Array | KeySource;
  /** Where deletions are noted apart from the database; by default the folder of the embedded one. */
  dataDir?: string;
  /** The version of the notice in force; tests raise it. */
  consentVersion?: number;
  /** 0 takes a free port; null starts no web server. */
  httpPort: number | null;
  /** Default 127.0.0.1. */
  httpHost?: string;
  /** Further names by which health and metrics may be asked, without ports. */
  httpAllowedHosts?: readonly string[];
  /** Lines on the way of an update get its inbox id as `update`. */
  logger: Logger;
  /** Messages a second to begin with; each messenger's own limit unless told. */
  sendsPerSecond?: Partial<Record<MessengerName, number>>;
  /** What becomes of a message in the outbox of which nobody knows whether it arrived; default `resend`. */
  inDoubt?: Doubt;
  /** What reaches more people than this is sure only when their number has been typed; default 50. */
  typedAbove?: number;
  /** How long things are kept, where it is not the usual time. */
  retention?: Partial<Retention>;
  /** Hears of texts that lack a key or a value. Tests let it throw; by default it is logged and counted. */
  onTextProblem?: (problem: TranslationProblem) => void;
  /** Milliseconds until the desk hears of a messenger out of reach (default one minute), and until people are written to on their other account (default ten). */
  outage?: { noticeAfterMs?: number; switchAfterMs?: number };
  /** Milliseconds between two looks at how a sending goes; default three seconds. */
  progressEveryMs?: number;
  flood?: { burst: number; perSecond: number };
  /** Milliseconds after which a process that stands still says at what, and after which it ends itself; null doesn't look. */
  standStill?: { markAfterMs?: number; endAfterMs?: number } | null;
  /** When members are told of changes; by default together within ten minutes, and not at night. */
  telling?: Telling;
  /** What the house's clock shows; tests set it, for everybody else it is the machine's. */
  now?: Now;
}

export interface App {
  readonly database: Database;
  readonly features: Features;
  readonly delivery: Delivery;
  readonly inbox: Inbox;
  readonly clients: ReadonlyMap<MessengerName, MessengerClient>;
  readonly jobs: Pick<Jobs, 'look'>;
  readonly web: WebServer | null;
  /** Takes nothing new, finishes what is in hand, and closes everything, within ten seconds. */
  stop(): Promise<void>;
}

const ASIDE_SHOWN = 8;
/** Leaves time out of ten seconds for records, connections and the embedded database. */
const STOP_WITHIN_MS = 5000;
const NOTICE_AFTER_MS = 60_000;
/** A messenger that has not answered by then counts as away; the start does not wait for it. */
const FIRST_ANSWER_MS = 5000;

/**
 * Wires every part, in the order in which an update passes them, and starts it. Main, the demo and the tests use it.
 * A messenger that is away is waited for in the background.
 * @throws ConfigError where a messenger refuses its token, or a trial would be run on people's data; EngineError where the embedded database can't run
 */
export async function startApp(options: AppOptions): Promise<App> {
  const { accounts, owners, now = systemNow } = options;
  const clock = clockOf(now);
  const trail = createTrail();
  const logger = trail.named(options.logger);
  const retention = { ...RETENTION, ...options.retention };
  const monitoring = createMonitoring(now);
  const { metrics } = monitoring;
  const { dbName, ...address } = options.database;
  const database = await openDatabase(address, dbName === undefined ? { logger } : { logger, dbName });
  const { connection } = database;

  const migrations = createMigrations({
    connection,
    logger,
    now,
    // Asked for when a step runs: by then the key is held.
    tools: { bindCode: (...code) => createCodeBinder(secretKey)(...code) },
  });
  const sealing = createSealing({ connection });
  const keySource = options.secretKey instanceof Uint8Array ? givenKey(options.secretKey) : options.secretKey;
  let secretKey: Uint8Array;
  try {
    // What is not whole says nothing of its key.
    await migrations.version();
    secretKey = await sealing.hold(keySource, now);
  } catch (error) {
    await database.close();
    throw error;
  }
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
  const reaches = new Map<MessengerName, Reach>();
  const isAway = (name: MessengerName): boolean => (reaches.get(name)?.awaySince() ?? null) !== null;
  for (const { name, token, apiRoot, proxy } of accounts) {
    const reach = createReach({ clock });
    reaches.set(name, reach);
    reach.onBack(() => inbox.hurry(name));
    const calls = monitoring.callsOf(name);
    const client = createMessengerClient({
      name,
      token,
      apiRoot,
      proxy,
      logger: logger.child({ messenger: name }),
      pacer: pacerFor(name),
      clock,
      onCall(report) {
        calls.onCall(report);
        reach.note(report);
      },
      onRetry: calls.onRetry,
    });
    clients.set(name, client);
  }
  function pacerFor(name: MessengerName): Pacer {
    const pacer = createPacer({
      ratePerSecond: options.sendsPerSecond?.[name] ?? limitsOf(name).sendsPerSecond,
      clock,
    });
    pacers.set(name, pacer);
    return pacer;
  }

  const presses = answerWaitingPresses({
    answer: async (messenger, id) => clients.get(messenger)?.answerPress({ id, chatId: undefined }),
    logger,
  });
  const standStills =
    options.standStill === null
      ? undefined
      : watchStandStills({ database: { uri: database.uri, name: connection.name }, logger, ...options.standStill });
  const bots = new Map<MessengerName, HandleUpdate>();
  const inbox: Inbox = createInbox({
    connection,
    now,
    logger,
    isAway,
    follow: (id, work) => trail.follow(id, work),
    onAttempt: monitoring.onUpdateAttempt,
    onWaiting: (item) => presses.onWaiting(item),
    ...(standStills ? { standStills } : {}),
    async handle(update, { messenger, ...info }) {
      const bot = bots.get(messenger);
      if (!bot) throw new Error(`No bot for ${messenger} runs in this process: set its token`);
      await monitoring.timed(messenger, (took) => bot(update, { ...info, took }));
    },
    onSetAside: ({ id }) => features.tellAdmins(id),
  });

  const features: Features = wireFeatures({
    connection,
    translations,
    delivery: () => delivery,
    aside: asideOf(inbox),
    secretKey,
    dataDir: options.dataDir ?? ('dataDir' in options.database ? options.database.dataDir : null),
    forgetChat: (chat) => inbox.forgetChat(chat),
    clients,
    telling: options.telling,
    typedAbove: options.typedAbove,
    now,
    retention,
    ...(options.consentVersion === undefined ? {} : { consentVersion: options.consentVersion }),
  });
  const delivery: Delivery = createDelivery({
    connection,
    clients,
    pacers,
    logger,
    clock,
    renderers: features.renderers,
    displays: features.displays,
    recipientsOf: features.recipientsOf,
    markUnreachable: ({ messenger, chatId }) => features.members.markUnreachable({ messenger, chatId }),
    isAway,
    isStandby: (name) => health.get(name) === 'standby',
    trail,
    onAttempt: monitoring.onDeliveryAttempt,
    onOutcome: features.onOutcome,
    settings: {
      ...(options.inDoubt === undefined ? {} : { afterCrash: options.inDoubt, afterBreak: options.inDoubt }),
      ...(options.progressEveryMs === undefined ? {} : { displayMs: options.progressEveryMs }),
      ...(options.outage?.switchAfterMs === undefined ? {} : { switchAfterMs: options.outage.switchAfterMs }),
    },
  });

  await migrations.run();
  const usedFor = options.use === undefined ? undefined : await noteUse(connection, options.use, now);
  if (options.use === 'trial' && usedFor === 'real') {
    await database.close();
    throw new ConfigError(
      'There is no bot token, and the data is of real members: a trial would write among them. Set TELEGRAM_BOT_TOKEN or BALE_BOT_TOKEN, or give the trial a folder of its own, for example DATA_DIR=./data-trial',
    );
  }
  await ensureIndexes(connection, expiriesOf(retention));
  await features.files.ensureIndexes();
  // Before anybody is served: a restored backup brings nobody back who was deleted since.
  await repeatDeletions(features.people, (again) => logger.warn(again, 'Deletions were noted apart from the database'));
  await features.seed();
  await features.handover.run();
  for (const owner of owners) {
    const isGranted = await features.handover.grantOwner(owner);
    if (!isGranted) logger.info('OWNER_IDS gives no right since the hand-over: use `npm run grant`');
  }

  if (options.use === 'real' && usedFor === 'trial') {
    logger.warn('this is the data of a trial, with made-up members: begin with an empty DATA_DIR');
    // Somebody real may have the number of one of them.
    for (const owner of options.trialOwners ?? []) for (const role of ROLES) await features.members.revoke(owner, role);
  }

  const leases = createLeases(connection);
  const watchGaps = createGapWatch({ connection, logger, now, onGap: (gap) => features.outages.gap(gap) });
  const health = new Map<MessengerName, ReceiverState>();
  const receivers: Receiver[] = [];
  const hooks = new Map<MessengerName, WebhookReceiver>();
  const { webhook = null } = options;
  const ending = new AbortController();
  let isStarting = true;

  /** A webhook asks the messenger only now and then: that the token is refused is learned from any call. */
  const statesNow = (): [MessengerName, ReceiverState][] =>
    [...health].map(([name, state]) => [name, reaches.get(name)?.isRefused() ? 'bad-token' : state]);

  /** From here on the messenger is served, whatever becomes of the other one. */
  async function serve(name: MessengerName, client: MessengerClient): Promise<void> {
    const onHealth = (state: ReceiverState) => void health.set(name, state);
    onHealth('messenger-away');
    const isUp = await bringUp({
      client,
      logger,
      signal: ending.signal,
      isStarting: () => isStarting,
      onState: onHealth,
    });
    if (!isUp || ending.signal.aborted) return;
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
        group: features.cases.group,
        returned: features.returned,
        logger,
        ...(options.flood ? { flood: options.flood } : {}),
      }),
    );
    delivery.start(name);
    const translators = translations.languages.map((language) => translations.translator(language));
    void publishProfile({ client, translators, logger });
    const deps = {
      client,
      inbox,
      leases,
      logger,
      onHealth: ({ state }: { state: ReceiverState }) => onHealth(state),
      watchGaps,
      answerPress: (id: string) => client.answerPress({ id, chatId: undefined }),
      tellAway: async (chatId: number) => void (await client.send(chatId, databaseAwayMessage(translations))),
    };
    if (webhook) {
      const secret = webhookSecretFor(webhook.secret, name);
      const url = webhookAddress(webhook.url, { ...placeOf(client), secret });
      const receiver = startWebhookReceiver({ ...deps, url, secret });
      hooks.set(name, receiver);
      receivers.push(receiver);
    } else {
      receivers.push(startPoller(deps));
    }
  }

  const routes =
    webhook &&
    createWebhookRoutes(
      webhook.url,
      [...clients.values()].map((client) => ({
        ...placeOf(client),
        secret: webhookSecretFor(webhook.secret, client.name),
        async take(update) {
          const receiver = hooks.get(client.name);
          if (!receiver) throw new Error(`${client.name} is not connected yet`);
          await receiver.take(update);
        },
      })),
    );
  const sweeper = createSweeper(connection, now);
  const jobs = await startJobs(
    [{ name: 'sweep', when: '* * * * *', run: async () => void (await sweeper.sweep()) }, ...features.jobs],
    { logger, now, ranAt: createRanAt(connection) },
  );
  // Before the webhooks are registered: the first update may come at once.
  const web =
    options.httpPort === null
      ? null
      : await startWebServer({
          port: options.httpPort,
          ...(options.httpHost === undefined ? {} : { host: options.httpHost }),
          ...(options.httpAllowedHosts === undefined ? {} : { allowedHosts: options.httpAllowedHosts }),
          ...monitoring.watch({
            database,
            key: () => sealing.standing(keySource.read()),
            inbox,
            delivery,
            dialogues: features.dialogues,
            receivers: statesNow,
          }),
          metrics: metrics.registry,
          ...(routes ? { webhooks: routes } : {}),
        });
  const serving = [...clients].map(([name, client]) =>
    serve(name, client).catch((error: unknown) => {
      if (isStarting) throw error;
      logger.error({ messenger: name, err: error }, 'A messenger can not be served; start again once this is mended');
    }),
  );

  const outageWatch = watchOutages({
    messengers: new Map(
      // Of several processes the one that receives knows best; the others hardly ask the messenger anything.
      [...reaches].map(([name, reach]) => [
        name,
        () => (health.get(name) === 'standby' ? undefined : reach.awaySince()),
      ]),
    ),
    away: (name, since) => features.outages.away(name, since),
    back: (name) => features.outages.back(name),
    noticeAfterMs: options.outage?.noticeAfterMs ?? NOTICE_AFTER_MS,
    now,
    logger,
  });

  async function stop(): Promise<void> {
    ending.abort();
    await outageWatch.stop();
    await jobs.stop();
    await Promise.allSettled(serving);
    const giveUpAt = performance.now() + STOP_WITHIN_MS;
    const sending = delivery.stop({ timeoutMs: STOP_WITHIN_MS });
    // A receiver gives its lease up when what it handed over is done: with a messenger that hangs, that is not waited for.
    const receiving = Promise.allSettled(receivers.map((receiver) => receiver.stop()));
    const late = new AbortController();
    await Promise.race([receiving, delay(STOP_WITHIN_MS, undefined, { signal: late.signal }).catch(() => {})]);
    late.abort();
    await Promise.all([presses.stop(), inbox.stop({ timeoutMs: Math.max(0, giveUpAt - performance.now()) }), sending]);
    await Promise.all([web?.close(), standStills?.stop()]);
    await Promise.all([...clients.values()].map((client) => client.close()));
    await database.close();
  }

  const waited = new AbortController();
  try {
    await Promise.race([
      Promise.all(serving),
      delay(FIRST_ANSWER_MS, undefined, { signal: waited.signal }).catch(() => {}),
    ]);
  } catch (error) {
    await stop();
    throw error;
  } finally {
    isStarting = false;
    waited.abort();
  }

  return { database, features, delivery, inbox, clients, jobs, web, stop };
}

/** Where the secret of a bot's webhook is: the messenger decides. */
const placeOf = ({ name, capabilities }: MessengerClient) =>
  ({ name, secretIn: capabilities.webhookSecretHeader ? 'header' : 'path' }) as const;

/** The desk's view of what was set aside. An inbox id is too long for a button, and holds its separators. */
function asideOf(inbox: Inbox): FeatureDeps['aside'] {
  const shortOf = (id: string) => createHash('sha256').update(id).digest('hex').slice(0, 16);
  const withEntry = async (short: string, act: (id: string) => Promise<boolean>): Promise<boolean> => {
    const entry = (await inbox.listAside(ASIDE_SHOWN)).find(({ id }) => shortOf(id) === short);
    return entry !== undefined && (await act(entry.id));
  };
  return {
    async list() {
      const entries = await inbox.listAside(ASIDE_SHOWN);
      return entries.map(({ id, messenger, receivedAt, error }) => ({
        id: shortOf(id),
        messenger,
        at: receivedAt,
        error,
      }));
    },
    retry: (short) => withEntry(short, (id) => inbox.retryAside(id)),
    drop: (short) => withEntry(short, (id) => inbox.discardAside(id)),
  };
}
