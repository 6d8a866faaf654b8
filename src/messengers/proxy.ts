import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP, type Socket } from 'node:net';
import { callbackify } from 'node:util';
import { SocksClient } from 'socks';
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
 * the package `socks`. It only makes sockets, so pool, time-outs and retries are the same as without it; undici's own
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

async function openSocks(proxy: URL, destination: Target, timeoutMs: number): Promise<Socket> {
  const credentials = credentialsOf(proxy);
  const through = {
    host: bare(proxy.hostname),
    port: Number(proxy.port) || 1080,
    type: 5 as const,
    ...(credentials ? { userId: credentials.name, password: credentials.password } : {}),
  };
  const connection = { proxy: through, command: 'connect' as const, destination, timeout: timeoutMs };
  try {
    return (await SocksClient.createConnection(connection)).socket;
  } catch (error) {
    // Not as its cause: that bears the password among its options.
    throw new ProxyError(reasonOf((error as Error).message, (error as NodeJS.ErrnoException).code));
  }
}

/** What the package says, as an operator needs it. */
function reasonOf(message: string, code: string | undefined): string {
  if (message.includes('no accepted authentication type'))
    return 'The proxy wants a login: write it into the address, as socks5://name:password@host:port';
  if (message.includes('Authentication failed')) return 'The proxy refuses the user name or the password';
  const [, reply] = /rejected connection - (\w+)/.exec(message) ?? [];
  if (reply) return `The proxy opened no way: ${reply}`;
  return `The proxy can't be reached (${code ?? /ECONN\w+|ENOTFOUND|EHOSTUNREACH|timed out/.exec(message)?.[0] ?? 'closed'})`;
}
