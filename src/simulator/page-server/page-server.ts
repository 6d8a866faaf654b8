import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { listen } from '../api/http-server.ts';
import type { RunningBotServer } from '../bot-server.ts';
import type { MessengerName } from '../../messengers/messenger.ts';
import { createEvents } from './events.ts';
import { PageError } from './page-error.ts';
import { handlePageRoute } from './routes.ts';

export type Servers = Readonly<Record<MessengerName, RunningBotServer>>;

const FOLDER = new URL('../page/', import.meta.url);
const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
};

/** Nothing from elsewhere, nothing inline. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob:",
  "media-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/**
 * Serves the chat page and its `/page/…` routes. Whoever can reach them acts as anyone, so the server binds to this
 * machine and refuses requests that another web page makes: a foreign Host (DNS rebinding) or a foreign Origin.
 */
export async function startPageServer(options: {
  host: string;
  port: number;
  servers: Servers;
}): Promise<{ url: string; close(): Promise<void> }> {
  const { servers } = options;
  const events = createEvents(servers);
  let port = options.port;

  const server = createServer((request, response) => {
    response.setHeader('content-security-policy', POLICY);
    response.setHeader('x-content-type-options', 'nosniff');
    response.setHeader('cache-control', 'no-store');
    response.setHeader('referrer-policy', 'same-origin');
    answer(request, response).catch((error: unknown) => {
      const status = error instanceof PageError ? error.status : 500;
      if (response.headersSent) response.destroy();
      else sendJson(response, status, { error: error instanceof Error ? error.message : String(error) });
    });
  });

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    refuseForeign(request, port);
    const url = new URL(request.url ?? '/', 'http://page');
    if (url.pathname === '/page/events') events.subscribe(response);
    else if (url.pathname.startsWith('/page/')) {
      const found = await handlePageRoute({ servers, request, response, url });
      if (found !== undefined) sendJson(response, 200, found);
    } else await sendStatic(response, url.pathname);
  };

  port = await listen(server, options);
  return {
    url: `http://${options.host}:${port}/`,
    close: () =>
      new Promise((resolve) => {
        events.close();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function refuseForeign(request: IncomingMessage, port: number): void {
  const host = request.headers.host ?? '';
  const local = ['127.0.0.1', 'localhost', '[::1]'].map((name) => `${name}:${port}`);
  if (!local.includes(host)) throw new PageError(403, 'Open the page by http://127.0.0.1 or http://localhost');
  // Browsers set both headers themselves; no page can forge them. Another port of this machine is another page.
  const { origin, 'sec-fetch-site': site } = request.headers;
  const isOwnPage = origin === undefined ? site === 'same-origin' : origin === `http://${host}`;
  const isOthers = !isOwnPage && (origin !== undefined || (site !== undefined && site !== 'none'));
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  if (isRead ? isOthers && request.url?.startsWith('/page/') : !isOwnPage) {
    throw new PageError(403, 'Only the chat page itself may call this');
  }
}

async function sendStatic(response: ServerResponse, path: string): Promise<void> {
  const name = path === '/' ? 'index.html' : path.slice(1);
  const type = TYPES[extname(name)];
  if (type === undefined || !/^[a-z-]+\.[a-z]+$/.test(name)) throw new PageError(404, 'There is no such page');
  const body = await readFile(new URL(name, FOLDER)).catch(() => {
    throw new PageError(404, 'There is no such page');
  });
  response.writeHead(200, { 'content-type': type, 'content-length': body.length });
  response.end(body);
}

function sendJson(response: ServerResponse, status: number, value: unknown): void {
  const body = Buffer.from(JSON.stringify(value));
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': body.length });
  response.end(body);
}
