import type { Connection } from 'mongoose';
import { afterEach, describe, expect, inject, it, vi } from 'vitest';
import { openDatabase } from '../../src/database/connect.ts';
import { createSweeper } from '../../src/database/sweeper.ts';
import { startSimulator } from '../../src/simulator/simulator.ts';
import { webhookAddress, webhookSecretFor } from '../../src/web/webhook-routes.ts';
import { fa, faBegins } from '../support/app.ts';
import { dataFolder, settingsFor, startBotProcess, type BotProcess } from '../support/bot-process.ts';
import { silentLogger } from '../support/database.ts';

const HELP = 'اینجا چه کارهایی';
const SECRET = 'only-for-this-test-and-long-enough';
/** Nobody listens there: what the simulator sends is lost, and the test sends it to whom it wants. */
const BASE = 'https://127.0.0.1/khoosheh';
const PATIENT = { timeoutMs: 20_000 };
const HOUR_MS = 3_600_000;

const cleanUps: (() => Promise<unknown> | void)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

/** What is remembered does not depend on the way it came, so each messenger and each way is tried once. */
const WAYS = [
  { messenger: 'telegram', way: 'webhook' },
  { messenger: 'bale', way: 'polling' },
] as const;

describe.each(WAYS)('an update that $messenger delivers again', ({ messenger, way }) => {
  it(`is answered once, by ${way}, for 48 hours, in and out of a form, after a kill and by whichever of two processes gets it`, async () => {
    const simulator = await startSimulator({ apiPort: 0 });
    cleanUps.push(() => simulator.close());
    const server = simulator[messenger];
    const { path, remove } = dataFolder();
    cleanUps.push(remove);
    const uri = inject('mongoUri').replace('/?', `/again_${messenger}_${way}_${Date.now()}?`);
    const database = await openDatabase({ uri }, { logger: silentLogger });
    const { connection } = database;
    cleanUps.push(async () => {
      await connection.dropDatabase();
      await database.close();
    });
    const webhook = way === 'webhook' ? { WEBHOOK_URL: BASE, WEBHOOK_SECRET: SECRET } : {};
    const live: BotProcess[] = [];
    const start = async (): Promise<BotProcess> => {
      const bot = startBotProcess({ ...settingsFor(simulator, path), ...webhook, MONGODB_URI: uri });
      cleanUps.push(() => {
        bot.kill('SIGKILL');
        return bot.exited;
      });
      await bot.printed('Khoosheh is running');
      live.push(bot);
      return bot;
    };
    const end = async (bot: BotProcess, signal: 'SIGKILL' | 'SIGTERM'): Promise<void> => {
      live.splice(live.indexOf(bot), 1);
      bot.kill(signal);
      await bot.exited;
    };

    const bodies = new Map<number, string>();
    const post = async (id: number): Promise<void> => {
      for (const bot of live) {
        const [, port] = /"port":(\d+)/.exec(bot.stdout) ?? [];
        const secret = webhookSecretFor(SECRET, messenger);
        const secretIn = messenger === 'telegram' ? 'header' : 'path';
        const { pathname } = new URL(webhookAddress(BASE, { name: messenger, secretIn, secret }));
        const headers = { 'content-type': 'application/json', 'x-telegram-bot-api-secret-token': secret };
        const answer = await fetch(`http://127.0.0.1:${port}${pathname}`, {
          method: 'POST',
          headers,
          body: bodies.get(id) ?? '',
        });
        expect(answer.status).toBe(200);
      }
    };
    /** For the first time; the webhook's update at once to every process there is. */
    const send = async (id: number | undefined): Promise<number> => {
      if (id === undefined) throw new Error('There is no update');
      const update = server.pendingUpdates.find(({ update_id }) => update_id === id);
      if (way === 'webhook') {
        bodies.set(id, JSON.stringify(update));
        await post(id);
      }
      return id;
    };
    const person = server.person({ firstName: 'مریم' });
    const said = (words: string): number =>
      person.chat.filter(({ from, text }) => from === 'bot' && text.includes(words)).length;

    const ids: number[] = [];
    const everythingAgain = async (): Promise<void> => {
      for (const id of ids) {
        if (way === 'webhook') await post(id);
        else server.redeliver(id);
      }
    };
    const NAME = fa('members.question.name');
    const PHONE = fa('members.question.phone');
    /** Something new is answered, after everything that came before it in this chat. */
    const answersSomethingNew = async (): Promise<void> => {
      const before = said(HELP) + said('نیمه‌کاره');
      await send(person.command('help'));
      await person.waitUntil(() => said(HELP) + said('نیمه‌کاره') > before, PATIENT);
      expect([said(faBegins('obstacles.list.empty')), said(NAME), said(PHONE)]).toEqual([1, 1, 1]);
    };

    const first = await start();
    ids.push(await send(person.command('cases')));
    await person.waitFor(faBegins('obstacles.list.empty'), PATIENT);
    ids.push(await send(person.command('register')));
    await person.waitFor(NAME, PATIENT);
    ids.push(await send(person.say('مریم احمدی')));
    await person.waitFor(PHONE, PATIENT);
    await everythingAgain();
    await answersSomethingNew();

    const second = await start();
    await everythingAgain();
    await answersSomethingNew();
    await allDone(connection);

    await end(first, 'SIGKILL');
    await everythingAgain();
    await answersSomethingNew();
    await allDone(connection);

    await end(second, 'SIGTERM');
    await start();
    await everythingAgain();
    await answersSomethingNew();
    await allDone(connection);

    await agedTo(connection, 48 * HOUR_MS - 60_000);
    await everythingAgain();
    await answersSomethingNew();
    await allDone(connection);

    // Then nobody knows of it: what is seen above is the memory, and nothing else that would stop it.
    await agedTo(connection, 48 * HOUR_MS + 60_000);
    ids.splice(1);
    const before = said('نیمه‌کاره');
    await everythingAgain();
    await person.waitUntil(() => said('نیمه‌کاره') > before, PATIENT);
  }, 120_000);
});

async function allDone(connection: Connection): Promise<void> {
  const inbox = connection.collection('inbox');
  await vi.waitFor(async () => expect(await inbox.countDocuments({ state: 'waiting' })).toBe(0), 10_000);
}

/** So much later for what is done, by the clock of the processes that did it. */
async function agedTo(connection: Connection, ms: number): Promise<void> {
  const inbox = connection.collection<{ doneAt: Date }>('inbox');
  const [last] = await inbox.find().sort({ doneAt: -1 }).limit(1).toArray();
  const now = last!.doneAt;
  await inbox.updateMany({}, { $set: { doneAt: new Date(now.getTime() - ms) } });
  await createSweeper(connection, () => now).sweep();
}
