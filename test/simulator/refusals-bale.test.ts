import { beforeEach, describe, expect, it } from 'vitest';
import type { BotServer, Person } from '../../src/simulator/simulator.ts';
import { PIXEL, refusalOf, resultOf, simulator } from './support.ts';

describe('the Bale server', () => {
  let server: BotServer;
  let sara: Person;

  beforeEach(async () => {
    server = (await simulator()).bale;
    sara = server.person({ firstName: 'Sara', phone: '۰۹۱۲۰۰۰۰۰۰۱' });
    sara.say('hello');
  });

  const send = (payload: Record<string, unknown>) => ({ chat_id: sara.id, text: 'hi', ...payload });

  it('answers a wrong token with 403, not 401', async () => {
    const response = await fetch(`${server.apiRoot}/bot123:wrong/getMe`);
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ description: 'Bad Request: Token not found' });
  });

  it('has no profile setters (501) and no other unknown methods (404)', async () => {
    expect(await refusalOf(server, 'setMyName', { name: 'x' })).toBe('501 Not Implemented');
    expect(await refusalOf(server, 'editMessageMedia')).toMatch(/^404 /);
    expect(await refusalOf(server, 'getChatMemberCount', { chat_id: sara.id })).toMatch(/^404 /);
  });

  it.each(['parse_mode', 'entities', 'reply_parameters', 'disable_notification'])(
    'refuses %s, which the real one silently ignores',
    async (parameter) => {
      expect(await refusalOf(server, 'sendMessage', send({ [parameter]: 'x' }))).toContain(`"${parameter}"`);
    },
  );

  it('refuses unknown people, people who never wrote and people who blocked the bot', async () => {
    expect(await refusalOf(server, 'sendMessage', send({ chat_id: 42 }))).toBe(
      '400 Bad Request: no such group or user',
    );
    const stranger = server.person({ firstName: 'Stranger' });
    expect(await refusalOf(server, 'sendMessage', send({ chat_id: stranger.id }))).toMatch(/^403 Forbidden/);
    expect(sara.block()).toBeUndefined();
    expect(await refusalOf(server, 'sendMessage', send({}))).toMatch(/^403 Forbidden/);
    expect(server.pendingUpdates).toHaveLength(1);
  });

  it('takes captions of 4096 units, where Telegram takes 1024, but 1024 in albums', async () => {
    const upload = (caption: string) => {
      const form = new FormData();
      form.set('chat_id', String(sara.id));
      form.set('caption', caption);
      form.set('photo', new Blob([PIXEL]), 'a.png');
      return form;
    };
    const sent = await resultOf(server, 'sendPhoto', upload('x'.repeat(4096)));
    expect(await refusalOf(server, 'sendPhoto', upload('x'.repeat(4097)))).toMatch(/^400 /);
    const fileId = (sent['photo'] as { file_id: string }[]).at(-1)?.file_id;
    const item = (caption: string) => ({ type: 'photo', media: fileId, caption });
    const album = (caption: string) => ({ chat_id: sara.id, media: JSON.stringify([item(''), item(caption)]) });
    expect(await resultOf(server, 'sendMediaGroup', album('x'.repeat(1024)))).toHaveLength(2);
    expect(await refusalOf(server, 'sendMediaGroup', album('x'.repeat(1025)))).toMatch(/^400 /);
  });

  it('wants an album’s media as JSON text even inside a JSON body', async () => {
    expect(await refusalOf(server, 'sendMediaGroup', { chat_id: sara.id, media: [] })).toBe(
      '400 Bad Request: malformed request',
    );
  });

  it('takes uploads only as a part named like the parameter', async () => {
    const form = new FormData();
    form.set('chat_id', String(sara.id));
    form.set('photo', 'attach://abc');
    form.set('abc', new Blob([PIXEL]), 'a.png');
    expect(await refusalOf(server, 'sendPhoto', form)).toMatch(/^400 /);
  });

  it('returns a stub from edits and takes the keyboard away where none is given', async () => {
    const keyboard = { inline_keyboard: [[{ text: 'a', callback_data: 'x' }]] };
    const { message_id } = await resultOf(server, 'sendMessage', send({ reply_markup: keyboard }));
    expect(sara.lastMessage?.inlineKeyboard).toHaveLength(1);
    const stub = await resultOf(server, 'editMessageText', { chat_id: sara.id, message_id, text: 'changed' });
    expect(stub).toEqual({
      message_id: 0,
      date: expect.any(Number) as number,
      edit_date: expect.any(Number) as number,
      chat: { id: sara.id, type: 'private', photo: null },
    });
    expect(sara.lastMessage).toMatchObject({ text: 'changed', inlineKeyboard: [], edits: 1 });
  });

  it('counts updates from 0, writes nulls, omits the language, and shortens contact ids to 32 bits', () => {
    const large = server.person({ id: 2 ** 40 + 7, firstName: 'Large', phone: '+989120000009' });
    large.shareContact();
    const [first, second] = server.pendingUpdates;
    expect(first).toMatchObject({ update_id: 0, message: { from: { last_name: null }, chat: { photo: null } } });
    expect(first?.message?.from).not.toHaveProperty('language_code');
    expect(second).toMatchObject({
      update_id: 1,
      message: { from: { id: 2 ** 40 + 7 }, contact: { phone_number: '989120000009', user_id: 7 } },
    });
  });

  it('shows styled text only as its own Markdown, and keeps what was sent', async () => {
    await resultOf(server, 'sendMessage', send({ text: 'a *bold* <b>x</b>' }));
    expect(sara.lastMessage).toMatchObject({
      text: 'a bold <b>x</b>',
      raw: 'a *bold* <b>x</b>',
      ranges: [{ offset: 2, length: 4, style: 'bold' }],
    });
  });

  it('refuses keyboard fields that it does not document', async () => {
    const markup = { keyboard: [['a']], is_persistent: true };
    expect(await refusalOf(server, 'sendMessage', send({ reply_markup: markup }))).toContain('is_persistent');
    const coloured = { inline_keyboard: [[{ text: 'a', callback_data: 'x', style: 'danger' }]] };
    expect(await refusalOf(server, 'sendMessage', send({ reply_markup: coloured }))).toContain('style');
  });

  it('marks presses from old clients by ids that begin with 1', async () => {
    const old = server.person({ firstName: 'Old', oldClient: true });
    old.say('hello');
    const keyboard = { inline_keyboard: [[{ text: 'a', callback_data: 'x' }]] };
    for (const person of [sara, old]) {
      await resultOf(server, 'sendMessage', send({ chat_id: person.id, reply_markup: keyboard }));
      person.press('a');
    }
    expect(old.toasts[0]?.id).toMatch(/^1/);
    expect(sara.toasts[0]?.id).not.toMatch(/^1/);
  });

  it('tells about members only to an administrator', async () => {
    const group = server.group({ title: 'Staff', members: [sara], bot: 'member' });
    const asked = { chat_id: group.id, user_id: sara.id };
    expect(await refusalOf(server, 'getChatMember', asked)).toBe('403 Forbidden: permission_denied');
    group.setBotRank('administrator');
    expect(await resultOf(server, 'getChatMember', asked)).toMatchObject({ status: 'creator' });
    expect(await resultOf(server, 'getChatMembersCount', { chat_id: group.id })).toBe(2);
  });

  it('has groups with positive ids and no supergroups', () => {
    const group = server.group({ title: 'Staff', members: [sara] });
    expect(group.id).toBeGreaterThan(0);
    expect(server.pendingUpdates.at(-1)).toMatchObject({
      message: { chat: { type: 'group' }, new_chat_members: [{ is_bot: true }] },
    });
    expect(server.pendingUpdates.some((update) => update.my_chat_member)).toBe(false);
  });
});

describe('a lenient Bale server', () => {
  it('says ok to what it ignores', async () => {
    const { bale } = await simulator({ strict: false });
    const sara = bale.person({ firstName: 'Sara' });
    sara.say('hello');
    const sent = { chat_id: sara.id, text: '<b>x</b>', parse_mode: 'HTML' };
    expect(await resultOf(bale, 'sendMessage', sent)).toMatchObject({ text: '<b>x</b>' });
  });
});
