import { Buffer } from 'node:buffer';
import { crc32, createDeflateRaw } from 'node:zlib';
import { pipeline } from 'node:stream/promises';
import { PassThrough } from 'node:stream';

export interface ZipEntry {
  path: string;
  content: AsyncIterable<string> | Iterable<string>;
}

const VERSION = 20;
/** The sizes stand behind the content, and names are UTF-8. */
const FLAGS = 0x0808;
const DEFLATED = 8;
/** 1 January 1980: two exports of the same data are the same bytes. */
const DOS_DATE = 0x21;
const LARGEST = 0xffffffff;

/** A zip archive (PKWARE APPNOTE 6.3), one entry after the other, in as much memory as one chunk takes. */
export async function* zip(entries: readonly ZipEntry[]): AsyncGenerator<Buffer> {
  const directory: Buffer[] = [];
  let written = 0;
  for (const { path, content } of entries) {
    const at = written;
    const name = Buffer.from(path);
    const head = Buffer.alloc(30);
    head.writeUInt32LE(0x04034b50, 0);
    common(head, 4, name.length, { crc: 0, packed: 0, unpacked: 0 });
    yield Buffer.concat([head, name]);
    written += head.length + name.length;

    const sizes = { crc: 0, packed: 0, unpacked: 0 };
    for await (const chunk of deflated(content, sizes)) {
      sizes.packed += chunk.length;
      yield chunk;
    }
    written += sizes.packed;
    if (written > LARGEST || sizes.unpacked > LARGEST)
      throw new RangeError('The sheet is larger than 4 GB: export fewer rows');

    const tail = Buffer.alloc(16);
    tail.writeUInt32LE(0x08074b50, 0);
    tail.writeUInt32LE(sizes.crc, 4);
    tail.writeUInt32LE(sizes.packed, 8);
    tail.writeUInt32LE(sizes.unpacked, 12);
    yield tail;
    written += tail.length;

    const record = Buffer.alloc(46);
    record.writeUInt32LE(0x02014b50, 0);
    record.writeUInt16LE(VERSION, 4);
    common(record, 6, name.length, sizes);
    record.writeUInt32LE(at, 42);
    directory.push(record, name);
  }
  const records = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(records.length, 12);
  end.writeUInt32LE(written, 16);
  yield Buffer.concat([records, end]);
}

interface Sizes {
  crc: number;
  packed: number;
  unpacked: number;
}

/** The fields that an entry's head and its record in the directory share. */
function common(buffer: Buffer, at: number, nameBytes: number, { crc, packed, unpacked }: Sizes): void {
  buffer.writeUInt16LE(VERSION, at);
  buffer.writeUInt16LE(FLAGS, at + 2);
  buffer.writeUInt16LE(DEFLATED, at + 4);
  buffer.writeUInt16LE(DOS_DATE, at + 8);
  buffer.writeUInt32LE(crc, at + 10);
  buffer.writeUInt32LE(packed, at + 14);
  buffer.writeUInt32LE(unpacked, at + 18);
  buffer.writeUInt16LE(nameBytes, at + 22);
}

async function* deflated(content: ZipEntry['content'], sizes: Sizes): AsyncGenerator<Buffer> {
  async function* counted(): AsyncGenerator<Buffer> {
    for await (const text of content) {
      const bytes = Buffer.from(text);
      sizes.crc = crc32(bytes, sizes.crc);
      sizes.unpacked += bytes.length;
      yield bytes;
    }
  }
  const out = new PassThrough();
  const packing = pipeline(counted, createDeflateRaw(), out);
  // A failure reaches the reader as the stream's own error; this only keeps it from being reported as unhandled too.
  packing.catch(() => {});
  for await (const chunk of out) yield chunk as Buffer;
  await packing;
}
