import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, inject, it } from 'vitest';
import { startWorld } from '../support/app.ts';
import { memberOf, officerOf } from '../support/journeys.ts';

const KEY = `${Buffer.alloc(32, 'a test key').toString('base64')}\n`;
const PASSPHRASE = 'پیچک روی دیوار کهنه';
let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'khoosheh-handover-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function dataDir(name: string): string {
  const path = join(root, name);
  mkdirSync(path);
  symlinkSync(inject('engineCacheDir'), join(path, 'cache'));
  return path;
}

function run(
  script: string,
  dir: string,
  args: readonly string[],
  typed = '',
): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [`scripts/${script}.ts`, ...args],
      { env: { DATA_DIR: dir } },
      (error, stdout, stderr) => {
        resolve({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, output: stdout + stderr });
      },
    );
    child.stdin?.end(`${typed}\n`);
  });
}

it('seals everything with the key while the bot works, notes the checksum in the hand-over, and restore opens it', async () => {
  const from = dataDir('from');
  writeFileSync(join(from, 'secret.key'), KEY, { mode: 0o600 });
  const world = await startWorld({ database: { dataDir: from, cacheDir: inject('engineCacheDir') } });
  const admin = await officerOf(world, 'telegram', { role: 'admin' });
  const { person, id } = await memberOf(world, 'bale');
  const { members, handover } = world.app.features;
  await members.grant({ messenger: 'bale', userId: person.id }, 'head');
  const adminId = (await members.behind({ messenger: 'telegram', userId: admin.id }))?.id ?? '';
  const actor = { id: adminId, roles: ['admin'] as const };
  await handover.begin(actor, { incomingId: id, source: 'begin' });

  const file = join(root, 'khoosheh.sealed');
  expect(await run('handover', from, [file], 'short')).toMatchObject({ code: 1 });
  const made = await run('handover', from, [file], PASSPHRASE);
  expect(made).toMatchObject({ code: 0 });
  const bytes = readFileSync(file);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  expect(made.output).toContain(sha256);
  expect(readFileSync(`${file}.sha256`, 'utf8')).toBe(`${sha256}  khoosheh.sealed\n`);
  expect((await handover.current(actor))?.export).toMatchObject({ sha256, bytes: bytes.length });
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(bytes.includes('members')).toBe(false);

  const to = dataDir('to');
  const wrong = await run('restore', to, [file], 'another passphrase');
  expect(wrong).toMatchObject({ code: 1, output: expect.stringContaining('passphrase is another one') as string });
  const secret = join(root, 'passphrase');
  writeFileSync(secret, `${PASSPHRASE}\n`, { mode: 0o600 });
  const restored = await run('restore', to, [file, '--passphrase-file', secret]);
  expect(restored).toMatchObject({ code: 0, output: expect.stringContaining('Restored and compared') as string });
  expect(readFileSync(join(to, 'secret.key'), 'utf8')).toBe(KEY);
}, 120_000);
