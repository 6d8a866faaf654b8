import { afterEach, expect, it } from 'vitest';
import { createMetrics } from '../../src/web/metrics.ts';
import { startWebServer, type ReadinessChecks, type WebServer } from '../../src/web/http-server.ts';

let server: WebServer | undefined;
afterEach(() => server?.close());

async function readyWith(checks: ReadinessChecks): Promise<{ status: number; body: unknown }> {
  server = await startWebServer({ port: 0, checks, metrics: createMetrics().registry });
  const answer = await fetch(`http://127.0.0.1:${server.port}/readyz`);
  return { status: answer.status, body: await answer.json() };
}

it('is not ready while the database fails, and says no more about it', async () => {
  const failing = () => Promise.reject(new Error('connect ECONNREFUSED mongodb://user:secret@host'));
  expect(await readyWith({ database: failing, messengers: () => null })).toEqual({
    status: 503,
    body: { ready: false, checks: { database: 'fails', messengers: 'ok' } },
  });
});

it('is not ready while a messenger refuses the token, and says which', async () => {
  const answer = await readyWith({ database: () => null, messengers: () => 'bale: bad-token' });
  expect(answer).toMatchObject({ status: 503, body: { checks: { messengers: 'bale: bad-token' } } });
});

it('is not ready while a check does not answer', async () => {
  const answer = await readyWith({ database: () => new Promise(() => {}) });
  expect(answer).toMatchObject({ status: 503, body: { ready: false } });
});
