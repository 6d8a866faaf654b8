import type { IncomingMessage } from 'node:http';
import { ApiError } from './api-error.ts';
import { parseMultipart } from './multipart.ts';
import { Parameters } from './parameters.ts';
import type { UploadedFile } from './parameters.ts';

/** A little over the 50 MB that either messenger takes. */
export const MAX_BODY_BYTES = 60 * 1024 * 1024;

/** Reads the whole body; throws a 413 {@link ApiError} over `limit` bytes. */
export async function readBody(request: IncomingMessage, limit = MAX_BODY_BYTES): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limit) throw new ApiError(413, 'Request Entity Too Large');
    chunks.push(chunk);
  }
  return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
}

/** Collects a call's parameters from the query and from a JSON, urlencoded or multipart body. */
export async function readParameters(request: IncomingMessage, query: URLSearchParams): Promise<Parameters> {
  const values: Record<string, unknown> = Object.fromEntries(query);
  const files = new Map<string, UploadedFile>();
  const contentType = request.headers['content-type'] ?? '';
  const body = request.method === 'POST' ? await readBody(request) : Buffer.alloc(0);
  if (body.length === 0) return new Parameters({ values, files, source: 'form' });

  if (contentType.startsWith('application/json')) {
    Object.assign(values, parseJsonObject(body.toString('utf8')));
    return new Parameters({ values, files, source: 'json' });
  }
  if (contentType.startsWith('multipart/form-data')) {
    const boundary = /boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType);
    const name = boundary?.[1] ?? boundary?.[2];
    if (name === undefined) throw new ApiError(400, 'Bad Request: multipart boundary is missing');
    for (const part of parts(body, name)) {
      if (part.fileName === undefined) values[part.name] = part.bytes.toString('utf8');
      else
        files.set(part.name, {
          name: part.fileName,
          mime: part.mime ?? 'application/octet-stream',
          bytes: Buffer.from(part.bytes),
        });
    }
    return new Parameters({ values, files, source: 'multipart' });
  }
  Object.assign(values, Object.fromEntries(new URLSearchParams(body.toString('utf8'))));
  return new Parameters({ values, files, source: 'form' });
}

function parts(body: Buffer, boundary: string): ReturnType<typeof parseMultipart> {
  try {
    return parseMultipart(body, boundary);
  } catch {
    throw new ApiError(400, "Bad Request: can't parse multipart body");
  }
}

function parseJsonObject(text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ApiError(400, "Bad Request: can't parse JSON object");
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ApiError(400, 'Bad Request: object expected in the request body');
  }
  return value as Record<string, unknown>;
}
