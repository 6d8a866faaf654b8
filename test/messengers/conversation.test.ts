import { type Conversation, type ConversationFlavor, conversations, createConversation } from '@grammyjs/conversations';
import { Bot, type Context } from 'grammy';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createMessengerClient } from '../../src/messengers/index.ts';
import type { MessengerClient } from '../../src/messengers/messenger.ts';
import { type BotServer, type Simulator, startSimulator } from '../../src/simulator/simulator.ts';
import { systemClock } from '../../src/system-clock.ts';

type Ctx = ConversationFlavor<Context>;

describe.each(['telegram', 'bale'] as const)('inside a conversation on %s', (name) => {
  let simulator: Simulator;
  let server: BotServer;
  let client: MessengerClient;
  let bot: Bot<Ctx>;
  let offset: number | undefined;

  beforeEach(async () => {
    simulator = await startSimulator({ apiPort: 0 });
    server = simulator[name];
    const silent = (): void => undefined;
    const logger = { debug: silent, info: silent, warn: silent };
    client = createMessengerClient({ clock: systemClock, name, token: server.token, apiRoot: server.apiRoot, logger });
    offset = undefined;
    bot = new Bot<Ctx>(client.token, { client: client.clientOptions, botInfo: await client.connect() });
    bot.use(conversations());
    bot.use(createConversation(register, 'register'));
    bot.command('start', (ctx) => ctx.conversation.enter('register'));
  });

  afterEach(async () => {
    await client.close();
    await simulator.close();
  });

  async function register(conversation: Conversation<Ctx>, ctx: Context): Promise<void> {
    await ctx.reply('نام شما؟');
    const { message } = await conversation.waitFor('message:text');
    await ctx.reply(`«${message.text}» در *کدام* شهر است؟`);
    const city = await conversation.waitFor('message:text');
    await ctx.reply(`${message.text}، ${city.message.text}`);
  }

  async function work(): Promise<void> {
    const raw = await client.getUpdates({ offset, timeout: 0, signal: new AbortController().signal });
    for (const each of raw) {
      const update = client.normalise(each)!;
      offset = update.update_id + 1;
      await bot.handleUpdate(update);
    }
  }

  test("replies have the same dialect, retries and pace, and a replay doesn't repeat them", async () => {
    const sara = server.person({ firstName: 'سارا' });
    server.faults.add({ method: 'sendMessage', kind: 'bad-gateway', times: 1 });
    sara.command('start');
    await work();
    sara.say('کارگاه_نمونه');
    await work();
    sara.say('تبریز');
    await work();
    const replies = sara.chat.filter(({ from }) => from === 'bot').map(({ text }) => text.replaceAll('∗', '*'));
    expect(replies).toEqual(['نام شما؟', '«کارگاه_نمونه» در *کدام* شهر است؟', 'کارگاه_نمونه، تبریز']);
    expect(server.calls.filter(({ method }) => method === 'sendMessage')).toHaveLength(4);
  });

  test('a broken connection ends the update with an error and leaves the chat usable', async () => {
    const sara = server.person({ firstName: 'سارا' });
    server.faults.add({ method: 'sendMessage', kind: 'drop-before', times: 1 });
    sara.command('start');
    await expect(work()).rejects.toThrow(/sendMessage/);
    sara.command('start');
    await work();
    expect(sara.lastMessage?.text).toBe('نام شما؟');
  });
});
