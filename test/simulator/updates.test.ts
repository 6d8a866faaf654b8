import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Update } from 'grammy/types';
import { describe, expect, it } from 'vitest';
import { call, closeAfterTest, refusalOf, resultOf, simulator } from './support.ts';

const idsOf = (updates: Update[]): number[] => updates.map((update) => update.update_id);

describe('getUpdates', () => {
  it('returns what is waiting and keeps it until an offset confirms it', async () => {
    const { telegram } = await simulator();
    const sara = telegram.person({ firstName: 'Sara' });
    const ids = ['a', 'b', 'c'].map((text) => sara.say(text) as number);
    const [first = 0, second = 0, third = 0] = ids;
    expect(idsOf(await resultOf<Update[]>(telegram, 'getUpdates'))).toEqual(ids);
    expect(idsOf(await resultOf<Update[]>(telegram, 'getUpdates', { limit: 2 }))).toEqual([first, second]);
    expect(idsOf(await resultOf<Update[]>(telegram, 'getUpdates', { offset: third }))).toEqual([third]);
    expect(idsOf(telegram.pendingUpdates)).toEqual([third]);
    expect(await resultOf(telegram, 'getUpdates', { offset: third + 1 })).toEqual([]);
    expect(telegram.pendingUpdates).toEqual([]);
  });

  it('counts a negative offset from the end and forgets the rest', async () => {
    const { bale } = await simulator();
    const sara = bale.person({ firstName: 'Sara' });
    for (const text of ['a', 'b', 'c']) sara.say(text);
    expect(idsOf(await resultOf<Update[]>(bale, 'getUpdates', { offset: -1 }))).toEqual([2]);
    expect(idsOf(bale.pendingUpdates)).toEqual([2]);
  });

  it('waits for news and wakes at once, with everything that a person did in one go', async () => {
    const { telegram } = await simulator();
    const sara = telegram.person({ firstName: 'Sara' });
    const polled = resultOf<Update[]>(telegram, 'getUpdates', { timeout: 30 });
    await telegram.waitUntil(() => telegram.waitingPolls === 1);
    sara.say('a');
    sara.say('b');
    expect(await polled).toHaveLength(2);
  });

  it('comes back empty when its time is up', async () => {
    const { bale } = await simulator();
    expect(await resultOf(bale, 'getUpdates', { timeout: 1 })).toEqual([]);
  });

  it('gives an update to the next poll when the client of this one went away', async () => {
    const { telegram } = await simulator();
    const sara = telegram.person({ firstName: 'Sara' });
    const leaving = new AbortController();
    const url = `${telegram.apiRoot}/bot${telegram.token}/getUpdates?timeout=30`;
    const abandoned = fetch(url, { signal: leaving.signal }).catch(() => 'gone');
    await telegram.waitUntil(() => telegram.waitingPolls === 1);
    leaving.abort();
    expect(await abandoned).toBe('gone');
    await telegram.waitUntil(() => telegram.waitingPolls === 0);
    sara.say('a');
    expect(await resultOf(telegram, 'getUpdates', { timeout: 5 })).toHaveLength(1);
  });

  it('ends the older of two polls on Telegram with a 409', async () => {
    const { telegram } = await simulator();
    const older = call(telegram, 'getUpdates', { timeout: 30 });
    await telegram.waitUntil(() => telegram.waitingPolls === 1);
    const newer = call(telegram, 'getUpdates', { timeout: 30 });
    expect(await older).toMatchObject({
      status: 409,
      description: 'Conflict: terminated by other getUpdates request; make sure that only one bot instance is running',
    });
    telegram.person({ firstName: 'Sara' }).say('a');
    expect(await newer).toMatchObject({ ok: true });
  });

  it('lets two pollers on Bale take each other’s updates', async () => {
    const { bale } = await simulator();
    const sara = bale.person({ firstName: 'Sara' });
    const one = resultOf<Update[]>(bale, 'getUpdates', { timeout: 30, offset: 0 });
    await bale.waitUntil(() => bale.waitingPolls === 1);
    const two = resultOf<Update[]>(bale, 'getUpdates', { timeout: 30, offset: 1 });
    await bale.waitUntil(() => bale.waitingPolls === 2);
    sara.say('a');
    expect(idsOf(await one)).toEqual([0]);
    sara.say('b');
    expect(idsOf(await two)).toEqual([1]);
  });

  it('leaves out kinds that the bot did not ask for, until it asks for others', async () => {
    const { telegram } = await simulator();
    const sara = telegram.person({ firstName: 'Sara' });
    await resultOf(telegram, 'getUpdates', { allowed_updates: ['message'] });
    sara.say('a');
    expect(sara.block()).toBeUndefined();
    await resultOf(telegram, 'getUpdates');
    expect(sara.unblock()).toBeUndefined();
    await resultOf(telegram, 'getUpdates', { allowed_updates: [] });
    expect(sara.block()).toBeTypeOf('number');
    expect(telegram.pendingUpdates.map((update) => Object.keys(update)[1])).toEqual(['message', 'my_chat_member']);
  });

  it('keeps 2,000 updates on Bale and forgets them after a day', async () => {
    let now = Date.UTC(2026, 10, 22);
    const { bale } = await simulator({ clock: () => now });
    const sara = bale.person({ firstName: 'Sara' });
    for (let count = 0; count < 2_005; count += 1) sara.say(String(count));
    expect(bale.pendingUpdates).toHaveLength(2_000);
    expect(bale.pendingUpdates[0]?.update_id).toBe(5);
    now += 25 * 3600 * 1000;
    sara.say('fresh');
    expect(idsOf(await resultOf<Update[]>(bale, 'getUpdates'))).toEqual([2_005]);
  });
});

describe('an update that comes again', () => {
  it('has its old id, even after it was confirmed, and comes once', async () => {
    const { telegram } = await simulator();
    const sara = telegram.person({ firstName: 'Sara' });
    const id = sara.say('a') as number;
    await resultOf(telegram, 'getUpdates', { offset: id + 1 });
    telegram.redeliver(id);
    const again = await resultOf<Update[]>(telegram, 'getUpdates', { offset: id + 1 });
    expect(again).toMatchObject([{ update_id: id, message: { text: 'a' } }]);
    expect(await resultOf(telegram, 'getUpdates', { offset: id + 1 })).toEqual([]);
  });

  it('can be one that never was seen, and must be known', async () => {
    const { bale } = await simulator();
    const id = bale.person({ firstName: 'Sara' }).say('a');
    bale.redeliver(id);
    expect(idsOf(await resultOf<Update[]>(bale, 'getUpdates'))).toEqual([0, 0]);
    expect(() => bale.redeliver(99)).toThrow('no update 99');
  });
});

describe('update ids that begin anew', () => {
  it('reach a poller whose offset is still the old one', async () => {
    const { telegram } = await simulator();
    const sara = telegram.person({ firstName: 'Sara' });
    const before = sara.say('a') as number;
    await resultOf(telegram, 'getUpdates', { offset: before + 1 });
    telegram.resetUpdateIds(5);
    sara.say('b');
    expect(idsOf(await resultOf<Update[]>(telegram, 'getUpdates', { offset: before + 1 }))).toEqual([5]);
    expect(await resultOf(telegram, 'getUpdates', { offset: 6 })).toEqual([]);
  });
});

it('passes on a malformed update as it is', async () => {
  const { bale } = await simulator();
  bale.inject({ message: { from: null, text: 7 }, future_field: [] });
  bale.inject({ update_id: 'seven' });
  const response = await fetch(`${bale.apiRoot}/bot${bale.token}/getUpdates`);
  expect(await response.json()).toEqual({
    ok: true,
    result: [{ update_id: 0, message: { from: null, text: 7 }, future_field: [] }, { update_id: 'seven' }],
  });
});

describe('a webhook', () => {
  const receiver = async (status: (count: number) => number) => {
    const got: { body: Update; secret: string | undefined }[] = [];
    let wake = (): void => undefined;
    const server = createServer((request, response) => {
      let text = '';
      request.on('data', (chunk: Buffer) => (text += chunk.toString()));
      request.on('end', () => {
        const secret = request.headers['x-telegram-bot-api-secret-token'];
        got.push({ body: JSON.parse(text) as Update, secret: secret as string | undefined });
        response.writeHead(status(got.length)).end();
        wake();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closeAfterTest({ close: () => void server.close() });
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
    const count = async (wanted: number): Promise<void> => {
      while (got.length < wanted) await new Promise<void>((resolve) => (wake = resolve));
    };
    return { url, got, count };
  };

  it('gets each update with the secret, again until it answers 2xx, and keeps polling out', async () => {
    const { telegram } = await simulator();
    const hook = await receiver((count) => (count < 3 ? 500 : 200));
    await resultOf(telegram, 'setWebhook', { url: hook.url, secret_token: 'quiet' });
    const id = telegram.person({ firstName: 'Sara' }).say('a');
    await hook.count(3);
    expect(hook.got.map(({ body, secret }) => [body.update_id, secret])).toEqual(
      Array.from({ length: 3 }, () => [id, 'quiet']),
    );
    await telegram.waitUntil(() => telegram.pendingUpdates.length === 0);
    expect(await refusalOf(telegram, 'getUpdates')).toBe(
      "409 Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
    );
    expect(await resultOf(telegram, 'getWebhookInfo')).toMatchObject({
      url: hook.url,
      last_error_message: 'Wrong response from the webhook: 500 Internal Server Error',
    });
    await resultOf(telegram, 'deleteWebhook');
    expect(await resultOf(telegram, 'getUpdates')).toEqual([]);
  });

  it('on Bale takes only a URL and sends no header', async () => {
    const { bale } = await simulator();
    const hook = await receiver(() => 200);
    expect(await refusalOf(bale, 'setWebhook', { url: hook.url, secret_token: 'x' })).toContain('"secret_token"');
    await resultOf(bale, 'setWebhook', { url: hook.url });
    bale.person({ firstName: 'Sara' }).say('a');
    await hook.count(1);
    expect(hook.got).toMatchObject([{ secret: undefined, body: { update_id: 0 } }]);
    expect(await resultOf(bale, 'getWebhookInfo')).toEqual({ url: hook.url });
  });

  it('must be HTTPS outside this machine', async () => {
    const { telegram } = await simulator();
    expect(await refusalOf(telegram, 'setWebhook', { url: 'http://bot.example/' })).toContain(
      'HTTPS URL must be provided',
    );
    expect(await refusalOf(telegram, 'setWebhook', { url: 'https://bot.example:4444/' })).toContain('only on ports');
  });

  it('ends a poll that is waiting', async () => {
    const { telegram } = await simulator();
    const hook = await receiver(() => 200);
    const waiting = call(telegram, 'getUpdates', { timeout: 30 });
    await telegram.waitUntil(() => telegram.waitingPolls === 1);
    await resultOf(telegram, 'setWebhook', { url: hook.url });
    expect(await waiting).toMatchObject({ status: 409, description: 'Conflict: terminated by setWebhook request' });
  });
});
