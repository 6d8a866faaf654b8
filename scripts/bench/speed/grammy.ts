import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { run } from '@grammyjs/runner';
import { Bot, webhookCallback } from 'grammy';
import { begin } from './contender.ts';
import { openWork, type IncomingUpdate } from './work.ts';

/** grammY with its runner as they come, doing the same work. */
await begin(async (surroundings) => {
  const { apiRoot, token, webhook } = surroundings;
  const { store, work } = await openWork(surroundings);
  const bot = new Bot(token, { client: { apiRoot } });
  bot.use(async (ctx) => {
    const update = ctx.update as unknown as IncomingUpdate;
    await store([update]);
    const methods = ctx.api.raw as unknown as Record<string, (parameters: unknown) => Promise<unknown>>;
    await work(update, (method, parameters) => (methods[method] as (typeof methods)[string])(parameters));
  });
  await bot.init();
  if (!webhook) {
    run(bot);
    return {};
  }
  const handle = webhookCallback(bot, 'http');
  const server = createServer((incoming, response) => void handle(incoming, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  await bot.api.setWebhook('https://bench.example/hook');
  return { port: (server.address() as AddressInfo).port, path: '/hook' };
});
