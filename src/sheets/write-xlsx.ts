import type { Buffer } from 'node:buffer';
import { wallClockInTehran } from '../language/jalali.ts';
import { zip } from './zip-stream.ts';

export interface SheetColumn {
  header: string;
  /** In characters. */
  width: number;
}

/** Text stays text; a number is one that is counted with, never a phone or a code; a date is its day and hour in Tehran. */
export type SheetCell = string | number | Date | null;

export interface SheetOptions {
  /** At most 31 letters, without []:*?/\ */
  name: string;
  columns: readonly SheetColumn[];
  rows: AsyncIterable<readonly SheetCell[]> | Iterable<readonly SheetCell[]>;
  /** The first column stands at the right. */
  rightToLeft?: boolean;
}

const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const RELATIONSHIPS = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';
const DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

const LONGEST_CELL = 32_767;
const TEXT_STYLE = 1;
const HEAD_STYLE = 2;
const DATE_STYLE = 3;
/** Rows that are packed at a time. */
const CHUNK = 200;

/**
 * One sheet as an .xlsx file, chunk by chunk: memory does not grow with the rows. (write-excel-file 4.1.1 took 1.4 GB for
 * 100,000 rows.) Text cells carry the text format and a quote prefix, so that no program makes a formula of a name that
 * begins with = or a number of a phone, now or when somebody edits the cell.
 */
export function writeXlsx({ name, columns, rows, rightToLeft = false }: SheetOptions): AsyncGenerator<Buffer> {
  return zip([
    {
      path: '[Content_Types].xml',
      content: [
        `${DECLARATION}<Types xmlns="${PACKAGE}/content-types">` +
          `<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
          `<Override PartName="/xl/workbook.xml" ContentType="${TYPE}.sheet.main+xml"/>` +
          `<Override PartName="/xl/styles.xml" ContentType="${TYPE}.styles+xml"/>` +
          `<Override PartName="/xl/worksheets/sheet1.xml" ContentType="${TYPE}.worksheet+xml"/></Types>`,
      ],
    },
    { path: '_rels/.rels', content: [relations([['officeDocument', 'xl/workbook.xml']])] },
    {
      path: 'xl/workbook.xml',
      content: [
        `${DECLARATION}<workbook xmlns="${MAIN}" xmlns:r="${RELATIONSHIPS}"><sheets>` +
          `<sheet name="${escape(name)}" sheetId="1" r:id="rId1"/></sheets></workbook>`,
      ],
    },
    {
      path: 'xl/_rels/workbook.xml.rels',
      content: [
        relations([
          ['worksheet', 'worksheets/sheet1.xml'],
          ['styles', 'styles.xml'],
        ]),
      ],
    },
    { path: 'xl/styles.xml', content: [STYLES] },
    { path: 'xl/worksheets/sheet1.xml', content: sheet({ columns, rows, rightToLeft }) },
  ]);
}

const relations = (targets: readonly (readonly [type: string, path: string])[]): string =>
  `${DECLARATION}<Relationships xmlns="${PACKAGE}/relationships">` +
  targets
    .map(
      ([type, path], index) => `<Relationship Id="rId${index + 1}" Type="${RELATIONSHIPS}/${type}" Target="${path}"/>`,
    )
    .join('') +
  '</Relationships>';

/** 49 is the built-in text format, 22 that of a day with its hour. */
const STYLES =
  `${DECLARATION}<styleSheet xmlns="${MAIN}">` +
  '<fonts count="2"><font><sz val="11"/><name val="Tahoma"/></font><font><b/><sz val="11"/><name val="Tahoma"/></font></fonts>' +
  '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>' +
  '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>' +
  '<cellXfs count="4"><xf/><xf numFmtId="49" applyNumberFormat="1" quotePrefix="1"/>' +
  '<xf numFmtId="49" fontId="1" applyNumberFormat="1" applyFont="1" quotePrefix="1"/>' +
  '<xf numFmtId="22" applyNumberFormat="1"/></cellXfs></styleSheet>';

async function* sheet({
  columns,
  rows,
  rightToLeft,
}: Required<Pick<SheetOptions, 'columns' | 'rows' | 'rightToLeft'>>): AsyncGenerator<string> {
  yield (
    `${DECLARATION}<worksheet xmlns="${MAIN}"><sheetViews><sheetView workbookViewId="0"` +
    `${rightToLeft ? ' rightToLeft="1"' : ''}><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>` +
    `</sheetView></sheetViews><cols>` +
    columns
      .map(({ width }, index) => `<col min="${index + 1}" max="${index + 1}" width="${width}" customWidth="1"/>`)
      .join('') +
    `</cols><sheetData>` +
    row(
      1,
      columns.map(({ header }) => header),
      HEAD_STYLE,
    )
  );
  let chunk = '';
  let held = 0;
  let line = 1;
  for await (const cells of rows) {
    line += 1;
    chunk += row(line, cells, TEXT_STYLE);
    held += 1;
    if (held < CHUNK) continue;
    yield chunk;
    chunk = '';
    held = 0;
  }
  yield `${chunk}</sheetData></worksheet>`;
}

/** The format lets references be left out; not every program that reads it does. */
const row = (line: number, cells: readonly SheetCell[], style: number): string =>
  `<row r="${line}">${cells.map((cell, index) => cellXml(`${columnName(index)}${line}`, cell, style)).join('')}</row>`;

/** 0 is A, 26 is AA. */
const columnName = (index: number): string =>
  (index < 26 ? '' : columnName(Math.floor(index / 26) - 1)) + String.fromCharCode(65 + (index % 26));

function cellXml(reference: string, cell: SheetCell, style: number): string {
  if (cell === null || cell === '') return '';
  if (typeof cell === 'number') return `<c r="${reference}"><v>${cell}</v></c>`;
  if (cell instanceof Date) return `<c r="${reference}" s="${DATE_STYLE}"><v>${serialOf(cell)}</v></c>`;
  const text = escape(cell.slice(0, LONGEST_CELL));
  return `<c r="${reference}" s="${style}" t="inlineStr"><is><t xml:space="preserve">${text}</t></is></c>`;
}

const DAY_MS = 86_400_000;
/** Serial numbers count days from then (ECMA-376 part 1, 18.17.4.1, the 1900 system); they know no time zone. */
const EPOCH_MS = Date.UTC(1899, 11, 30);

const serialOf = (at: Date): string => ((wallClockInTehran(at) - EPOCH_MS) / DAY_MS).toFixed(6);

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Controls and halves of surrogate pairs can't be in XML; _x0041_ would be read as a letter. */
const escape = (text: string): string =>
  text
    .toWellFormed()
    .replace(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g, '')
    .replace(/_(?=x[\dA-Fa-f]{4}_)/g, '_x005F_')
    .replace(/[&<>"]/g, (sign) => ENTITIES[sign] ?? sign);
