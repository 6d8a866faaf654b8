import { beforeEach, describe, expect, it } from 'vitest';
import type { BotServer, Person } from '../../src/simulator/simulator.ts';
import { PIXEL, resultOf, simulator } from './support.ts';

describe('a person', () => {
  let server: BotServer;
  let sara: Person;

  beforeEach(async () => {
    server = (await simulator()).telegram;
    sara = server.person({ firstName: 'Sara', lastName: 'Rad', phone: '+98 912 000 0001', languageCode: 'fa' });
    sara.command('start', 'o_12');
  });

  const send = (payload: Record<string, unknown>) =>
    resultOf(server, 'sendMessage', { chat_id: sara.id, text: 'hi', ...payload });
  const inline = (...labels: string[]) => ({
    inline_keyboard: [labels.map((text) => ({ text, callback_data: `data ${text}` }))],
  });

  it('writes commands with their argument, marked as commands', () => {
    expect(server.pendingUpdates[0]).toMatchObject({
      message: {
        text: '/start o_12',
        entities: [{ type: 'bot_command', offset: 0, length: 6 }],
        from: { first_name: 'Sara', last_name: 'Rad', language_code: 'fa' },
        chat: { type: 'private', id: sara.id },
      },
    });
  });

  it('presses what came last where a label is in both keyboards, and whole labels before parts', async () => {
    await send({ reply_markup: { keyboard: [['Stop', 'Stop all']] } });
    await send({ reply_markup: inline('Stop') });
    sara.press('Stop');
    expect(server.pendingUpdates.at(-1)).toMatchObject({ callback_query: { data: 'data Stop' } });
    await send({ reply_markup: { keyboard: [['Stop', 'Stop all']] } });
    sara.press('Stop');
    expect(server.pendingUpdates.at(-1)).toMatchObject({ message: { text: 'Stop' } });
    sara.press(/all$/);
    expect(server.pendingUpdates.at(-1)).toMatchObject({ message: { text: 'Stop all' } });
    sara.press('top al');
    expect(server.pendingUpdates.at(-1)).toMatchObject({ message: { text: 'Stop all' } });
  });

  it('can press a button that was there once, and send data that never was', async () => {
    await send({ reply_markup: inline('Old') });
    const stale = sara.lastMessage;
    if (!stale) throw new Error('There is no message');
    await resultOf(server, 'editMessageText', { chat_id: sara.id, message_id: stale.id, text: 'no keyboard' });
    expect(() => sara.press('Old')).toThrow(/no button Old[^]*no keyboard/);
    sara.press('Old', { message: stale });
    expect(server.pendingUpdates.at(-1)).toMatchObject({ callback_query: { data: 'data Old' } });
    sara.pressData('forged', stale);
    expect(server.pendingUpdates.at(-1)).toMatchObject({ callback_query: { data: 'forged' } });
    await resultOf(server, 'deleteMessage', { chat_id: sara.id, message_id: stale.id });
    sara.press('Old', { message: stale });
    expect(server.pendingUpdates.at(-1)).toMatchObject({ callback_query: { message: { date: 0 } } });
  });

  it('shares the own number, someone else’s or one from the address book', async () => {
    await send({ reply_markup: { keyboard: [[{ text: 'My number', request_contact: true }]] } });
    sara.press('My number');
    sara.shareContact({ of: server.person({ firstName: 'Reza', phone: '09120000002' }) });
    sara.shareContact({ of: { phone: '0414 000', firstName: 'Shop' } });
    const contacts = server.pendingUpdates.slice(1).map((update) => update.message?.contact);
    expect(contacts).toEqual([
      { phone_number: '+989120000001', first_name: 'Sara', last_name: 'Rad', user_id: sara.id },
      { phone_number: '+989120000002', first_name: 'Reza', user_id: sara.id + 1 },
      { phone_number: '0414 000', first_name: 'Shop' },
    ]);
  });

  it('answers, edits, forwards and sends a place', async () => {
    const { message_id } = await send({});
    sara.say('my word', { replyTo: message_id as number });
    const own = sara.lastMessage;
    if (!own) throw new Error('There is no message');
    sara.editText(own, 'my last word');
    sara.forward(own);
    sara.sendLocation();
    expect(server.pendingUpdates.slice(1)).toMatchObject([
      { message: { text: 'my word', reply_to_message: { message_id, text: 'hi' } } },
      { edited_message: { message_id: own.id, text: 'my last word' } },
      { message: { text: 'my last word', forward_origin: { type: 'user', sender_user: { id: sara.id } } } },
      { message: { location: { latitude: 38.08 } } },
    ]);
    expect(sara.chat.find(({ id }) => id === own.id)).toMatchObject({ text: 'my last word', edits: 1 });
  });

  it('waits for what comes after the last action, not for what was there', async () => {
    await send({ text: 'same' });
    expect(await sara.waitFor('same')).toMatchObject({ text: 'same' });
    sara.say('again');
    const waiting = sara.waitFor('same');
    const { message_id } = await send({ text: 'same' });
    expect(await waiting).toMatchObject({ id: message_id });
    sara.say('once more');
    expect(await sara.waitFor('same', { any: true })).toMatchObject({ id: message_id });
  });

  it('that waits in vain is told with the whole chat', async () => {
    await send({ text: 'Something else', reply_markup: inline('One', 'Two') });
    await expect(sara.waitFor('Welcome', { timeoutMs: 1 })).rejects.toThrow(
      /in vain for a message of the bot that fits «Welcome»[^]*→ Sara Rad #1: \/start o_12[^]*Something else[^]*\[One\] \[Two\]/,
    );
  });

  it('that blocked the bot can’t write until the block is lifted', () => {
    sara.block();
    expect(() => sara.say('hello')).toThrow('call unblock() first');
    sara.unblock();
    expect(sara.say('hello')).toBeTypeOf('number');
    expect(server.pendingUpdates.slice(1, 3)).toMatchObject([
      { my_chat_member: { new_chat_member: { status: 'kicked' } } },
      { my_chat_member: { new_chat_member: { status: 'member' } } },
    ]);
  });

  it('sees styled text, albums and deletions as they are now', async () => {
    const entities = [{ type: 'text_link', offset: 3, length: 4, url: 'https://x.ir/' }];
    const { message_id } = await send({ text: 'to here', entities });
    expect(sara.lastMessage).toMatchObject({
      text: 'to here',
      ranges: [{ offset: 3, length: 4, style: 'link', url: 'https://x.ir/' }],
    });
    await resultOf(server, 'deleteMessages', { chat_id: sara.id, message_ids: [message_id, 9_999] });
    expect(sara.chat.map(({ text }) => text)).toEqual(['/start o_12']);
  });
});

describe('very many people', () => {
  it('keep only the last messages of a chat', async () => {
    const { bale } = await simulator({ keep: { messagesPerChat: 2 } });
    const sara = bale.person({ firstName: 'Sara' });
    for (const text of ['a', 'b', 'c']) sara.say(text);
    expect(sara.chat.map(({ id, text }) => [id, text])).toEqual([
      [2, 'b'],
      [3, 'c'],
    ]);
  });
});

describe.each(['telegram', 'bale'] as const)('a group on %s', (name) => {
  it('tells an administrator everything, a plain member only what concerns it', async () => {
    const server = (await simulator())[name];
    const sara = server.person({ firstName: 'Sara' });
    const group = server.group({ title: 'Staff', members: [sara] });
    expect(sara.say('among us', { in: group })).toBeTypeOf('number');
    group.setBotRank('member');
    expect(sara.say('among us', { in: group })).toBeUndefined();
    expect(sara.say('/take', { in: group })).toBeTypeOf('number');
    expect(sara.say(`@${server.bot.username ?? ''} look`, { in: group })).toBeTypeOf('number');
    const { message_id } = await resultOf(server, 'sendMessage', { chat_id: group.id, text: 'card' });
    expect(sara.say('answer', { in: group, replyTo: message_id as number })).toBeTypeOf('number');
    group.setBotRank(null);
    const refused = await fetch(
      `${server.apiRoot}/bot${server.token}/sendMessage?chat_id=${group.id}&text=${encodeURIComponent('سلام')}`,
    );
    expect(refused.status).toBe(403);
  });

  it('shows cards that any member presses, and who comes and goes', async () => {
    const server = (await simulator())[name];
    const [sara, reza] = [server.person({ firstName: 'Sara' }), server.person({ firstName: 'Reza' })];
    const group = server.group({ title: 'Staff', members: [sara] });
    const keyboard = { inline_keyboard: [[{ text: 'Take', callback_data: 't' }]] };
    await resultOf(server, 'sendMessage', { chat_id: group.id, text: 'card', reply_markup: keyboard });
    expect(await group.waitFor('card')).toMatchObject({ from: 'bot' });
    group.add(reza);
    reza.press('Take', { in: group });
    group.remove(reza);
    expect(server.pendingUpdates.slice(-3)).toMatchObject([
      { message: { new_chat_members: [{ id: reza.id }] } },
      { callback_query: { from: { id: reza.id }, message: { chat: { id: group.id, title: 'Staff' } } } },
      { message: { left_chat_member: { id: reza.id } } },
    ]);
    expect(await resultOf(server, 'getChat', { chat_id: group.id })).toMatchObject({ title: 'Staff' });
  });
});

describe('what the bot does with messages', () => {
  it('copies without keyboard and forwards with the origin, files included', async () => {
    const { telegram } = await simulator();
    const sara = telegram.person({ firstName: 'Sara' });
    const reza = telegram.person({ firstName: 'Reza' });
    reza.say('hello');
    sara.sendPhoto(PIXEL, 'evidence');
    const source = { chat_id: reza.id, from_chat_id: sara.id, message_id: sara.lastMessage?.id };
    await resultOf(telegram, 'copyMessage', source);
    await resultOf(telegram, 'forwardMessage', source);
    expect(reza.chat.slice(1)).toMatchObject([
      { from: 'bot', text: 'evidence', media: { kind: 'photo' }, forwardedFrom: null },
      { from: 'bot', text: 'evidence', media: { kind: 'photo' }, forwardedFrom: 'Sara' },
    ]);
  });
});
