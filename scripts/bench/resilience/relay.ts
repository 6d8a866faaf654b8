import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

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
  close(): Promise<void>;
}

interface Pair {
  client: Socket;
  upstream: Socket;
  isFrozen: boolean;
}

export async function openRelay(target: { path: string } | { port: number; host?: string }): Promise<Relay> {
  const pairs = new Set<Pair>();
  let isCut = false;
  const server = createServer((client) => {
    if (isCut) {
      client.destroy();
      return;
    }
    const upstream = connect(target);
    const pair: Pair = { client, upstream, isFrozen: false };
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
      last = last.then(() => due).then(() => void (pair.isFrozen || upstream.destroyed || upstream.write(chunk)));
    });
    upstream.on('data', (chunk) => void (pair.isFrozen || client.write(chunk)));
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
      // Neither end hears of it.
      for (const pair of pairs) pair.isFrozen = true;
    },
    mend() {
      isCut = false;
    },
    get open() {
      return pairs.size;
    },
    async close() {
      drop();
      await new Promise<void>((resolve) => void server.close(() => resolve()));
    },
  };
  return relay;
}
