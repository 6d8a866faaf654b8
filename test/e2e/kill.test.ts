import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, inject, it } from 'vitest';
import { openDatabase } from '../../src/database/connect.ts';
import { startSimulator, type Person, type Simulator } from '../../src/simulator/simulator.ts';
import { fa, faBegins } from '../support/app.ts';
import { dataFolder, settingsFor, startBotProcess, type BotProcess } from '../support/bot-process.ts';
import { silentLogger } from '../support/database.ts';
import { REPORT, codeIn } from '../support/journeys.ts';

const RUNNING = 'Khoosheh is running';
const cleanUps: (() => Promise<unknown> | void)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

async function simulated(): Promise<Simulator> {
  const simulator = await startSimulator({ apiPort: 0 });
  cleanUps.push(() => simulator.close());
  return simulator;
}

function start(settings: Record<string, string>): BotProcess {
  const bot = startBotProcess(settings);
  cleanUps.push(() => {
    bot.kill('SIGKILL');
    return bot.exited;
  });
  return bot;
}

function folder(): string {
  const { path, remove } = dataFolder();
  cleanUps.push(remove);
  return path;
}

/** A question and how it is answered: the whole of a registration and of a report. */
function journey(person: Person): { step: string; asked: string; answer: () => void }[] {
  const press = (label: string) => () => void person.press(label);
  const say = (text: string) => () => void person.say(text);
  const skip = press(fa('bot.dialogue.button.skip'));
  return [
    { step: 'name', asked: fa('members.question.name'), answer: say('مریم احمدی') },
    { step: 'phone', asked: fa('members.question.phone'), answer: () => void person.shareContact() },
    { step: 'province', asked: fa('members.question.province'), answer: say('آذربایجان شرقی') },
    { step: 'city', asked: fa('members.question.city'), answer: press('تبریز') },
    { step: 'business', asked: fa('businesses.question.business'), answer: say('کارگاه نرم‌افزار مریم') },
    { step: 'kind', asked: fa('businesses.question.kind'), answer: press(fa('taxonomy.kinds.freelance')) },
    { step: 'field', asked: fa('businesses.question.fields'), answer: press(fa('taxonomy.fields.sw_custom')) },
    { step: 'fields', asked: '', answer: press(fa('bot.dialogue.button.done')) },
    { step: 'headcount', asked: fa('businesses.question.headcount'), answer: skip },
    { step: 'since', asked: fa('businesses.question.since'), answer: skip },
    { step: 'website', asked: fa('businesses.question.website'), answer: skip },
    { step: 'description', asked: fa('businesses.question.description'), answer: skip },
    { step: 'listed', asked: fa('businesses.question.listed'), answer: press(fa('businesses.listed.yes')) },
    { step: 'register', asked: fa('bot.dialogue.reviewHint'), answer: press(fa('businesses.registration.send')) },
    { step: 'report', asked: 'کارگاه نرم‌افزار مریم', answer: () => void person.command('report') },
    { step: 'kind of report', asked: fa('obstacles.question.kind'), answer: press(fa('taxonomy.reports.obstacle')) },
    { step: 'category', asked: fa('obstacles.question.category'), answer: press(fa('taxonomy.categories.license')) },
    { step: 'subtopic', asked: fa('obstacles.question.subtopic'), answer: skip },
    { step: 'title', asked: fa('obstacles.question.title'), answer: say(REPORT.title) },
    { step: 'what happened', asked: fa('obstacles.question.description'), answer: say(REPORT.description) },
    { step: 'evidence', asked: faBegins('obstacles.question.evidence'), answer: skip },
    { step: 'details', asked: fa('obstacles.question.more'), answer: press(fa('bot.dialogue.button.no')) },
    {
      step: 'visibility',
      asked: fa('obstacles.question.visibility'),
      answer: press(fa('obstacles.visibility.secretariat')),
    },
    { step: 'name in letters', asked: fa('obstacles.question.naming'), answer: press(fa('obstacles.naming.hidden')) },
    { step: 'send', asked: fa('bot.dialogue.reviewHint'), answer: press(fa('obstacles.report.send')) },
  ];
}

/** The question is there, and its buttons with it. */
async function isAsked(person: Person, asked: string): Promise<void> {
  if (asked === '') {
    const done = fa('bot.dialogue.button.done');
    await person.waitUntil(
      () => person.chat.some(({ inlineKeyboard }) => inlineKeyboard.flat().some(({ label }) => label === done)),
      { timeoutMs: 15_000, what: 'the tick' },
    );
  } else {
    await person.waitFor(asked, { timeoutMs: 15_000 });
  }
}

async function counts(dataDir: string): Promise<{ businesses: number; obstacles: number; members: number }> {
  const socket = encodeURIComponent(`${dataDir}/mongo.sock`);
  const database = await openDatabase({ uri: `mongodb://${socket}/?directConnection=true` }, { logger: silentLogger });
  try {
    const count = (name: string) => database.connection.collection(name).countDocuments({});
    return {
      businesses: await count('businesses'),
      obstacles: await count('obstacles'),
      members: await database.connection.collection('members').countDocuments({ registeredAt: { $ne: null } }),
    };
  } finally {
    await database.close();
  }
}

describe('killed in the middle of a form', () => {
  // Milliseconds between an answer and the kill, drawn once; a kill at 0 comes before the answer is even fetched.
  it.each([
    { victim: 'the bot', messenger: 'telegram', kills: { phone: 0, kind: 9, send: 25 } },
    { victim: 'the database', messenger: 'bale', kills: { name: 3, kind: 1, 'what happened': 6, send: 2 } },
    { victim: 'both', messenger: 'bale', kills: { field: 0, send: 17 } },
  ] as const)(
    'goes on at the same question and loses nothing when $victim is killed, on $messenger',
    async ({ victim, messenger, kills }) => {
      const simulator = await simulated();
      const dataDir = folder();
      const settings = settingsFor(simulator, dataDir);
      let bot = start(settings);
      await bot.printed(RUNNING);
      const person = simulator[messenger].person({ firstName: 'مریم', phone: '+989990000001' });
      person.command('register');
      for (const { step, asked, answer } of journey(person)) {
        await isAsked(person, asked);
        answer();
        const wait = (kills as Record<string, number>)[step];
        if (wait === undefined) continue;
        await delay(wait);
        if (victim !== 'the bot') process.kill(bot.databasePid, 'SIGKILL');
        if (victim === 'the database') continue;
        bot.kill('SIGKILL');
        await bot.exited;
        bot = start(settings);
      }
      const code = codeIn(await person.waitFor(faBegins('obstacles.report.done'), { timeoutMs: 15_000 }));
      expect(code).toMatch(/^\d{8}$/);
      await bot.printed(RUNNING);
      expect(await counts(dataDir)).toEqual({ businesses: 1, obstacles: 1, members: 1 });
      // Worked again after a kill, an update may say its answer again: once for each kill at most.
      const said = new Map<string, number>();
      for (const { from, text } of person.chat) if (from === 'bot') said.set(text, (said.get(text) ?? 0) + 1);
      const repeats = [...said.values()].reduce((sum, times) => sum + times - 1, 0);
      expect(repeats).toBeLessThanOrEqual(2 * Object.keys(kills).length);
      await person.waitUntil(() => person.toasts.every(({ answered }) => answered), {
        what: 'every press to be answered',
      });
    },
    90_000,
  );
});

describe('the process', () => {
  it('ends with code 0 on SIGTERM, and with one line and code 1 where a messenger refuses its token', async () => {
    const simulator = await simulated();
    const dataDir = folder();
    const settings = settingsFor(simulator, dataDir);
    const refused = start({ ...settings, BALE_BOT_TOKEN: '900000001:not-the-right-token-00000000000' });
    expect(await refused.exited).toBe(1);
    expect(refused.stderr.trim().split('\n')).toHaveLength(1);
    expect(refused.stderr).toContain('BALE_BOT_TOKEN');
    expect(refused.stderr).not.toContain('not-the-right-token');

    const bot = start(settings);
    await bot.printed(RUNNING);
    const person = simulator.telegram.person({ firstName: 'مریم' });
    person.command('start');
    await person.waitFor(fa('bot.prompt'));
    bot.kill('SIGTERM');
    const late = delay(10_000, 'still running');
    expect(await Promise.race([bot.exited, late])).toBe(0);
    expect(bot.stderr).toBe('');
  }, 60_000);

  it('stays up when a stranger polls its bot, and goes on when the stranger stops', async () => {
    const simulator = await simulated();
    const bot = start(settingsFor(simulator, folder()));
    await bot.printed(RUNNING);
    const { telegram } = simulator;
    await telegram.waitUntil(() => telegram.waitingPolls === 1);
    const stranger = new AbortController();
    const foreign = fetch(`${telegram.apiRoot}/bot${telegram.token}/getUpdates?timeout=20`, {
      signal: stranger.signal,
    });
    await bot.printed('"state":"conflict"');
    stranger.abort();
    await foreign.catch(() => {});
    const person = telegram.person({ firstName: 'مریم' });
    person.command('start');
    await person.waitFor(fa('bot.prompt'), { timeoutMs: 15_000 });
    expect(bot.stderr).toBe('');
  }, 60_000);

  it('waits while another serves the bots, takes over when that one is killed, and answers nothing twice', async () => {
    const simulator = await simulated();
    const uri = inject('mongoUri').replace('/?', `/kill_${Date.now()}?`);
    const settings = { ...settingsFor(simulator, folder()), MONGODB_URI: uri };
    const first = start(settings);
    await first.printed(RUNNING);
    const person = simulator.bale.person({ firstName: 'مریم' });
    person.command('start');
    await person.waitFor(fa('bot.prompt'));
    const second = start(settings);
    await second.printed('"state":"standby"');
    for (let round = 0; round < 3; round += 1) {
      person.command('help');
      await person.waitFor('اینجا چه کارهایی');
    }
    const answersWith = (words: string) =>
      person.chat.filter(({ from, text }) => from === 'bot' && text.includes(words)).length;
    expect(answersWith('اینجا چه کارهایی')).toBe(3);
    first.kill('SIGKILL');
    await first.exited;
    person.command('me');
    await person.waitFor('اطلاعات من', { timeoutMs: 10_000 });
    expect(answersWith('اطلاعات من')).toBe(1);
    // The last answer may have left a moment before it could be noted: then it is given once more, and no oftener.
    expect(answersWith('اینجا چه کارهایی')).toBeLessThanOrEqual(4);
  }, 60_000);
});
