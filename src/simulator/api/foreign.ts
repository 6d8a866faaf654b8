import type { IncomingMessage } from 'node:http';
import { ApiError } from './api-error.ts';

const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** The name in the Host header. Not read as a URL, which would take 0x7f.1 for 127.0.0.1. */
function hostNameOf(request: IncomingMessage): string | undefined {
  return /^(\[[\da-f:]+\]|[a-z\d.-]+)(?::\d{1,5})?$/i.exec(request.headers.host ?? '')?.[1]?.toLowerCase();
}

/**
 * Lets only programs on this machine call the Bot API: a page that made its own name lead here (DNS rebinding) sends that
 * name as Host, and every other page says by Origin or Sec-Fetch-Site that it is one, which no bot does.
 * @param host the address that the server is bound to
 * @throws ApiError 403
 */
export function refuseForeign(request: IncomingMessage, host: string): void {
  const name = hostNameOf(request);
  if (name === undefined || !(LOOPBACK.has(name) || name === host)) throw new ApiError(403, 'Call this by 127.0.0.1');
  if (request.headers.origin !== undefined || request.headers['sec-fetch-site'] !== undefined)
    throw new ApiError(403, 'No page of a browser may call this');
}
