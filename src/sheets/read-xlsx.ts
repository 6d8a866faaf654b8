import { SheetError } from './sheet-error.ts';
import type { Table, TableLimits, TableRow } from './table-row.ts';
import { unzip } from './unzip.ts';
import { cellDate, dateStyles } from './xlsx-dates.ts';
import { damagedWorkbook, readWorkbookPart, sharedStrings, textOf, walk, type SheetPart } from './xlsx-parts.ts';

/** A workbook of the format (ECMA-376) has about a dozen parts; pictures and pivots add some. */
const MOST_PARTS = 1000;

/**
 * One sheet, by its name or its number from 1, else the first visible one; every cell as the text it holds: numbers without
 * exponent, dates as ISO days, a formula as the value that was last computed for it, never computed here. Hidden rows and
 * columns are read and named, other sheets named; macros are not looked at.
 * @throws SheetError
 */
export function readXlsx(bytes: Uint8Array, limits: TableLimits, wanted?: string): Table {
  const archive = unzip(bytes, { entries: MOST_PARTS, unpackedBytes: limits.unpackedBytes });
  if (archive.read('mimetype')?.toString().includes('opendocument'))
    throw new SheetError('format', 'The file is an OpenDocument table (.ods): save it as .xlsx');
  const workbook = readWorkbookPart(archive);
  const sheet = choose(workbook.sheets, wanted);
  const styles = workbook.stylesPath === null ? null : archive.read(workbook.stylesPath);
  const dates = styles === null ? [] : dateStyles(styles.toString('utf8'));
  const toText = cellReader({ strings: sharedStrings(archive), dates, from1904: workbook.from1904 });
  const others = workbook.sheets.filter((one) => one !== sheet).map(({ name, hidden }) => ({ name, hidden }));
  return { ...readRows(textOf(archive, sheet.path), toText, limits), sheet: sheet.name, others };
}

function choose(sheets: readonly SheetPart[], wanted: string | undefined): SheetPart {
  const found =
    wanted === undefined
      ? sheets.find(({ hidden }) => !hidden)
      : (sheets.find(({ name }) => name.trim() === wanted.trim()) ?? sheets[Number(wanted) - 1]);
  if (found) return found;
  if (wanted === undefined) throw damagedWorkbook();
  const names = sheets.map(({ name }) => `"${name}"`).join(', ');
  throw new SheetError('sheet', `The file has no sheet "${wanted}"; it has ${names}`);
}

type CellReader = (cell: { type: string; style: number; content: string }) => string;

function readRows(
  xml: string,
  toText: CellReader,
  limits: TableLimits,
): Pick<Table, 'rows' | 'hiddenLines' | 'hiddenColumns'> {
  const rows: TableRow[] = [];
  const hiddenLines: number[] = [];
  const hidden: [from: number, to: number][] = [];
  let isHidden = false;
  let style = 0;
  let row: TableRow = { line: 0, cells: [] };
  let column = 0;
  let type = 'n';
  let content = '';
  let reading = false;
  walk(xml, {
    open(name, attribute) {
      if (name === 'row') {
        row = { line: Number(attribute('r')) || row.line + 1, cells: [] };
        column = 0;
        isHidden = isTrue(attribute('hidden'));
      } else if (name === 'col') {
        if (isTrue(attribute('hidden'))) hidden.push([Number(attribute('min')), Number(attribute('max'))]);
      } else if (name === 'c') {
        column = columnOf(attribute('r')) ?? column + 1;
        type = attribute('t') ?? 'n';
        style = Number(attribute('s') ?? 0);
        content = '';
      } else if (name === 'v' || name === 't') reading = true;
    },
    text(text) {
      if (reading) content += text;
    },
    close(name) {
      if (name === 'v' || name === 't') reading = false;
      else if (name === 'c' && content !== '' && column <= limits.columns)
        setCell(row.cells, column, toText({ type, style, content }));
      else if (name === 'row' && row.cells.some((cell) => cell !== '')) {
        if (rows.length >= limits.rows)
          throw new SheetError('too-large', `The table has more than ${limits.rows} rows: split it into smaller files`);
        rows.push(row);
        if (isHidden) hiddenLines.push(row.line);
      }
    },
  });
  // Everything to the right of a table is often hidden.
  const width = rows.reduce((most, { cells }) => Math.max(most, cells.length), 0);
  const isHiddenColumn = (at: number): boolean => hidden.some(([from, to]) => from <= at && at <= to);
  const hiddenColumns = Array.from({ length: width }, (_, index) => index + 1)
    .filter(isHiddenColumn)
    .map(lettersOf);
  return { rows, hiddenLines, hiddenColumns };
}

const isTrue = (value: string | undefined): boolean => value === '1' || value === 'true';

function setCell(cells: string[], column: number, text: string): void {
  while (cells.length < column - 1) cells.push('');
  cells[column - 1] = text;
}

/** "BC12" is column 55. */
function columnOf(reference: string | undefined): number | undefined {
  const [letters] = /^[A-Z]{1,3}/.exec(reference ?? '') ?? [];
  return letters?.split('').reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0);
}

/** Column 55 is "BC". */
function lettersOf(column: number): string {
  const last = (column - 1) % 26;
  const before = (column - 1 - last) / 26;
  return (before > 0 ? lettersOf(before) : '') + String.fromCharCode(65 + last);
}

function cellReader(workbook: {
  strings: readonly string[];
  dates: readonly boolean[];
  from1904: boolean;
}): CellReader {
  const { strings, dates, from1904 } = workbook;
  return ({ type, style, content }) => {
    switch (type) {
      case 's':
        return unescape(strings[Number(content)] ?? '');
      case 'n':
        return (dates[style] === true ? cellDate(Number(content), { from1904 }) : null) ?? plainNumber(content);
      // A day as ISO text, with midnight behind it or another time.
      case 'd':
        return content.replace(/T00:00(?::00(?:\.0+)?)?Z?$/, '').replace(/^(\d{4}-\d\d-\d\d)T/, '$1 ');
      // What a broken formula shows (#REF!) says nothing.
      case 'e':
        return '';
      default:
        return unescape(content);
    }
  };
}

/** Excel writes long numbers as 9.14E9, and 0.1 as 0.10000000000000001. */
function plainNumber(written: string): string {
  const value = Number(written);
  if (!Number.isFinite(value)) return written;
  return Number.isSafeInteger(value) ? BigInt(value).toString() : String(value);
}

/** Characters that XML can't hold are written as _x000D_ (ECMA-376 part 1, 22.9.2.19). */
const unescape = (text: string): string =>
  text.replace(/_x([\dA-Fa-f]{4})_/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
