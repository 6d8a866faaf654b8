import { Api } from 'grammy';
import { beforeEach, describe, expect, it } from 'vitest';
import { METHODS } from '../../src/simulator/methods/index.ts';
import { bale } from '../../src/simulator/profiles/bale.ts';
import { telegram } from '../../src/simulator/profiles/telegram.ts';
import type { BotServer, Person } from '../../src/simulator/simulator.ts';
import { PIXEL, call, refusalOf, resultOf, simulator } from './support.ts';

it.each([telegram, bale])('every method of $name is carried out', ({ methods }) => {
  expect([...methods.keys()].filter((name) => !METHODS.has(name))).toEqual([]);
});

describe('grammY’s API on Telegram', () => {
  let server: BotServer;
  let sara: Person;
  let api: Api;

  beforeEach(async () => {
    server = (await simulator()).telegram;
    sara = server.person({ firstName: 'Sara' });
    sara.say('hello');
    api = new Api(server.token, { apiRoot: server.apiRoot });
  });

  it('knows the bot, and keeps its commands and texts by scope and language', async () => {
    expect(await api.getMe()).toMatchObject({ is_bot: true, username: server.bot.username });
    const commands = [{ command: 'start', description: 'Begin' }];
    await api.setMyCommands(commands, { language_code: 'en' });
    expect(await api.getMyCommands({ language_code: 'en' })).toEqual(commands);
    expect(await api.getMyCommands()).toEqual([]);
    await api.deleteMyCommands({ language_code: 'en' });
    expect(await api.getMyCommands({ language_code: 'en' })).toEqual([]);
    await api.setMyName('Cluster');
    await api.setMyDescription('About', { language_code: 'en' });
    await api.setMyShortDescription('Short');
    expect(await api.getMyName()).toEqual({ name: 'Cluster' });
    expect(await api.getMyDescription({ language_code: 'en' })).toEqual({ description: 'About' });
    expect(await api.getMyShortDescription()).toEqual({ short_description: 'Short' });
    await api.setChatMenuButton({ menu_button: { type: 'commands' } });
    expect(await api.getChatMenuButton()).toEqual({ type: 'commands' });
    await expect(api.setMyCommands([{ command: 'Not good', description: 'x' }])).rejects.toThrow('BOT_COMMAND_INVALID');
  });

  it('sends places and contacts, shows that it works, and refuses what it can’t', async () => {
    await api.sendLocation(sara.id, 38, 46);
    await api.sendContact(sara.id, '+98999', 'Office');
    await api.sendChatAction(sara.id, 'typing');
    expect(sara.chat.slice(1)).toMatchObject([
      { location: { latitude: 38, longitude: 46 } },
      { contact: { phone: '+98999', firstName: 'Office' } },
    ]);
    await expect(api.sendLocation(sara.id, 138, 46)).rejects.toThrow('wrong location');
    expect(await refusalOf(server, 'sendChatAction', { chat_id: sara.id, action: 'sing' })).toContain(
      'wrong parameter',
    );
  });

  it('pins, unpins, copies with another caption, and copies several', async () => {
    const first = await api.sendMessage(sara.id, 'first');
    await api.pinChatMessage(sara.id, first.message_id);
    expect(await api.getChat(sara.id)).toMatchObject({ pinned_message: { text: 'first' } });
    await api.unpinChatMessage(sara.id);
    expect(await api.getChat(sara.id)).not.toHaveProperty('pinned_message');

    sara.sendPhoto(PIXEL, 'evidence');
    const photo = sara.lastMessage?.id ?? 0;
    await api.copyMessage(sara.id, sara.id, photo, { caption: 'copied' });
    expect(sara.lastMessage).toMatchObject({ from: 'bot', text: 'copied', media: { kind: 'photo' } });
    expect(await api.copyMessages(sara.id, sara.id, [first.message_id, photo])).toHaveLength(2);
    expect(sara.chat.slice(-2).map(({ text }) => text)).toEqual(['first', 'evidence']);
  });

  it('tells who is in a group, and leaves it', async () => {
    const group = server.group({ title: 'Staff', members: [sara] });
    expect(await api.getChatMemberCount(group.id)).toBe(2);
    expect(await api.getChatMember(group.id, sara.id)).toMatchObject({ status: 'creator' });
    expect(await api.getChatAdministrators(group.id)).toHaveLength(2);
    const stranger = server.person({ firstName: 'Stranger' });
    expect(await api.getChatMember(group.id, stranger.id)).toMatchObject({ status: 'left' });
    await api.leaveChat(group.id);
    await expect(api.sendMessage(group.id, 'hi')).rejects.toThrow('bot was kicked');
  });
});

it('takes parameters by query, form and JSON, and method names in any case', async () => {
  const { bale } = await simulator();
  const sara = bale.person({ firstName: 'Sara' });
  sara.say('hello');
  const url = `${bale.apiRoot}/bot${bale.token}/SENDmessage`;
  await fetch(`${url}?chat_id=${sara.id}&text=query`);
  const keyboard = JSON.stringify({ inline_keyboard: [[{ text: 'a', callback_data: 'x' }]] });
  const form = new URLSearchParams({ chat_id: String(sara.id), text: 'form', reply_markup: keyboard });
  await fetch(url, { method: 'POST', body: form });
  await call(bale, 'sendMessage', {
    chat_id: String(sara.id),
    text: 'json',
    reply_markup: JSON.parse(keyboard) as object,
  });
  expect(sara.chat.slice(1)).toMatchObject([
    { text: 'query', inlineKeyboard: [] },
    { text: 'form', inlineKeyboard: [[{ label: 'a' }]] },
    { text: 'json', inlineKeyboard: [[{ label: 'a' }]] },
  ]);
  expect(await resultOf(bale, 'askReview', { user_id: sara.id, delay_seconds: 5 })).toBe(true);
});
