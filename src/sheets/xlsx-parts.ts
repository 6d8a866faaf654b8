import { posix } from 'node:path';
import { Parser } from 'saxen';
import { SheetError } from './sheet-error.ts';
import type { Archive } from './unzip.ts';

/** The parts of a workbook (ECMA-376): XML files that name one another by relationships. */
const DAMAGED = 'The file is not a workbook that can be read: open it in the spreadsheet program and save it as .xlsx';

/** @throws SheetError where it is not there */
export function textOf(archive: Archive, path: string): string {
  const part = archive.read(path);
  if (!part) throw damagedWorkbook();
  return part.toString('utf8').replace(/^\uFEFF/, '');
}

export const damagedWorkbook = (cause?: unknown): SheetError =>
  new SheetError('damaged', DAMAGED, cause === undefined ? undefined : { cause });

const localName = (name: string): string => name.slice(name.indexOf(':') + 1);

export interface Listener {
  open?: (name: string, attribute: (name: string) => string | undefined) => void;
  close?: (name: string) => void;
  text?: (text: string) => void;
}

/** Names are given without their prefix. @throws SheetError where it is no XML */
export function walk(xml: string, { open, close, text }: Listener): void {
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
    throw damagedWorkbook(cause);
  });
  parser.parse(xml);
}

export interface SheetPart {
  name: string;
  hidden: boolean;
  path: string;
}

export interface Workbook {
  /** In the order of the tabs; charts and macros have none of these. */
  sheets: SheetPart[];
  /** Days are counted from 1904, as Excel for the Mac did. */
  from1904: boolean;
  /** Null: none of its cells has a form of its own. */
  stylesPath: string | null;
}

/** What the workbook holds. @throws SheetError */
export function readWorkbookPart(archive: Archive): Workbook {
  const path = officeDocument(archive);
  const folder = posix.dirname(path);
  const parts = targets(archive, `${folder}/_rels/${posix.basename(path)}.rels`);
  const sheets: SheetPart[] = [];
  let from1904 = false;
  walk(textOf(archive, path), {
    open(name, attribute) {
      if (name === 'workbookPr') from1904 = /^(?:1|true)$/.test(attribute('date1904') ?? '');
      if (name !== 'sheet') return;
      const id = attribute('r:id') ?? attribute('id');
      const part = parts.find((one) => one.id === id);
      if (!part || /\/(?:chart|dialog|macro)sheet$/i.test(part.type)) return;
      const hidden = (attribute('state') ?? 'visible') !== 'visible';
      sheets.push({ name: attribute('name') ?? '', hidden, path: resolve(folder, part.path) });
    },
  });
  const styles = parts.find(({ type }) => type.endsWith('/styles'));
  return { sheets, from1904, stylesPath: styles ? resolve(folder, styles.path) : null };
}

function officeDocument(archive: Archive): string {
  const found = targets(archive, '_rels/.rels').find(({ type }) => type.endsWith('/officeDocument'));
  if (!found) throw damagedWorkbook();
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
export function sharedStrings(archive: Archive): string[] {
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
