import { unzip } from '../../sheets/unzip.ts';
import type { Files } from './files.service.ts';

/** Where images, sound and sealed formats keep words that can be read: titles, authors, comments. */
const HEAD_BYTES = 256 * 1024;
const DOCUMENT_BYTES = 4 * 1024 * 1024;
const UNPACKED = { entries: 2000, unpackedBytes: 32 * 1024 * 1024 };
/** Where office documents keep what was written. */
const OFFICE_PARTS = [
  'word/document.xml',
  'docProps/core.xml',
  'xl/sharedStrings.xml',
  'content.xml',
  'meta.xml',
  ...Array.from({ length: 20 }, (_, index) => `xl/worksheets/sheet${index + 1}.xml`),
];

/** What can be read in a file without drawing or hearing it. */
function wordsIn(bytes: Uint8Array, { isMedia }: { isMedia: boolean }): string[] {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const head = file.subarray(0, isMedia ? HEAD_BYTES : DOCUMENT_BYTES);
  return [head.toString('utf8'), head.toString('utf16le'), ...officeWords(file)];
}

function officeWords(file: Buffer): string[] {
  if (file.toString('latin1', 0, 2) !== 'PK') return [];
  try {
    const archive = unzip(file, UNPACKED);
    // A word may be parted by its formatting.
    return OFFICE_PARTS.flatMap(
      (path) =>
        archive
          .read(path)
          ?.toString('utf8')
          .replace(/<[^<>]*>/g, '') ?? [],
    );
  } catch {
    return [];
  }
}

/** Of these files, those whose readable words meet the test. What only an eye or an ear finds, a picture or a voice, is not found. */
export async function filesWith(
  files: Pick<Files, 'find' | 'read'>,
  ids: readonly string[],
  test: (text: string) => boolean,
): Promise<string[]> {
  const found: string[] = [];
  for (const id of ids) {
    const file = await files.find(id);
    const isMedia = file !== null && /^(?:image|audio|video)\//.test(file.mimeType);
    if (file && wordsIn(await files.read(id), { isMedia }).some(test)) found.push(id);
  }
  return found;
}
