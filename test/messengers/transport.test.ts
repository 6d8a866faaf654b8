import { Api, GrammyError, HttpError, InputFile } from 'grammy';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { plain } from '../../src/language/rich-text.ts';
import { type CallReport, createMessengerClient } from '../../src/messengers/index.ts';
import type { MessengerClient, MessengerName } from '../../src/messengers/messenger.ts';
import { MessengerError } from '../../src/messengers/messenger.ts';
import { type ApiDouble, startApiDouble } from './api-double.ts';
import { manualClock } from './manual-clock.ts';
import { systemClock } from '../../src/system-clock.ts';

const TOKEN = '123456789:AAaaBBbbCCccDDddEEeeFFffGGggHHhhIIi';

let double: ApiDouble;
let reports: CallReport[];
let logged: string;
const clients: MessengerClient[] = [];

beforeEach(async () => {
  double = await startApiDouble();
  reports = [];
  logged = '';
});

afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
  await double.close();
});

function clientFor(
  name: MessengerName = 'telegram',
  more: Partial<Parameters<typeof createMessengerClient>[0]> = {},
): MessengerClient {
  const log = (fields: object, message: string): void => void (logged += `${JSON.stringify(fields)} ${message}\n`);
  const client = createMessengerClient({
    clock: systemClock,
    name,
    token: TOKEN,
    apiRoot: double.apiRoot,
    logger: { debug: log, info: log, warn: log },
    onCall: (report) => reports.push(report),
    ...more,
  });
  clients.push(client);
  return client;
}

const failureOf = (promise: Promise<unknown>): Promise<MessengerError> =>
  promise.then(
    () => expect.fail('it should have failed'),
    (error: unknown) => {
      expect(error).toBeInstanceOf(MessengerError);
      return error as MessengerError;
    },
  );

const hello = { text: plain('سلام') };

describe('a send that the messenger fails cleanly', () => {
  test.each([
    ['500 in JSON', { refusal: { error_code: 500, description: 'Internal Server Error' } }],
    ['HTML 502', { status: 502, body: '<html><body>Bad Gateway</body></html>', contentType: 'text/html' }],
    ['empty 503', { status: 503, body: '' }],
  ] as const)('is tried again as a reply: %s', async (_name, behaviour) => {
    double.script('sendMessage', behaviour, behaviour);
    const sent = await clientFor().send(1, hello);
    expect(sent).toEqual([{ messageId: 7 }]);
    expect(double.calls.map(({ method }) => method)).toEqual(['sendMessage', 'sendMessage', 'sendMessage']);
    expect(reports).toMatchObject([{ method: 'sendMessage', lane: 'reply', outcome: 'ok' }]);
  });

  test('is given up after three tries', async () => {
    double.script('sendMessage', ...Array.from({ length: 5 }, () => ({ status: 502, body: '<html>' })));
    const error = await failureOf(clientFor().send(1, hello));
    expect(error).toMatchObject({ kind: 'down', ambiguous: false, method: 'sendMessage' });
    expect(double.calls).toHaveLength(3);
    expect(reports).toMatchObject([{ outcome: 'down' }]);
  });

  test('is given up before a further try could not end in time', async () => {
    double.script('sendMessage', ...Array.from({ length: 5 }, () => ({ status: 502, body: '<html>' })));
    const clock = manualClock();
    const failing = failureOf(clientFor('telegram', { clock, replyMs: 1_000 }).send(1, hello));
    await expect.poll(() => clock.waiting()).toBe(1);
    clock.advance(200);
    expect((await failing).kind).toBe('down');
    expect(double.calls).toHaveLength(2);
  });

  test('is not tried again in the bulk lane, whose outbox keeps its own count', async () => {
    double.script('sendMessage', { status: 502, body: '<html>' });
    const error = await failureOf(clientFor().send(1, hello, { lane: 'bulk' }));
    expect(error.kind).toBe('down');
    expect(double.calls).toHaveLength(1);
  });

  test('is clean when nobody listens at all', async () => {
    await double.close();
    const error = await failureOf(clientFor().send(1, hello, { lane: 'bulk' }));
    expect(error).toMatchObject({ kind: 'down', ambiguous: false });
  });
});

describe('a send whose fate is unknown', () => {
  test('is not repeated when the connection breaks after the request left', async () => {
    double.script('sendMessage', 'drop');
    const error = await failureOf(clientFor().send(1, hello));
    expect(error).toMatchObject({ kind: 'down', ambiguous: true });
    expect(double.calls).toHaveLength(1);
  });

  test.each(['', '{"ok":tr', 'fine'])('is not repeated after an illegible "200" (%j)', async (body) => {
    double.script('sendMessage', { status: 200, body });
    const error = await failureOf(clientFor().send(1, hello));
    expect(error).toMatchObject({ kind: 'down', ambiguous: true });
    expect(double.calls).toHaveLength(1);
  });

  test('is given up, and not repeated, when no answer comes in time', async () => {
    double.script('sendMessage', 'hang');
    const error = await failureOf(clientFor('telegram', { timeoutMs: 50 }).send(1, hello));
    expect(error).toMatchObject({ kind: 'down', ambiguous: true });
    expect(double.calls).toHaveLength(1);
  });

  test('is given up before the update that waits for it', async () => {
    double.script('sendMessage', 'hang');
    const error = await failureOf(clientFor('telegram', { replyMs: 50 }).send(1, hello));
    expect(error).toMatchObject({ kind: 'down', ambiguous: true });
  });

  test('is repeated where repeating shows nothing twice', async () => {
    double.script('editMessageText', 'drop');
    await clientFor().edit(1, 2, hello);
    expect(double.calls).toHaveLength(2);
  });
});

describe('a 429', () => {
  test('is waited out for a reply when it is short', async () => {
    const clock = manualClock();
    double.script('sendMessage', {
      refusal: { error_code: 429, description: 'Too Many Requests: retry after 3', parameters: { retry_after: 3 } },
    });
    const sending = clientFor('telegram', { clock }).send(1, hello);
    await expect.poll(() => clock.waiting()).toBe(1);
    clock.advance(2999);
    expect(clock.waiting()).toBe(1);
    clock.advance(1);
    await sending;
    expect(double.calls).toHaveLength(2);
  });

  const pause = { error_code: 429, description: 'Too Many Requests: retry after 60', parameters: { retry_after: 60 } };

  test('is handed up when it is longer than a person waits, and holds back what goes to the same chat and nobody else', async () => {
    const clock = manualClock();
    double.script('sendMessage', { refusal: pause });
    const client = clientFor('telegram', { clock });
    expect(await failureOf(client.send(1, hello))).toMatchObject({
      kind: 'rate-limited',
      retryAfter: 60,
      ofChat: true,
    });
    clock.advance(1_000);
    const next = await failureOf(client.send(1, hello));
    expect(next).toMatchObject({ kind: 'rate-limited', retryAfter: 59, ofChat: true });
    for (const lane of ['reply', 'bulk'] as const) await client.send(2, hello, { lane });
    expect(double.calls.map(({ params }) => params.chat_id)).toEqual([1, 2, 2]);
  });

  test('of a second chat that had been at rest, within the pause of another, holds back everybody', async () => {
    const clock = manualClock();
    double.script('sendMessage', { refusal: pause }, { refusal: pause });
    const client = clientFor('telegram', { clock });
    expect(await failureOf(client.send(1, hello))).toMatchObject({ ofChat: true });
    expect(await failureOf(client.send(2, hello))).toMatchObject({ kind: 'rate-limited', ofChat: false });
    expect(await failureOf(client.send(3, hello))).toMatchObject({
      kind: 'rate-limited',
      retryAfter: 60,
      ofChat: false,
    });
    expect(double.calls).toHaveLength(2);
  });

  test('again and again of chats that are sent much holds back nobody else, and teaches no rate', async () => {
    const clock = manualClock();
    const client = clientFor('telegram', { clock });
    for (const chatId of [1, 2]) await client.send(chatId, hello);
    double.script('sendMessage', ...Array.from({ length: 6 }, () => ({ refusal: pause })));
    for (let times = 0; times < 3; times += 1) {
      for (const chatId of [1, 2]) expect(await failureOf(client.send(chatId, hello))).toMatchObject({ ofChat: true });
      clock.advance(60_000);
    }
    const others = await Promise.all([3, 4, 5].map((chatId) => client.send(chatId, hello, { lane: 'bulk' })));
    expect(others).toHaveLength(3);
  });

  test('is handed up at once in the bulk lane', async () => {
    double.script('sendMessage', {
      refusal: { error_code: 429, description: 'Too Many Requests: retry after 2', parameters: { retry_after: 2 } },
    });
    const error = await failureOf(clientFor().send(1, hello, { lane: 'bulk' }));
    expect(error).toMatchObject({ kind: 'rate-limited', retryAfter: 2 });
  });

  test('is understood in plain text, without a time', async () => {
    double.script('sendMessage', { status: 429, body: 'local_rate_limited' });
    await clientFor('bale').send(1, hello);
    expect(double.calls).toHaveLength(2);
  });

  test("of another method doesn't stop the messages", async () => {
    double.script('getFile', {
      refusal: { error_code: 429, description: 'Too Many Requests: retry after 60', parameters: { retry_after: 60 } },
    });
    const client = clientFor();
    expect((await failureOf(client.download('f'))).kind).toBe('rate-limited');
    await client.send(1, hello);
  });
});

describe("grammY's own client", () => {
  test('gets retries too when it is built anew from the client options, as conversations do', async () => {
    double.script('sendMessage', { status: 502, body: '<html>' });
    const api = new Api(TOKEN, clientFor().clientOptions);
    expect(await api.sendMessage(5, 'متن')).toMatchObject({ message_id: 7 });
    expect(double.calls.map(({ params }) => params.text)).toEqual(['متن', 'متن']);
  });

  test('throws its own error for a body that is not JSON', async () => {
    double.script('getMe', ...Array.from({ length: 3 }, () => ({ status: 502, body: '<html>' })));
    const error = await clientFor()
      .api.getMe()
      .catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(GrammyError);
    expect(error).toMatchObject({ error_code: 502 });
  });

  test('gets a flat error without the token when the connection breaks', async () => {
    double.script('sendMessage', 'drop');
    const error = (await clientFor()
      .api.sendMessage(1, 'x')
      .catch((caught: unknown) => caught)) as HttpError;
    expect(error).toBeInstanceOf(HttpError);
    expect(JSON.parse(JSON.stringify(error.error))).toMatchObject({ ambiguous: true });
    expect(`${JSON.stringify(error)} ${(error.error as Error).message} ${logged}`).not.toContain('AAaaBBbb');
  });

  test('is called off by its signal while it waits for an answer', async () => {
    double.script('getMe', 'hang');
    const controller = new AbortController();
    const waiting = clientFor().api.getMe(controller.signal as never);
    await expect.poll(() => double.calls.length).toBe(1);
    controller.abort();
    await expect(waiting).rejects.toBeInstanceOf(HttpError);
  });

  test('is called off by its turn while it waits for one, and no more once it has left', async () => {
    const waiting = new AbortController();
    const left = new AbortController();
    double.script('sendMessage', 'hang');
    const client = clientFor('telegram', { sendsPerSecond: 1 });
    const leaving = client.send(1, hello, { lane: 'bulk', signal: left.signal, turn: waiting.signal });
    await expect.poll(() => double.calls.length).toBe(1);
    const next = client.send(1, hello, { lane: 'bulk', signal: left.signal, turn: waiting.signal });
    waiting.abort();
    expect(await failureOf(next)).toMatchObject({ kind: 'down', ambiguous: false });
    left.abort();
    expect(await failureOf(leaving)).toMatchObject({ kind: 'down', ambiguous: true });
    expect(double.calls).toHaveLength(1);
  });

  test.each([
    ['عکس.png', 'photo.png'],
    ['site map.png', 'photo.png'],
    ['logo-2.png', 'logo-2.png'],
  ])('uploads to Bale as a part named after the parameter: %s', async (given, fileName) => {
    await clientFor('bale').api.sendPhoto(9, new InputFile(Buffer.from('png'), given));
    const { raw } = double.calls[0]!;
    expect(raw).toContain(`name="photo"; filename="${fileName}"\r\ncontent-type: image/png\r\n\r\npng\r\n`);
    expect(raw).not.toContain('attach://');
  });

  test("gives Bale an album as a text, with each caption in Bale's Markdown", async () => {
    await clientFor('bale').api.sendMediaGroup(9, [
      { type: 'photo', media: 'id1', caption: 'پررنگ', caption_entities: [{ type: 'bold', offset: 0, length: 5 }] },
      { type: 'photo', media: 'id2', show_caption_above_media: true },
    ]);
    const { media } = double.calls[0]!.params;
    expect(typeof media).toBe('string');
    expect(JSON.parse(String(media))).toEqual([
      { type: 'photo', media: 'id1', caption: '*پررنگ*' },
      { type: 'photo', media: 'id2' },
    ]);
  });

  test('is refused on Bale what Bale has not, without asking it', async () => {
    const { api } = clientFor('bale');
    await expect(api.sendDice(1, '🎲')).rejects.toMatchObject({ error_code: 501 });
    await expect(api.sendMessage(1, '<b>x</b>', { parse_mode: 'HTML' })).rejects.toMatchObject({ error_code: 400 });
    expect(double.calls).toEqual([]);
  });

  test('uploads survive a retry', async () => {
    double.script('sendDocument', { status: 502, body: '' });
    await clientFor().api.sendDocument(9, new InputFile(Buffer.from('%PDF-1'), 'گزارش.pdf'), { caption: '[1]' });
    expect(double.calls).toHaveLength(2);
    const body = Buffer.from(double.calls[1]!.raw, 'latin1').toString();
    expect(body).toContain('filename="گزارش.pdf"');
    expect(body).toContain('%PDF-1');
    expect(body).toContain('name="caption"\r\n\r\n[1]\r\n');
  });
});

describe('what a client does besides sending', () => {
  test('polling stops at once when it is called off', async () => {
    double.script('getUpdates', 'hang');
    const controller = new AbortController();
    const polling = clientFor().getUpdates({ timeout: 30, signal: controller.signal });
    await expect.poll(() => double.calls.length).toBe(1);
    expect(double.calls[0]!.params).not.toHaveProperty('offset');
    controller.abort();
    expect((await failureOf(polling)).kind).toBe('down');
  });

  test('one update beyond all reason does not hold the others back', async () => {
    const deep = JSON.parse(`${'{"a":'.repeat(200)}1${'}'.repeat(200)}`) as object;
    const from = { id: 5, is_bot: false, first_name: 'x' };
    const message = { message_id: 1, date: 1, chat: { id: 5, type: 'private' }, from, text: 'سلام' };
    double.script('getUpdates', {
      result: [
        { update_id: 1, message: { ...message, deep } },
        { update_id: 2, message },
      ],
    });
    const ignored: string[] = [];
    const client = clientFor('bale', { onIgnored: (reason) => ignored.push(reason) });
    const updates = await client.getUpdates({ timeout: 0, signal: new AbortController().signal });
    expect(updates.map((update) => client.normalise(update)?.update_id)).toEqual([undefined, 2]);
    expect(ignored).toEqual(['malformed']);
  });

  test('a second poller is told apart from an outage', async () => {
    double.script('getUpdates', {
      refusal: { error_code: 409, description: 'Conflict: terminated by other getUpdates request' },
    });
    const polling = clientFor().getUpdates({ timeout: 1, signal: new AbortController().signal });
    expect((await failureOf(polling)).kind).toBe('conflict');
  });

  test('a download is refused as soon as it is known to be too large', async () => {
    double.files.set('photos/1.jpg', new Uint8Array(20 * 1024 * 1024 + 1));
    const error = await failureOf(clientFor().download('f'));
    expect(error.kind).toBe('rejected');
  });

  test('a download gives the bytes', async () => {
    double.files.set('photos/1.jpg', Buffer.from('jpeg'));
    const { bytes, filePath } = await clientFor().download('f');
    expect(Buffer.from(bytes).toString()).toBe('jpeg');
    expect(filePath).toBe('photos/1.jpg');
  });

  test.each([
    ['telegram', 'https://t.me/khoosheh_bot?start=o_12'],
    ['bale', 'https://ble.ir/khoosheh_bot?start=o_12'],
  ] as const)('a deep link opens the bot on %s', async (name, link) => {
    const client = clientFor(name);
    await client.connect();
    expect(client.deepLink('o_12')).toBe(link);
    expect(() => client.deepLink('با فاصله')).toThrow(/start payload/);
  });

  test("a closed client's calls fail", async () => {
    const client = clientFor();
    await client.connect();
    await client.close();
    expect((await failureOf(client.send(1, hello, { lane: 'bulk' }))).kind).toBe('down');
  });
});
