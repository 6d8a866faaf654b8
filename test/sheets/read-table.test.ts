import { Buffer } from 'node:buffer';
import { describe, expect, it } from 'vitest';
import { SheetError } from '../../src/sheets/sheet-error.ts';
import { DEFAULT_LIMITS, openTable, readTable } from '../../src/sheets/table.ts';
import { zip } from '../../src/sheets/zip-stream.ts';
import { collect, excelLike } from './workbook.ts';

const cellsOf = (bytes: Uint8Array): string[][] => readTable(bytes).map(({ cells }) => cells);

function faultOf(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    if (error instanceof SheetError) return error.code;
    throw error;
  }
  return 'none';
}

describe('reading a CSV file', () => {
  const text = 'نام;شهر\r\n"شرکت ""البرز""; نو";تبریز\r\n\r\n  \nالف;ب\n';
  const cells = [
    ['نام', 'شهر'],
    ['شرکت "البرز"; نو', 'تبریز'],
    ['الف', 'ب'],
  ];

  it.each([
    ['UTF-8', Buffer.from(text)],
    ['UTF-8 with a byte order mark', Buffer.from(`\uFEFF${text}`)],
    ['UTF-16', Buffer.from(`\uFEFF${text}`, 'utf16le')],
  ])('takes %s', (_name, bytes) => {
    expect(cellsOf(bytes)).toEqual(cells);
  });

  it('takes the Windows-1256 that a Persian Excel saves', () => {
    // «نام,شهر» and «علي,تبريز» with the letters of that code page.
    const bytes = Buffer.from([
      0xe4, 0xc7, 0xe3, 0x2c, 0xd4, 0xe5, 0xd1, 0x0d, 0x0a, 0xda, 0xe1, 0xed, 0x2c, 0xca, 0xc8, 0xd1, 0xed, 0xd2,
    ]);
    expect(cellsOf(bytes)).toEqual([
      ['نام', 'شهر'],
      ['علي', 'تبريز'],
    ]);
  });

  it.each([',', ';', '\t'])('finds the separator %j', (separator) => {
    expect(cellsOf(Buffer.from(`a${separator}"b,;"${separator}c\n1${separator}2${separator}3`))).toEqual([
      ['a', 'b,;', 'c'],
      ['1', '2', '3'],
    ]);
  });

  it.each([
    ['UTF-16 without a mark', Buffer.from(text, 'utf16le')],
    ['its other byte order', Buffer.from(text, 'utf16le').swap16()],
    ['the line ends of an old Mac', Buffer.from(text.replaceAll('\r\n', '\n').replaceAll('\n', '\r'))],
    ['blanks around what is in quotation marks', Buffer.from(text.replace(';تبریز', ' ; "تبریز" '))],
  ])('takes %s', (_name, bytes) => {
    expect(cellsOf(bytes)).toEqual(cells);
  });

  it.each([
    ['a title with commas above', 'فهرست, استان, ۱۴۰۳, آذر\n\nنام;موبایل;شهر\nالف;1;x\nب;2;y'],
    ['a title with commas above, and cells with them', 'فهرست, استان, ۱۴۰۳\nنام;موبایل;شهر\nالف;1;x, y, z, w\nب;2;y'],
  ])('finds the separator by the rows, not by the first line: %s', (_what, table) => {
    expect(cellsOf(Buffer.from(table)).at(-1)).toEqual(['ب', '2', 'y']);
  });

  const rows = (broken: string) =>
    Buffer.from(`نام,موبایل,شهر\n${'الف,1,x\n'.repeat(3)}${broken}\n${'ب,2,y\n'.repeat(15)}`);
  it.each([
    ['opened and never closed', '"پ,3,z'],
    ['within a cell', 'شرکت "نو" پ,3,z'],
    ['before a cell that goes on', '"نو" پ,3,z'],
    ['opened, and closed by another one some rows below', '"پ,3,z\nت,4,w\nث,5,v",6,u'],
    ['opened at the end, and closed below', 'پ,3,"z\nت,4,w\nث,5,"v'],
  ])('names the line of a quotation mark that is %s, and reads nothing', (_what, broken) => {
    expect(() => readTable(rows(broken))).toThrow(/^Line 5: a quotation mark/);
    expect(faultOf(() => readTable(rows(broken)))).toBe('quote');
  });

  it('names the line of bytes that are no letters, and takes the file for no other encoding', () => {
    const whole = Buffer.from(`نام,شهر\n${'مریم,تبریز\n'.repeat(30)}`);
    const at = whole.indexOf('\n', 200) - 2;
    const spoiled = Buffer.concat([whole.subarray(0, at), Buffer.from([0xe9]), whole.subarray(at)]);
    const line = whole.subarray(0, at).toString().split('\n').length;
    expect(() => readTable(spoiled)).toThrow(new RegExp(`^Line ${line}: bytes that are no letter`));
    expect(faultOf(() => readTable(Buffer.from(`\uFEFF${text}`, 'utf16le').subarray(0, 41)))).toBe('encoding');
  });

  it('counts lines as the spreadsheet program does, through a cell of two lines', () => {
    expect(readTable(Buffer.from('a\n"b\nb"\n\nc'))).toEqual([
      { line: 1, cells: ['a'] },
      { line: 2, cells: ['b\nb'] },
      { line: 5, cells: ['c'] },
    ]);
    expect(readTable(Buffer.from('sep=;\r\na;b'))).toEqual([{ line: 2, cells: ['a', 'b'] }]);
  });
});

describe('reading a workbook', () => {
  it('reads the first visible sheet, with gaps, numbers and rich texts as plain text', async () => {
    const bytes = await excelLike({
      strings: ['<si><r><t>شرکت </t></r><r><t>نو &amp; کهنه</t></r><rPh><t>x</t></rPh></si>'],
      sheet:
        '<row r="1"><c r="A1" t="inlineStr"><is><t>سر_x000D_</t></is></c></row>' +
        '<row r="3"><c r="A3" t="s"><v>0</v></c><c r="C3"><v>9.141234567E9</v></c><c r="D3"><v>0.5</v></c>' +
        '<c r="AA3" t="b"><v>1</v></c></row>',
    });
    const [head, row] = readTable(bytes);
    expect(head).toEqual({ line: 1, cells: ['سر\r'] });
    expect(row?.line).toBe(3);
    expect(row?.cells.slice(0, 4)).toEqual(['شرکت نو & کهنه', '', '9141234567', '0.5']);
    expect(row?.cells).toHaveLength(27);
  });

  it('takes a formula for the text it last showed, and never for the formula', async () => {
    const bytes = await excelLike({
      sheet: `<row><c t="str"><f>HYPERLINK("http://x","نام")</f><v>نام</v></c><c><f>1+1</f></c><c t="e"><v>#REF!</v></c><c t="str"><v>ب</v></c></row>`,
    });
    expect(cellsOf(bytes)).toEqual([['نام', '', '', 'ب']]);
  });

  it.each<[string | number, string, string]>([
    [14, '42449', '2016-03-20'],
    [22, '42449.5', '2016-03-20 12:00'],
    ['yyyy/mm/dd', '42449', '2016-03-20'],
    // The Jalali calendar is a matter of the form alone.
    ['[$-fa-IR,16]yyyy/mm/dd;@', '45465', '2024-06-22'],
    ['d "روز" mmmm', '45465', '2024-06-22'],
    ['mmmm', '45465', '2024-06-22'],
    [14, '59', '1900-02-28'],
    [14, '61', '1900-03-01'],
    [0, '42449', '42449'],
    ['#,##0', '42449', '42449'],
    ['0 "day"', '42449', '42449'],
    ['[Red]0', '42449', '42449'],
    [14, '-5', '-5'],
    [14, '9.141234567E9', '9141234567'],
  ])('takes a cell of the form %j that holds %s for %s', async (format, written, shown) => {
    const sheet = `<row r="1"><c r="A1" s="1"><v>${written}</v></c><c r="B1"><v>42449</v></c></row>`;
    expect(cellsOf(await excelLike({ sheet, formats: [format] }))).toEqual([[shown, '42449']]);
  });

  it('counts days from 1904 where the workbook does, and takes days that are written as text', async () => {
    const sheet =
      '<row r="1"><c r="A1" s="1"><v>40987</v></c><c r="B1" t="d"><v>2016-03-20T00:00:00</v></c><c r="C1" t="d"><v>2016-03-20T10:30:00</v></c></row>';
    expect(cellsOf(await excelLike({ sheet, formats: [14], from1904: true }))).toEqual([
      ['2016-03-20', '2016-03-20', '2016-03-20 10:30:00'],
    ]);
  });

  const line = (at: number, text: string, hidden = '') =>
    `<row r="${at}"${hidden}><c r="A${at}" t="str"><v>${text}</v></c><c r="B${at}" t="str"><v>${text}</v></c></row>`;

  it('names what is hidden and what it does not read', async () => {
    const bytes = await excelLike({
      columns: '<cols><col min="2" max="16384" hidden="1"/></cols>',
      sheet: line(1, 'الف') + line(2, 'ب', ' hidden="1"') + line(4, 'پ', ' hidden="true"'),
      second: line(1, 'دوم'),
    });
    expect(openTable(bytes)).toMatchObject({
      sheet: 's',
      others: [
        { name: 'h', hidden: true },
        { name: 'دیگر', hidden: false },
      ],
      hiddenLines: [2, 4],
      hiddenColumns: ['B'],
    });
    expect(openTable(bytes).rows).toHaveLength(3);
  });

  it.each(['دیگر', '3'])('reads the sheet that is asked for as %s', async (sheet) => {
    const bytes = await excelLike({ sheet: line(1, 'الف'), second: line(1, 'دوم') });
    expect(openTable(bytes, { sheet }).rows).toEqual([{ line: 1, cells: ['دوم', 'دوم'] }]);
    expect(() => openTable(bytes, { sheet: 'چهارم' })).toThrow('it has "h", "s", "دیگر"');
    expect(faultOf(() => openTable(Buffer.from('a,b'), { sheet }))).toBe('sheet');
  });

  it('stops unpacking at the limit, whatever the archive says of its size', async () => {
    const bomb = await collect(
      zip([{ path: '_rels/.rels', content: Array.from({ length: 200 }, () => 'x'.repeat(1024 * 1024)) }]),
    );
    expect(bomb.length).toBeLessThan(1024 * 1024);
    expect(faultOf(() => readTable(bomb))).toBe('too-large');
    // The directory stands near the end; it now claims that nothing is unpacked to a byte.
    const lying = Buffer.from(bomb);
    lying.writeUInt32LE(1, lying.lastIndexOf(Buffer.from([0x50, 0x4b, 0x01, 0x02])) + 24);
    expect(faultOf(() => readTable(lying))).toBe('too-large');
  });

  it('refuses an archive of very many parts', async () => {
    const many = await collect(zip(Array.from({ length: 1001 }, (_, part) => ({ path: `${part}`, content: ['x'] }))));
    expect(faultOf(() => readTable(many))).toBe('too-large');
  });

  it.each([
    ['cut off', async () => (await excelLike({ sheet: '<row/>' })).subarray(0, 400), 'damaged'],
    ['another kind of archive', () => collect(zip([{ path: 'a.txt', content: ['x'] }])), 'damaged'],
    ['broken inside', () => excelLike({ sheet: '<row><c></row></x>' }), 'damaged'],
    ['an old .xls', () => Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0, 0]), 'format'],
    [
      'an OpenDocument table',
      () => collect(zip([{ path: 'mimetype', content: ['application/vnd.oasis.opendocument.spreadsheet'] }])),
      'format',
    ],
    ['a picture', () => Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0, 0]), 'format'],
    ['over the size', () => Buffer.alloc(DEFAULT_LIMITS.bytes + 1, 'a'), 'too-large'],
    ['over the rows', () => Buffer.from('a\n'.repeat(DEFAULT_LIMITS.rows + 1)), 'too-large'],
  ])('says what is wrong with a file that is %s', async (_name, make, code) => {
    const bytes = await make();
    expect(faultOf(() => readTable(bytes))).toBe(code);
  });
});
