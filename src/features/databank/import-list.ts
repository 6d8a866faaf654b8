import { columnOf, type SheetColumn } from '../../language/sheet-columns.ts';
import { tidy } from '../../language/persian-text.ts';
import type { TableRow } from '../../sheets/table.ts';
import { readRow, type Cells, type ReadRow, type RowRules } from './import-row.ts';

export interface ReadList {
  headerLine: number;
  rows: ReadRow[];
  /** Headers that are not read. */
  leftOut: { header: string; why: 'ignored' | 'twice' }[];
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
  for (const cell of head.cells) {
    const header = tidy(cell, { multiline: false });
    const column = columnOf(header);
    const twice = column !== null && columns.includes(column);
    columns.push(twice ? null : column);
    if (header !== '' && (twice || column === null)) leftOut.push({ header, why: twice ? 'twice' : 'ignored' });
  }
  const rows = table.slice(at + 1).map(({ line, cells }) => {
    const named: Cells = {};
    for (const [index, column] of columns.entries()) if (column !== null) named[column] = cells[index] ?? '';
    return readRow(line, named, rules);
  });
  return { headerLine: head.line, rows, leftOut };
}
