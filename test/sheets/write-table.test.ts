import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readTable } from '../../src/sheets/table.ts';
import { unzip } from '../../src/sheets/unzip.ts';
import { csv } from '../../src/sheets/write-csv.ts';
import { writeXlsx, type SheetCell } from '../../src/sheets/write-xlsx.ts';
import { collect } from './workbook.ts';

const write = (rows: readonly (readonly SheetCell[])[]) =>
  collect(
    writeXlsx({
      name: 'اعضا',
      columns: [
        { header: 'نام', width: 30 },
        { header: 'تلفن', width: 14 },
      ],
      rows,
      rightToLeft: true,
    }),
  );

const sheetXml = (bytes: Uint8Array): string =>
  unzip(bytes, { entries: 20, unpackedBytes: 1_000_000 }).read('xl/worksheets/sheet1.xml')?.toString() ?? '';

describe('writing a workbook', () => {
  it('lays the sheet out from right to left and keeps phones and codes as text', async () => {
    const xml = sheetXml(await write([['شرکت نو', '09141234567']]));
    expect(xml).toContain('rightToLeft="1"');
    expect(xml).toContain('<c r="B2" s="1" t="inlineStr"><is><t xml:space="preserve">09141234567</t>');
  });

  it('leaves a formula in a name a text, with the quote prefix that keeps it one', async () => {
    const bytes = await write([
      ['=HYPERLINK("http://evil")', '+98 914'],
      ['@SUM(1)', '-1+2'],
    ]);
    const xml = sheetXml(bytes);
    expect(xml).not.toContain('<f>');
    expect(xml).not.toMatch(/<c(?=[ >])(?! r="[A-Z]+[0-9]+" s="[12]" t="inlineStr")/);
    expect(readTable(bytes).map(({ cells }) => cells)[1]).toEqual(['=HYPERLINK("http://evil")', '+98 914']);
  });

  it('writes a date as the number of its day and hour in Tehran', async () => {
    // 08:00 of 30 Aban 1405 in Tehran; LibreOffice shows 46347.333333 as 2026-11-21 08:00.
    const xml = sheetXml(await write([['شنبه', new Date('2026-11-21T04:30:00Z')]]));
    expect(xml).toContain('<c r="B2" s="3"><v>46347.333333</v></c>');
  });

  it('gives back every text that it was given', async () => {
    const cell = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 30 }),
      fc.constantFrom('_x0041_', '<&>"', ' x ', '_x'),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 5 }), async (rows) => {
        const kept = (text: string) => text.replace(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF\r]/g, '');
        fc.pre(rows.flat().every((text) => kept(text) === text && text !== ''));
        const [, ...read] = readTable(await write(rows));
        expect(read.map(({ cells }) => cells)).toEqual(rows);
      }),
      { numRuns: 50 },
    );
  });
});

describe('writing a CSV file', () => {
  it('disarms what a spreadsheet would calculate and quotes what it would split', () => {
    const text = csv([
      ['نام', 'شماره'],
      ['=1+1', '@x'],
      ['الف،"ب"', 3],
    ]);
    expect(text).toBe('\uFEFFنام,شماره\r\n\'=1+1,\'@x\r\n"الف،""ب""",3\r\n');
    expect(readTable(Buffer.from(text)).at(-1)?.cells).toEqual(['الف،"ب"', '3']);
  });
});
