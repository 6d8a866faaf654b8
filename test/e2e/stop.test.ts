import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { startSimulator } from '../../src/simulator/simulator.ts';
import { fa, MESSENGERS } from '../support/app.ts';
import { dataFolder, settingsFor, startBotProcess, type BotProcess } from '../support/bot-process.ts';

const RUNNING = 'Khoosheh is running';
const cleanUps: (() => Promise<unknown> | void)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

describe.each(MESSENGERS)('a stop while %s does not answer and others are in the middle of something', (messenger) => {
  it('ends within ten seconds with code 0, and the next start answers everybody once', async () => {
    const simulator = await startSimulator({ apiPort: 0 });
    cleanUps.push(() => simulator.close());
    const { path, remove } = dataFolder();
    cleanUps.push(remove);
    const start = (): BotProcess => {
      const bot = startBotProcess(settingsFor(simulator, path));
      cleanUps.push(() => {
        bot.kill('SIGKILL');
        return bot.exited;
      });
      return bot;
    };

    const bot = start();
    await bot.printed(RUNNING);
    const server = simulator[messenger];
    const people = Array.from({ length: 6 }, (_, n) => server.person({ firstName: `نفر ${n}` }));
    for (const person of people) {
      person.command('start');
      await person.waitFor(fa('bot.prompt'));
    }
    const [hanging, ...others] = people;
    // The request is taken and nothing is done with it.
    server.faults.add({ method: 'sendMessage', kind: 'hang', chatId: hanging!.id });
    const told = people.map((person) => person.chat.length);
    for (const person of people) person.command('help');
    await server.waitUntil(() => server.pendingUpdates.length === 0, { what: 'every update to be taken' });
    bot.kill('SIGTERM');
    expect(await Promise.race([bot.exited, delay(10_000, 'still running')])).toBe(0);
    expect(bot.stderr).toBe('');

    server.faults.clear();
    await start().printed(RUNNING);
    const answersTo = (index: number): number =>
      people[index]!.chat.slice(told[index]).filter(({ from }) => from === 'bot').length;
    await hanging!.waitUntil(() => answersTo(0) > 0, { timeoutMs: 30_000 });
    for (const [index, person] of others.entries())
      await person.waitUntil(() => answersTo(index + 1) > 0, { timeoutMs: 30_000 });
    expect(people.map((_, index) => answersTo(index))).toEqual(people.map(() => 1));
  }, 90_000);
});
