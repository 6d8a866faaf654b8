import { CsvError, parse } from 'csv-parse/sync';
import { decodeText } from './decode-text.ts';
import { SheetError } from './sheet-error.ts';
import type { TableLimits, TableRow } from './table-row.ts';

const SEPARATORS = [',', ';', '\t', '|'] as const;
/** What stands above the headers, and some rows below them. */
const LINES_LOOKED_AT = 20;
/** A line of three cells within one cell is a row that a stray quote has swallowed. */
const FEWEST_SWALLOWED = 3;

/**
 * A table of RFC 4180 as people make it: any encoding of {@link decodeText}; comma, semicolon, tab or bar, whichever parts
 * the rows alike, so that a title above the headers does not decide. A quotation mark that is not in pairs around a cell is an
 * error with its line: else it would swallow the rows behind it.
 * @throws SheetError
 */
export function readCsv(bytes: Uint8Array, limits: TableLimits): TableRow[] {
  const text = decodeText(bytes).replace(/\r\n?/g, '\n');
  const told = /^sep=([,;\t|])\n/i.exec(text);
  // The line of the separator stays, so that lines are counted as the program shows them.
  const separator = told?.[1] ?? separatorOf(text);
  const rows = split(text, separator, limits);
  return told ? rows.slice(1) : rows;
}

/** The sign that stands equally often in most lines; of two such, the one that makes more cells. */
function separatorOf(text: string): string {
  const lines = text
    .replace(/"[^"]*"/g, '')
    .split('\n', LINES_LOOKED_AT)
    .filter((line) => line.trim() !== '');
  const [best] = SEPARATORS.map((separator) => {
    const counts = lines.map((line) => line.split(separator).length).filter((count) => count > 1);
    const cells = commonest(counts);
    const times = counts.filter((count) => count === cells).length;
    return { separator, cells, times };
  }).toSorted((one, other) => other.times - one.times || other.cells - one.cells);
  return best?.separator ?? ',';
}

function split(text: string, separator: string, limits: TableLimits): TableRow[] {
  let lastLine = 0;
  let read: { raw: string; record: string[]; info: { lines: number } }[];
  try {
    read = parse(text, {
      delimiter: separator,
      record_delimiter: '\n',
      relax_column_count: true,
      skip_empty_lines: true,
      trim: true,
      bom: true,
      info: true,
      raw: true,
      to: limits.rows + 1,
      on_record: (record: string[], { lines }) => {
        lastLine = lines;
        return record;
      },
    }) as unknown as typeof read;
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw strayQuote(lastLine + 1 + blankLinesAfter(text, lastLine), error);
  }
  const width = commonest(read.map(({ record }) => record.length));
  const rows = read.map(({ raw, record, info }): TableRow => {
    // `lines` is where a row ends, which may be some lines below its beginning.
    const line = info.lines - (raw.trim().match(/\n/g)?.length ?? 0);
    if (record.some((cell) => holdsRows(cell, separator, width))) throw strayQuote(line);
    return { line, cells: record.slice(0, limits.columns) };
  });
  const filled = rows.filter(({ cells }) => cells.some((cell) => cell !== ''));
  if (filled.length > limits.rows)
    throw new SheetError('too-large', `The table has more than ${limits.rows} rows: split it into smaller files`);
  return filled;
}

/** Two stray quotes make one cell of all that is between them, and no parser finds fault with it. */
function holdsRows(cell: string, separator: string, width: number): boolean {
  const [, ...below] = cell.split('\n');
  const cells = below.map((line) => line.split(separator).length);
  const between = cells.slice(0, -1);
  return (
    cells.some((count) => count >= Math.max(FEWEST_SWALLOWED, width - 1)) ||
    (width > 1 && between.length > 0 && between.every((count) => count === width))
  );
}

function commonest(numbers: readonly number[]): number {
  const times = new Map<number, number>();
  for (const one of numbers) times.set(one, (times.get(one) ?? 0) + 1);
  return [...times].sort(([a, timesA], [b, timesB]) => timesB - timesA || b - a)[0]?.[0] ?? 0;
}

function blankLinesAfter(text: string, line: number): number {
  const rest = text.split('\n').slice(line);
  const filled = rest.findIndex((one) => one.trim() !== '');
  return Math.max(0, filled);
}

const strayQuote = (line: number, cause?: unknown): SheetError =>
  new SheetError(
    'quote',
    `Line ${line}: a quotation mark (") is not closed, or stands within a cell, so that nobody can tell where the cell ends. Take it out, or put the whole cell in quotation marks and write those within it twice, for example "the ""best"" shop"`,
    cause === undefined ? undefined : { cause },
  );
