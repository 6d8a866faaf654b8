import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createMetrics } from '../../src/web/metrics.ts';
import { startWebServer, type WebServer } from '../../src/web/http-server.ts';
import { rawRequest } from '../support/raw-http.ts';

let server: WebServer;
const start = async (options: { host?: string; allowedHosts?: string[] } = {}): Promise<void> => {
  const checks = { database: () => null };
  server = await startWebServer({ port: 0, checks, metrics: createMetrics().registry, ...options });
};
const PATHS = ['/healthz', '/readyz', '/metrics'];
const asked = (path: string, ...headers: string[]) =>
  rawRequest(server.port, { line: `GET ${path} HTTP/1.1`, headers });

/** What a name that leads here by DNS, or somebody who tries, may send as Host. */
const FORGED = [
  'evil.example',
  'evil.example:8080',
  'localhost.evil.example',
  '127.0.0.1.evil.example',
  'evil-localhost',
  'localhost@evil.example',
  'evil.example#localhost',
  'localhost:8080:8080',
  'localhost:abc',
  'localhost/',
  'localhost,evil.example',
  'localhost evil.example',
  '0x7f.0.0.1',
  '2130706433',
  '127.1',
  '0.0.0.0',
  '[::]',
  '[::ffff:127.0.0.1]',
  '169.254.169.254',
  '10.0.0.7',
  'bot.example.ir.evil.example',
  'ｌocalhost',
  'localhost%00',
  '[::1',
  '',
];

describe('health, readiness and metrics', () => {
  beforeEach(() => start());
  afterEach(() => server.close());

  it.each(FORGED)('tell nothing to who asks by the name «%s»', async (name) => {
    for (const path of PATHS) {
      const { status, text } = await asked(path, `Host: ${name}`);
      expect([400, 403]).toContain(status);
      expect(text).not.toMatch(/"ready"|khoosheh_|\r\n\r\nok/);
    }
  });

  it.each(['127.0.0.1', 'localhost', 'LOCALHOST', 'localhost:9', '[::1]:8080'])('answer by «%s»', async (name) => {
    for (const path of PATHS) expect((await asked(path, `Host: ${name}`)).status).toBe(200);
  });

  it('tell nothing by the first of two names, by none, or by one in the address line', async () => {
    expect((await asked('/metrics', 'Host: evil.example', 'Host: localhost')).status).toBe(403);
    expect((await rawRequest(server.port, { line: 'GET /metrics HTTP/1.0', headers: [] })).status).toBe(403);
    expect((await asked('http://evil.example/metrics', 'Host: localhost')).status).toBe(404);
  });
});

it('a name of the settings is known, and so is the address that the server is bound to, but not that of all', async () => {
  await start({ host: '0.0.0.0', allowedHosts: ['Bot.example.ir'] });
  try {
    expect((await asked('/readyz', 'Host: bot.example.ir:8080')).status).toBe(200);
    expect((await asked('/readyz', 'Host: 127.0.0.1')).status).toBe(200);
    expect((await asked('/readyz', 'Host: 0.0.0.0')).status).toBe(403);
  } finally {
    await server.close();
  }
});
