import { Buffer } from 'node:buffer';
import { zip, type ZipEntry } from '../../src/sheets/zip-stream.ts';

export async function collect(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return Buffer.concat(parts);
}

const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const REL = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';

/** A workbook as Excel lays it out: a hidden first sheet, shared strings, references in every cell. */
export function excelLike({ sheet, strings = [] }: { sheet: string; strings?: string[] }): Promise<Buffer> {
  const entry = (path: string, xml: string): ZipEntry => ({ path, content: [xml] });
  return collect(
    zip([
      entry(
        '_rels/.rels',
        `<Relationships><Relationship Id="a" Type="${REL}/officeDocument" Target="/xl/workbook.xml"/></Relationships>`,
      ),
      entry(
        'xl/workbook.xml',
        `<workbook xmlns="${MAIN}" xmlns:r="${REL}"><sheets><sheet name="h" sheetId="1" state="hidden" r:id="r1"/><sheet name="s" sheetId="2" r:id="r2"/></sheets></workbook>`,
      ),
      entry(
        'xl/_rels/workbook.xml.rels',
        `<Relationships><Relationship Id="r1" Type="t" Target="worksheets/none.xml"/><Relationship Id="r2" Type="t" Target="worksheets/data.xml"/></Relationships>`,
      ),
      entry('xl/sharedStrings.xml', `<sst xmlns="${MAIN}">${strings.join('')}</sst>`),
      entry('xl/worksheets/data.xml', `<worksheet xmlns="${MAIN}"><sheetData>${sheet}</sheetData></worksheet>`),
    ]),
  );
}
