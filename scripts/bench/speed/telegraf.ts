import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Telegraf } from 'telegraf';
import { begin } from './contender.ts';
import { openWork, type IncomingUpdate } from './work.ts';

/** telegraf as it comes, doing the same work. */
await begin(async (surroundings) => {
  const { apiRoot, token, webhook } = surroundings;
  const { store, work } = await openWork(surroundings);
  const bot = new Telegraf(token, { telegram: { apiRoot, webhookReply: false } });
  bot.use(async (ctx) => {
    const update = ctx.update as unknown as IncomingUpdate;
    await store([update]);
    await work(update, (method, parameters) => ctx.telegram.callApi(method as 'sendMessage', parameters as never));
  });
  if (!webhook) {
    void bot.launch();
    return {};
  }
  bot.botInfo = await bot.telegram.getMe();
  const handle = bot.webhookCallback('/hook');
  const server = createServer((incoming, response) => void handle(incoming, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  await bot.telegram.setWebhook('https://bench.example/hook');
  return { port: (server.address() as AddressInfo).port, path: '/hook' };
});
