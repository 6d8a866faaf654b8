import { randomBytes } from 'node:crypto';
import type { ApiCall, Upload } from './api-call.ts';

/** A call as an HTTP body: JSON, or multipart where there are files. */
export function encodeCall(call: ApiCall): { contentType: string; body: string | Uint8Array } {
  if (call.uploads === undefined || call.uploads.length === 0) {
    return { contentType: 'application/json', body: JSON.stringify(call.params) };
  }
  const boundary = `khoosheh-${randomBytes(16).toString('hex')}`;
  const parts: Uint8Array[] = [];
  for (const [name, value] of Object.entries(call.params)) {
    if (value === undefined || value === null) continue;
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    parts.push(
      Buffer.from(`--${boundary}\r\ncontent-disposition: form-data; name="${quote(name)}"\r\n\r\n${text}\r\n`),
    );
  }
  for (const { name, fileName, mimeType, bytes } of call.uploads) {
    const disposition = `content-disposition: form-data; name="${quote(name)}"; filename="${quote(fileName)}"`;
    parts.push(Buffer.from(`--${boundary}\r\n${disposition}\r\ncontent-type: ${oneLine(mimeType)}\r\n\r\n`));
    parts.push(bytes, Buffer.from('\r\n'));
  }
  parts.push(Buffer.from(`--${boundary}--\r\n`));
  return { contentType: `multipart/form-data; boundary=${boundary}`, body: Buffer.concat(parts) };
}

/** As browsers do it (WHATWG HTML, "multipart/form-data encoding algorithm"). */
const quote = (text: string): string => text.replaceAll('\r', '%0D').replaceAll('\n', '%0A').replaceAll('"', '%22');

const oneLine = (text: string): string => text.replace(/[\r\n]/g, '');

/** The bodies that grammY makes: a JSON string, or a stream of its own multipart. */
export async function decodeBody(contentType: string, body: unknown): Promise<Pick<ApiCall, 'params' | 'uploads'>> {
  if (typeof body === 'string') return { params: JSON.parse(body) as Record<string, unknown> };
  if (body === undefined || body === null) return { params: {} };
  const boundary = /boundary=(.+)/.exec(contentType)?.[1];
  if (boundary === undefined) throw new Error(`Can't read a body of type "${contentType}": give JSON or multipart`);
  const chunks: Uint8Array[] = [];
  for await (const chunk of body as AsyncIterable<Uint8Array>) chunks.push(chunk);
  return splitMultipart(Buffer.concat(chunks), boundary);
}

/** grammY 1.46 writes header lines without spaces and the file name without quotes (its core/payload.js). */
const PART_HEADER = /^content-disposition:form-data;name="([^"]*)"(?:;filename=(.*))?$/im;

function splitMultipart(body: Buffer, boundary: string): Pick<ApiCall, 'params' | 'uploads'> {
  const params: Record<string, unknown> = {};
  const uploads: Upload[] = [];
  const separator = Buffer.from(`\r\n--${boundary}`);
  let start = Buffer.byteLength(`--${boundary}\r\n`);
  for (;;) {
    const end = body.indexOf(separator, start);
    if (end < 0) break;
    const headEnd = body.indexOf('\r\n\r\n', start);
    const header = PART_HEADER.exec(body.toString('utf8', start, headEnd));
    const content = body.subarray(headEnd + 4, end);
    if (header?.[2] !== undefined) {
      const fileName = header[2];
      uploads.push({ name: header[1]!, fileName, mimeType: mimeTypeOf(fileName), bytes: content });
    } else if (header !== null) {
      params[header[1]!] = readValue(header[1]!, content.toString('utf8'));
    }
    start = end + separator.length + 2;
  }
  return { params, uploads };
}

/** Multipart has only text. These came from objects; anything else stays the text it may be (a caption of "[1]"). */
const STRUCTURED = new Set(['reply_markup', 'reply_parameters', 'media', 'caption_entities', 'link_preview_options']);

const readValue = (name: string, text: string): unknown =>
  STRUCTURED.has(name) ? (JSON.parse(text) as unknown) : text;

const MIME_TYPES: Record<string, string> = {
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
  gif: 'image/gif',
  pdf: 'application/pdf',
  ogg: 'audio/ogg',
  mp3: 'audio/mpeg',
  m4a: 'audio/mp4',
  mp4: 'video/mp4',
  zip: 'application/zip',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
};

/** grammY sends every file as octets; the name is all there is to go by. */
const mimeTypeOf = (fileName: string): string =>
  MIME_TYPES[/\.(\w+)$/.exec(fileName)?.[1]?.toLowerCase() ?? ''] ?? 'application/octet-stream';
