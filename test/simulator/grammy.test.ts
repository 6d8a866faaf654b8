import { Bot, InlineKeyboard, Keyboard } from 'grammy';
import { describe, expect, it } from 'vitest';
import type { BotServer } from '../../src/simulator/simulator.ts';
import { closeAfterTest, simulator } from './support.ts';

/** A little bot that uses only what both messengers have. */
function echoBot(server: BotServer): Bot {
  const bot = new Bot(server.token, { client: { apiRoot: server.apiRoot } });
  bot.command('start', (ctx) =>
    ctx.reply('Welcome', {
      reply_markup: new Keyboard().requestContact('My number').row().text('Menu').resized(),
    }),
  );
  bot.hears('Menu', (ctx) =>
    ctx.reply('Choose', { reply_markup: new InlineKeyboard().text('One', 'pick:1').text('Two', 'pick:2') }),
  );
  bot.callbackQuery(/^pick:(\d)$/, async (ctx) => {
    await ctx.answerCallbackQuery({ text: `Picked ${ctx.match[1]}` });
    await ctx.editMessageText(`You picked ${ctx.match[1]}`);
  });
  bot.on('message:contact', (ctx) =>
    ctx.reply(ctx.message.contact.user_id === ctx.from.id ? 'Your own number' : 'Not your number'),
  );
  bot.on('message:text', (ctx) => ctx.reply(`You said ${ctx.message.text}`));
  return bot;
}

function run(server: BotServer): Promise<void> {
  const bot = echoBot(server);
  closeAfterTest({ close: () => bot.stop() });
  return new Promise((resolve) => void bot.start({ onStart: () => resolve() }));
}

describe.each(['telegram', 'bale'] as const)('a grammY bot that polls %s', (name) => {
  it('holds a whole talk: command, reply keyboard, inline press, toast, edit, contact', async () => {
    const server = (await simulator())[name];
    await run(server);
    // grammY begins at offset 1 and so never sees the update 0 with which Bale begins.
    if (name === 'bale') server.resetUpdateIds(1);
    const sara = server.person({ firstName: 'Sara', phone: '09120000001' });

    sara.command('start');
    await sara.waitFor('Welcome');
    expect(sara.replyKeyboard?.keyboard.map((row) => row.map(({ text }) => text))).toEqual([['My number'], ['Menu']]);

    sara.press('Menu');
    const menu = await sara.waitFor('Choose');
    expect(menu.inlineKeyboard).toEqual([
      [
        { label: 'One', data: 'pick:1' },
        { label: 'Two', data: 'pick:2' },
      ],
    ]);

    sara.press('Two');
    const edited = await sara.waitFor('You picked 2');
    expect(edited).toMatchObject({ id: menu.id, edits: 1, inlineKeyboard: [] });
    expect(sara.toasts).toMatchObject([{ label: 'Two', answered: true, text: 'Picked 2' }]);

    sara.press('My number');
    await sara.waitFor('Your own number');

    const reza = server.person({ firstName: 'Reza', phone: '09120000002' });
    sara.shareContact({ of: reza });
    await sara.waitFor('Not your number');

    sara.say('سلام');
    await sara.waitFor('You said سلام');
    expect(sara.transcript()).toContain('→ Sara #');
  });

  it('answers many people at once', async () => {
    const server = (await simulator())[name];
    await run(server);
    if (name === 'bale') server.resetUpdateIds(1);
    const people = Array.from({ length: 40 }, (_, index) => server.person({ firstName: `Person ${index}` }));
    for (const [index, person] of people.entries()) person.say(`number ${index}`);
    await Promise.all(people.map((person, index) => person.waitFor(`You said number ${index}`)));
    expect(server.people).toHaveLength(40);
  });
});
