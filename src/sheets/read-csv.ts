import { SheetError } from './sheet-error.ts';
import type { TableLimits, TableRow } from './table-row.ts';

const SEPARATORS = [',', ';', '\t'] as const;
const QUOTE = '"';

/**
 * A table of RFC 4180 as people make it: UTF-8 with or without a byte order mark, UTF-16, or Windows-1256 (what Persian
 * Windows saves as "CSV"); comma, semicolon or tab, whichever the first line has most of.
 * @throws SheetError
 */
export function readCsv(bytes: Uint8Array, limits: TableLimits): TableRow[] {
  const text = decode(bytes);
  const told = /^sep=([,;\t])\r?\n/i.exec(text);
  const separator = told?.[1] ?? commonest(text);
  return split(text, { from: told?.[0].length ?? 0, separator, limits });
}

function decode(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1256').decode(bytes);
  }
}

function commonest(text: string): string {
  const [firstLine = ''] = /^[^\n]*/.exec(text.replace(/^\s+/, '')) ?? [];
  const outside = firstLine.replace(/"[^"]*"/g, '');
  const count = (separator: string): number => outside.split(separator).length;
  return SEPARATORS.toSorted((one, other) => count(other) - count(one))[0] ?? ',';
}

function split(
  text: string,
  { from, separator, limits }: { from: number; separator: string; limits: TableLimits },
): TableRow[] {
  const rows: TableRow[] = [];
  let line = from > 0 ? 2 : 1;
  let row: TableRow = { line, cells: [] };
  let cell = '';
  let quoted = false;

  const endCell = (): void => {
    if (row.cells.length < limits.columns) row.cells.push(cell);
    cell = '';
  };
  const endRow = (): void => {
    endCell();
    if (row.cells.some((one) => one.trim() !== '')) {
      if (rows.length >= limits.rows)
        throw new SheetError('too-large', `The table has more than ${limits.rows} rows: split it into smaller files`);
      rows.push(row);
    }
  };

  for (let at = from; at < text.length; at++) {
    const letter = text[at] as string;
    if (letter === '\n') line += 1;
    if (quoted) {
      if (letter !== QUOTE) cell += letter;
      else if (text[at + 1] === QUOTE) {
        cell += QUOTE;
        at += 1;
      } else quoted = false;
    } else if (letter === QUOTE && cell.trim() === '') {
      cell = '';
      quoted = true;
    } else if (letter === separator) endCell();
    else if (letter === '\n') {
      endRow();
      row = { line, cells: [] };
    } else if (letter !== '\r') cell += letter;
  }
  endRow();
  return rows;
}
