import { describe, expect, it } from 'vitest';
import { call, refusalOf, resultOf, simulator } from './support.ts';

async function ready() {
  const { telegram } = await simulator();
  const sara = telegram.person({ firstName: 'Sara' });
  sara.say('hello');
  const send = { chat_id: sara.id, text: 'hi' };
  const heard = () => sara.chat.filter(({ from }) => from === 'bot').length;
  return { server: telegram, sara, send, heard };
}

describe('a fault that is switched on', () => {
  it('answers 429 with the seconds to wait, as often as it was told', async () => {
    const { server, send, heard } = await ready();
    server.faults.add({ method: 'sendMessage', kind: 'rate-limited', times: 2, retryAfter: 30 });
    for (let count = 0; count < 2; count += 1) {
      expect(await call(server, 'sendMessage', send)).toMatchObject({ status: 429, parameters: { retry_after: 30 } });
    }
    expect(heard()).toBe(0);
    expect(await resultOf(server, 'sendMessage', send)).toBeTruthy();
  });

  it.each([
    ['rate-limited-text', 429, 'local_rate_limited'],
    ['bad-gateway', 502, '<html>'],
    ['server-error', 500, 'Internal Server Error'],
    ['forbidden', 403, 'bot was blocked by the user'],
    ['token-revoked', 401, 'Unauthorized'],
  ] as const)('%s answers %i', async (kind, status, words) => {
    const { server, send, heard } = await ready();
    server.faults.add({ method: '*', kind });
    const response = await fetch(`${server.apiRoot}/bot${server.token}/sendMessage`, {
      method: 'POST',
      body: new URLSearchParams({ chat_id: String(send.chat_id), text: 'hi' }),
    });
    expect(response.status).toBe(status);
    expect(await response.text()).toContain(words);
    expect(heard()).toBe(0);
    server.faults.clear();
    expect(await resultOf(server, 'sendMessage', send)).toBeTruthy();
  });

  it('drops the socket before or after the message is delivered', async () => {
    const { server, send, heard } = await ready();
    server.faults.add({ method: 'sendMessage', kind: 'drop-before', times: 1 });
    await expect(call(server, 'sendMessage', send)).rejects.toThrow('fetch failed');
    expect(heard()).toBe(0);
    server.faults.add({ method: 'sendMessage', kind: 'drop-after', times: 1 });
    await expect(call(server, 'sendMessage', send)).rejects.toThrow('fetch failed');
    expect(heard()).toBe(1);
    expect(server.calls.slice(-2)).toMatchObject([
      { fault: 'drop-before', ok: false },
      { fault: 'drop-after', ok: true, result: { text: 'hi' } },
    ]);
  });

  it('hangs until the client gives up, with or without delivering', async () => {
    const { server, sara, heard } = await ready();
    for (const [kind, delivered] of [
      ['hang', 0],
      ['hang-after', 1],
    ] as const) {
      server.faults.add({ method: 'sendMessage', kind, times: 1 });
      const leaving = new AbortController();
      const url = `${server.apiRoot}/bot${server.token}/sendMessage?chat_id=${sara.id}&text=hi`;
      const waiting = fetch(url, { signal: leaving.signal }).then(
        () => 'answered',
        () => 'gave up',
      );
      await server.waitForCall(({ fault }) => fault === kind);
      leaving.abort();
      expect(await waiting).toBe('gave up');
      expect(heard()).toBe(delivered);
    }
  });

  it('hits only the chat that it names', async () => {
    const { server, send } = await ready();
    const reza = server.person({ firstName: 'Reza' });
    reza.say('hello');
    server.faults.add({ method: 'sendMessage', kind: 'forbidden', chatId: reza.id });
    expect(await resultOf(server, 'sendMessage', send)).toBeTruthy();
    expect(await refusalOf(server, 'sendMessage', { ...send, chat_id: reza.id })).toMatch(/^403/);
  });

  it('hits a share of the calls, the same ones for the same seed', async () => {
    const hits = async (seed: number): Promise<string> => {
      const { bale } = await simulator({ seed });
      bale.faults.add({ method: 'getMe', kind: 'server-error', probability: 0.5 });
      let pattern = '';
      for (let count = 0; count < 24; count += 1) pattern += (await call(bale, 'getMe')).ok ? '.' : 'x';
      return pattern;
    };
    const once = await hits(7);
    expect(once).toMatch(/\.+x/);
    expect(await hits(7)).toBe(once);
    expect(await hits(8)).not.toBe(once);
  });

  it('can be switched over HTTP, by JSON only', async () => {
    const { server, send } = await ready();
    const url = `${server.apiRoot}/control/faults`;
    const body = JSON.stringify({ method: 'sendMessage', kind: 'server-error' });
    expect((await fetch(url, { method: 'POST', body })).status).toBe(400);
    const headers = { 'content-type': 'application/json' };
    expect((await fetch(url, { method: 'POST', headers, body: '{"kind":"odd"}' })).status).toBe(400);
    expect((await fetch(url, { method: 'POST', headers, body })).status).toBe(200);
    expect(await refusalOf(server, 'sendMessage', send)).toBe('500 Internal Server Error');
    expect((await fetch(url, { method: 'DELETE' })).status).toBe(200);
    expect(await resultOf(server, 'sendMessage', send)).toBeTruthy();
  });
});

describe('a rate limit', () => {
  it('lets a burst through, then freezes the bot for the time that it names', async () => {
    let now = Date.UTC(2026, 10, 22);
    const limits = { bale: { perSecond: 10, burst: 3, freezeSeconds: 5 } };
    const { bale } = await simulator({ clock: () => now, limits });
    const sara = bale.person({ firstName: 'Sara' });
    sara.say('hello');
    const send = { chat_id: sara.id, text: 'hi' };
    for (let count = 0; count < 3; count += 1) await resultOf(bale, 'sendMessage', send);
    expect(await call(bale, 'sendMessage', send)).toMatchObject({ status: 429, parameters: { retry_after: 5 } });
    expect(await resultOf(bale, 'getMe')).toBeTruthy();
    now += 3_000;
    expect(await call(bale, 'sendMessage', send)).toMatchObject({ status: 429, parameters: { retry_after: 2 } });
    now += 2_000;
    expect(await resultOf(bale, 'sendMessage', send)).toBeTruthy();
    bale.setLimits({});
    for (let count = 0; count < 20; count += 1) await resultOf(bale, 'sendMessage', send);
  });

  it('of a chat refuses that chat alone, and a group has its own', async () => {
    let now = Date.UTC(2026, 10, 22);
    const limits = { telegram: { chat: { perSecond: 1, burst: 2 }, group: { perSecond: 20 / 60, burst: 3 } } };
    const { telegram } = await simulator({ clock: () => now, limits });
    const [sara, reza] = ['Sara', 'Reza'].map((firstName) => telegram.person({ firstName, started: true }));
    const group = telegram.group({ title: 'Office', members: [sara!] });
    const send = (chatId: number) => call(telegram, 'sendMessage', { chat_id: chatId, text: 'hi' });
    const statuses = async (chatId: number, count: number) => {
      const answers = [];
      for (let number = 0; number < count; number += 1) answers.push((await send(chatId)).status);
      return answers;
    };
    expect(await statuses(sara!.id, 3)).toEqual([200, 200, 429]);
    expect(await statuses(reza!.id, 1)).toEqual([200]);
    expect(await statuses(group.id, 4)).toEqual([200, 200, 200, 429]);
    expect(await send(sara!.id)).toMatchObject({ parameters: { retry_after: 1 } });
    now += 3_000;
    expect(await statuses(sara!.id, 3)).toEqual([200, 200, 429]);
    expect(await statuses(group.id, 2)).toEqual([200, 429]);
  });
});
