import { spawnSync } from 'node:child_process';
import { chownSync, existsSync, lchownSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { startEmbeddedEngine } from '../../src/database/embedded/engine.ts';
import { dataFolder } from '../support/bot-process.ts';
import { silentLogger } from '../support/database.ts';

const scriptOf = (name: string): string => fileURLToPath(new URL(`../../scripts/${name}.ts`, import.meta.url));
const LIST = fileURLToPath(new URL('../fixtures/press-releases/news-khuzestan-1403-02-26.txt', import.meta.url));

/** What a command prints and how it ends, with this data folder and nothing else of the environment. */
function run(name: string, args: readonly string[], path: string) {
  const env = { DATA_DIR: path, PATH: process.env['PATH'] };
  const { status, stdout, stderr } = spawnSync(process.execPath, [scriptOf(name), ...args], { env, encoding: 'utf8' });
  return { status, stdout, stderr };
}

function membersList(folder: string): string {
  const file = join(folder, 'list.csv');
  writeFileSync(file, 'نام,موبایل\nمریم احمدی,09141234567\n');
  return file;
}

it.each([
  ['backup', (folder: string) => [join(folder, 'backup.zst')]],
  ['migrate', () => ['--dry-run']],
  ['grant', () => ['telegram:123456789', 'head']],
  ['move', () => ['mongodb://127.0.0.1:1/khoosheh']],
  ['export-members', (folder: string) => [join(folder, 'members.xlsx')]],
  ['handover', (folder: string) => [join(folder, 'all.zst'), '--passphrase-file', LIST]],
  ['import-members', (folder: string) => [membersList(folder)]],
  ['import-members', (folder: string) => [membersList(folder), '--dry-run']],
  ['import-programmes', (folder: string) => [membersList(folder)]],
  ['import-news', () => [LIST]],
] as const)('%s makes no database where the bot has none, and says so', (name, args) => {
  const { path, remove } = dataFolder();
  try {
    const { status, stderr } = run(name, args(path), path);
    expect([status, existsSync(join(path, 'mongo')), existsSync(join(path, 'backup.zst'))]).toEqual([1, false, false]);
    expect(stderr).toContain(`there is no database in ${path}`);
  } finally {
    remove();
  }
});

it('begins a database where it is told to, and a trial run none', () => {
  const { path, remove } = dataFolder();
  try {
    const trial = run('import-members', [membersList(path), '--dry-run', '--new'], path);
    expect([trial.status, existsSync(join(path, 'mongo'))]).toEqual([0, false]);
    expect(trial.stdout).toContain('"people":1');
    expect(run('import-members', [membersList(path), '--new'], path).status).toBe(0);
    expect(existsSync(join(path, 'mongo'))).toBe(true);
    const again = run('import-members', [membersList(path)], path);
    expect([again.status, again.stdout.includes('"there":1')]).toEqual([0, true]);
  } finally {
    remove();
  }
});

it('the doctor looks for a database and makes none', () => {
  const { path, remove } = dataFolder();
  try {
    const { status, stdout } = run('doctor', [], join(path, 'mistyped'));
    expect([status, existsSync(join(path, 'mistyped'))]).toEqual([0, false]);
    expect(stdout).toMatch(/info +Connection: there is none yet in/);
  } finally {
    remove();
  }
});

/** Some user who is not the one that runs the tests. */
const OTHER = 64_123;
const isRoot = process.getuid?.() === 0;

describe.runIf(isRoot)('a data folder of another user', () => {
  it.each([
    ['backup', (folder: string) => [join(folder, 'backup.zst')]],
    ['grant', () => ['telegram:123456789', 'head']],
    ['migrate', () => []],
    ['import-members', (folder: string) => [membersList(folder), '--new']],
    ['import-news', () => [LIST]],
    ['doctor', () => []],
  ] as const)('is left as it is by %s, which names both users and the cure', (name, args) => {
    const { path, remove } = dataFolder();
    try {
      const given = args(path);
      const folder = join(path, 'of-the-bot');
      mkdirSync(join(folder, 'mongo'), { recursive: true });
      for (const one of [folder, join(folder, 'mongo')]) chownSync(one, OTHER, OTHER);
      const { status, stdout, stderr } = run(name, given, folder);
      expect(status).toBe(1);
      expect(stdout + stderr).toContain(`belongs to user ${OTHER}, and this runs as root`);
      expect(stdout + stderr).toContain(`sudo -u #${OTHER}`);
      expect([readdirSync(folder), readdirSync(join(folder, 'mongo'))]).toEqual([['mongo'], []]);
    } finally {
      remove();
    }
  });

  it('with a file of root in it is named by the bot’s start and by the doctor, with file, owner and cure', async () => {
    const { path, remove } = dataFolder();
    try {
      const engine = await startEmbeddedEngine({ dataDir: path, logger: silentLogger });
      await engine.stop();
      const files = readdirSync(path, { recursive: true, encoding: 'utf8' });
      const foreign = files.find((file) => file.endsWith('.wt')) ?? '';
      for (const file of ['.', ...files]) if (file !== foreign) lchownSync(join(path, file), OTHER, OTHER);
      const said = `${join(path, foreign)} belongs to root, and the bot to user ${OTHER}: give it back with: chown -R ${OTHER}: ${path}`;
      const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
      const env = { DATA_DIR: path, HTTP_PORT: '0', SIMULATOR_PORT: '0', HOME: path };
      const started = spawnSync(process.execPath, [main], { env, encoding: 'utf8', uid: OTHER, gid: OTHER });
      expect(started.status).toBe(1);
      expect(started.stderr).toContain(said);
      expect(run('doctor', [], path).stdout).toContain(`ERROR   Owner of the files in DATA_DIR: ${said}`);
    } finally {
      remove();
    }
  });
});

it('finds the database of a bot whose folder has a path too long for a socket', async () => {
  const { path, remove } = dataFolder();
  const deep = join(path, 'پوشه'.repeat(12), 'داده'.repeat(6));
  mkdirSync(deep, { recursive: true });
  const engine = await startEmbeddedEngine({ dataDir: deep, logger: silentLogger });
  try {
    expect(Buffer.byteLength(deep)).toBeGreaterThan(100);
    const { status, stdout } = run('migrate', ['--dry-run'], deep);
    expect([status, stdout.length > 0]).toEqual([0, true]);
  } finally {
    await engine.stop();
    expect(existsSync(join(deep, 'mongo.sock.path'))).toBe(false);
    remove();
  }
});
