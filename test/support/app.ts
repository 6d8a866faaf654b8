import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, inject } from 'vitest';
import { createTranslations, type TextKey, type TextValue } from '../../src/language/translator.ts';
import { startApp, type App, type AppOptions } from '../../src/app.ts';
import type { MessengerConfig } from '../../src/config.ts';
import type { MessengerName } from '../../src/messengers/messenger.ts';
import { startSimulator, type BotServer, type Person, type Simulator } from '../../src/simulator/simulator.ts';
import { systemNow } from '../../src/system-clock.ts';
import { afterThisTest } from './clean-up.ts';
import { silentLogger } from './database.ts';
import { borrowDatabase, giveBackDatabase } from './database-pool.ts';
import { callFaults } from './text-faults.ts';

export const MESSENGERS: readonly MessengerName[] = ['telegram', 'bale'];

/** The first admin of every test app, on both messengers. */
export const ADMIN_ID = 9001;

export interface World {
  simulator: Simulator;
  app: App;
  /** Texts that lacked a key or a value; a test that leaves one has failed. */
  textProblems: string[];
  server(messenger: MessengerName): BotServer;
  /** Stops the app and starts another on the same database and simulator, with other options where some are given. */
  restart(options?: Partial<AppOptions>): Promise<App>;
  /** By the messengers' clock so many hours go by: messages grow old. */
  pass(hours: number): void;
  /** Everything that was sent has been worked, and everything that is due has gone out. */
  settled(): Promise<void>;
  /**
   * What must hold after every test: each press was answered, and no text that left held a raw key, an empty
   * placeholder or a digit of another script. @throws naming every fault since the last call
   */
  check(): Promise<void>;
}

interface OpenWorld extends World {
  close(): Promise<void>;
}

/** What stands in for a messenger's own token or address. */
type OtherAccounts = Partial<Record<MessengerName, Partial<MessengerConfig>>>;

async function openWorld(options: Partial<AppOptions>, others: OtherAccounts = {}): Promise<OpenWorld> {
  let passedMs = 0;
  const simulator = await startSimulator({ apiPort: 0, clock: () => systemNow().getTime() + passedMs });
  const servers = [simulator.telegram, simulator.bale];
  const dbName = await borrowDatabase();
  const textProblems: string[] = [];
  const start = (changed: Partial<AppOptions> = {}) =>
    startApp({
      accounts: servers.map(({ profile, token, apiRoot }) => ({ name: profile, token, apiRoot, ...others[profile] })),
      database: { uri: inject('mongoUri'), dbName },
      owners: MESSENGERS.map((messenger) => ({ messenger, userId: ADMIN_ID })),
      secretKey: Buffer.alloc(32, 'a test key'),
      httpPort: null,
      logger: silentLogger,
      onTextProblem: ({ key, what }) => textProblems.push(`${key}: ${what}`),
      // People in tests type faster than people.
      flood: { burst: 100_000, perSecond: 100_000 },
      // They want to see what is told at once, by day and night.
      telling: { togetherMs: 0, quiet: false },
      // The simulator has no limit unless it is given one; the tests of sending and the measurements give it theirs.
      sendsPerSecond: { telegram: 1_000, bale: 1_000 },
      progressEveryMs: 200,
      // A test process stands still now and then, and has many apps.
      standStill: null,
      ...options,
      ...changed,
    });
  let app = await start().catch(async (error: unknown) => {
    await simulator.close();
    throw error;
  });
  const checked = new Map<BotServer, number>(servers.map((server) => [server, 0]));

  const worked = async () => {
    for (const server of servers) {
      await server.waitUntil(() => server.pendingUpdates.length === 0, { what: 'every update to be confirmed' });
    }
    await app.inbox.idle();
    // What came to a webhook is stored first and taken over a moment later.
    const inbox = app.database.connection.collection('inbox');
    while ((await inbox.findOne({ state: 'waiting' })) !== null) await delay(5);
    await app.inbox.idle();
  };
  return {
    simulator,
    textProblems,
    get app() {
      return app;
    },
    server: (messenger) => simulator[messenger],
    async restart(changed) {
      await app.stop();
      app = await start(changed);
      return app;
    },
    pass(hours) {
      passedMs += hours * 3_600_000;
    },
    async settled() {
      await worked();
      await app.delivery.idle();
    },
    async check() {
      await worked();
      const faults = textProblems.splice(0).map((problem) => `text: ${problem}`);
      for (const server of servers) {
        for (const call of server.calls.slice(checked.get(server))) faults.push(...callFaults(call, server.profile));
        checked.set(server, server.calls.length);
        for (const person of server.people) {
          for (const { answered, label, data } of person.toasts) {
            if (!answered) faults.push(`${server.profile}: the press of «${label}» (${data}) was not answered`);
          }
        }
      }
      if (faults.length > 0) throw new Error(faults.join('\n'));
    },
    async close() {
      await app.stop();
      await simulator.close();
      await giveBackDatabase(dbName);
    },
  };
}

/** The whole app on a database of its own, against a simulator, over HTTP; checked and closed after the test. */
export async function startWorld(options: Partial<AppOptions> = {}, others: OtherAccounts = {}): Promise<World> {
  const world = await openWorld(options, others);
  afterThisTest(async () => {
    try {
      await world.check();
    } finally {
      await world.close();
    }
  });
  return world;
}

/** One world for all tests of a file or a `describe`: checked after each, closed after the last. */
export function useWorld(options: Partial<AppOptions> = {}): World {
  let world: OpenWorld | undefined;
  const opened = (): OpenWorld => {
    if (!world) throw new Error('the world is open from beforeAll on: use it within a test or a hook');
    return world;
  };
  beforeAll(async () => {
    world = await openWorld(options);
  });
  afterEach(async () => {
    await world?.check();
  });
  afterAll(async () => {
    await world?.close();
  });
  return {
    get simulator() {
      return opened().simulator;
    },
    get app() {
      return opened().app;
    },
    get textProblems() {
      return opened().textProblems;
    },
    server: (messenger) => opened().server(messenger),
    restart: (others) => opened().restart(others),
    pass: (hours) => opened().pass(hours),
    settled: () => opened().settled(),
    check: () => opened().check(),
  };
}

const translations = createTranslations({
  onProblem: ({ key, what }) => {
    throw new Error(`${key}: ${what}`);
  },
});
/** A Persian text as members read it; tests follow the texts, whatever their wording. */
export const fa = (key: TextKey, values?: Record<string, TextValue>): string =>
  translations.translator('fa').text(key, values);

/** The part of a Persian text before its first value: enough to know it by. */
export function faBegins(key: TextKey): string {
  const known = createTranslations({ onProblem: () => {} })
    .translator('fa')
    .text(key);
  return known.split('—')[0]?.trim() ?? '';
}

export async function answer(
  person: Person,
  question: TextKey,
  act: () => void,
  values?: Record<string, TextValue>,
): Promise<void> {
  await person.waitFor(fa(question, values));
  act();
}

export const skip = (person: Person, question: TextKey, values?: Record<string, TextValue>): Promise<void> =>
  answer(person, question, () => person.press(fa('bot.dialogue.button.skip')), values);

/** Says no more of a business than must be said, up to the review. */
export async function skipTheRest(person: Person): Promise<void> {
  await skip(person, 'businesses.question.website');
  await skip(person, 'businesses.question.description');
  await answer(person, 'businesses.question.listed', () => person.press(fa('businesses.listed.yes')));
  await person.waitFor(fa('bot.dialogue.reviewHint'));
}

/** Presses one of several choices and waits until it is ticked. */
export async function tick(person: Person, label: string): Promise<void> {
  person.press(label);
  await person.waitFor(
    (message) => message.inlineKeyboard?.flat().some((button) => button.label === `✓ ${label}`) ?? false,
  );
}

/** The answers that make a member of a person and register a home-based software producer in Tabriz. */
export async function registerFreelancer(person: Person): Promise<void> {
  person.command('register');
  await answer(person, 'members.question.name', () => person.say('مریم احمدی'));
  await answer(person, 'members.question.phone', () => person.shareContact());
  await answer(person, 'members.question.province', () => person.say('آذربايجان شرقي'));
  await answer(person, 'members.question.city', () => person.press('تبریز'));
  await registerBusiness(person, 'کارگاه نرم‌افزار مریم');
}

/** From the name of a business on: the answers that register a freelancer's, without what may be left out. */
export async function registerBusiness(person: Person, name: string): Promise<void> {
  await answer(person, 'businesses.question.business', () => person.say(name));
  await answer(person, 'businesses.question.kind', () => person.press(fa('taxonomy.kinds.freelance')));
  await person.waitFor(fa('businesses.question.fields'));
  await tick(person, fa('taxonomy.fields.sw_custom'));
  person.press(fa('bot.dialogue.button.done'));
  await skip(person, 'businesses.question.headcount');
  await skip(person, 'businesses.question.since');
  await skipTheRest(person);
  person.press(fa('businesses.registration.send'));
  await person.waitFor(name);
}
