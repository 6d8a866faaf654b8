import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { connect as openSocket, isIP, type Socket } from 'node:net';
import { callbackify } from 'node:util';
import { buildConnector } from 'undici';

/** Where the tunnel is to lead: names are resolved by the proxy, since what is blocked is often the name. */
interface Target {
  host: string;
  port: number;
}

/** The proxy did not open a way. The message names neither the proxy's password nor the token. */
export class ProxyError extends Error {
  override readonly name = 'ProxyError';
  readonly code = 'PROXY';
}

export const isProxyUrl = (value: string): boolean =>
  URL.canParse(value) && /^(?:https?|socks5h?):$/.test(new URL(value).protocol) && new URL(value).hostname !== '';

/**
 * Opens an HTTP pool's connections through a proxy: `http` and `https` by CONNECT (RFC 9110, 9.3.6), `socks5` by
 * RFC 1928 and 1929. It only makes sockets, so pool, time-outs and retries are the same as without it; undici's own
 * SOCKS agent is experimental and keeps a pool of its own.
 *
 * @param timeoutMs for the way through the proxy, and again for TLS behind it
 */
export function connectThrough(proxyUrl: string, { timeoutMs }: { timeoutMs: number }): buildConnector.connector {
  const proxy = new URL(proxyUrl);
  const open = callbackify(proxy.protocol.startsWith('socks') ? openSocks : openTunnel);
  const secure = buildConnector({ timeout: timeoutMs });
  return (options, callback) => {
    const isTls = options.protocol === 'https:';
    const target = { host: options.hostname, port: Number(options.port) || (isTls ? 443 : 80) };
    open(proxy, target, timeoutMs, (error: Error | null, socket: Socket) => {
      if (error) {
        callback(error, null);
        return;
      }
      socket.setNoDelay(true);
      if (isTls) secure({ ...options, httpSocket: socket }, callback);
      else callback(null, socket);
    });
  };
}

const credentialsOf = ({ username, password }: URL): { name: string; password: string } | null =>
  username === '' ? null : { name: decodeURIComponent(username), password: decodeURIComponent(password) };

function openTunnel(proxy: URL, { host, port }: Target, timeoutMs: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const credentials = credentialsOf(proxy);
    const authority = `${isIP(host) === 6 ? `[${host}]` : host}:${port}`;
    const basic = credentials && Buffer.from(`${credentials.name}:${credentials.password}`).toString('base64');
    const request = (proxy.protocol === 'https:' ? httpsRequest : httpRequest)({
      host: bare(proxy.hostname),
      port: proxy.port || (proxy.protocol === 'https:' ? 443 : 80),
      method: 'CONNECT',
      path: authority,
      headers: { host: authority, ...(basic === null ? {} : { 'proxy-authorization': `Basic ${basic}` }) },
      agent: false,
      signal: AbortSignal.timeout(timeoutMs),
    });
    request.once('connect', ({ statusCode }, socket: Socket) => {
      if (statusCode === 200) {
        resolve(socket);
        return;
      }
      socket.destroy();
      reject(new ProxyError(`The proxy answered CONNECT with ${statusCode}`));
    });
    request.once('response', ({ statusCode }) => {
      request.destroy();
      reject(new ProxyError(`The proxy answered CONNECT with ${statusCode}`));
    });
    request.once('error', (error: NodeJS.ErrnoException) =>
      reject(new ProxyError(`The proxy can't be reached (${error.code ?? error.name})`)),
    );
    request.end();
  });
}

const bare = (hostname: string): string => hostname.replace(/^\[|\]$/g, '');

const SOCKS = { version: 5, noLogin: 0, login: 2, connect: 1, byName: 3, ipv4: 1, ipv6: 4 } as const;
const SOCKS_REPLIES: Readonly<Record<number, string>> = {
  1: 'general failure',
  2: 'not allowed by its rules',
  3: 'network unreachable',
  4: 'host unreachable',
  5: 'connection refused',
  6: 'time exceeded',
};

async function openSocks(proxy: URL, target: Target, timeoutMs: number): Promise<Socket> {
  const socket = openSocket({ host: bare(proxy.hostname), port: Number(proxy.port) || 1080 });
  const timer = setTimeout(() => socket.destroy(new ProxyError('The proxy did not answer in time')), timeoutMs);
  const reader = createReader(socket);
  try {
    const credentials = credentialsOf(proxy);
    const methods = credentials ? [SOCKS.noLogin, SOCKS.login] : [SOCKS.noLogin];
    socket.write(Buffer.from([SOCKS.version, methods.length, ...methods]));
    const [, method] = await reader.take(2);
    if (method === SOCKS.login && credentials) {
      const name = Buffer.from(credentials.name);
      const password = Buffer.from(credentials.password);
      socket.write(Buffer.concat([Buffer.from([1, name.length]), name, Buffer.from([password.length]), password]));
      const [, refused] = await reader.take(2);
      if (refused !== 0) throw new ProxyError('The proxy refuses the user name or the password');
    } else if (method !== SOCKS.noLogin) {
      throw new ProxyError('The proxy wants a login: write it into the address, as socks5://name:password@host:port');
    }
    const host = Buffer.from(target.host);
    const port = Buffer.from([target.port >> 8, target.port & 0xff]);
    const head = Buffer.from([SOCKS.version, SOCKS.connect, 0, SOCKS.byName, host.length]);
    socket.write(Buffer.concat([head, host, port]));
    const [, reply = 1, , kind] = await reader.take(4);
    if (reply !== 0) throw new ProxyError(`The proxy opened no way: ${SOCKS_REPLIES[reply] ?? `code ${reply}`}`);
    const addressLength = kind === SOCKS.ipv4 ? 4 : kind === SOCKS.ipv6 ? 16 : ((await reader.take(1))[0] ?? 0);
    await reader.take(addressLength + 2);
    reader.end();
    return socket;
  } catch (error) {
    socket.destroy();
    if (error instanceof ProxyError) throw error;
    throw new ProxyError(`The proxy can't be reached (${(error as NodeJS.ErrnoException).code ?? 'closed'})`);
  } finally {
    clearTimeout(timer);
  }
}

/** Exactly so many bytes at a time: what follows the handshake belongs to whoever gets the socket. */
function createReader(socket: Socket) {
  let wake: () => void = () => {};
  let failure: Error | undefined;
  const onReadable = (): void => wake();
  const onError = (error: Error): void => {
    failure = error;
    wake();
  };
  const onClose = (): void => onError(failure ?? new ProxyError('The proxy closed the connection'));
  socket.on('readable', onReadable).on('error', onError).on('close', onClose);
  return {
    async take(count: number): Promise<Buffer> {
      for (;;) {
        if (failure) throw failure;
        const bytes = socket.read(count) as Buffer | null;
        if (bytes !== null) return bytes;
        await new Promise<void>((resolve) => (wake = resolve));
      }
    },
    end(): void {
      socket.off('readable', onReadable).off('error', onError).off('close', onClose);
    },
  };
}
