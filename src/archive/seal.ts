import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { ReadableStream } from 'node:stream/web';
import { Decrypter, Encrypter } from 'age-encryption';
import { FORMER_MAGIC, openFormerlySealed } from './former-seal.ts';
import { ArchiveError } from './format.ts';

/** Shorter ones can be tried out by whoever has the file. */
export const SHORTEST_PASSPHRASE = 12;

/** What every file of age begins with (C2SP, age.md). */
const AGE_MAGIC = Buffer.from('age-encryption.org/v1\n', 'latin1');
/** 2^17 takes 128 MB and about a second (OWASP Password Storage Cheat Sheet). */
const WORK_FACTOR = 17;

/**
 * Seals a stream under a passphrase, in flat memory, as a file that the standard tool `age` opens, too. For `pipeline`.
 *
 * @param options.workFactor the logarithm to base 2 of what scrypt costs; default 17
 * @throws RangeError for a passphrase of fewer than {@link SHORTEST_PASSPHRASE} letters
 */
export function sealWith(
  passphrase: string,
  { workFactor = WORK_FACTOR }: { workFactor?: number } = {},
): (source: AsyncIterable<Uint8Array>) => AsyncGenerator<Buffer> {
  if (passphrase.length < SHORTEST_PASSPHRASE)
    throw new RangeError(`The passphrase needs at least ${SHORTEST_PASSPHRASE} letters`);
  return async function* seal(source) {
    const encrypter = new Encrypter();
    encrypter.setPassphrase(passphrase.normalize('NFC'));
    encrypter.setScryptWorkFactor(workFactor);
    for await (const piece of await encrypter.encrypt(ReadableStream.from(source))) yield Buffer.from(piece);
  };
}

/** Whether a file is sealed, by its first bytes. @throws the file's error */
export async function isSealed(file: string): Promise<boolean> {
  const first = await firstBytes(file);
  return begins(first, AGE_MAGIC) || begins(first, FORMER_MAGIC);
}

/**
 * What a sealed file holds, piece by piece, each authenticated before it is handed on; whoever reads to the end knows that
 * it is whole. Those that were sealed before age was used are read, too.
 * @throws ArchiveError for another passphrase, and for a file that is damaged or cut off
 */
export async function* openSealed(file: string, passphrase: string): AsyncGenerator<Uint8Array> {
  const first = await firstBytes(file);
  if (begins(first, FORMER_MAGIC)) return yield* openFormerlySealed(file, passphrase);
  if (!begins(first, AGE_MAGIC)) throw new ArchiveError(`${file} is not a sealed archive, or it is cut off`);
  const decrypter = new Decrypter();
  decrypter.addPassphrase(passphrase.normalize('NFC'));
  const source = createReadStream(file);
  try {
    yield* await decrypter.decrypt(ReadableStream.from<Uint8Array>(source));
  } catch (error) {
    const { message } = error as Error;
    throw new ArchiveError(
      message.includes('no identity matched')
        ? `${file} can’t be opened: the passphrase is another one, or the file is damaged`
        : `${file} is damaged or cut off: take another copy`,
      { cause: error },
    );
  } finally {
    source.destroy();
  }
}

async function firstBytes(file: string): Promise<Buffer> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(AGE_MAGIC.length), 0, AGE_MAGIC.length, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

const begins = (bytes: Buffer, magic: Buffer): boolean => bytes.subarray(0, magic.length).equals(magic);
