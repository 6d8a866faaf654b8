import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { startSimulator } from '../../src/simulator/simulator.ts';
import { MESSENGERS, fa } from '../support/app.ts';
import { dataFolder, settingsFor, startBotProcess, type BotProcess } from '../support/bot-process.ts';
import { PICTURE } from '../support/picture.ts';
import { inForm } from './form.ts';
import { seen } from './seen.ts';

const RUNNING = 'Khoosheh is running';
const PATIENT = { timeoutMs: 30_000 };
const cleanUps: (() => Promise<unknown> | void)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

async function begin() {
  const simulator = await startSimulator({ apiPort: 0 });
  const { path: dataDir, remove } = dataFolder();
  cleanUps.push(() => simulator.close(), remove);
  const settings = settingsFor(simulator, dataDir);
  const start = (more: Record<string, string> = {}): BotProcess => {
    const bot = startBotProcess({ ...settings, ...more });
    cleanUps.push(() => {
      bot.kill('SIGKILL');
      return bot.exited;
    });
    return bot;
  };
  const bot = start();
  return { simulator, dataDir, bot, start };
}

const answersIn = (chat: readonly { from: string; text: string }[], words: string): number =>
  chat.filter(({ from, text }) => from === 'bot' && text.includes(words)).length;

describe('a process', () => {
  it('row 03: that gets SIGTERM amid many updates ends in order within ten seconds, and nothing is lost or doubled', async (context) => {
    const { simulator, bot, start } = await begin();
    await bot.printed(RUNNING);
    const people = MESSENGERS.flatMap((messenger) =>
      Array.from({ length: 15 }, (_, number) => simulator[messenger].person({ firstName: `مریم ${number}` })),
    );
    for (const person of people) for (let times = 0; times < 3; times += 1) person.command('help');
    await people[0]?.waitFor('اینجا چه کارهایی', PATIENT);
    const stoppedAt = performance.now();
    bot.kill('SIGTERM');
    expect(await Promise.race([bot.exited, delay(10_000, 'still running')])).toBe(0);
    const tookMs = performance.now() - stoppedAt;
    const before = people.reduce((sum, person) => sum + answersIn(person.chat, 'اینجا چه کارهایی'), 0);
    const next = start();
    await next.printed(RUNNING);
    for (const person of people)
      await person.waitUntil(() => answersIn(person.chat, 'اینجا چه کارهایی') >= 3, {
        ...PATIENT,
        what: 'three answers',
      });
    const answers = people.map((person) => answersIn(person.chat, 'اینجا چه کارهایی'));
    expect(answers).toEqual(people.map(() => 3));
    seen(
      context,
      `${before} of ${people.length * 3} answered before the end (${(tookMs / 1000).toFixed(1)} s), all once after it`,
    );
  }, 90_000);

  it('row 27: writes nothing of people and no token into logs, metrics, titles or what it tells a monitor', async (context) => {
    const { simulator, start, bot: idle } = await begin();
    await idle.printed(RUNNING);
    idle.kill('SIGTERM');
    await idle.exited;
    const bot = start({ LOG_LEVEL: 'trace', HTTP_PORT: '0' });
    await bot.printed(RUNNING);
    const planted = {
      name: 'مهرنوش‌پنهان‌نیا',
      phone: '09891237654',
      text: 'رازی که در هیچ گزارشی نیست',
      code: '0499370899',
    };
    const titles: string[] = [];
    for (const messenger of MESSENGERS) {
      const server = simulator[messenger];
      const person = server.person({
        firstName: planted.name,
        username: 'penhan_nia',
        phone: `+98${planted.phone.slice(1)}`,
      });
      // What fails is what gets into logs: sends that break in every way, files that can't be fetched.
      for (const kind of ['server-error', 'bad-gateway', 'drop-before', 'drop-after', 'rate-limited-text'] as const) {
        server.faults.add({ method: 'sendMessage', kind, times: 1 });
        person.say(`${planted.text} ${planted.phone} ${planted.code}`);
        await person.waitFor(fa('obstacles.unclaimed.kept'), PATIENT).catch(() => {});
      }
      person.shareContact();
      server.faults.add({ method: 'getFile', kind: 'server-error', times: 2 });
      person.sendPhoto(PICTURE, planted.text);
      person.pressData(`zz1:${planted.phone}`, { id: 1 });
      server.inject({ message: { text: planted.text, from: { first_name: planted.name } } });
      await person.waitUntil(() => person.toasts.every(({ answered }) => answered), PATIENT);
    }
    for (const pid of [bot.pid, bot.databasePid]) titles.push(readFileSync(`/proc/${pid}/cmdline`, 'utf8'));
    const [, port] = /"port":(\d+)/.exec(bot.stdout) ?? [];
    const pages = await Promise.all(
      ['metrics', 'healthz', 'readyz'].map(async (page) => (await fetch(`http://127.0.0.1:${port}/${page}`)).text()),
    );
    bot.kill('SIGTERM');
    await bot.exited;
    const written = {
      stdout: bot.stdout,
      stderr: bot.stderr,
      titles: titles.join(' '),
      pages: pages.join('\n'),
    };
    const secrets = [
      simulator.telegram.token,
      simulator.bale.token,
      planted.name,
      'penhan_nia',
      planted.phone.slice(1),
      planted.text,
      planted.code,
    ];
    const found = Object.entries(written).flatMap(([where, text]) =>
      secrets.filter((secret) => text.includes(secret)).map((secret) => `${where} holds ${secret}`),
    );
    expect(found).toEqual([]);
    expect(bot.stdout.length).toBeGreaterThan(500);
    seen(
      context,
      `0 of ${secrets.length} planted words in ${Object.keys(written).length} places, ${bot.stdout.split('\n').length} log lines`,
    );
  }, 120_000);

  it('row 28: whose database may write no more files goes on where it was when there is room again', async (context) => {
    const { simulator, dataDir, bot, start } = await begin();
    await bot.printed(RUNNING);
    const person = simulator.bale.person({ firstName: 'مریم', phone: '+989990000001' });
    person.say('گزارشی پیش از پر شدن دیسک');
    await person.waitFor(fa('obstacles.unclaimed.kept'), PATIENT);
    // From now on no file of the database may grow, as on a full disk: writes fail.
    const sizes = execFileSync('bash', [
      '-c',
      `stat -c %s ${dataDir}/*/* ${dataDir}/* 2>/dev/null | sort -n | tail -1`,
    ]).toString();
    limitFileSize(bot.databasePid, 4096);
    for (let number = 0; number < 30; number += 1) person.say(`گزارش ${number} ${'متن بلند '.repeat(200)}`);
    await delay(inForm(3_000, 20_000));
    const unconfirmed = simulator.bale.pendingUpdates.length;
    // Room again, by the operator's hand: a restart.
    bot.kill('SIGKILL');
    await bot.exited;
    const next = start();
    await next.printed(RUNNING);
    await simulator.bale.waitUntil(() => simulator.bale.pendingUpdates.length === 0, PATIENT);
    person.command('help');
    await person.waitFor('اینجا چه کارهایی', { timeoutMs: 60_000 });
    expect(answersIn(person.chat, fa('obstacles.unclaimed.kept'))).toBeGreaterThanOrEqual(1);
    expect(statSync(dataDir).isDirectory()).toBe(true);
    seen(
      context,
      `${unconfirmed} of 30 unconfirmed while full (largest file ${sizes.trim()} bytes); after a restart all were taken`,
    );
  }, 150_000);

  it('row 28: that may open too few files says so and ends', async () => {
    const simulator = await startSimulator({ apiPort: 0 });
    const { path: dataDir, remove } = dataFolder();
    cleanUps.push(() => simulator.close(), remove);
    const env = settingsFor(simulator, dataDir);
    const { status, stderr } = spawnSync('prlimit', ['--nofile=200:200', process.execPath, 'src/main.ts'], { env });
    expect(status).toBe(1);
    expect(stderr.toString()).toMatch(/^Khoosheh could not start: Only 200 files may be open .* LimitNOFILE/);
  }, 60_000);

  it('row 28: that gets no file or socket any more loses nothing, and goes on when it does', async (context) => {
    const { simulator, bot } = await begin();
    await bot.printed(RUNNING);
    const people = MESSENGERS.flatMap((messenger) =>
      Array.from({ length: 20 }, (_, number) => simulator[messenger].person({ firstName: `مریم ${number}` })),
    );
    const first = people[0]!;
    first.command('help');
    await first.waitFor('اینجا چه کارهایی', PATIENT);
    const { databasePid } = bot;
    for (const pid of [bot.pid, databasePid]) limitOpenFiles(pid, 8);
    // What is open may be used on, so connections break as well: not one can be made anew.
    for (const messenger of MESSENGERS)
      simulator[messenger].faults.add({ method: '*', kind: 'drop-before', times: 30 });
    for (const person of people) person.command('help');
    await delay(inForm(3_000, 20_000));
    const answered = () => people.filter(({ chat }) => answersIn(chat, 'اینجا چه کارهایی') > 0).length;
    const meanwhile = answered();
    limitOpenFiles(bot.pid, 4_096);
    const isSame = existsSync(`/proc/${databasePid}`);
    if (isSame) limitOpenFiles(databasePid, 4_096);
    for (const person of people)
      await person.waitUntil(() => answersIn(person.chat, 'اینجا چه کارهایی') >= (person === first ? 2 : 1), {
        timeoutMs: 60_000,
        what: 'an answer',
      });
    expect(people.map(({ chat }) => answersIn(chat, 'اینجا چه کارهایی'))).toEqual(
      people.map((_, i) => (i === 0 ? 2 : 1)),
    );
    seen(
      context,
      `${meanwhile} of ${people.length} answered without a further file, all once after it; the database ${isSame ? 'stayed up' : 'was started again'}`,
    );
  }, 150_000);
});

function limitFileSize(pid: number, bytes: number): void {
  execFileSync('prlimit', ['--pid', String(pid), `--fsize=${bytes}:${bytes}`]);
}

/** The soft limit only, so that it can be raised again. */
function limitOpenFiles(pid: number, most: number): void {
  execFileSync('prlimit', ['--pid', String(pid), `--nofile=${most}:`]);
}
