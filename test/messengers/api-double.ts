import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A Bot API server that answers, or misbehaves, just as a test tells it to. */
export interface ApiDouble {
  apiRoot: string;
  calls: ReceivedCall[];
  /** How the next calls of a method are met, in order; after these the default answer comes again. */
  script(method: string, ...behaviours: Behaviour[]): void;
  /** Puts a file under `/file/bot<token>/<path>`. */
  files: Map<string, Uint8Array>;
  close(): Promise<void>;
}

export interface ReceivedCall {
  method: string;
  contentType: string;
  params: Record<string, unknown>;
  /** As it came over the wire. */
  raw: string;
  at: number;
}

export type Behaviour =
  | { result: unknown }
  | { status: number; body: string; contentType?: string }
  | { refusal: { error_code: number; description: string; parameters?: object } }
  /** Reads the request and drops the connection. */
  | 'drop'
  /** Never answers. */
  | 'hang';

const ME = { id: 42, is_bot: true, first_name: 'Khoosheh', username: 'khoosheh_bot' };

function defaultResult(method: string, params: Record<string, unknown>): unknown {
  if (method === 'getMe') return ME;
  if (method === 'getUpdates') return [];
  if (/^(?:send|edit|forward)/.test(method)) {
    return { message_id: 7, date: 1_700_000_000, chat: { id: params.chat_id, type: 'private' }, from: ME };
  }
  if (method === 'getFile') return { file_id: params.file_id, file_unique_id: 'u', file_path: 'photos/1.jpg' };
  return true;
}

export async function startApiDouble(): Promise<ApiDouble> {
  const calls: ReceivedCall[] = [];
  const scripts = new Map<string, Behaviour[]>();
  const files = new Map<string, Uint8Array>();

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const raw = Buffer.concat(chunks).toString('latin1');
    const path = decodeURIComponent(request.url ?? '');
    const file = /^\/file\/bot[^/]+\/(.+)$/.exec(path);
    if (file !== null) {
      const bytes = files.get(file[1]!);
      response.writeHead(bytes === undefined ? 404 : 200).end(bytes);
      return;
    }
    const method = path.slice(path.lastIndexOf('/') + 1);
    const contentType = request.headers['content-type'] ?? '';
    const params = contentType.includes('json') ? (JSON.parse(Buffer.concat(chunks).toString()) as object) : {};
    const call: ReceivedCall = { method, contentType, params: { ...params }, raw, at: performance.now() };
    calls.push(call);

    const behaviour = scripts.get(method)?.shift() ?? { result: defaultResult(method, call.params) };
    if (behaviour === 'hang') return;
    if (behaviour === 'drop') {
      request.socket.destroy();
    } else if ('status' in behaviour) {
      response.writeHead(behaviour.status, { 'content-type': behaviour.contentType ?? 'text/plain' });
      response.end(behaviour.body);
    } else if ('refusal' in behaviour) {
      response.writeHead(behaviour.refusal.error_code, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ ok: false, ...behaviour.refusal }));
    } else {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ ok: true, result: behaviour.result }));
    }
  }

  const server = createServer((request, response) => void serve(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    apiRoot: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    files,
    script: (method, ...behaviours) => void scripts.set(method, [...(scripts.get(method) ?? []), ...behaviours]),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
