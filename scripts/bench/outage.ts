import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pino } from 'pino';
import { startApp, type App } from '../../src/app.ts';
import { createTranslations } from '../../src/language/translator.ts';
import type { MessengerName } from '../../src/messengers/messenger.ts';
import { startSimulator, type Person, type Simulator } from '../../src/simulator/simulator.ts';
import { gatherCrowd } from '../demo/crowd.ts';
import { percentile } from './harness/statistics.ts';

const t = createTranslations({ onProblem: () => {} }).translator('fa');
const MESSENGERS: readonly MessengerName[] = ['telegram', 'bale'];
const DIALOGUES = 10;
/** Together eight messages a second: within what Bale lets a bot answer, beside its part of the broadcast. */
const ASKERS = 4;
const ASK_EVERY_MS = 500;
const LONG_MS = 60_000;

/** What a broadcast and ten dialogues came to, seen on the people's phones. */
export interface OutageResult {
  members: number;
  /** Members whom the news did not reach, or reached more than once. */
  lost: number;
  doubled: number;
  /** Dialogues that were asked the next question, exactly once each. */
  dialogues: number;
  /** Messages on Bale that were answered within the window, and milliseconds from message to answer. */
  asked: number;
  baleP50: number;
  baleP95: number;
}

/**
 * One broadcast to all members with ten dialogues. From shortly after its start, for `windowMs`, people on Bale go on
 * asking; with `broken` Telegram closes every connection meanwhile, without doing what was asked. Only what was asked and
 * answered within the window is measured, so that two rounds differ in the outage alone.
 */
export async function playOutage(options: {
  app: App;
  simulator: Simulator;
  members: readonly Person[];
  windowMs: number;
  broken: boolean;
  round: string;
}): Promise<OutageResult> {
  const { app, simulator, members, windowMs, broken, round } = options;
  const headline = `خبر ${round}`;
  const item = await app.features.news.publish({
    origin: round,
    headline,
    lead: 'خلاصهٔ خبر',
    body: 'متن خبر',
    source: 'شورا',
  });
  const talkers = Array.from({ length: DIALOGUES }, (_, index) => {
    const server = simulator[MESSENGERS[index % 2] as MessengerName];
    return server.person({ firstName: `نفر ${round}`, started: true });
  });
  const question = t.text('members.question.name');
  const isQuestion = ({ text }: { text: string }): boolean => text.includes(question);
  for (const person of talkers) person.command('start');
  await Promise.all(talkers.map((person) => person.waitUntil(() => person.chat.length > 1, { timeoutMs: LONG_MS })));

  const askers = Array.from({ length: ASKERS }, () =>
    simulator.bale.person({ firstName: `پرسندهٔ ${round}`, started: true }),
  );
  const campaignId = await app.delivery.campaigns.create({
    kind: 'news',
    payload: { newsId: item.id },
    audience: {},
    by: 'bench',
  });
  await app.delivery.campaigns.start(campaignId);
  const got = (person: Person): number =>
    person.chat.filter(({ from, text }) => from === 'bot' && text.includes(headline)).length;
  const until = async (condition: () => boolean): Promise<void> => {
    while (!condition()) await delay(20);
  };
  await until(() => members.filter((person) => got(person) > 0).length > members.length / 20);
  // The updates of the dialogues are fetched before the line breaks: it is their answers that meet the outage.
  for (const person of talkers) person.command('register');
  const mend = broken ? simulator.telegram.faults.add({ method: '*', kind: 'drop-before' }) : () => {};
  const window = AbortSignal.timeout(windowMs);
  const took = (await Promise.all(askers.map((asker) => ask(asker, window)))).flat();
  mend();
  await app.delivery.idle();
  await Promise.all(
    talkers.map((person) => person.waitUntil(() => person.chat.some(isQuestion), { timeoutMs: LONG_MS })),
  );
  await app.inbox.idle();
  const counts = members.map(got);
  return {
    members: members.length,
    lost: counts.filter((count) => count === 0).length,
    doubled: counts.filter((count) => count > 1).length,
    dialogues: talkers.filter((person) => person.chat.filter(isQuestion).length === 1).length,
    asked: took.length,
    baleP50: percentile(took, 0.5),
    baleP95: percentile(took, 0.95),
  };
}

/** Asks for help again and again, twice a second, until the signal. */
async function ask(person: Person, signal: AbortSignal): Promise<number[]> {
  const took: number[] = [];
  // Not all in the same moment.
  await delay(Math.random() * ASK_EVERY_MS);
  while (!signal.aborted) {
    const before = person.chat.length;
    const startedAt = performance.now();
    person.command('help');
    await person.waitUntil(() => person.chat.length > before + 1, { timeoutMs: LONG_MS });
    took.push(performance.now() - startedAt);
    await delay(ASK_EVERY_MS, undefined, { signal }).catch(() => {});
  }
  return took;
}

/** Members of both messengers with one account each, as the demo's crowd. */
export async function outageMembers(app: App, simulator: Simulator, count: number): Promise<Person[]> {
  const wanted = MESSENGERS.map((name) => ({ server: simulator[name], count: Math.floor(count / 2) }));
  const { people, blocked } = await gatherCrowd(app, wanted);
  return people.map(({ person }) => person).filter((person) => !blocked.has(person));
}

/**
 * Telegram out of reach during a broadcast and ten dialogues, between two rounds of the same load and length without an
 * outage in the same process: the 95th percentile on Bale is compared with the mean of theirs.
 * Options: seconds of the outage, default 120; members, default 2000.
 */
export async function run([seconds = '120', count = '2000']: string[]): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'khoosheh-bench-'));
  const simulator = await startSimulator({
    apiPort: 0,
    limits: { telegram: { latencyMs: 20 }, bale: { latencyMs: 20 } },
  });
  const app = await startApp({
    accounts: MESSENGERS.map((name) => ({ name, token: simulator[name].token, apiRoot: simulator[name].apiRoot })),
    database: { dataDir },
    owners: [],
    secretKey: Buffer.alloc(32, 'a bench key'),
    httpPort: null,
    logger: pino({ level: 'silent' }),
    flood: { burst: 100_000, perSecond: 100_000 },
  });
  try {
    const members = await outageMembers(app, simulator, Number(count));
    const windowMs = Number(seconds) * 1000;
    const play = async (round: string, { broken }: { broken: boolean }): Promise<number> => {
      const result = await playOutage({ app, simulator, members, windowMs, broken, round });
      const { lost, doubled, dialogues, asked, baleP50, baleP95 } = result;
      console.log(
        `${broken ? 'outage' : 'calm'}: ${result.members} members, ${lost} lost, ${doubled} doubled, ${dialogues} of ${DIALOGUES} dialogues; ${asked} answers on Bale, p50 ${baleP50.toFixed(1)} ms, p95 ${baleP95.toFixed(1)} ms`,
      );
      return baleP95;
    };
    const before = await play('نخست', { broken: false });
    const during = await play('قطعی', { broken: true });
    const after = await play('سپس', { broken: false });
    console.log(`p95 on Bale in the outage / mean of without: ${(during / ((before + after) / 2)).toFixed(2)}`);
  } finally {
    await app.stop();
    await simulator.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
}
