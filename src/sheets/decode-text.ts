import { SheetError } from './sheet-error.ts';

/** Below this share of well-formed letters, a file with other bytes in it was not written as UTF-8. */
const MOSTLY = 0.9;
const LOOKED_AT = 4_000;

/**
 * The text of a CSV file: UTF-8 or UTF-16 with or without a byte order mark, or Windows-1256 (what a Persian Windows saves as
 * "CSV"). A file that is UTF-8 but for some bytes is named by their line, never taken whole for another encoding.
 * @throws SheetError `encoding`
 */
export function decodeText(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return utf16(bytes, 'utf-16le');
  if (first === 0xfe && second === 0xff) return utf16(bytes, 'utf-16be');
  const zeros = zerosIn(bytes.subarray(0, LOOKED_AT));
  // Spaces, digits and line ends have a zero in UTF-16, on one side of each pair.
  if (zeros.odd > 0 && zeros.even === 0) return utf16(bytes, 'utf-16le');
  if (zeros.even > 0 && zeros.odd === 0) return utf16(bytes, 'utf-16be');
  if (zeros.even > 0) throw new SheetError('format', 'The file is neither .xlsx nor CSV: save it as .xlsx');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    refuseSpoiled(bytes);
    return new TextDecoder('windows-1256').decode(bytes);
  }
}

function utf16(bytes: Uint8Array, encoding: 'utf-16le' | 'utf-16be'): string {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new SheetError(
      'encoding',
      'The file is cut off or damaged (UTF-16): save it again, as "CSV UTF-8" or .xlsx',
      {
        cause,
      },
    );
  }
}

function zerosIn(bytes: Uint8Array): { even: number; odd: number } {
  const found = { even: 0, odd: 0 };
  for (const [at, byte] of bytes.entries()) if (byte === 0) found[at % 2 === 0 ? 'even' : 'odd'] += 1;
  return found;
}

/** @throws SheetError where most of what is beyond ASCII is UTF-8, and some is not. */
function refuseSpoiled(bytes: Uint8Array): void {
  const lenient = new TextDecoder('utf-8').decode(bytes);
  const wrong = lenient.split('\uFFFD').length - 1;
  const right = lenient.match(/[\u0080-\uFFFC]/g)?.length ?? 0;
  if (right / (right + wrong) < MOSTLY) return;
  const lines = lenient.split('\n').flatMap((line, index) => (line.includes('\uFFFD') ? [index + 1] : []));
  const shown = lines.slice(0, 5).join(', ') + (lines.length > 5 ? ', …' : '');
  throw new SheetError(
    'encoding',
    `Line ${shown}: bytes that are no letter in UTF-8, which the rest of the file is. Put them right, or save the list again as "CSV UTF-8" or .xlsx`,
  );
}
