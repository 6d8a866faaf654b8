import { Buffer } from 'node:buffer';
import { zip, type ZipEntry } from '../../src/sheets/zip-stream.ts';

export async function collect(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return Buffer.concat(parts);
}

const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const REL = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';

/**
 * A workbook as Excel lays it out: a hidden first sheet, shared strings, references in every cell.
 * @param options.formats codes of `s="1"` and on: text of one's own, a number for a form that is built in
 * @param options.second a further sheet, named «دیگر»
 */
export function excelLike(options: {
  sheet: string;
  strings?: string[];
  columns?: string;
  formats?: (string | number)[];
  from1904?: boolean;
  second?: string;
}): Promise<Buffer> {
  const { sheet, strings = [], columns = '', formats, from1904 = false, second } = options;
  const entry = (path: string, xml: string): ZipEntry => ({ path, content: [xml] });
  return collect(
    zip([
      entry(
        '_rels/.rels',
        `<Relationships><Relationship Id="a" Type="${REL}/officeDocument" Target="/xl/workbook.xml"/></Relationships>`,
      ),
      entry(
        'xl/workbook.xml',
        `<workbook xmlns="${MAIN}" xmlns:r="${REL}"><workbookPr${from1904 ? ' date1904="1"' : ''}/><sheets><sheet name="h" sheetId="1" state="hidden" r:id="r1"/><sheet name="s" sheetId="2" r:id="r2"/>${second === undefined ? '' : '<sheet name="دیگر" sheetId="3" r:id="r3"/>'}</sheets></workbook>`,
      ),
      entry(
        'xl/_rels/workbook.xml.rels',
        `<Relationships><Relationship Id="r1" Type="t" Target="worksheets/none.xml"/><Relationship Id="r2" Type="t" Target="worksheets/data.xml"/><Relationship Id="r3" Type="t" Target="worksheets/second.xml"/><Relationship Id="r4" Type="${REL}/styles" Target="styles.xml"/></Relationships>`,
      ),
      entry('xl/sharedStrings.xml', `<sst xmlns="${MAIN}">${strings.join('')}</sst>`),
      entry('xl/worksheets/data.xml', worksheet(columns, sheet)),
      ...(second === undefined ? [] : [entry('xl/worksheets/second.xml', worksheet('', second))]),
      ...(formats === undefined ? [] : [entry('xl/styles.xml', stylesOf(formats))]),
    ]),
  );
}

const worksheet = (columns: string, rows: string): string =>
  `<worksheet xmlns="${MAIN}">${columns}<sheetData>${rows}</sheetData></worksheet>`;

function stylesOf(formats: readonly (string | number)[]): string {
  const own = formats.flatMap((code, index) =>
    typeof code === 'number'
      ? []
      : [`<numFmt numFmtId="${170 + index}" formatCode="${code.replaceAll('"', '&quot;')}"/>`],
  );
  const cells = formats.map((code, index) => `<xf numFmtId="${typeof code === 'number' ? code : 170 + index}"/>`);
  // The forms of named styles come first, and are not those that cells number.
  return `<styleSheet xmlns="${MAIN}"><numFmts>${own.join('')}</numFmts><cellStyleXfs><xf numFmtId="14"/><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/>${cells.join('')}</cellXfs></styleSheet>`;
}
