import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { castOf, type ChatMessage } from '../../src/simulator/simulator.ts';
import { fa } from '../support/app.ts';
import { dataFolder, startBotProcess, type BotProcess } from '../support/bot-process.ts';

const cleanUps: (() => Promise<unknown> | void)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

/** `npm start` without a token, seen through its chat page's own routes. */
async function startTrial(dataDir: string): Promise<{ bot: BotProcess; page: string }> {
  const bot = startBotProcess({ DATA_DIR: dataDir, HTTP_PORT: '0', SIMULATOR_PORT: '0', LOG_LEVEL: 'warn' });
  cleanUps.push(() => {
    bot.kill('SIGKILL');
    return bot.exited;
  });
  await bot.printed('Khoosheh is ready');
  const [page] = /http:\/\/127\.0\.0\.1:\d+/.exec(bot.stdout) ?? [];
  if (page === undefined) throw new Error(`No address was printed:\n${bot.stdout}`);
  return { bot, page };
}

it('keeps chats and answers when the whole trial is killed, and goes on at the same question', async () => {
  const { path, remove } = dataFolder();
  cleanUps.push(remove);
  const [member] = castOf('telegram');
  const person = member?.id ?? 0;
  let { bot, page } = await startTrial(path);

  const chat = async (): Promise<ChatMessage[]> => {
    const answer = await fetch(`${page}/page/chat?messenger=telegram&person=${person}&chat=${person}`);
    return ((await answer.json()) as { messages: ChatMessage[] }).messages;
  };
  const act = async (body: Record<string, unknown>) => {
    const headers = { 'content-type': 'application/json', origin: page };
    const answer = await fetch(`${page}/page/act?messenger=telegram`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ person, chat: person, ...body }),
    });
    expect(answer.status).toBe(200);
  };
  const asked = async (text: string) => {
    for (let left = 300; left > 0; left -= 1) {
      const last = (await chat()).findLast(({ from }) => from === 'bot');
      if (last?.text.includes(text)) return;
      await delay(50);
    }
    throw new Error(
      `«${text}» was not asked. The chat:\n${(await chat()).map((message) => message.text).join('\n---\n')}`,
    );
  };

  await act({ action: 'say', text: '/register' });
  await asked(fa('members.question.name'));
  await act({ action: 'say', text: 'مریم احمدی' });
  bot.kill('SIGKILL');
  await bot.exited;
  ({ bot, page } = await startTrial(path));
  await asked(fa('members.question.phone'));
  expect((await chat())[0]?.text).toBe('/register');
  await act({ action: 'contact' });
  await asked(fa('members.question.province'));

  bot.kill('SIGTERM');
  expect(await bot.exited).toBe(0);
  ({ bot, page } = await startTrial(path));
  await act({ action: 'say', text: 'آذربایجان شرقی' });
  await asked(fa('members.question.city'));
}, 60_000);

it('leaves the memory of a trial that runs on the same folder alone, and names it', async () => {
  const { path, remove } = dataFolder();
  cleanUps.push(remove);
  const { bot } = await startTrial(path);
  const journals = () =>
    readdirSync(join(path, 'simulator')).map((name) => statSync(join(path, 'simulator', name)).ino);
  const before = journals();
  const second = startBotProcess({ DATA_DIR: path, HTTP_PORT: '0', SIMULATOR_PORT: '0' });
  expect(await second.exited).toBe(1);
  expect(second.stderr).toContain(`in use by process ${bot.pid}`);
  expect(journals()).toEqual(before);
}, 60_000);
