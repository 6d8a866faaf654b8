import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { openDatabase, type Database } from '../../src/database/connect.ts';
import { createMigrations } from '../../src/database/migrations/migrate.ts';
import { SCHEMA_VERSION } from '../../src/database/migrations/migrations.ts';
import { createAudit } from '../../src/features/audit/audit.service.ts';
import { createNews } from '../../src/features/news/news.service.ts';
import { silentLogger } from '../support/database.ts';
import { systemNow } from '../../src/system-clock.ts';

const dbName = `import_news_${randomUUID().replaceAll('-', '')}`;
const fixture = (name: string) => fileURLToPath(new URL(`../fixtures/press-releases/${name}.txt`, import.meta.url));
const FILES = [fixture('news-khuzestan-1403-02-26'), fixture('news-east-azerbaijan-1403-04-02')];
let folder: string;
let database: Database;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'khoosheh-import-news-'));
  database = await openDatabase({ uri: inject('mongoUri') }, { logger: silentLogger, dbName });
});
afterAll(async () => {
  await database.connection.dropDatabase();
  await database.close();
  rmSync(folder, { recursive: true, force: true });
});

function run(...files: string[]): Promise<{ code: number; output: string }> {
  const address = new URL(inject('mongoUri'));
  address.pathname = `/${dbName}`;
  const env = { ...process.env, MONGODB_URI: address.href, DATA_DIR: folder, LOG_LEVEL: 'silent' };
  return new Promise((resolve) => {
    execFile(process.execPath, ['scripts/import-news.ts', ...files], { env }, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, output: stdout + stderr });
    });
  });
}

it('npm run import:news makes one draft of each release, however often it is read', { timeout: 60_000 }, async () => {
  const { connection } = database;
  const news = createNews({
    now: systemNow,
    connection,
    audit: createAudit({ now: systemNow, connection }),
    campaigns: () => {
      throw new Error('nothing is sent');
    },
  });
  expect((await run(...FILES)).code).toBe(0);
  // Nobody was there before: the database is as the bot would have made it.
  expect(await createMigrations({ now: systemNow, connection, logger: silentLogger }).version()).toBe(SCHEMA_VERSION);
  expect(await connection.collection('news').indexExists('published_number')).toBe(true);
  const copy = join(folder, 'copy.txt');
  writeFileSync(
    copy,
    readFileSync(FILES[0] ?? '', 'utf8')
      .replaceAll('\n', '\r\n')
      .replaceAll('ی', 'ي'),
  );
  const empty = join(folder, 'empty.txt');
  writeFileSync(empty, 'شماره خبر : 1\n');
  const again = await run(FILES[1] ?? '', copy, empty);
  expect(again.code).toBe(2);
  expect(again.output.match(/there already/g)).toHaveLength(2);
  expect((await run(join(folder, 'none.txt'))).code).toBe(1);
  const [workbook, otherEncoding] = [join(folder, 'release.docx'), join(folder, 'windows-1256.txt')];
  writeFileSync(workbook, `PK\u0003\u0004\u0000 شماره خبر : 1\nعنوان\nمتن خبر`);
  writeFileSync(otherEncoding, Buffer.from([0xd3, 0xe1, 0xc7, 0xe3, 0x0a, 0xd3, 0xe1, 0xc7, 0xe3]));
  const refused = await run(workbook, otherEncoding);
  expect(refused.code).toBe(2);
  expect(refused.output).toMatch(
    /^release\.docx: This is not plain text.*\nwindows-1256\.txt: This is not plain text.*\n$/,
  );

  const drafts = await news.drafts({ roles: ['officer'] });
  expect(drafts).toHaveLength(2);
  expect(drafts[1]).toMatchObject({
    number: null,
    headline: 'تصویب ۹ برنامه عمل برای حمایت از خوشه فناوری اطلاعات خوزستان',
    sources: [{ title: 'ایسنا', url: '' }],
    issued: { at: new Date('2024-05-15T08:48:00.000Z'), number: '32075' },
  });
  expect(drafts[1]?.lead).toMatch(/^معاون شرکت شهرک‌های صنعتی استان خبر داد:\nمعاون صنایع کوچک/);
});
