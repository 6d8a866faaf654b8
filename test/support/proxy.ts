import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** A proxy on this machine that does what its protocol asks and notes where it was asked to lead. */
export interface ProxyDouble {
  /** Without a login in it. */
  url: string;
  /** `host:port` of each connection that was asked for. */
  targets: string[];
  /** From now on every connection is refused, and those that are open are cut. */
  cut(): void;
  mend(): void;
  close(): Promise<void>;
}

interface Login {
  name: string;
  password: string;
}

/** `tls` makes it an https proxy. */
export async function startHttpProxy(
  options: { login?: Login; tls?: { key: string; cert: string } } = {},
): Promise<ProxyDouble> {
  const server = options.tls ? createHttpsServer(options.tls) : createHttpServer();
  const wanted =
    options.login && `Basic ${Buffer.from(`${options.login.name}:${options.login.password}`).toString('base64')}`;
  const shell = await open(server, options.tls ? 'https' : 'http');
  server.on('connect', (request, socket: Socket) => {
    socket.on('error', () => {});
    if (wanted !== undefined && request.headers['proxy-authorization'] !== wanted) {
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
      return;
    }
    const [host = '', port = ''] = (request.url ?? '').split(':');
    shell.targets.push(`${host}:${port}`);
    const upstream = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      upstream.pipe(socket).pipe(upstream);
    });
    upstream.on('error', () => socket.destroy());
    socket.on('close', () => upstream.destroy());
  });
  return shell;
}

/** By name or by IPv4 address. */
function readTarget(data: Buffer): { host: string; port: number } {
  const isName = data[3] === 3;
  const end = isName ? 5 + (data[4] ?? 0) : 8;
  const host = isName ? data.subarray(5, end).toString() : [...data.subarray(4, end)].join('.');
  return { host, port: data.readUInt16BE(end) };
}

/** SOCKS version 5, CONNECT (RFC 1928), with a login where one is given (RFC 1929). */
export async function startSocksProxy(options: { login?: Login } = {}): Promise<ProxyDouble> {
  const { login } = options;
  const server = createServer();
  const shell = await open(server, 'socks5');
  server.on('connection', (socket) => {
    socket.on('error', () => {});
    let stage: 'methods' | 'login' | 'request' | 'open' = 'methods';
    socket.on('data', (data) => {
      if (stage === 'methods') {
        const method = login ? 2 : 0;
        const offered = [...data.subarray(2)];
        socket.write(Buffer.from([5, offered.includes(method) ? method : 255]));
        stage = login ? 'login' : 'request';
      } else if (stage === 'login') {
        const nameLength = data[1] ?? 0;
        const name = data.subarray(2, 2 + nameLength).toString();
        const password = data.subarray(3 + nameLength).toString();
        socket.write(Buffer.from([1, name === login?.name && password === login.password ? 0 : 1]));
        stage = 'request';
      } else if (stage === 'request') {
        stage = 'open';
        const { host, port } = readTarget(data);
        shell.targets.push(`${host}:${port}`);
        const upstream = connect(port, host, () => {
          socket.write(Buffer.from([5, 0, 0, 1, 127, 0, 0, 1, 0, 0]));
          socket.removeAllListeners('data');
          upstream.pipe(socket).pipe(upstream);
        });
        upstream.on('error', () => socket.end(Buffer.from([5, 5, 0, 1, 0, 0, 0, 0, 0, 0])));
        socket.on('close', () => upstream.destroy());
      }
    });
  });
  return shell;
}

async function open(server: Server, scheme: string): Promise<ProxyDouble> {
  const sockets = new Set<Socket>();
  let isCut = false;
  server.on('connection', (socket: Socket) => {
    if (isCut) {
      socket.destroy();
      return;
    }
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const drop = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    targets: [],
    cut() {
      isCut = true;
      drop();
    },
    mend() {
      isCut = false;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        drop();
      }),
  };
}
