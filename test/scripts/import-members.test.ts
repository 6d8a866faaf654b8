import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { openDatabase, type Database } from '../../src/database/connect.ts';
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

function run(script: string, args: readonly string[]): Promise<Run> {
  const address = new URL(inject('mongoUri'));
  address.pathname = `/${dbName}`;
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
      const dry = await run('import-members', [file, '--dry-run']);
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
      await run('import-members', [file, '--report', csv]);
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
});
