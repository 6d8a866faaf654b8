import { beforeEach, describe, expect, it } from 'vitest';
import type { BotServer, Person } from '../../src/simulator/simulator.ts';
import { call, refusalOf, resultOf, simulator } from './support.ts';

describe('the Telegram server refuses', () => {
  let server: BotServer;
  let sara: Person;
  let now: number;

  beforeEach(async () => {
    now = Date.UTC(2026, 10, 22);
    server = (await simulator({ clock: () => now })).telegram;
    sara = server.person({ firstName: 'Sara', phone: '09120000001' });
    sara.say('hello');
  });

  const send = (payload: Record<string, unknown>) => ({ chat_id: sara.id, text: 'hi', ...payload });

  it('a token that is not the bot’s', async () => {
    const response = await fetch(`${server.apiRoot}/bot123:wrong/getMe`);
    expect(response.status).toBe(401);
    expect(await response.json()).toEqual({ ok: false, error_code: 401, description: 'Unauthorized' });
  });

  it('a method that does not exist', async () => {
    expect(await refusalOf(server, 'sendTelepathy')).toBe('404 Not Found');
  });

  it('a parameter that the method does not have, by name', async () => {
    expect(await refusalOf(server, 'sendMessage', send({ reply_markpu: {} }))).toContain('"reply_markpu"');
  });

  it('a chat that is missing, unknown, not started, blocked or deactivated', async () => {
    expect(await refusalOf(server, 'sendMessage', { text: 'hi' })).toBe('400 Bad Request: chat_id is empty');
    expect(await refusalOf(server, 'sendMessage', send({ chat_id: 42 }))).toBe('400 Bad Request: chat not found');
    const stranger = server.person({ firstName: 'Stranger' });
    expect(await refusalOf(server, 'sendMessage', send({ chat_id: stranger.id }))).toBe(
      "403 Forbidden: bot can't initiate conversation with a user",
    );
    sara.block();
    expect(await refusalOf(server, 'sendMessage', send({}))).toBe('403 Forbidden: bot was blocked by the user');
    sara.unblock();
    expect(await resultOf(server, 'sendMessage', send({}))).toMatchObject({ text: 'hi' });
    sara.deactivate();
    expect(await refusalOf(server, 'sendMessage', send({}))).toBe('403 Forbidden: user is deactivated');
  });

  it('a text that is empty, blank or over 4096 UTF-16 units', async () => {
    for (const text of ['', ' \n', '\u200f']) {
      expect(await refusalOf(server, 'sendMessage', send({ text }))).toBe('400 Bad Request: message text is empty');
    }
    expect(await resultOf(server, 'sendMessage', send({ text: 'x'.repeat(4096) }))).toBeTruthy();
    expect(await refusalOf(server, 'sendMessage', send({ text: 'x'.repeat(4097) }))).toBe(
      '400 Bad Request: message is too long',
    );
  });

  it.each([
    ['beyond the text', [{ type: 'bold', offset: 0, length: 3 }], 'ends after the end of the text'],
    ['after the text', [{ type: 'bold', offset: 9, length: 1 }], 'begins after the end of the text'],
    ['negative', [{ type: 'bold', offset: -1, length: 1 }], 'incorrect offset'],
    ['empty', [{ type: 'bold', offset: 0, length: 0 }], 'incorrect offset or length'],
    ['of an unknown type', [{ type: 'shiny', offset: 0, length: 1 }], 'unsupported entity type'],
    ['a link without a target', [{ type: 'text_link', offset: 0, length: 1 }], 'text_link without a valid url'],
  ])('an entity %s', async (_, entities, words) => {
    const refused = await refusalOf(server, 'sendMessage', send({ entities }));
    expect(refused).toMatch(/^400 Bad Request: /);
    expect(refused).toContain(words);
  });

  it('entities that cross, or that split an emoji; nested ones are fine', async () => {
    const text = 'abcdef 😀';
    const crossing = [
      { type: 'bold', offset: 0, length: 4 },
      { type: 'italic', offset: 2, length: 4 },
    ];
    expect(await refusalOf(server, 'sendMessage', send({ text, entities: crossing }))).toContain('overlap');
    const half = [{ type: 'bold', offset: 7, length: 1 }];
    expect(await refusalOf(server, 'sendMessage', send({ text, entities: half }))).toContain('middle of a UTF-16');
    const nested = [
      { type: 'bold', offset: 0, length: 6 },
      { type: 'italic', offset: 2, length: 2 },
    ];
    expect(await resultOf(server, 'sendMessage', send({ text, entities: nested }))).toMatchObject({ entities: nested });
  });

  it('broken HTML, and reads good HTML', async () => {
    const html = (text: string) => send({ text, parse_mode: 'HTML' });
    expect(await refusalOf(server, 'sendMessage', html('<b>x'))).toContain("Can't find end tag");
    expect(await refusalOf(server, 'sendMessage', html('<x>y</x>'))).toContain('Unsupported start tag "x"');
    expect(await refusalOf(server, 'sendMessage', html('<b>x</i>'))).toContain('Unexpected end tag');
    expect(
      await resultOf(server, 'sendMessage', html('a &lt; <a href="https://x.ir/?a=1&amp;b=2">b</a>')),
    ).toMatchObject({
      text: 'a < b',
      entities: [{ type: 'text_link', offset: 4, length: 1, url: 'https://x.ir/?a=1&b=2' }],
    });
  });

  const inline = (button: Record<string, unknown>) => send({ reply_markup: { inline_keyboard: [[button]] } });

  it('callback data that is empty or over 64 bytes', async () => {
    for (const data of ['', 'x'.repeat(65), 'س'.repeat(33)]) {
      expect(await refusalOf(server, 'sendMessage', inline({ text: 'a', callback_data: data }))).toBe(
        '400 Bad Request: BUTTON_DATA_INVALID',
      );
    }
    expect(await resultOf(server, 'sendMessage', inline({ text: 'a', callback_data: 'س'.repeat(32) }))).toBeTruthy();
  });

  it('an inline button without action, without text, with two actions or with a bad URL', async () => {
    expect(await refusalOf(server, 'sendMessage', inline({ text: 'a' }))).toContain('Text buttons are unallowed');
    expect(await refusalOf(server, 'sendMessage', inline({ text: ' ', callback_data: 'x' }))).toContain('BUTTON_TEXT');
    const two = { text: 'a', callback_data: 'x', url: 'https://x.ir' };
    expect(await refusalOf(server, 'sendMessage', inline(two))).toContain('Text buttons are unallowed');
    expect(await refusalOf(server, 'sendMessage', inline({ text: 'a', url: 'x.ir' }))).toContain('BUTTON_URL_INVALID');
  });

  it('more than a hundred inline buttons', async () => {
    const row = Array.from({ length: 101 }, (_, index) => ({ text: 'a', callback_data: String(index) }));
    expect(await refusalOf(server, 'sendMessage', send({ reply_markup: { inline_keyboard: [row] } }))).toBe(
      '400 Bad Request: REPLY_MARKUP_TOO_LONG',
    );
  });

  it('an edit that changes nothing, of nothing, of another’s message, or of one that brought a reply keyboard', async () => {
    const markup = { inline_keyboard: [[{ text: 'a', callback_data: 'x' }]] };
    const { message_id } = await resultOf(server, 'sendMessage', send({ reply_markup: markup }));
    const edit = { chat_id: sara.id, message_id, text: 'hi', reply_markup: markup };
    expect(await refusalOf(server, 'editMessageText', edit)).toBe(
      '400 Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message',
    );
    expect(await refusalOf(server, 'editMessageText', { ...edit, message_id: 9_999 })).toBe(
      '400 Bad Request: message to edit not found',
    );
    const own = sara.chat[0]?.id;
    expect(await refusalOf(server, 'editMessageText', { ...edit, message_id: own })).toBe(
      "400 Bad Request: message can't be edited",
    );
    const withReply = await resultOf(server, 'sendMessage', send({ reply_markup: { keyboard: [['a']] } }));
    expect(await refusalOf(server, 'editMessageText', { ...edit, message_id: withReply['message_id'] })).toBe(
      "400 Bad Request: message can't be edited",
    );
    expect(await refusalOf(server, 'editMessageCaption', { chat_id: sara.id, message_id, caption: 'c' })).toBe(
      '400 Bad Request: there is no caption in the message to edit',
    );
  });

  it('to delete what is not there or older than two days', async () => {
    expect(await refusalOf(server, 'deleteMessage', { chat_id: sara.id, message_id: 9_999 })).toBe(
      '400 Bad Request: message to delete not found',
    );
    const { message_id } = await resultOf(server, 'sendMessage', send({}));
    now += 49 * 3600 * 1000;
    expect(await refusalOf(server, 'deleteMessage', { chat_id: sara.id, message_id })).toBe(
      "400 Bad Request: message can't be deleted",
    );
  });

  it('a second, late or invented answer to a press, and one that is too long', async () => {
    await resultOf(server, 'sendMessage', inline({ text: 'a', callback_data: 'x' }));
    const tooOld = '400 Bad Request: query is too old and response timeout expired or query ID is invalid';
    expect(await refusalOf(server, 'answerCallbackQuery', { callback_query_id: '77' })).toBe(tooOld);
    sara.press('a');
    const first = { callback_query_id: sara.toasts[0]?.id };
    expect(await refusalOf(server, 'answerCallbackQuery', { ...first, text: 'x'.repeat(201) })).toContain(
      'MESSAGE_TOO_LONG',
    );
    expect(await resultOf(server, 'answerCallbackQuery', first)).toBe(true);
    expect(await refusalOf(server, 'answerCallbackQuery', first)).toBe(tooOld);
    sara.press('a');
    now += 16_000;
    expect(await refusalOf(server, 'answerCallbackQuery', { callback_query_id: sara.toasts[1]?.id })).toBe(tooOld);
    expect(sara.toasts.map(({ answered }) => answered)).toEqual([true, false]);
  });

  it('a reply to a message that is gone, unless it may be left out', async () => {
    const reply = (extra: object) => send({ reply_parameters: { message_id: 9_999, ...extra } });
    expect(await refusalOf(server, 'sendMessage', reply({}))).toBe('400 Bad Request: message to be replied not found');
    expect(await resultOf(server, 'sendMessage', reply({ allow_sending_without_reply: true }))).toBeTruthy();
  });

  it('a caption over 1024 units and files that it does not know', async () => {
    const photo = { chat_id: sara.id, photo: 'unknown' };
    expect(await refusalOf(server, 'sendPhoto', { ...photo, caption: 'x'.repeat(1025) })).toBe(
      '400 Bad Request: message caption is too long',
    );
    expect(await refusalOf(server, 'sendPhoto', photo)).toBe(
      '400 Bad Request: wrong file identifier/HTTP URL specified',
    );
    expect(await refusalOf(server, 'sendPhoto', { chat_id: sara.id })).toBe(
      '400 Bad Request: there is no file in the request',
    );
  });

  it('a body that is too large or not JSON', async () => {
    const url = `${server.apiRoot}/bot${server.token}/sendMessage`;
    const json = { 'content-type': 'application/json' };
    const broken = await fetch(url, { method: 'POST', headers: json, body: '{"chat_id":' });
    expect(broken.status).toBe(400);
    const huge = Buffer.alloc(61 * 1024 * 1024);
    const answered = await fetch(url, { method: 'POST', headers: json, body: huge }).then(
      ({ status }) => status,
      () => 'closed',
    );
    expect([413, 'closed']).toContain(answered);
    expect((await call(server, 'getMe')).ok).toBe(true);
  });
});

describe('a lenient Telegram server', () => {
  it('ignores unknown parameters and repairs crossing entities, as the real one does', async () => {
    const { telegram } = await simulator({ strict: false });
    const sara = telegram.person({ firstName: 'Sara' });
    sara.say('hello');
    const entities = [
      { type: 'bold', offset: 0, length: 2 },
      { type: 'italic', offset: 1, length: 2 },
    ];
    expect(
      await resultOf(telegram, 'sendMessage', { chat_id: sara.id, text: 'abc', entities, nonsense: 1 }),
    ).toBeTruthy();
  });
});
