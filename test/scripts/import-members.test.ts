import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { openDatabase, type Database } from '../../src/database/connect.ts';
import { excelLike } from '../sheets/workbook.ts';
import { readTable } from '../../src/sheets/table.ts';
import { fa } from '../support/app.ts';
import { silentLogger } from '../support/database.ts';

const dbName = `import_${randomUUID().replaceAll('-', '')}`;
let folder: string;
let database: Database;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'khoosheh-import-'));
  database = await openDatabase({ uri: inject('mongoUri') }, { logger: silentLogger, dbName });
});
afterAll(async () => {
  await database.connection.dropDatabase();
  await database.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Run {
  code: number;
  output: string;
}

function run(script: string, args: readonly string[], name = dbName): Promise<Run> {
  const address = new URL(inject('mongoUri'));
  address.pathname = `/${name}`;
  const env = { ...process.env, MONGODB_URI: address.href, DATA_DIR: folder, LOG_LEVEL: 'silent' };
  return new Promise((resolve) => {
    execFile(process.execPath, [`scripts/${script}.ts`, ...args], { env }, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, output: stdout + stderr });
    });
  });
}

const count = (name: string) => database.connection.collection(name).countDocuments();
const LIST = [
  'نام و نام خانوادگی;موبایل;نام شرکت;استان;شهر;کد ملی',
  'مریم احمدی;9141234567;داده‌پرداز نو;آذربایجان شرقی;تبریز;9900633520',
  'علی نوری;0411;داده‌پرداز کهنه;آذربایجان شرقی;تبریز;',
].join('\r\n');

describe('npm run import:members', () => {
  it(
    'reports every row, writes on a real run only, and adds nothing when it is run again',
    { timeout: 60_000 },
    async () => {
      const file = join(folder, 'list.csv');
      writeFileSync(file, LIST);
      const dry = await run('import-members', [file, '--dry-run', '--new']);
      expect(dry.code).toBe(2);
      expect([await count('members'), await count('businesses')]).toEqual([0, 0]);
      const rows = readTable(readFileSync(join(folder, 'list.report.xlsx'))).map(({ cells }) => cells);
      expect(rows.find(([line]) => line === '3')).toEqual([
        '3',
        fa('databank.result.refused'),
        fa('databank.column.phone'),
        '0411',
        fa('databank.remark.phone'),
        fa('databank.example.phone'),
      ]);
      expect(JSON.stringify(rows)).not.toContain('9900633520');

      const csv = join(folder, 'report.csv');
      await run('import-members', [file, '--report', csv, '--new']);
      expect([await count('members'), await count('businesses')]).toEqual([1, 1]);
      expect(readFileSync(csv, 'utf8')).toContain(fa('databank.remark.zeroAdded'));
      const again = await run('import-members', [file]);
      expect(again.output).toContain('"people":0,"businesses":0');
      expect([await count('members'), await count('businesses')]).toEqual([1, 1]);
      expect(again.output).not.toContain('مریم');

      const sheet = join(folder, 'out.xlsx');
      expect((await run('export-members', [sheet, '--role', 'council'])).code).toBe(0);
      const exported = readTable(readFileSync(sheet)).map(({ cells }) => cells.join('|'));
      expect(exported.join()).toContain('داده‌پرداز نو');
      expect(exported.join()).not.toMatch(/مریم|1234567/);
      const whole = join(folder, 'whole.xlsx');
      await run('export-members', [whole, '--role', 'admin']);
      expect(JSON.stringify(readTable(readFileSync(whole)))).toContain('"09141234567"');
    },
  );

  it('says in one line what is wrong with a file, without a stack', { timeout: 30_000 }, async () => {
    const file = join(folder, 'old.xlsx');
    writeFileSync(file, Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0, 0]));
    const { code, output } = await run('import-members', [file]);
    expect(code).toBe(1);
    expect(output.trim().split('\n')).toHaveLength(1);
    expect(output).toContain('.xlsx');
  });

  it('begins no database whose name may be mistyped', { timeout: 60_000 }, async () => {
    const file = join(folder, 'list.csv');
    writeFileSync(file, LIST);
    const elsewhere = `import_mistyped_${randomUUID().replaceAll('-', '')}`;
    for (const args of [[file], [file, '--dry-run']]) {
      const { code, output } = await run('import-members', args, elsewhere);
      expect(code).toBe(1);
      expect(output).toContain(`Nothing was taken in: the database «${elsewhere}» of MONGODB_URI is empty`);
      expect(output).toContain('or give --new to begin one');
    }
    const there = database.connection.useDb(elsewhere);
    expect(await there.listCollections()).toEqual([]);
    const { code } = await run('import-members', [file, '--dry-run', '--new'], elsewhere);
    expect(code).toBe(2);
    expect(await there.listCollections()).toEqual([]);
  });

  it(
    'reports of an ugly workbook what the database holds, and what is hidden or not read',
    { timeout: 60_000 },
    async () => {
      const before = { members: await count('members'), businesses: await count('businesses') };
      const cell = (column: string, line: number, text: string) => `<c r="${column}${line}" t="str"><v>${text}</v></c>`;
      const row = (line: number, cells: string, hidden = '') => `<row r="${line}"${hidden}>${cells}</row>`;
      const texts = (line: number, ...all: string[]) =>
        all.map((text, index) => cell('ABCDEFGH'[index] ?? '', line, text)).join('');
      const date = (line: number) => `<c r="F${line}" s="1"><v>42449</v></c>`;
      const sheet = [
        row(1, texts(1, 'نام', 'تلفن', 'موبایل', 'نام شرکت', 'شهر', 'سال تأسیس')),
        row(2, texts(2, 'رضا رضایی', '04133330000', '09121110001', 'یکم', 'تبریز', 'قبل از انقلاب')),
        row(3, texts(3, 'سارا سارایی', '', '09121110002', 'دوم', 'تبریز', 'نامشخص')),
        row(4, texts(4, 'کاوه کاویانی', '-', '09121110003', 'سوم', 'تبریز') + date(4)),
        row(5, texts(5, 'پنهان پنهانی', '', '9.121110004E9', 'چهارم', 'تبریز', '-'), ' hidden="1"'),
      ].join('');
      const file = join(folder, 'ugly.xlsx');
      writeFileSync(file, await excelLike({ sheet, formats: [14], second: row(1, texts(1, 'یادداشت')) }));
      const report = join(folder, 'ugly-report.xlsx');
      const { code, output } = await run('import-members', [file, '--report', report]);
      expect(code).toBe(0);
      const counts = JSON.parse(/\{.*\}/.exec(output)?.[0] ?? '{}') as Record<string, number>;
      expect(counts).toMatchObject({ rows: 4, added: 4, refused: 0 });
      expect([await count('members'), await count('businesses')]).toEqual([
        before.members + (counts['people'] ?? 0),
        before.businesses + (counts['businesses'] ?? 0),
      ]);
      expect(output).toContain('Not read: "h" (hidden), "دیگر"');
      expect(output).toContain('1 hidden rows are read too');
      const businesses = await database.connection
        .collection('businesses')
        .find({ name: { $in: ['یکم', 'دوم', 'سوم', 'چهارم'] } })
        .toArray();
      expect(Object.fromEntries(businesses.map(({ name, since }) => [name, since]))).toEqual({
        یکم: null,
        دوم: null,
        سوم: 1395,
        چهارم: null,
      });
      const told = readTable(readFileSync(report)).map(({ cells }) => cells.join('|'));
      for (const key of ['since', 'none', 'gregorianDay', 'hiddenLine', 'otherSheet', 'otherSheetHidden'] as const)
        expect(told.join('\n')).toContain(fa(`databank.remark.${key}`));
    },
  );

  it.each([
    ['a stray quotation mark', () => 'quote.csv', /^Nothing was taken in: Line 3: a quotation mark/],
    ['no file', () => 'none.csv', /^Nothing was taken in: there is no .*none\.csv/],
    ['a folder', () => '.', /^Nothing was taken in: .* is a folder: name a file in it/],
  ])('takes in nothing of %s, and says so in words', { timeout: 30_000 }, async (_what, name, said) => {
    writeFileSync(join(folder, 'quote.csv'), LIST.replace('علی نوری', '"علی نوری'));
    const before = await count('members');
    const { code, output } = await run('import-members', [join(folder, name())]);
    expect(code).toBe(1);
    expect(output).toMatch(said);
    expect(await count('members')).toBe(before);
  });
});
