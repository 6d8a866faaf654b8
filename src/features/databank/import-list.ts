import { columnOf, phoneRank, type SheetColumn } from '../../language/sheet-columns.ts';
import { tidy } from '../../language/persian-text.ts';
import type { TableRow } from '../../sheets/table.ts';
import { readRow, type Cells, type ReadRow, type RowRules } from './import-row.ts';

export interface ReadList {
  headerLine: number;
  rows: ReadRow[];
  /** Headers that are not read, or only where another column says nothing. */
  leftOut: { header: string; why: 'ignored' | 'twice' | 'otherPhone' | 'landlines' }[];
}

/** No row at the top of the file names a person's phone or a business. */
export class HeaderError extends Error {
  override readonly name = 'HeaderError';
}

/** A title and a date may stand above the headers. */
const HEADER_WITHIN = 10;

/**
 * Reads the rows below the headers, which may be Persian or English and in any order.
 * @throws HeaderError
 */
export function readList(table: readonly TableRow[], rules: RowRules): ReadList {
  const at = table.slice(0, HEADER_WITHIN).findIndex(({ cells }) => {
    const known = cells.map(columnOf);
    return (
      known.filter((column) => column !== null).length >= 2 && (known.includes('phone') || known.includes('business'))
    );
  });
  const head = table[at];
  if (!head)
    throw new HeaderError(
      'No header row was found: the first row must name the columns in Persian or English, for example name, phone, business, province, city',
    );
  const columns: (SheetColumn | null)[] = [];
  const leftOut: ReadList['leftOut'] = [];
  const phones = phonesOf(head.cells);
  for (const [index, cell] of head.cells.entries()) {
    const header = tidy(cell, { multiline: false });
    const column = columnOf(header);
    const twice = column !== null && columns.includes(column);
    const isOtherPhone = column === 'phone' && index !== phones[0];
    columns.push(twice || isOtherPhone ? null : column);
    if (header === '') continue;
    if (isOtherPhone) leftOut.push({ header, why: phoneRank(header) === LANDLINES ? 'landlines' : 'otherPhone' });
    else if (column === null || twice) leftOut.push({ header, why: twice ? 'twice' : 'ignored' });
  }
  const rows = table.slice(at + 1).map(({ line, cells }) => {
    const named: Cells = { otherPhones: phones.slice(1).map((index) => cells[index] ?? '') };
    for (const [index, column] of columns.entries()) if (column !== null) named[column] = cells[index] ?? '';
    return readRow(line, named, rules);
  });
  return { headerLine: head.line, rows, leftOut };
}

const LANDLINES = 2;

/** The columns of phones, mobiles before those that may hold a landline, wherever they stand. */
function phonesOf(headers: readonly string[]): number[] {
  return headers
    .flatMap((header, index) => (columnOf(header) === 'phone' ? [{ index, rank: phoneRank(header) ?? 1 }] : []))
    .toSorted((one, other) => one.rank - other.rank || one.index - other.index)
    .map(({ index }) => index);
}
