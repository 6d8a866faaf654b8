import { connect } from 'node:net';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startWebServer, type WebServer } from '../../src/web/http-server.ts';
import { createWebhookRoutes, webhookAddress, webhookSecretFor } from '../../src/web/webhook-routes.ts';
import { keptWebhookSecret } from '../../src/web/webhook-secret.ts';

const HEADER = 'x-telegram-bot-api-secret-token';
const base = 'https://bot.example.ir/khoosheh';
const telegram = { name: 'telegram', secretIn: 'header', secret: webhookSecretFor('s', 'telegram') } as const;
const bale = { name: 'bale', secretIn: 'path', secret: webhookSecretFor('s', 'bale') } as const;
const update = { update_id: 1, message: { text: 'سلام' } };

let server: WebServer;
let taken: { messenger: string; update: unknown }[];
let store: () => Promise<void>;

beforeAll(async () => {
  const take = (messenger: string) => async (update: unknown) => {
    await store();
    taken.push({ messenger, update });
  };
  server = await startWebServer({
    port: 0,
    checks: {},
    metrics: new Registry(),
    webhooks: createWebhookRoutes(base, [
      { ...telegram, take: take('telegram') },
      { ...bale, take: take('bale') },
    ]),
  });
});
afterAll(() => server.close());
beforeEach(() => {
  taken = [];
  store = () => Promise.resolve();
});

function post(path: string, options: { headers?: Record<string, string>; body?: string; method?: string } = {}) {
  const { headers = {}, body = JSON.stringify(update), method = 'POST' } = options;
  return fetch(`http://127.0.0.1:${server.port}${path}`, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    ...(method === 'GET' ? {} : { body }),
  });
}
const pathOf = (webhook: typeof telegram | typeof bale): string => new URL(webhookAddress(base, webhook)).pathname;
const signed = { [HEADER]: telegram.secret };

describe('a webhook', () => {
  test('takes an update that comes with the secret, in the header or in the path', async () => {
    expect((await post(pathOf(telegram), { headers: signed })).status).toBe(200);
    expect((await post(pathOf(bale))).status).toBe(200);
    expect(taken).toEqual([
      { messenger: 'telegram', update },
      { messenger: 'bale', update },
    ]);
  });

  test('answers only after the update is stored, and with 503 where it was not', async () => {
    let stored = false;
    let finish: () => void = () => {};
    const begun = new Promise<void>((resolve) => {
      store = () => {
        resolve();
        return new Promise((done) => {
          finish = () => {
            stored = true;
            done();
          };
        });
      };
    });
    const answered = post(pathOf(bale)).then(({ status }) => ({ status, stored }));
    await begun;
    finish();
    expect(await answered).toEqual({ status: 200, stored: true });
    store = () => Promise.reject(new Error('the database is away'));
    expect((await post(pathOf(bale))).status).toBe(503);
  });

  test.each([
    ['without the header', pathOf(telegram), {}, 401],
    ['with a wrong header', pathOf(telegram), { [HEADER]: 'x'.repeat(43) }, 401],
    ['with an empty header', pathOf(telegram), { [HEADER]: '' }, 401],
    ['with the other bot’s secret', pathOf(telegram), { [HEADER]: bale.secret }, 401],
    ['with a wrong secret in the path', pathOf(bale).slice(0, -1), {}, 404],
    ['with more than the secret in the path', `${pathOf(bale)}x`, {}, 404],
    ['without a secret in the path', '/khoosheh/bale', {}, 404],
    ['with the other bot’s secret in the path', `/khoosheh/bale/${telegram.secret}`, {}, 404],
    ['at another path', '/telegram', { [HEADER]: telegram.secret }, 404],
  ])('turns away a request %s', async (_what, path, headers, status) => {
    expect((await post(path, { headers })).status).toBe(status);
    expect(taken).toEqual([]);
  });

  test('takes nothing but POST of JSON', async () => {
    const get = await post(pathOf(telegram), { headers: signed, method: 'GET' });
    expect([get.status, get.headers.get('allow')]).toEqual([405, 'POST']);
    expect((await post(pathOf(telegram), { headers: { ...signed, 'content-type': 'text/plain' } })).status).toBe(415);
    expect((await post(pathOf(telegram), { headers: signed, body: '{"update_id":' })).status).toBe(400);
    expect(taken).toEqual([]);
  });

  test('takes a megabyte and no more, whether the size is declared or not', async () => {
    const fits = JSON.stringify({ ...update, filler: 'x'.repeat(1024 * 1024 - 100) });
    expect((await post(pathOf(telegram), { headers: signed, body: fits })).status).toBe(200);
    expect((await post(pathOf(telegram), { headers: signed, body: 'x'.repeat(1024 * 1024 + 1) })).status).toBe(413);
    const half = 'y'.repeat(700_000);
    const answer = await raw([
      `POST ${pathOf(telegram)} HTTP/1.1\r\nhost: x\r\n${HEADER}: ${telegram.secret}\r\n`,
      'content-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n',
      `${half.length.toString(16)}\r\n${half}\r\n`,
      `${half.length.toString(16)}\r\n${half}\r\n`,
    ]);
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    expect(taken).toHaveLength(1);
  });

  test('ends a request whose headers do not come within ten seconds', async () => {
    const answer = await raw([`POST ${pathOf(telegram)} HTTP/1.1\r\n`, 'host: x\r\n']);
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
  });
});

/** Writes the parts as they are and gives what comes until the server closes the connection. */
function raw(parts: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(server.port, '127.0.0.1', () => {
      for (const part of parts) socket.write(part);
    });
    socket.setTimeout(10_000, () => socket.destroy(new Error('the server let the request stay')));
    socket.on('data', (data) => {
      answer += data.toString();
    });
    // What was still being written when the server closed.
    socket.on('error', (error) => (answer === '' ? reject(error) : resolve(answer)));
    socket.on('close', () => resolve(answer));
  });
}

describe('the secret', () => {
  test('is made once, with 256 bits, for nobody else to read', () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'khoosheh-secret-'));
    try {
      const secret = keptWebhookSecret(dataDir);
      expect(Buffer.from(secret, 'base64url')).toHaveLength(32);
      expect(keptWebhookSecret(dataDir)).toBe(secret);
      expect(statSync(join(dataDir, 'webhook-secret')).mode & 0o777).toBe(0o600);
    } finally {
      rmSync(dataDir, { recursive: true });
    }
  });

  test('gives each bot its own, of which none tells the other or the whole', () => {
    expect(telegram.secret).not.toBe(bale.secret);
    expect(Buffer.from(bale.secret, 'base64url').length).toBeGreaterThanOrEqual(16);
  });
});
