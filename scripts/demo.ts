import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { startApp, type App } from '../src/app.ts';
import { createTranslations } from '../src/language/translator.ts';
import { limitsOf } from '../src/messengers/index.ts';
import type { MessengerName } from '../src/messengers/messenger.ts';
import { startSimulator } from '../src/simulator/simulator.ts';
import { seedNews } from '../src/trial.ts';
import { checksOf, holds, tally, type Check } from './demo/audit.ts';
import { countSending, sendToAll, spoilOne, type Sending } from './demo/broadcast.ts';
import { everyUpdateWorked, type Stage } from './demo/actor.ts';
import { gatherCrowd, type Crowd } from './demo/crowd.ts';
import { OFFICER_ID, playTheJobs, type Cast } from './demo/play.ts';
import { createProgressBar } from './demo/progress-bar.ts';
import { tableOf, verdictOf } from './demo/report.ts';
import { createTranscript } from './demo/transcript.ts';
import { readArguments, wrongUsage } from './arguments.ts';

const USAGE = `npm run demo -- [--members 1000] [--fast] [--quiet]

Plays the bot's three jobs through simulated messengers on a throw-away data folder and checks the outcome.
  --members N   registered members who get the news, at least 8 (default 1000; three quarters on Telegram)
  --fast        ten times the messengers' rates
  --quiet       leaves out the conversations
Ends with 0 if everything that was counted is right, with 1 if not.`;

const FASTER = 10;

interface Options {
  members: number;
  fast: boolean;
  quiet: boolean;
  /** Proves that the checks bite: takes one message off a member's phone, or one delivery out of the database. */
  spoil: 'nothing' | 'message' | 'record';
}

const options = readOptions();
const dataDir = mkdtempSync(join(tmpdir(), 'khoosheh-demo-'));
const print = (line: string) => console.log(line);
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    rmSync(dataDir, { recursive: true, force: true });
    process.exit(130);
  });
}

try {
  process.exitCode = (await demo(options)) ? 0 : 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
} finally {
  rmSync(dataDir, { recursive: true, force: true });
}

/** True if every check holds. */
async function demo({ members, fast, quiet, spoil }: Options): Promise<boolean> {
  const rateOf = (messenger: MessengerName) => limitsOf(messenger).sendsPerSecond * (fast ? FASTER : 1);
  const rates = { telegram: rateOf('telegram'), bale: rateOf('bale') };
  const textProblems: string[] = [];
  const onTextProblem = ({ key, what }: { key: string; what: string }) => void textProblems.push(`${key}: ${what}`);
  const simulator = await startSimulator({
    apiPort: 0,
    limits: { telegram: { perSecond: rates.telegram }, bale: { perSecond: rates.bale } },
  });
  const app = await startApp({
    accounts: [simulator.telegram, simulator.bale].map(({ profile, token, apiRoot }) => ({
      name: profile,
      token,
      apiRoot,
    })),
    database: { dataDir },
    owners: [{ messenger: 'telegram', userId: OFFICER_ID }],
    secretKey: randomBytes(32),
    httpPort: null,
    logger: pino({ level: 'fatal' }),
    sendsPerSecond: rates,
    onTextProblem,
    // Nobody waits ten minutes, or for the morning, in a play.
    telling: { togetherMs: 0, quiet: false },
    // The play's people answer faster than people.
    flood: { burst: 10_000, perSecond: 10_000 },
  });
  try {
    const t = createTranslations({ onProblem: onTextProblem }).translator('fa');
    const transcript = createTranscript({ t, write: quiet ? () => {} : print });
    const stage: Stage = { app, simulator, transcript, t, say: (line) => print(`\n=== ${line}`) };
    await seedNews(app);
    const cast = await playTheJobs(stage);

    stage.say(`8. Both news items go to ${members} members on two messengers`);
    const crowd = await gather(stage, cast, members);
    const sendings: Sending[] = [];
    const { items } = await app.features.news.search({}, { page: 0, size: 2 });
    for (const item of items.toReversed()) {
      const sent = await sendToAll(stage, {
        officer: cast.officer,
        item,
        crowd,
        bar: createProgressBar(process.stdout),
      });
      if (spoil !== 'nothing') await spoilOne(stage, sent, spoil);
      sendings.push(await countSending(stage, sent, crowd));
    }

    stage.say('Figures');
    for (const sending of sendings)
      for (const line of tableOf(`news item ${sending.item.number}`, sending, rates)) print(line);
    const checks = [
      ...(await checksOfTheJobs(app, cast, textProblems)),
      ...sendings.flatMap((sending) => checksOfNews(sending, crowd)),
    ];
    print('');
    for (const line of verdictOf(checks)) print(line);
    return checks.every(holds);
  } finally {
    await app.stop();
    await simulator.close();
  }
}

/** The two of the play are members as well. */
async function gather({ app, simulator }: Stage, cast: Cast, members: number): Promise<Crowd> {
  const onBale = Math.round(members / 4);
  const crowd = await gatherCrowd(app, [
    { server: simulator.telegram, count: members - onBale - 1 },
    { server: simulator.bale, count: onBale - 1 },
  ]);
  await everyUpdateWorked(app, [simulator.telegram, simulator.bale]);
  const players = [cast.producer, cast.shopkeeper].map(({ person, messenger }) => ({ person, messenger }));
  return { ...crowd, people: [...players, ...crowd.people] };
}

async function checksOfTheJobs(app: App, cast: Cast, textProblems: readonly string[]): Promise<Check[]> {
  const { businesses, obstacles, news } = app.features;
  const reported = await obstacles.find(cast.caseId);
  const [business] = reported ? await businesses.ofMember(reported.reporterId) : [];
  return [
    { what: 'businesses registered', expected: 2, found: await businesses.count() },
    { what: 'status of the shop', expected: 'approved', found: business?.status ?? 'none' },
    { what: 'cases reported', expected: 1, found: await obstacles.count() },
    { what: 'status of the case', expected: 'solved', found: reported?.status ?? 'none' },
    { what: 'files with the case', expected: 1, found: reported?.evidence.length ?? 0 },
    { what: 'news items in the archive', expected: 2, found: await news.count() },
    { what: 'updates set aside', expected: 0, found: (await app.inbox.listAside(10)).length },
    { what: 'texts without a key or a value', expected: '', found: textProblems.join('; ') },
  ];
}

function checksOfNews(sending: Sending, crowd: Crowd): Check[] {
  return checksOf(`news item ${sending.item.number}`, tally(null, sending), {
    members: crowd.people.length,
    blocked: crowd.blocked.size,
    knownUnreachable: sending.knownUnreachable.telegram + sending.knownUnreachable.bale,
  });
}

function readOptions(): Options {
  const { values } = readArguments(USAGE, {
    options: {
      members: { type: 'string', default: '1000' },
      fast: { type: 'boolean', default: false },
      quiet: { type: 'boolean', default: false },
      spoil: { type: 'string', default: 'nothing' },
    },
  });
  const { members, spoil, fast, quiet } = values;
  if (!/^\d{1,6}$/.test(members) || Number(members) < 8) wrongUsage(USAGE, '--members takes a number from 8 to 999999');
  if (spoil !== 'nothing' && spoil !== 'message' && spoil !== 'record')
    wrongUsage(USAGE, '--spoil takes message or record');
  return { members: Number(members), fast, quiet, spoil };
}
