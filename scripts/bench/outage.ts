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

const t = createTranslations({ onProblem: () => {} }).translator('fa');
const MESSENGERS: readonly MessengerName[] = ['telegram', 'bale'];
const DIALOGUES = 10;
const LONG_MS = 60_000;

/** What a broadcast and ten dialogues came to, seen on the people's phones. */
export interface OutageResult {
  members: number;
  /** Members whom the news did not reach, or reached more than once. */
  lost: number;
  doubled: number;
  /** Dialogues that were asked the next question, exactly once each. */
  dialogues: number;
  /** Milliseconds from a message on Bale to its answer, 95th percentile. */
  baleP95: number;
}

/**
 * One broadcast to all members with ten dialogues and somebody on Bale who goes on asking; `outageMs` of it, from shortly
 * after the start, Telegram closes every connection without doing what was asked. 0 for none.
 */
export async function playOutage(options: {
  app: App;
  simulator: Simulator;
  members: readonly Person[];
  outageMs: number;
  round: string;
}): Promise<OutageResult> {
  const { app, simulator, members, outageMs, round } = options;
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

  const asker = simulator.bale.person({ firstName: 'پرسنده', started: true });
  const asking = new AbortController();
  const answered = ask(asker, asking.signal);

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
  if (outageMs > 0) {
    const mend = simulator.telegram.faults.add({ method: '*', kind: 'drop-before' });
    await delay(outageMs);
    mend();
  }
  await app.delivery.idle();
  await Promise.all(
    talkers.map((person) => person.waitUntil(() => person.chat.some(isQuestion), { timeoutMs: LONG_MS })),
  );
  await app.inbox.idle();
  asking.abort();
  const took = (await answered).toSorted((a, b) => a - b);
  const counts = members.map(got);
  return {
    members: members.length,
    lost: counts.filter((count) => count === 0).length,
    doubled: counts.filter((count) => count > 1).length,
    dialogues: talkers.filter((person) => person.chat.filter(isQuestion).length === 1).length,
    baleP95: took[Math.floor(took.length * 0.95)] ?? 0,
  };
}

/** Asks for help again and again, twice a second. */
async function ask(person: Person, signal: AbortSignal): Promise<number[]> {
  const took: number[] = [];
  while (!signal.aborted) {
    const before = person.chat.length;
    const startedAt = performance.now();
    person.command('help');
    await person.waitUntil(() => person.chat.length > before + 1, { timeoutMs: LONG_MS });
    took.push(performance.now() - startedAt);
    await delay(500, undefined, { signal }).catch(() => {});
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
 * Telegram out of reach during a broadcast and ten dialogues, beside the same without an outage.
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
    const calm = await playOutage({ app, simulator, members, outageMs: 0, round: 'بی‌قطعی' });
    const broken = await playOutage({ app, simulator, members, outageMs: Number(seconds) * 1000, round: 'باقطعی' });
    for (const [name, result] of Object.entries({ calm, outage: broken })) {
      const { lost, doubled, dialogues, baleP95 } = result;
      console.log(
        `${name}: ${result.members} members, ${lost} lost, ${doubled} doubled, ${dialogues} of ${DIALOGUES} dialogues, p95 on Bale ${baleP95.toFixed(1)} ms`,
      );
    }
    console.log(`p95 on Bale in the outage / without: ${(broken.baleP95 / calm.baleP95).toFixed(2)}`);
  } finally {
    await app.stop();
    await simulator.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
}
