import { createCipheriv, createDecipheriv, randomBytes, scrypt } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { ArchiveError } from './format.ts';

/** Shorter ones can be tried out by whoever has the file. */
export const SHORTEST_PASSPHRASE = 12;

const MAGIC = Buffer.from('KHOOSHEH-SEALED\n', 'latin1');
const VERSION = 1;
/** 2^17 with blocks of 8 takes 128 MB and about half a second (OWASP Password Storage Cheat Sheet). */
const COST_LOG2 = 17;
const BLOCK_SIZE = 8;
/** A made-up header must not take all memory. */
const HIGHEST_COST_LOG2 = 20;
const SALT_BYTES = 16;
const HEAD_BYTES = MAGIC.length + 2 + SALT_BYTES;
const KEY_BYTES = 32;
const TAG_BYTES = 16;
/** Bytes sealed at a time: nothing is handed on that was not authenticated. */
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
 * Seals a stream under a passphrase, in flat memory: scrypt makes a key of it and of a salt of its own, and AES-256-GCM
 * seals the stream piece by piece (the STREAM construction of Hoang, Reyhanitabar, Rogaway and Vizár). For `pipeline`.
 * @throws RangeError for a passphrase of fewer than {@link SHORTEST_PASSPHRASE} letters
 */
export function sealWith(
  passphrase: string,
  { costLog2 = COST_LOG2 }: { costLog2?: number } = {},
): (source: AsyncIterable<Uint8Array>) => AsyncGenerator<Buffer> {
  if (passphrase.length < SHORTEST_PASSPHRASE)
    throw new RangeError(`The passphrase needs at least ${SHORTEST_PASSPHRASE} letters`);
  return async function* seal(source) {
    const salt = randomBytes(SALT_BYTES);
    const head = Buffer.concat([MAGIC, Buffer.from([VERSION, costLog2]), salt]);
    const key = await keyOf(passphrase, salt, costLog2);
    yield head;
    let number = 0;
    const sealed = (piece: Uint8Array, isLast: boolean): Buffer => {
      const cipher = createCipheriv('aes-256-gcm', key, nonceOf(number, isLast)).setAAD(head);
      number += 1;
      return Buffer.concat([cipher.update(piece), cipher.final(), cipher.getAuthTag()]);
    };
    for await (const { piece, isLast } of pieces(source, PIECE_BYTES)) yield sealed(piece, isLast);
  };
}

/** Whether a file is sealed, by its first bytes. @throws the file's error */
export async function isSealed(file: string): Promise<boolean> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(MAGIC.length), 0, MAGIC.length, 0);
    return bytesRead === MAGIC.length && buffer.equals(MAGIC);
  } finally {
    await handle.close();
  }
}

/**
 * What a sealed file holds, piece by piece, each authenticated before it is handed on; whoever reads to the end knows that
 * it is whole.
 * @throws ArchiveError for another passphrase, and for a file that is damaged or cut off
 */
export async function* openSealed(file: string, passphrase: string): AsyncGenerator<Buffer> {
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
  const costLog2 = head.at(MAGIC.length + 1) ?? 0;
  if (head.length < HEAD_BYTES || !head.subarray(0, MAGIC.length).equals(MAGIC))
    throw new ArchiveError(`${file} is not a sealed archive of Khoosheh, or it is cut off`);
  if (head.at(MAGIC.length) !== VERSION || costLog2 < 1 || costLog2 > HIGHEST_COST_LOG2)
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
