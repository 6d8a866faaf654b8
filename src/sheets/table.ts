import { readCsv } from './read-csv.ts';
import { readXlsx } from './read-xlsx.ts';
import { SheetError } from './sheet-error.ts';
import type { Table, TableLimits, TableRow } from './table-row.ts';

export type { Table, TableLimits, TableRow } from './table-row.ts';

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
 * A workbook or CSV file, told apart by content, not by name.
 * @param options.sheet the name of the sheet, or its number from 1; by default the first one that is not hidden
 * @throws SheetError
 */
export function openTable(
  bytes: Uint8Array,
  { sheet, limits = DEFAULT_LIMITS }: { sheet?: string | undefined; limits?: TableLimits } = {},
): Table {
  if (bytes.length > limits.bytes)
    throw new SheetError(
      'too-large',
      `The file is larger than ${Math.round(limits.bytes / MEGABYTE)} MB: split it into smaller files`,
    );
  if (startsWith(bytes, 0x50, 0x4b)) return readXlsx(bytes, limits, sheet);
  // The old .xls, and an .xlsx with a password, are both OLE files.
  if (startsWith(bytes, 0xd0, 0xcf, 0x11, 0xe0))
    throw new SheetError('format', 'The file is an old .xls or has a password: save it as .xlsx without a password');
  if (sheet !== undefined) throw new SheetError('sheet', 'The file is CSV, which has no sheets');
  return { rows: readCsv(bytes, limits), sheet: null, others: [], hiddenLines: [], hiddenColumns: [] };
}

/** The rows of {@link openTable} alone. @throws SheetError */
export const readTable = (bytes: Uint8Array, limits: TableLimits = DEFAULT_LIMITS): TableRow[] =>
  openTable(bytes, { limits }).rows;
