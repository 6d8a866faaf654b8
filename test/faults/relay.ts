import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { inject, onTestFinished } from 'vitest';

/** A way to a server that can be cut, frozen and slowed down; without a fault it passes everything on at once. */
export interface Relay {
  port: number;
  /** Every connection breaks, and new ones are refused. */
  cut(): void;
  /** Those that are open stay open and pass nothing more, as behind a router that forgot them. New ones are served. */
  freeze(): void;
  mend(): void;
  /** Milliseconds for everything on its way to the server. */
  delayMs: number;
  readonly open: number;
}

/** Closed after the test. */
export async function startRelay(target: { path: string } | { port: number; host?: string }): Promise<Relay> {
  const pairs = new Set<{ client: Socket; upstream: Socket }>();
  let isCut = false;
  const server = createServer((client) => {
    if (isCut) {
      client.destroy();
      return;
    }
    const upstream = connect(target);
    const pair = { client, upstream };
    pairs.add(pair);
    const end = (): void => {
      pairs.delete(pair);
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) socket.on('error', end).on('close', end);
    let last = Promise.resolve();
    client.on('data', (chunk) => {
      const { delayMs } = relay;
      const due = delayMs > 0 ? new Promise<void>((resolve) => void setTimeout(resolve, delayMs)) : undefined;
      // In order, each as late as it should be.
      last = last.then(() => due).then(() => void (upstream.destroyed || upstream.write(chunk)));
    });
    upstream.on('data', (chunk) => void client.write(chunk));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const drop = (): void => {
    for (const { client, upstream } of pairs) {
      client.destroy();
      upstream.destroy();
    }
  };
  const relay: Relay = {
    port: (server.address() as AddressInfo).port,
    delayMs: 0,
    cut() {
      isCut = true;
      drop();
    },
    freeze() {
      for (const pair of pairs) {
        // Neither end hears of it.
        pair.client.removeAllListeners('data').resume();
        pair.upstream.removeAllListeners('data').resume();
      }
    },
    mend() {
      isCut = false;
    },
    get open() {
      return pairs.size;
    },
  };
  onTestFinished(async () => {
    drop();
    await new Promise<void>((resolve) => void server.close(() => resolve()));
  });
  return relay;
}

/** A relay to the engine of this test run, and the address of the database behind it. */
export async function relayedDatabase(): Promise<{ relay: Relay; uri: string }> {
  const [, socket = ''] = /^mongodb:\/\/([^/]+)\//.exec(inject('mongoUri')) ?? [];
  const relay = await startRelay({ path: decodeURIComponent(socket) });
  return { relay, uri: `mongodb://127.0.0.1:${relay.port}/?directConnection=true` };
}
