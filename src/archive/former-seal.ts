import { createDecipheriv, scrypt } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { ArchiveError } from './format.ts';

/** How archives began that were sealed before December 2026: AES-256-GCM piece by piece under a key of scrypt. */
export const FORMER_MAGIC = Buffer.from('KHOOSHEH-SEALED\n', 'latin1');
const VERSION = 1;
const BLOCK_SIZE = 8;
/** A made-up header must not take all memory. */
const HIGHEST_COST_LOG2 = 20;
const SALT_BYTES = 16;
const HEAD_BYTES = FORMER_MAGIC.length + 2 + SALT_BYTES;
const KEY_BYTES = 32;
const TAG_BYTES = 16;
/** Bytes that were sealed at a time: nothing is handed on that was not authenticated. */
const PIECE_BYTES = 64 * 1024;

function keyOf(passphrase: string, salt: Uint8Array, costLog2: number): Promise<Buffer> {
  const N = 2 ** costLog2;
  return new Promise((resolve, reject) => {
    scrypt(
      passphrase.normalize('NFC'),
      salt,
      KEY_BYTES,
      { N, r: BLOCK_SIZE, p: 1, maxmem: 256 * N * BLOCK_SIZE },
      (error, key) => (error ? reject(error) : resolve(key)),
    );
  });
}

/** Counts the pieces and marks the last: pieces can't be dropped, moved or cut off. The key is used for one file alone. */
function nonceOf(piece: number, isLast: boolean): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeBigUInt64BE(BigInt(piece), 0);
  nonce.writeUInt8(isLast ? 1 : 0, 11);
  return nonce;
}

/**
 * What a sealed file holds, piece by piece, each authenticated before it is handed on; whoever reads to the end knows that
 * it is whole.
 * @throws ArchiveError for another passphrase, and for a file that is damaged or cut off
 */
export async function* openFormerlySealed(file: string, passphrase: string): AsyncGenerator<Buffer> {
  const source = createReadStream(file);
  try {
    let opening: { head: Buffer; key: Buffer } | null = null;
    let number = 0;
    for await (const { piece, isLast } of pieces(source, PIECE_BYTES + TAG_BYTES, HEAD_BYTES)) {
      if (!opening) {
        opening = { head: piece, key: await keyFor(file, piece, passphrase) };
        continue;
      }
      yield opened(file, piece, { ...opening, number, isLast });
      number += 1;
    }
    if (number === 0) throw new ArchiveError(`${file} is cut off: take another copy`);
  } finally {
    source.destroy();
  }
}

async function keyFor(file: string, head: Buffer, passphrase: string): Promise<Buffer> {
  const costLog2 = head.at(FORMER_MAGIC.length + 1) ?? 0;
  if (head.length < HEAD_BYTES || !head.subarray(0, FORMER_MAGIC.length).equals(FORMER_MAGIC))
    throw new ArchiveError(`${file} is not a sealed archive of Khoosheh, or it is cut off`);
  if (head.at(FORMER_MAGIC.length) !== VERSION || costLog2 < 1 || costLog2 > HIGHEST_COST_LOG2)
    throw new ArchiveError(`${file} was sealed by a newer version of Khoosheh, or it is damaged`);
  return keyOf(passphrase, head.subarray(HEAD_BYTES - SALT_BYTES), costLog2);
}

function opened(
  file: string,
  piece: Buffer,
  { head, key, number, isLast }: { head: Buffer; key: Buffer; number: number; isLast: boolean },
): Buffer {
  try {
    if (piece.length < TAG_BYTES) throw new Error('cut off');
    const end = piece.length - TAG_BYTES;
    const decipher = createDecipheriv('aes-256-gcm', key, nonceOf(number, isLast))
      .setAAD(head)
      .setAuthTag(piece.subarray(end));
    return Buffer.concat([decipher.update(piece.subarray(0, end)), decipher.final()]);
  } catch (error) {
    throw new ArchiveError(
      number === 0
        ? `${file} can’t be opened: the passphrase is another one, or the file is damaged`
        : `${file} is damaged or cut off: take another copy`,
      { cause: error },
    );
  }
}

/** A stream in pieces of `size` bytes, after a first one of `first` where given; only the last may be shorter, and it may be empty. */
async function* pieces(
  source: AsyncIterable<Uint8Array>,
  size: number,
  first = 0,
): AsyncGenerator<{ piece: Buffer; isLast: boolean }> {
  let held: Buffer = Buffer.alloc(0);
  let next = first > 0 ? first : size;
  for await (const chunk of source) {
    held = Buffer.concat([held, chunk]);
    let at = 0;
    // One more byte than a piece: else the last one could not be told.
    while (held.length - at > next) {
      yield { piece: held.subarray(at, at + next), isLast: false };
      at += next;
      next = size;
    }
    held = held.subarray(at);
  }
  yield { piece: held, isLast: true };
}
