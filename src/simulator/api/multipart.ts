export interface Part {
  name: string;
  fileName: string | undefined;
  mime: string | undefined;
  bytes: Buffer;
}

/**
 * Splits a multipart/form-data body (RFC 7578). Quotes around parameters may be missing: grammY writes
 * `filename=photo.jpg` bare. Throws on a body without the closing boundary.
 */
export function parseMultipart(body: Buffer, boundary: string): Part[] {
  const delimiter = Buffer.from(`--${boundary}`);
  const parts: Part[] = [];
  let at = body.indexOf(delimiter);
  while (at !== -1) {
    const start = at + delimiter.length;
    if (body.toString('latin1', start, start + 2) === '--') return parts;
    const next = body.indexOf(delimiter, start);
    if (next === -1) break;
    // Between two delimiters: CRLF, the headers, an empty line, the bytes, CRLF.
    const part = readPart(body.subarray(start + 2, next - 2));
    if (part) parts.push(part);
    at = next;
  }
  throw new Error('The multipart body has no closing boundary');
}

function readPart(bytes: Buffer): Part | null {
  const headerEnd = bytes.indexOf('\r\n\r\n');
  if (headerEnd === -1) return null;
  const headers = bytes.toString('utf8', 0, headerEnd);
  const disposition = /^content-disposition:(.*)$/im.exec(headers)?.[1] ?? '';
  const name = parameterOf(disposition, 'name');
  if (name === undefined) return null;
  return {
    name,
    fileName: parameterOf(disposition, 'filename'),
    mime: /^content-type:\s*([^\s;]+)/im.exec(headers)?.[1],
    bytes: bytes.subarray(headerEnd + 4),
  };
}

function parameterOf(disposition: string, name: string): string | undefined {
  const match = new RegExp(`;\\s*${name}=(?:"((?:[^"\\\\]|\\\\.)*)"|([^;\\s]*))`, 'i').exec(disposition);
  return match?.[1]?.replaceAll(/\\(.)/g, '$1') ?? match?.[2];
}
