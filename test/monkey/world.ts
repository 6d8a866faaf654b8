import { randomUUID } from 'node:crypto';
import { Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { pino } from 'pino';
import { startApp, type App } from '../../src/app.ts';
import type { Role } from '../../src/features/members/members.service.ts';
import type { MessengerName } from '../../src/messengers/messenger.ts';
import { startSimulator, type Group, type Simulator } from '../../src/simulator/simulator.ts';
import { furnish } from './furnish.ts';
import { chooseGroup } from '../support/journeys.ts';
import type { Player } from './player.ts';
import { createTrails, type Trails } from './trails.ts';

/** Everybody in the hostile run, and where they meet. */
export interface MonkeyWorld {
  simulator: Simulator;
  app: App;
  people: Player[];
  /** By messenger: a staff group with its officers and, wrongly, a member. */
  groups: Map<MessengerName, Group>;
  /** How often each kind of button was pressed. */
  pressed: Map<string, number>;
  /** The ways that the careful ones go. */
  trails: Trails;
  /** What was wrong with texts or was logged as an error since the last call. */
  takeProblems(): string[];
  /** Everything that was sent has been worked and answered. @throws when that takes longer than the time given */
  settled(withinMs: number): Promise<void>;
  close(): Promise<void>;
}

const CAST: { roles: Role[]; isMember: boolean }[] = [
  { roles: ['admin'], isMember: false },
  { roles: ['officer'], isMember: true },
  { roles: ['officer'], isMember: false },
  { roles: ['head'], isMember: true },
  { roles: ['council'], isMember: false },
  ...Array.from({ length: 6 }, () => ({ roles: [], isMember: true })),
  ...Array.from({ length: 5 }, () => ({ roles: [], isMember: false })),
];
const LETTERS = 'ابپتثجچحخد';

/** A marker of letters only, so that the checks of digits have nothing to say about it. */
export const markerOf = (number: number): string =>
  `نشان${String(number)
    .padStart(3, '0')
    .replaceAll(/\d/g, (digit) => LETTERS.charAt(Number(digit)))}ژ`;
export const MARKER = /نشان[ابپتثجچحخد]{3}ژ/g;

const MESSENGERS = ['telegram', 'bale'] as const;

/** The whole app in this process, on a database of its own, with a cast on both messengers. */
export async function openMonkeyWorld({ mongoUri }: { mongoUri: string }): Promise<MonkeyWorld> {
  const problems: string[] = [];
  const logger = pino(
    { level: 'error' },
    new Writable({
      write(line: Buffer, _encoding, done) {
        problems.push(`logged: ${line.toString().trim().slice(0, 900)}`);
        done();
      },
    }),
  );
  const simulator = await startSimulator({ apiPort: 0, keep: { messagesPerChat: 40, calls: 6_000, updates: 500 } });
  const app = await startApp({
    accounts: MESSENGERS.map((name) => ({ name, token: simulator[name].token, apiRoot: simulator[name].apiRoot })),
    database: { uri: mongoUri, dbName: `monkey_${randomUUID().replaceAll('-', '')}` },
    owners: [],
    secretKey: Buffer.alloc(32, 'a test key'),
    httpPort: null,
    logger,
    onTextProblem: ({ key, language, what }) => problems.push(`text: ${key} (${language}): ${what}`),
    flood: { burst: 1e9, perSecond: 1e9 },
    telling: { togetherMs: 0, quiet: false },
    sendsPerSecond: { telegram: 2_000, bale: 2_000 },
  });
  const people: Player[] = [];
  const groups = new Map<MessengerName, Group>();
  const world: MonkeyWorld = {
    simulator,
    app,
    people,
    groups,
    pressed: new Map(),
    trails: createTrails(),
    takeProblems: () => problems.splice(0),
    async settled(withinMs) {
      const late = new AbortController();
      const tooLong = delay(withinMs, undefined, { signal: late.signal }).then(() => {
        throw new Error(`Not everything was worked within ${withinMs} ms`);
      });
      try {
        await Promise.race([allWorked(world), tooLong]);
      } finally {
        late.abort();
        await tooLong.catch(() => {});
      }
    },
    async close() {
      await app.database.connection.dropDatabase();
      await app.stop();
      await simulator.close();
    },
  };
  for (const messenger of MESSENGERS)
    for (const [place, part] of CAST.entries()) await enter(world, messenger, place, part);
  await furnish(world);
  await world.settled(30_000);
  for (const messenger of MESSENGERS) {
    const officers = people.filter((player) => player.messenger === messenger).slice(0, 3);
    const member = people.findLast((player) => player.messenger === messenger)!;
    const group = simulator[messenger].group({
      title: 'دبیرخانه',
      basic: messenger === 'telegram',
      members: [...officers, member].map(({ person }) => person),
    });
    groups.set(messenger, group);
    await chooseGroup(officers[0]!.person, group);
  }
  await world.settled(30_000);
  problems.length = 0;
  return world;
}

async function enter(
  { simulator, app, people }: MonkeyWorld,
  messenger: MessengerName,
  place: number,
  { roles, isMember }: (typeof CAST)[number],
): Promise<void> {
  const number = people.length;
  const marker = markerOf(number);
  const { members, businesses, approval, obstacles, packs } = app.features;
  const person = simulator[messenger].person({
    id: 9_000 + number,
    firstName: marker,
    // The same phone on both messengers: the two may be one person.
    phone: `+98912${String(1_000_000 + place * 7).slice(-7)}`,
    ...(messenger === 'bale' && number % 2 === 0 ? { oldClient: true } : {}),
  });
  people.push({
    name: `${messenger}-${place}${roles.map((role) => `-${role}`).join('')}`,
    messenger,
    person,
    marker,
    isStaff: roles.length > 0,
  });
  for (const role of roles) await members.grant({ messenger, userId: person.id }, role);
  person.command('start');
  if (!isMember) return;
  const { id } = await members.identify({ messenger, userId: person.id, chatId: person.id });
  const at = { provinceCode: '06', cityCode: '06-ahvaz' };
  await members.saveProfile(id, { name: `فروشنده ${marker}`, phone: `+${person.record.phone}`, ...at });
  const business = await businesses.register({
    draftId: `monkey-${number}`,
    ownerId: id,
    name: `فروشگاه شمارهٔ ${marker.slice(-4)}`,
    kind: place % 4 === 2 ? 'freelance' : 'shop',
    fields: ['hw_sale'],
    documents: [],
    listed: true,
    description: 'همه کار می‌کنیم.',
    ...at,
  });
  for (const category of ['license', 'other', 'tax'])
    await obstacles.report({
      draftId: `monkey-${number}-${category}`,
      reporterId: id,
      businessId: business.id,
      category,
      visibility: category === 'tax' ? 'public' : 'secretariat',
      title: `پرونده ${marker}`,
      description: `ماجرا ${marker}`,
      evidence: [],
    });
  const chief = people[0];
  await obstacles.report({
    draftId: `monkey-${number}-idea`,
    reporterId: id,
    businessId: business.id,
    kind: 'idea',
    category: 'other',
    visibility: 'public',
    title: `پیشنهاد ${marker}`,
    description: `بازارچهٔ سالانهٔ ${marker}`,
    evidence: [],
  });
  await packs.procurements.report({
    draftId: `monkey-${number}-purchase`,
    reporterId: id,
    buyer: `ادارهٔ شمارهٔ ${place % 3 === 0 ? 'یک' : 'دو'}`,
    item: `رایانه ${marker}`,
    field: 'hw_sale',
    amountRials: 1_000_000_000,
    boughtOn: '2026-03-01',
    noticeNumber: null,
    provinceCode: null,
    evidence: [],
  });
  if (place % 2 === 1 || !chief) return;
  const actor = await members.identify({
    messenger: chief.messenger,
    userId: chief.person.id,
    chatId: chief.person.id,
  });
  const decision = { to: 'approved' } as const;
  await approval.decide(actor, business.id, { version: business.version, decision, source: `monkey-${number}` });
}

async function allWorked({ simulator, app }: MonkeyWorld): Promise<void> {
  const inbox = app.database.connection.collection('inbox');
  for (const messenger of MESSENGERS) {
    const server = simulator[messenger];
    await server.waitUntil(() => server.pendingUpdates.length === 0, { timeoutMs: 60_000, what: 'every update' });
  }
  await app.inbox.idle();
  while ((await inbox.findOne({ state: 'waiting' })) !== null) await delay(5);
  await app.inbox.idle();
  await app.delivery.idle();
}
