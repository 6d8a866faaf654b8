import { readCsv } from './read-csv.ts';
import { readXlsx } from './read-xlsx.ts';
import { SheetError } from './sheet-error.ts';
import type { TableLimits, TableRow } from './table-row.ts';

export type { TableLimits, TableRow } from './table-row.ts';

const MEGABYTE = 1024 * 1024;

export const DEFAULT_LIMITS: TableLimits = {
  bytes: 20 * MEGABYTE,
  unpackedBytes: 80 * MEGABYTE,
  rows: 50_000,
  columns: 100,
};

const startsWith = (bytes: Uint8Array, ...signature: number[]): boolean =>
  signature.every((byte, index) => bytes[index] === byte);

/**
 * The rows of a workbook or CSV file that are not empty, told apart by content, not by name.
 * @throws SheetError
 */
export function readTable(bytes: Uint8Array, limits: TableLimits = DEFAULT_LIMITS): TableRow[] {
  if (bytes.length > limits.bytes)
    throw new SheetError(
      'too-large',
      `The file is larger than ${Math.round(limits.bytes / MEGABYTE)} MB: split it into smaller files`,
    );
  if (startsWith(bytes, 0x50, 0x4b)) return readXlsx(bytes, limits);
  // The old .xls, and an .xlsx with a password, are both OLE files.
  if (startsWith(bytes, 0xd0, 0xcf, 0x11, 0xe0))
    throw new SheetError('format', 'The file is an old .xls or has a password: save it as .xlsx without a password');
  return readCsv(bytes, limits);
}
