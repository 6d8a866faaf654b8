import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';

/** One bot's webhook on this server. */
export interface Webhook {
  /** Under the base path of `WEBHOOK_URL`. */
  name: string;
  /** Comes in a header, or stands in the path after the name. */
  secretIn: 'header' | 'path';
  secret: string;
  /** Stores the update. @throws where it could not be stored */
  take: (update: unknown) => Promise<void>;
}

/** Takes a request that is for a webhook and answers it; false where the path is none. */
export type WebhookRoutes = (request: IncomingMessage, response: ServerResponse) => boolean;

const SECRET_HEADER = 'x-telegram-bot-api-secret-token';
const LARGEST_BODY = 1024 * 1024;

/** A secret of each bot's own: what stands in one's path, and so in a proxy's log, must not open the other. */
export const webhookSecretFor = (secret: string, name: string): string =>
  createHmac('sha256', secret).update(name).digest('base64url');

/** The address to register, and the path on this server that belongs to it. */
export function webhookAddress(base: string, { name, secretIn, secret }: Omit<Webhook, 'take'>): string {
  return `${base.replace(/(?<!\/)\/+$/, '')}/${name}${secretIn === 'path' ? `/${secret}` : ''}`;
}

/**
 * Webhooks behind the proxy that speaks TLS. A request is answered with 200 only after its update is stored; the work comes
 * after that, so a slow handler never makes a messenger send an update twice. A path secret that is wrong gets 404 like any
 * unknown path, a header that is wrong 401, and neither says how much of it was right.
 *
 * @param base `WEBHOOK_URL`; its path must reach this server unchanged
 */
export function createWebhookRoutes(base: string, webhooks: readonly Webhook[]): WebhookRoutes {
  const basePath = new URL(base).pathname.replace(/(?<!\/)\/+$/, '');

  return (request, response) => {
    const path = request.url?.split('?')[0] ?? '';
    const webhook = webhooks.find(({ name, secretIn }) => {
      const own = `${basePath}/${name}`;
      return secretIn === 'path' ? path.startsWith(`${own}/`) : path === own;
    });
    if (!webhook) return false;
    const isPathSecret = webhook.secretIn === 'path';
    const given = isPathSecret ? path.slice(`${basePath}/${webhook.name}/`.length) : request.headers[SECRET_HEADER];
    if (!isSame(given, webhook.secret)) refuse(request, response, isPathSecret ? 404 : 401);
    else if (request.method !== 'POST') refuse(request, response, 405);
    else if (!/^application\/json\b/i.test(request.headers['content-type'] ?? '')) refuse(request, response, 415);
    else void receive(webhook, request, response);
    return true;
  };
}

/** Takes the same time whatever is given. */
function isSame(given: unknown, secret: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(typeof given === 'string' ? given : ''), digest(secret));
}

async function receive(webhook: Webhook, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await readBody(request);
  if (typeof body === 'number') {
    refuse(request, response, body);
    return;
  }
  let update: unknown;
  try {
    update = JSON.parse(body);
  } catch {
    refuse(request, response, 400);
    return;
  }
  try {
    await webhook.take(update);
    response.writeHead(200).end();
  } catch {
    // The database is away: the messenger keeps the update and sends it again.
    refuse(request, response, 503);
  }
}

/** A status instead, where there is no body to work on. */
async function readBody(request: IncomingMessage): Promise<string | 400 | 413> {
  if (Number(request.headers['content-length'] ?? 0) > LARGEST_BODY) return 413;
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > LARGEST_BODY) return 413;
      chunks.push(chunk);
    }
  } catch {
    return 400;
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** A body that was not read must not be taken for the next request. */
function refuse(request: IncomingMessage, response: ServerResponse, status: number): void {
  if (response.destroyed) return;
  const headers = {
    ...(status === 405 ? { allow: 'POST' } : {}),
    ...(request.complete ? {} : { connection: 'close' }),
  };
  response.writeHead(status, headers).end();
}
