import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ApiError } from './api-error.ts';
import { failure } from './dispatch.ts';
import type { Dispatcher, Reply } from './dispatch.ts';
import { FAULT_KINDS } from './faults.ts';
import type { Fault, Faults } from './faults.ts';
import { refuseForeign } from './foreign.ts';
import { readBody, readParameters } from './request-body.ts';

/** One bot's side of the server. */
export interface Endpoint {
  token: string;
  dispatcher: Dispatcher;
  faults: Faults;
  /** A file whose link is open. */
  file(path: string): { bytes: Buffer; mime: string } | undefined;
  /** The refusal of a wrong token. */
  badToken: ApiError;
}

export interface ApiServer {
  port: number;
  close(): Promise<void>;
}

/**
 * The wire of both messengers on one port: `/<messenger>/bot<token>/<method>`, `/<messenger>/file/bot<token>/<path>`,
 * and `/<messenger>/control/faults` (POST a fault as JSON to add it, DELETE to take all away). For programs on this machine
 * alone, see {@link refuseForeign}.
 */
export async function startApiServer(options: {
  host: string;
  port: number;
  endpoints: Readonly<Record<string, Endpoint>>;
}): Promise<ApiServer> {
  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    answer(request, response).catch((error: unknown) => {
      const known = error instanceof ApiError ? error : new ApiError(500, `Simulator error: ${String(error)}`);
      send(response, failure(known));
    });
  });
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    refuseForeign(request, options.host);
    await route(options.endpoints, request, response);
  };
  const port = await listen(server, options);
  return {
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Listens and returns the port that was given. */
export function listen(server: Server, { host, port }: { host: string; port: number }): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

async function route(
  endpoints: Readonly<Record<string, Endpoint>>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://simulator');
  const [, name = '', ...rest] = url.pathname.split('/');
  const endpoint = Object.hasOwn(endpoints, name) ? endpoints[name] : undefined;
  const [first = '', second = ''] = rest;
  if (!endpoint) throw new ApiError(404, 'Not Found');
  if (first === 'control' && second === 'faults') return control(endpoint, request, response);
  if (first === 'file') return sendFile(endpoint, { token: second, path: rest.slice(2).join('/'), response });
  if (!first.startsWith('bot') || second === '' || rest.length > 2) throw new ApiError(404, 'Not Found');

  let giveUp = (): void => undefined;
  response.on('close', () => giveUp());
  const reply = await endpoint.dispatcher.handle({
    token: decoded(first.slice('bot'.length)),
    method: second,
    parameters: () => readParameters(request, url.searchParams),
    onDisconnect: (callback) => {
      giveUp = callback;
    },
  });
  send(response, reply);
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new ApiError(404, 'Not Found');
  }
}

function send(response: ServerResponse, reply: Reply): void {
  if (reply === 'hang') return;
  if (reply === 'drop') {
    response.socket?.destroy();
    return;
  }
  const body = Buffer.from(reply.body);
  // A body that was not read to its end would be taken for the next request.
  const mustClose = !response.req.complete;
  response.writeHead(reply.status, {
    'content-type': reply.contentType,
    'content-length': body.length,
    ...(mustClose ? { connection: 'close' } : {}),
  });
  response.end(body);
}

function sendFile(
  endpoint: Endpoint,
  { token, path, response }: { token: string; path: string; response: ServerResponse },
): void {
  if (decoded(token) !== `bot${endpoint.token}`) throw endpoint.badToken;
  const file = endpoint.file(decoded(path));
  if (!file) throw new ApiError(404, 'Not Found');
  response.writeHead(200, { 'content-type': file.mime, 'content-length': file.bytes.length });
  response.end(file.bytes);
}

async function control(endpoint: Endpoint, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method === 'DELETE') {
    endpoint.faults.clear();
    send(response, { status: 200, contentType: 'application/json', body: '{"ok":true}' });
    return;
  }
  const isJson = request.headers['content-type']?.startsWith('application/json') ?? false;
  if (request.method !== 'POST' || !isJson) throw new ApiError(400, 'POST a fault as application/json, or DELETE');
  const fault = JSON.parse((await readBody(request, 10_000)).toString('utf8')) as Fault;
  if (!FAULT_KINDS.includes(fault.kind) || typeof fault.method !== 'string') {
    throw new ApiError(400, `A fault needs a method and one of the kinds ${FAULT_KINDS.join(', ')}`);
  }
  endpoint.faults.add(fault);
  send(response, { status: 200, contentType: 'application/json', body: '{"ok":true}' });
}
