import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { constants, createZstdCompress, createZstdDecompress } from 'node:zlib';
import type { mongo } from 'mongoose';

/** Raised when an archive is written in a way that an older reader would get wrong. */
export const ARCHIVE_FORMAT = 1;

export interface ArchiveHeader {
  product: 'khoosheh';
  format: number;
  madeAt: string;
  /** What the documents look like, see `database/migrations/`. */
  schemaVersion: number;
  /** Tells whether a key is the one that the archive's data is sealed with, and says nothing about the key. Null: none was known. */
  keyMark: string | null;
}

/** One collection with its indexes; documents follow, then the end. */
export interface CollectionStart {
  name: string;
  indexes: mongo.IndexDescription[];
}

export interface CollectionEnd {
  name: string;
  documents: number;
  /** See {@link createDigest}. */
  digest: string;
}

/** An archive is a header, collections, perhaps the key, and an end that only a whole one has. */
export type Frame =
  | { type: 'header'; value: ArchiveHeader }
  | { type: 'collection'; value: CollectionStart }
  | { type: 'document'; bytes: Uint8Array }
  | { type: 'collection-end'; value: CollectionEnd }
  | { type: 'key'; bytes: Uint8Array };

/** An archive that is damaged, cut off, or of another kind. */
export class ArchiveError extends Error {
  override readonly name = 'ArchiveError';
}

const CODES = { header: 1, collection: 2, document: 3, 'collection-end': 4, key: 5, end: 6 } as const;
const TYPES = new Map<number, keyof typeof CODES>(
  Object.entries(CODES).map(([type, code]) => [code, type as keyof typeof CODES]),
);
/** Type and length. */
const FRAME_HEAD = 5;
/** A document has at most 16 MB, and a frame holds one. */
const LARGEST_FRAME = 17 * 1024 * 1024;
/** What is handed on at once: a chunk for each small document would cost more than packing it. */
const PACK_BYTES = 256 * 1024;
const INFLATE_BYTES = 1024 * 1024;
/** Photos do not get smaller; texts get nearly as small as at higher levels, at a third of the time. */
const LEVEL = 3;

/** The bytes of documents as one number that does not depend on their order; with the count, it tells equal from not. */
export function createDigest(): { add(bytes: Uint8Array): void; value(): string } {
  const sum = Buffer.alloc(32);
  return {
    add(bytes) {
      const hash = createHash('sha256').update(bytes).digest();
      for (const [index, byte] of hash.entries()) sum[index] = (sum[index] ?? 0) ^ byte;
    },
    value: () => sum.toString('hex'),
  };
}

/**
 * Writes an archive in flat memory: frames, each with type and length, packed by zstd; the last holds the SHA-256 of all
 * before it. Only the owner may read the file, and it must not be there yet. `seal` is the last thing that the bytes pass.
 * @throws the file's error, EEXIST among them
 */
export async function writeArchive(
  file: string,
  frames: AsyncIterable<Frame>,
  seal: (source: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array> = (source) => source,
): Promise<void> {
  const hash = createHash('sha256');
  async function* packed(): AsyncGenerator<Buffer> {
    let parts: Buffer[] = [];
    let held = 0;
    for await (const frame of frames) {
      for (const part of encoded(frame.type, 'bytes' in frame ? frame.bytes : JSON.stringify(frame.value))) {
        hash.update(part);
        parts.push(part);
        held += part.length;
      }
      if (held < PACK_BYTES) continue;
      yield Buffer.concat(parts, held);
      parts = [];
      held = 0;
    }
    yield Buffer.concat([...parts, ...encoded('end', hash.digest())]);
  }
  await pipeline(
    Readable.from(packed(), { objectMode: false }),
    createZstdCompress({ params: { [constants.ZSTD_c_compressionLevel]: LEVEL } }),
    seal,
    createWriteStream(file, { flags: 'wx', mode: 0o600, flush: true }),
  );
}

function encoded(type: keyof typeof CODES, body: Uint8Array | string): [Buffer, Buffer] {
  const bytes =
    typeof body === 'string' ? Buffer.from(body) : Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const head = Buffer.alloc(FRAME_HEAD);
  head.writeUInt8(CODES[type], 0);
  head.writeUInt32LE(bytes.length, 1);
  return [head, bytes];
}

/**
 * Reads an archive frame by frame. Whoever reads to the end knows that it is whole and undamaged; before that nothing is
 * known of what is still to come.
 * @param source the bytes of the archive, where they are not the file's own: one that is sealed is opened on the way
 * @throws ArchiveError
 */
export async function* readArchive(file: string, source: Readable = createReadStream(file)): AsyncGenerator<Frame> {
  const hash = createHash('sha256');
  let isWhole = false;
  for await (const { type, bytes, raw } of rawFrames(file, source)) {
    if (isWhole) throw new ArchiveError(`${file} goes on behind its end: it is damaged`);
    if (type === 'end') {
      if (!hash.digest().equals(bytes)) throw new ArchiveError(`${file} is damaged: its checksum does not fit`);
      isWhole = true;
      continue;
    }
    hash.update(raw);
    yield type === 'document' || type === 'key' ? { type, bytes } : described(file, type, bytes);
  }
  if (!isWhole) throw new ArchiveError(`${file} is cut off: take another backup`);
}

function described(file: string, type: 'header' | 'collection' | 'collection-end', bytes: Buffer): Frame {
  try {
    const value: unknown = JSON.parse(bytes.toString());
    if (typeof value !== 'object' || value === null) throw new TypeError('no description');
    // What wrote it is checked by the header, and that it is as it was by the checksum.
    return { type, value: value as never };
  } catch (error) {
    throw new ArchiveError(`${file} is damaged`, { cause: error });
  }
}

interface RawFrame {
  type: keyof typeof CODES;
  bytes: Buffer;
  /** With its head. */
  raw: Buffer;
}

async function* rawFrames(file: string, source: Readable): AsyncGenerator<RawFrame> {
  const inflated = createZstdDecompress({ chunkSize: INFLATE_BYTES });
  source.on('error', (error) => inflated.destroy(error));
  let held: Buffer = Buffer.alloc(0);
  let isFirst = true;
  try {
    for await (const chunk of source.pipe(inflated)) {
      held = held.length === 0 ? (chunk as Buffer) : Buffer.concat([held, chunk as Buffer]);
      let at = 0;
      while (held.length - at >= FRAME_HEAD) {
        const type = TYPES.get(held.readUInt8(at));
        const length = held.readUInt32LE(at + 1);
        if (type === undefined || length > LARGEST_FRAME || (isFirst && type !== 'header')) {
          throw new ArchiveError(`${file} is no archive of Khoosheh, or it is damaged`);
        }
        isFirst = false;
        const end = at + FRAME_HEAD + length;
        if (held.length < end) break;
        yield { type, bytes: held.subarray(at + FRAME_HEAD, end), raw: held.subarray(at, end) };
        at = end;
      }
      held = held.subarray(at);
    }
  } catch (error) {
    if (error instanceof ArchiveError || (error as NodeJS.ErrnoException).syscall !== undefined) throw error;
    throw new ArchiveError(`${file} is no archive of Khoosheh, or it is damaged or cut off`, { cause: error });
  } finally {
    source.destroy();
    inflated.destroy();
  }
  if (held.length > 0) throw new ArchiveError(`${file} is cut off: take another backup`);
}
