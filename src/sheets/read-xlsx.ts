import { posix } from 'node:path';
import { Parser } from 'saxen';
import { SheetError } from './sheet-error.ts';
import type { TableLimits, TableRow } from './table-row.ts';
import { unzip, type Archive } from './unzip.ts';

/** A workbook of the format (ECMA-376) has about a dozen parts; pictures and pivots add some. */
const MOST_PARTS = 1000;
const DAMAGED = 'The file is not a workbook that can be read: open it in the spreadsheet program and save it as .xlsx';

/**
 * The first visible sheet, every cell as the text it holds: numbers without exponent, a formula as the value that was
 * last computed for it, never computed here. Styles, other sheets and macros are not looked at.
 * @throws SheetError
 */
export function readXlsx(bytes: Uint8Array, limits: TableLimits): TableRow[] {
  const archive = unzip(bytes, { entries: MOST_PARTS, unpackedBytes: limits.unpackedBytes });
  const sheet = firstSheet(archive);
  const strings = sharedStrings(archive);
  return readRows(textOf(archive, sheet), strings, limits);
}

function textOf(archive: Archive, path: string): string {
  const part = archive.read(path);
  if (!part) throw new SheetError('damaged', DAMAGED);
  return part.toString('utf8').replace(/^\uFEFF/, '');
}

const localName = (name: string): string => name.slice(name.indexOf(':') + 1);

interface Listener {
  open?: (name: string, attribute: (name: string) => string | undefined) => void;
  close?: (name: string) => void;
  text?: (text: string) => void;
}

function walk(xml: string, { open, close, text }: Listener): void {
  const parser = new Parser();
  parser.on('openTag', (name, attributes, decode) =>
    open?.(localName(name), (wanted) => {
      const value = attributes()[wanted];
      return value === undefined ? undefined : decode(value);
    }),
  );
  parser.on('closeTag', (name) => close?.(localName(name)));
  parser.on('text', (content, decode) => text?.(decode(content)));
  parser.on('cdata', (content) => text?.(content));
  parser.on('error', (cause) => {
    throw new SheetError('damaged', DAMAGED, { cause });
  });
  parser.parse(xml);
}

/** The path of the first sheet that is not hidden. */
function firstSheet(archive: Archive): string {
  const workbook = officeDocument(archive);
  const ids: string[] = [];
  walk(textOf(archive, workbook), {
    open(name, attribute) {
      const id = attribute('r:id') ?? attribute('id');
      if (name === 'sheet' && id !== undefined && (attribute('state') ?? 'visible') === 'visible') ids.push(id);
    },
  });
  const folder = posix.dirname(workbook);
  const target = targets(archive, `${folder}/_rels/${posix.basename(workbook)}.rels`).find(({ id }) => id === ids[0]);
  if (!target) throw new SheetError('damaged', DAMAGED);
  return resolve(folder, target.path);
}

function officeDocument(archive: Archive): string {
  const found = targets(archive, '_rels/.rels').find(({ type }) => type.endsWith('/officeDocument'));
  if (!found) throw new SheetError('damaged', DAMAGED);
  return resolve('', found.path);
}

const resolve = (folder: string, path: string): string =>
  path.startsWith('/') ? path.slice(1) : posix.join(folder, path);

function targets(archive: Archive, path: string): { id: string; type: string; path: string }[] {
  const found: { id: string; type: string; path: string }[] = [];
  walk(textOf(archive, path), {
    open(name, attribute) {
      if (name !== 'Relationship') return;
      found.push({ id: attribute('Id') ?? '', type: attribute('Type') ?? '', path: attribute('Target') ?? '' });
    },
  });
  return found;
}

/** Most programs keep each text once, in a part of its own. Phonetic help (`rPh`) is not part of a text. */
function sharedStrings(archive: Archive): string[] {
  const part = archive.read('xl/sharedStrings.xml');
  const strings: string[] = [];
  if (!part) return strings;
  let current = '';
  let inText = false;
  let inPhonetic = false;
  walk(part.toString('utf8'), {
    open(name) {
      if (name === 'si') current = '';
      if (name === 'rPh') inPhonetic = true;
      if (name === 't') inText = !inPhonetic;
    },
    text(content) {
      if (inText) current += content;
    },
    close(name) {
      if (name === 't') inText = false;
      if (name === 'rPh') inPhonetic = false;
      if (name === 'si') strings.push(current);
    },
  });
  return strings;
}

function readRows(xml: string, strings: readonly string[], limits: TableLimits): TableRow[] {
  const rows: TableRow[] = [];
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
      } else if (name === 'c') {
        column = columnOf(attribute('r')) ?? column + 1;
        type = attribute('t') ?? 'n';
        content = '';
      } else if (name === 'v' || name === 't') reading = true;
    },
    text(text) {
      if (reading) content += text;
    },
    close(name) {
      if (name === 'v' || name === 't') reading = false;
      else if (name === 'c' && content !== '' && column <= limits.columns)
        setCell(row.cells, column, cellText(type, content, strings));
      else if (name === 'row' && row.cells.some((cell) => cell !== '')) {
        if (rows.length >= limits.rows)
          throw new SheetError('too-large', `The table has more than ${limits.rows} rows: split it into smaller files`);
        rows.push(row);
      }
    },
  });
  return rows;
}

function setCell(cells: string[], column: number, text: string): void {
  while (cells.length < column - 1) cells.push('');
  cells[column - 1] = text;
}

/** "BC12" is column 55. */
function columnOf(reference: string | undefined): number | undefined {
  const [letters] = /^[A-Z]{1,3}/.exec(reference ?? '') ?? [];
  return letters?.split('').reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0);
}

function cellText(type: string, content: string, strings: readonly string[]): string {
  switch (type) {
    case 's':
      return unescape(strings[Number(content)] ?? '');
    case 'n':
      return plainNumber(content);
    // What a broken formula shows (#REF!) says nothing.
    case 'e':
      return '';
    default:
      return unescape(content);
  }
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
