import { Buffer } from 'node:buffer';
import { inflateRawSync } from 'node:zlib';
import { SheetError } from './sheet-error.ts';

export interface UnzipLimits {
  /** Files in the archive. */
  entries: number;
  /** Bytes of all that is unpacked, together. */
  unpackedBytes: number;
}

export interface Archive {
  /** @throws SheetError where it can't be unpacked, or takes more than is left of the limit */
  read(path: string): Buffer | null;
}

interface Entry {
  method: number;
  flags: number;
  packed: number;
  unpacked: number;
  at: number;
}

const END = 0x06054b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const END_BYTES = 22;
const LONGEST_COMMENT = 0xffff;
const STORED = 0;
const DEFLATED = 8;
const ENCRYPTED = 0x1;

const damaged = (cause?: unknown): SheetError =>
  new SheetError(
    'damaged',
    'The file is damaged: open it in the spreadsheet program and save it again as .xlsx',
    cause === undefined ? undefined : { cause },
  );

/**
 * Reads a zip archive by its directory (PKWARE APPNOTE 6.3, without zip64, which no sheet under 4 GB needs). What the
 * directory says of sizes is checked first and believed never: unpacking stops at the limit, whatever was promised.
 */
export function unzip(bytes: Uint8Array, limits: UnzipLimits): Archive {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const tooLarge = (): SheetError =>
    new SheetError(
      'too-large',
      `The file unpacks to more than ${limits.entries} parts or ${Math.round(limits.unpackedBytes / 1024 / 1024)} MB: split it into smaller files`,
    );
  const entries = readDirectory(file, limits.entries, tooLarge);
  let left = limits.unpackedBytes;
  const promised = [...entries.values()].reduce((sum, { unpacked }) => sum + unpacked, 0);
  if (promised > limits.unpackedBytes) throw tooLarge();

  return {
    read(path) {
      const entry = entries.get(path);
      if (!entry) return null;
      if (entry.flags & ENCRYPTED) throw new SheetError('locked', 'The file has a password: save it without one');
      const content = unpack(file, entry, left, tooLarge);
      left -= content.length;
      return content;
    },
  };
}

function readDirectory(file: Buffer, mostEntries: number, tooLarge: () => SheetError): Map<string, Entry> {
  const end = findEnd(file);
  const count = file.readUInt16LE(end + 10);
  if (count > mostEntries) throw tooLarge();
  let at = file.readUInt32LE(end + 16);
  const entries = new Map<string, Entry>();
  for (let index = 0; index < count; index++) {
    if (at + 46 > file.length || file.readUInt32LE(at) !== CENTRAL) throw damaged();
    const nameBytes = file.readUInt16LE(at + 28);
    const name = file.toString('utf8', at + 46, at + 46 + nameBytes);
    entries.set(name.replaceAll('\\', '/'), {
      flags: file.readUInt16LE(at + 8),
      method: file.readUInt16LE(at + 10),
      packed: file.readUInt32LE(at + 20),
      unpacked: file.readUInt32LE(at + 24),
      at: file.readUInt32LE(at + 42),
    });
    at += 46 + nameBytes + file.readUInt16LE(at + 30) + file.readUInt16LE(at + 32);
  }
  return entries;
}

function findEnd(file: Buffer): number {
  const first = Math.max(0, file.length - END_BYTES - LONGEST_COMMENT);
  for (let at = file.length - END_BYTES; at >= first; at--) if (file.readUInt32LE(at) === END) return at;
  throw damaged();
}

function unpack(file: Buffer, { at, method, packed }: Entry, left: number, tooLarge: () => SheetError): Buffer {
  if (at + 30 > file.length || file.readUInt32LE(at) !== LOCAL) throw damaged();
  const start = at + 30 + file.readUInt16LE(at + 26) + file.readUInt16LE(at + 28);
  const content = file.subarray(start, start + packed);
  if (content.length !== packed) throw damaged();
  if (method === STORED) {
    if (content.length > left) throw tooLarge();
    return content;
  }
  if (method !== DEFLATED) throw damaged();
  try {
    return inflateRawSync(content, { maxOutputLength: Math.max(1, left) });
  } catch (cause) {
    throw (cause as { code?: unknown }).code === 'ERR_BUFFER_TOO_LARGE' ? tooLarge() : damaged(cause);
  }
}
