import { afterEach, describe, expect, it } from 'vitest';
import { castOf, startSimulator, type Simulator } from '../../src/simulator/simulator.ts';
import { rawRequest } from '../support/raw-http.ts';

let started: Simulator | undefined;
afterEach(() => started?.close());

const FOREIGN: readonly (readonly string[])[] = [
  ['Host: evil.example'],
  ['Host: localhost.evil.example'],
  ['Host: 127.0.0.1.evil.example'],
  ['Host: 0x7f.1'],
  ['Host: 2130706433'],
  ['Host: localhost@evil.example'],
  ['Host: 10.0.0.7'],
  ['Host: '],
  ['Host: 127.0.0.1', 'Origin: http://evil.example'],
  ['Host: 127.0.0.1', 'Origin: null'],
  ['Host: 127.0.0.1', 'Origin: '],
  ['Host: 127.0.0.1', 'Origin: http://127.0.0.1:3000'],
  ['Host: localhost', 'Sec-Fetch-Site: cross-site'],
  ['Host: localhost', 'Sec-Fetch-Site: same-site'],
  ['Host: localhost', 'Sec-Fetch-Site: same-origin'],
  ['Host: localhost', 'Sec-Fetch-Site: none'],
];

describe('the Bot API of a trial', () => {
  it.each(FOREIGN)('takes no call from elsewhere: %s %s', async (...headers) => {
    started = await startSimulator({ apiPort: 0 });
    const { telegram, bale } = started;
    const port = Number(new URL(telegram.apiRoot).port);
    for (const { profile, token } of [telegram, bale]) {
      const body = JSON.stringify({ url: 'https://evil.example/hook' });
      const head = [...headers, `Content-Length: ${body.length}`];
      for (const type of ['application/json', 'text/plain', 'application/x-www-form-urlencoded']) {
        const line = `POST /${profile}/bot${token}/setWebhook HTTP/1.1`;
        expect((await rawRequest(port, { line, headers: [...head, `Content-Type: ${type}`], body })).status).toBe(403);
      }
      for (const path of [`bot${token}/getMe`, `bot${token}/getUpdates`, `file/bot${token}/photos/1`])
        expect((await rawRequest(port, { line: `GET /${profile}/${path} HTTP/1.1`, headers })).status).toBe(403);
      const line = `DELETE /${profile}/control/faults HTTP/1.1`;
      expect((await rawRequest(port, { line, headers })).status).toBe(403);
    }
    expect([...telegram.calls, ...bale.calls]).toEqual([]);
  });

  it('has other tokens at every start, unless it stands in for one that was there', async () => {
    started = await startSimulator({ apiPort: 0 });
    const { telegram, bale } = started;
    const another = await startSimulator({ apiPort: 0, tokens: { bale: bale.token } });
    try {
      expect(telegram.token).toMatch(/^7000000001:[\w-]{35}$/);
      expect(another.telegram.token).not.toBe(telegram.token);
      expect(another.bale.token).toBe(bale.token);
      expect((await fetch(`${telegram.apiRoot}/bot${another.telegram.token}/getMe`)).status).toBe(401);
      expect((await fetch(`${telegram.apiRoot}/bot${telegram.token}/getMe`)).status).toBe(200);
    } finally {
      await another.close();
    }
  });
});

describe('the chat page of a trial', () => {
  it.each([
    ...FOREIGN.filter((headers) => headers.length === 1),
    ['Host: OWN', 'Origin: http://evil.example'],
    ['Host: OWN', 'Origin: null'],
    ['Host: OWN', 'Origin: http://localhost:3000'],
    ['Host: OWN', 'Origin: http://evil.example', 'Sec-Fetch-Site: same-origin'],
    ['Host: OWN', 'Sec-Fetch-Site: cross-site'],
    ['Host: OWN', 'Sec-Fetch-Site: same-site'],
    ['Host: localhost:1'],
  ])('shows no chat and takes no act: %s %s', async (...given) => {
    started = await startSimulator({ apiPort: 0, pagePort: 0 });
    const { host, port } = new URL(started.pageUrl ?? '');
    const headers = given.map((line) => line.replace('OWN', host));
    const person = castOf('bale')[0]?.id ?? 0;
    const shown = await rawRequest(Number(port), {
      line: `GET /page/chat?messenger=bale&person=${person}&chat=${person} HTTP/1.1`,
      headers,
    });
    expect(shown.status).toBe(403);
    const body = JSON.stringify({ person, chat: person, action: 'say', text: 'forged' });
    const acted = await rawRequest(Number(port), {
      line: 'POST /page/act?messenger=bale HTTP/1.1',
      headers: [...headers, 'Content-Type: application/json', `Content-Length: ${body.length}`],
      body,
    });
    expect(acted.status).toBe(403);
    expect(started.bale.findPerson(person)?.chat).toEqual([]);
  });
});
