import { Agent, createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { begin } from './contender.ts';
import { openWork, type IncomingUpdate } from './work.ts';

/** The floor: node's own HTTP and the bare driver, nothing else. Updates are worked side by side. */
await begin(async (surroundings) => {
  const { apiRoot, token, webhook } = surroundings;
  const { store, work } = await openWork(surroundings);
  const { hostname, port } = new URL(apiRoot);
  const agent = new Agent({ keepAlive: true, maxSockets: 96 });

  const call = (method: string, parameters: Record<string, unknown>): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const body = JSON.stringify(parameters);
      const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
      const path = `/bot${token}/${method}`;
      const sent = request({ hostname, port, path, method: 'POST', headers, agent }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          resolve((JSON.parse(Buffer.concat(chunks).toString('utf8')) as { result: unknown }).result);
        });
      });
      sent.on('error', reject);
      sent.end(body);
    });

  if (webhook) {
    const server = createServer((incoming, response) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('end', () => {
        const update = JSON.parse(Buffer.concat(chunks).toString('utf8')) as IncomingUpdate;
        void store([update]).then(() => {
          response.end();
          return work(update, call);
        });
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    await call('setWebhook', { url: 'https://bench.example/hook' });
    return { port: (server.address() as AddressInfo).port, path: '/hook' };
  }

  async function poll(): Promise<never> {
    for (let offset = 0; ;) {
      const updates = (await call('getUpdates', { offset, timeout: 25 })) as IncomingUpdate[];
      if (updates.length === 0) continue;
      await store(updates);
      for (const update of updates) void work(update, call);
      offset = (updates.at(-1)?.update_id ?? 0) + 1;
    }
  }
  void poll();
  return {};
});
