import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Types, type Connection } from 'mongoose';
import { pino } from 'pino';
import { openDatabase } from '../../src/database/connect.ts';
import { ensureIndexes } from '../../src/database/indexes.ts';
import { obstacleModel } from '../../src/features/obstacles/obstacle.model.ts';
import { createMembers } from '../../src/features/members/members.service.ts';
import { inboxSchema } from '../../src/inbox/inbox.model.ts';
import { modelOn } from '../../src/database/model.ts';
import { expiriesOf, RETENTION } from '../../src/retention.ts';
import { draftModel } from '../../src/bot/dialogue/draft.model.ts';
import { productionFlags } from './harness/production-flags.ts';
import type { FromContender, Listening, Recorded, Surroundings } from './speed/contender.ts';
import type { Act, FromMessenger, Load, LoadResult, SeenCall } from './speed/messenger.ts';
import { median, percentile } from './harness/statistics.ts';
import { systemNow } from '../../src/system-clock.ts';

const BOTS = ['raw', 'grammy', 'telegraf', 'khoosheh'] as const;
type BotName = (typeof BOTS)[number];
const ALWAYS: readonly BotName[] = ['raw', 'khoosheh'];

const START: Act = { say: '/start', answers: 1 };
const CASES: Act = { say: '📋 پیگیری', answers: 1 };
const BEGIN: Act = { say: '/register', answers: 1 };
const STEP: Act = { say: 'کارگاه نمونه', answers: 1 };
const BACK: Act = { press: 'بازگشت', answers: 1 };
const ROUNDS = { '/start': [START], 'menu press with a read': [CASES], 'dialogue step with a write': [STEP, BACK] };
type Workload = keyof typeof ROUNDS;
type Run = [name: string, load: Omit<Load, 'token'>];

interface Figures {
  cpuMicroseconds: number;
  perSecond: number;
  p50: number;
  p99: number;
  othersP50: number;
  rssMegabytes: number;
  /** To the database, for each update; what the others do in the background is in it. */
  roundTrips: number;
  unanswered: number;
}

/**
 * What an update costs Khoosheh, and what it costs a raw HTTP loop, grammY with its runner and telegraf that make the same
 * calls and database operations, all in turn within each round on one machine. The messenger and the database are processes
 * of their own and are not in the CPU figures. Options: `--rounds`, `--users`, `--acts` (each person's), `--seconds` (of each
 * paced run), `--only polling|webhook`, `--runs` (part of a run's name: `step`), `--without grammy,telegraf`.
 */
export async function run(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      rounds: { type: 'string', default: '3' },
      users: { type: 'string', default: '100' },
      acts: { type: 'string', default: '40' },
      seconds: { type: 'string', default: '20' },
      only: { type: 'string', default: '' },
      runs: { type: 'string', default: '' },
      without: { type: 'string', default: '' },
    },
  });
  const dataDir = mkdtempSync(join(tmpdir(), 'khoosheh-bench-'));
  const database = await openDatabase({ dataDir }, { logger: pino({ level: 'silent' }) });
  const mongoUri = database.engine?.uri ?? '';
  const messenger = fork(new URL('speed/messenger.ts', import.meta.url));
  try {
    const [{ port }] = (await once(messenger, 'message')) as [{ port: number }];
    const bench = { connection: database.connection, messenger, mongoUri, apiRoot: `http://127.0.0.1:${port}` };
    const settings = {
      rounds: Number(values.rounds),
      users: Number(values.users),
      // A round that is broken off leaves people where the next one does not begin.
      acts: Math.ceil(Number(values.acts) / 2) * 2,
      seconds: Number(values.seconds),
      runs: values.runs,
      bots: BOTS.filter((name) => ALWAYS.includes(name) || !values.without.split(',').includes(name)),
    };
    console.log(`load of the machine at the start: ${loadavg()[0]?.toFixed(2)}`);
    for (const transport of ['polling', 'webhook'] as const)
      if (values.only === '' || values.only === transport) await compare(bench, transport === 'webhook', settings);
  } finally {
    messenger.disconnect();
    await database.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

interface Bench {
  connection: Connection;
  messenger: ChildProcess;
  mongoUri: string;
  apiRoot: string;
}
interface Settings {
  rounds: number;
  users: number;
  acts: number;
  seconds: number;
  /** Part of the names of those that are wanted. */
  runs: string;
  bots: readonly BotName[];
}

async function compare(bench: Bench, webhook: boolean, settings: Settings): Promise<void> {
  const { users, acts, seconds, rounds, bots: names } = settings;
  const transport = webhook ? 'webhook' : 'polling';
  const surroundings = (name: string, recorded: Recorded): Surroundings => ({
    apiRoot: bench.apiRoot,
    token: `${transport}-${name}`,
    mongoUri: bench.mongoUri,
    dbName: `${transport}_${name}`,
    webhook,
    recorded,
  });
  for (const name of names) await fill(bench, `${transport}_${name}`, users);

  const nothing: Recorded = { start: [], cases: [], step: [], back: [] };
  const bots = new Map<BotName, Contender>();
  const khoosheh = await startContender(bench, 'khoosheh', surroundings('khoosheh', nothing));
  const recorded = await record(bench, khoosheh.token);
  for (const name of names)
    bots.set(name, name === 'khoosheh' ? khoosheh : await startContender(bench, name, surroundings(name, recorded)));

  const load = (round: readonly Act[], more: Partial<Load>): Omit<Load, 'token'> => ({
    round,
    users,
    actsEach: acts,
    callMs: 0,
    ...more,
  });
  const paced = Math.max(2, Math.round((seconds * 100) / users / 2) * 2);
  const full = (name: Workload): Run => [`${name}, full load`, load(ROUNDS[name], {})];
  const outside: Run[] = [
    full('/start'),
    full('menu press with a read'),
    ['menu press, 100 a second, 50 ms a call', load([CASES], { actsEach: paced, perSecond: 100, callMs: 50 })],
    [
      'menu press, the same, 1 % of calls take 3 s',
      load([CASES], { actsEach: paced, perSecond: 100, callMs: 50, slow: { share: 0.01, ms: 3000 } }),
    ],
  ];
  const inForm: Run[] = [full('dialogue step with a write')];

  async function warmAndMeasure(round: readonly Act[], run: Run[]): Promise<void> {
    const wanted = run.filter(([title]) => title.includes(settings.runs));
    if (wanted.length === 0) return;
    for (const bot of bots.values()) await ask(bench, { ...load(round, { actsEach: 20 }), token: bot.token });
    for (const [name, what] of wanted) {
      const seen = new Map(names.map((bot): [BotName, Figures[]] => [bot, []]));
      for (let turn = 0; turn < rounds; turn++) {
        for (const bot of turn % 2 === 0 ? names : names.toReversed())
          seen.get(bot)?.push(await measure(bench, bots.get(bot) as Contender, what));
      }
      print(`${name} (${transport})`, seen);
    }
  }

  try {
    // Whoever was recorded has left a form open, and to open something else from within one is another matter.
    await bench.connection.useDb(`${transport}_khoosheh`, { useCache: true }).collection('drafts').deleteMany({});
    await warmAndMeasure([START, CASES], outside);
    await ask(bench, { ...load([BEGIN], { actsEach: 1 }), token: khoosheh.token });
    await warmAndMeasure(ROUNDS['dialogue step with a write'], inForm);
  } finally {
    for (const bot of bots.values()) bot.child.disconnect();
  }
}

interface Contender {
  token: string;
  child: ChildProcess;
}

async function startContender(bench: Bench, name: BotName, surroundings: Surroundings): Promise<Contender> {
  const execArgv = name === 'khoosheh' ? productionFlags() : [];
  const child = fork(new URL(`speed/${name}.ts`, import.meta.url), [JSON.stringify(surroundings)], { execArgv });
  const [ready] = (await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(() => Promise.reject(new Error(`${name} ended before it was ready`))),
  ])) as [{ kind: 'ready' } & Listening];
  const { token } = surroundings;
  if (ready.port !== undefined && ready.path !== undefined) {
    const [port, path] = [ready.port, ready.path];
    bench.messenger.send({ kind: 'webhook', token, port, path, secret: ready.secret ?? '' });
  }
  return { token, child };
}

async function play(bench: Bench, load: Load): Promise<LoadResult> {
  bench.messenger.send({ kind: 'load', load });
  const [{ result }] = (await once(bench.messenger, 'message')) as [FromMessenger & { kind: 'done' }];
  return result;
}

async function ask(bench: Bench, load: Load): Promise<LoadResult> {
  const result = await play(bench, load);
  if (result.unanswered > 0) throw new Error(`${load.token} left ${result.unanswered} acts without an answer`);
  return result;
}

/** One person walks through every kind of update, so that the others can send what Khoosheh sends. */
async function record(bench: Bench, token: string): Promise<Recorded> {
  const seen = async (round: readonly Act[]): Promise<SeenCall[]> => {
    const { calls } = await ask(bench, { token, round, users: 1, actsEach: round.length, callMs: 0 });
    return calls.filter(({ method }) => /^(?:send|edit|answer)/.test(method));
  };
  const start = await seen([START]);
  const cases = await seen([CASES]);
  await seen([BEGIN]);
  const step = await seen([STEP]);
  const back = await seen([BACK]);
  return { start, cases, step, back };
}

async function spent(child: ChildProcess): Promise<FromContender & { kind: 'spent' }> {
  child.send('spent');
  const [answer] = (await once(child, 'message')) as [FromContender & { kind: 'spent' }];
  return answer;
}

const ON_DOCUMENTS = ['find', 'insert', 'update', 'findAndModify', 'aggregate', 'delete', 'getMore'];

async function roundTrips({ connection }: Bench): Promise<number> {
  const { metrics } = (await connection.getClient().db('admin').command({ serverStatus: 1 })) as {
    metrics: { commands: Record<string, { total: number }> };
  };
  return ON_DOCUMENTS.reduce((sum, name) => sum + (metrics.commands[name]?.total ?? 0), 0);
}

async function measure(bench: Bench, { token, child }: Contender, what: Omit<Load, 'token'>): Promise<Figures> {
  const before = await spent(child);
  const tripsBefore = await roundTrips(bench);
  const result = await play(bench, { ...what, token });
  const trips = (await roundTrips(bench)) - tripsBefore;
  const after = await spent(child);
  return {
    cpuMicroseconds: (after.cpuMicroseconds - before.cpuMicroseconds) / result.acts,
    perSecond: result.acts / result.seconds,
    p50: percentile(result.latenciesMs, 0.5),
    p99: percentile(result.latenciesMs, 0.99),
    othersP50: percentile(result.otherLatenciesMs, 0.5),
    rssMegabytes: after.rssBytes / 1024 / 1024,
    roundTrips: trips / result.acts,
    unanswered: result.unanswered,
  };
}

function print(title: string, seen: Map<BotName, Figures[]>): void {
  const of = (bot: BotName, key: keyof Figures): number => median((seen.get(bot) ?? []).map((one) => one[key]));
  console.log(`\n${title}`);
  console.log(
    'bot        CPU µs/update  × raw  updates/s  of raw   p50 ms   p99 ms  others p50  RSS MB  round trips  unanswered',
  );
  for (const bot of seen.keys()) {
    const cells = [
      bot.padEnd(9),
      of(bot, 'cpuMicroseconds').toFixed(0).padStart(14),
      (of(bot, 'cpuMicroseconds') / of('raw', 'cpuMicroseconds')).toFixed(2).padStart(6),
      of(bot, 'perSecond').toFixed(0).padStart(10),
      (of(bot, 'perSecond') / of('raw', 'perSecond')).toFixed(2).padStart(7),
      of(bot, 'p50').toFixed(1).padStart(8),
      of(bot, 'p99').toFixed(1).padStart(8),
      of(bot, 'othersP50').toFixed(1).padStart(11),
      of(bot, 'rssMegabytes').toFixed(0).padStart(7),
      of(bot, 'roundTrips').toFixed(2).padStart(12),
      of(bot, 'unanswered').toFixed(0).padStart(11),
    ];
    console.log(cells.join(' '));
  }
}

/** Registered people with one case each, the same for every bot, and the indexes that Khoosheh has. */
async function fill({ connection }: Bench, dbName: string, users: number): Promise<void> {
  const own = connection.useDb(dbName, { useCache: true });
  const members = createMembers({ now: systemNow, connection: own });
  obstacleModel(own);
  draftModel(own);
  modelOn(own, 'InboxEntry', inboxSchema);
  await ensureIndexes(own, expiriesOf(RETENTION));
  for (let index = 0; index < users; index++) {
    const userId = 700_000 + index;
    const { id } = await members.identify({ messenger: 'telegram', userId, chatId: userId });
    const phone = `+98912${String(index).padStart(7, '0')}`;
    await members.saveProfile(id, { name: 'سارا کریمی', phone, provinceCode: '06', cityCode: '06-ahvaz' });
    // The peers' forms: Khoosheh makes its own.
    if (!dbName.endsWith('khoosheh'))
      await own.collection('drafts').insertOne({
        memberId: new Types.ObjectId(id),
        dialogue: 'registration',
        subject: '',
        status: 'open',
        answers: { name: 'سارا کریمی', phone, province: '06', city: '06-ahvaz' },
        lastUpdate: '',
      });
  }
}
