import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Registry } from 'prom-client';
import { ConfigError, unusablePort } from '../config-error.ts';
import { createKnownHosts } from './known-hosts.ts';
import type { WebhookRoutes } from './webhook-routes.ts';

/** What an operator's monitor asks; every check says in a few words what is wrong, or null. */
export type ReadinessChecks = Record<string, () => Promise<string | null> | string | null>;

/** What is shown beside the checks and is no fault by itself: figures by name and messenger. */
export type ReadinessFigures = () => Record<string, Record<string, number | null>>;

export interface WebServer {
  port: number;
  close(): Promise<void>;
}

const CHECK_TIMEOUT_MS = 4000;
/** How often Node looks for requests that are late with their headers or body; its own 30 seconds would let them stay. */
const CONNECTIONS_CHECKED_MS = 1000;

/**
 * /healthz: the process runs. /readyz: the database and the messengers answer, and what is due is sent. /metrics: for Prometheus.
 * Webhooks share the port: they come through a proxy anyway, since messengers ask for HTTPS, and the proxy is told to pass
 * on their path alone. Bound to this machine unless told; put a proxy before it to show it elsewhere. All but webhooks, which
 * have a secret of their own, answer only to names that are known, see {@link createKnownHosts}.
 * @throws ConfigError where the port is taken, or the host is no address of this machine
 */
export async function startWebServer(options: {
  port: number;
  host?: string;
  /** Names by which monitors elsewhere ask, without ports. */
  allowedHosts?: readonly string[];
  checks: ReadinessChecks;
  figures?: ReadinessFigures;
  metrics: Registry;
  webhooks?: WebhookRoutes | undefined;
}): Promise<WebServer> {
  const { port, host = '127.0.0.1', allowedHosts = [], checks, figures, metrics, webhooks } = options;
  const isKnown = createKnownHosts(host, allowedHosts);
  const server = createServer({ connectionsCheckingInterval: CONNECTIONS_CHECKED_MS }, (request, response) => {
    if (webhooks?.(request, response)) return;
    const send = (status: number, type: string, body: string) => {
      response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(body);
    };
    if (!isKnown(request)) {
      return send(
        403,
        'text/plain',
        'This name is not known here: ask by 127.0.0.1, or add it to HTTP_ALLOWED_HOSTS\n',
      );
    }
    const path = request.url?.split('?')[0];
    if (!['/healthz', '/readyz', '/metrics'].includes(path ?? '')) {
      return send(404, 'text/plain', 'Not found: try /healthz, /readyz or /metrics\n');
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') return send(405, 'text/plain', 'Only GET\n');
    if (path === '/healthz') return send(200, 'text/plain', 'ok\n');
    if (path === '/readyz') {
      void readiness(checks).then((report) =>
        send(report.ready ? 200 : 503, 'application/json', `${JSON.stringify({ ...report, ...figures?.() })}\n`),
      );
      return;
    }
    metrics.metrics().then(
      (text) => send(200, metrics.contentType, text),
      () => send(500, 'text/plain', 'The metrics could not be read\n'),
    );
  });
  server.requestTimeout = 10_000;
  server.headersTimeout = 5000;
  await listen(server, port, host);
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function readiness(checks: ReadinessChecks): Promise<{ ready: boolean; checks: Record<string, string> }> {
  const results = await Promise.all(
    Object.entries(checks).map(async ([name, check]) => [name, (await within(check)) ?? 'ok'] as const),
  );
  return { ready: results.every(([, result]) => result === 'ok'), checks: Object.fromEntries(results) };
}

async function within(check: ReadinessChecks[string]): Promise<string | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve(`no answer within ${CHECK_TIMEOUT_MS} ms`), CHECK_TIMEOUT_MS);
  });
  try {
    return await Promise.race([Promise.resolve().then(check), late]);
  } catch {
    return 'fails';
  } finally {
    clearTimeout(timer);
  }
}

function unusableAddress(error: NodeJS.ErrnoException, port: number, host: string): Error {
  if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND')
    return new ConfigError(
      `HTTP_HOST must be an address of this machine, which ${host} is not: for example HTTP_HOST=127.0.0.1`,
      { cause: error },
    );
  return unusablePort('HTTP_PORT', port, error) ?? error;
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(unusableAddress(error, port, host)));
    server.listen(port, host, () => resolve());
  });
}
