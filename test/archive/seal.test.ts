import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isSealed, openSealed, sealWith } from '../../src/archive/seal.ts';

const PASSPHRASE = 'پیچک روی دیوار کهنه';
/** The same steps as in earnest, in no time. */
const QUICK = { workFactor: 4 };
const PIECE = 64 * 1024;
let root: string;
let file: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'khoosheh-seal-'));
  file = join(root, 'export');
});
afterEach(() => rmSync(root, { recursive: true }));

async function seal(content: Buffer, options: Parameters<typeof sealWith>[1] = QUICK): Promise<void> {
  const parts: Buffer[] = [];
  for await (const part of sealWith(PASSPHRASE, options)(Readable.from([content], { objectMode: false })))
    parts.push(part);
  writeFileSync(file, Buffer.concat(parts));
}
async function opened(passphrase = PASSPHRASE): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of openSealed(file, passphrase)) parts.push(part);
  return Buffer.concat(parts);
}

describe('a sealed archive', () => {
  it.each([0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE, 200_000])('of %i bytes opens as it was', async (size) => {
    const content = randomBytes(size);
    await seal(content);
    expect(await isSealed(file)).toBe(true);
    expect((await opened()).equals(content)).toBe(true);
  });

  it('shows nothing of what is in it, and is never the same twice', async () => {
    const content = Buffer.from('شمارهٔ تلفن اعضا'.repeat(20));
    await seal(content);
    const first = readFileSync(file);
    expect(first.includes(content.subarray(0, 20))).toBe(false);
    await seal(content);
    expect(readFileSync(file).equals(first)).toBe(false);
  });

  it('opens with the real cost of the passphrase too, in whatever form its letters were typed', async () => {
    await seal(Buffer.from('x'), {});
    expect((await opened(PASSPHRASE.normalize('NFD'))).toString()).toBe('x');
  });

  it('is refused with another passphrase, and where a byte was changed, cut off, added or moved', async () => {
    await seal(randomBytes(3 * PIECE));
    await expect(opened(`${PASSPHRASE}.`)).rejects.toThrow('passphrase is another one');
    const whole = readFileSync(file);
    const broken = (change: (bytes: Buffer) => Buffer): void => writeFileSync(file, change(Buffer.from(whole)));
    // The text header ends with the line of its code, then there are 16 bytes of a nonce.
    const head = whole.indexOf('\n', whole.indexOf('\n--- ') + 1) + 1 + 16;
    const sealedPiece = PIECE + 16;
    for (const at of [40, head + 5, head + sealedPiece + 9, whole.length - 1]) {
      broken((bytes) => {
        bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
        return bytes;
      });
      await expect(opened()).rejects.toThrow(/damaged/);
    }
    for (const length of [whole.length - 1, head + sealedPiece, head + 2 * sealedPiece, head, head - 3, 5]) {
      broken((bytes) => bytes.subarray(0, length));
      await expect(opened()).rejects.toThrow(/cut off|damaged/);
    }
    broken((bytes) => Buffer.concat([bytes, Buffer.from([0])]));
    await expect(opened()).rejects.toThrow(/damaged/);
    broken((bytes) =>
      Buffer.concat([
        bytes.subarray(0, head),
        bytes.subarray(head + sealedPiece, head + 2 * sealedPiece),
        bytes.subarray(head, head + sealedPiece),
        bytes.subarray(head + 2 * sealedPiece),
      ]),
    );
    await expect(opened()).rejects.toThrow(/damaged/);
  });

  it('wants a passphrase that can’t be tried out, and a header that costs no more than it may', async () => {
    expect(() => sealWith('short')).toThrow(RangeError);
    await seal(Buffer.from('x'));
    const costly = readFileSync(file)
      .toString('latin1')
      .replace(/(-> scrypt \S+) 4\n/, '$1 30\n');
    writeFileSync(file, Buffer.from(costly, 'latin1'));
    await expect(opened()).rejects.toThrow('damaged');
    writeFileSync(file, 'no archive');
    expect(await isSealed(file)).toBe(false);
  });
});

describe('an archive that was sealed before age was used', () => {
  const FORMER = new URL('sealed-formerly.bin', import.meta.url);
  beforeEach(() => writeFileSync(file, readFileSync(FORMER)));

  it('opens as it was', async () => {
    expect(await isSealed(file)).toBe(true);
    expect((await opened()).equals(Buffer.from(Array.from({ length: 65_600 }, (_, place) => place % 251)))).toBe(true);
  });

  it('is refused with another passphrase, and where a byte was changed or cut off', async () => {
    await expect(opened(`${PASSPHRASE}.`)).rejects.toThrow('passphrase is another one');
    const whole = readFileSync(file);
    for (const length of [whole.length - 1, 34 + PIECE + 16, 34, 30]) {
      writeFileSync(file, whole.subarray(0, length));
      await expect(opened()).rejects.toThrow(/cut off|damaged/);
    }
    whole.writeUInt8(whole.readUInt8(40) ^ 1, 40);
    writeFileSync(file, whole);
    await expect(opened()).rejects.toThrow(/damaged/);
  });
});
