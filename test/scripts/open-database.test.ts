import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { dataFolder } from '../support/bot-process.ts';

const scriptOf = (name: string): string => fileURLToPath(new URL(`../../scripts/${name}.ts`, import.meta.url));

it.each([
  ['backup', (folder: string) => [join(folder, 'backup.zst')]],
  ['migrate', () => ['--dry-run']],
  ['grant', () => ['telegram:123456789', 'head']],
  ['move', () => ['mongodb://127.0.0.1:1/khoosheh']],
] as const)('%s makes no database where the bot has none, and says so', (name, args) => {
  const { path, remove } = dataFolder();
  try {
    const env = { DATA_DIR: path };
    const { status, stderr } = spawnSync(process.execPath, [scriptOf(name), ...args(path)], { env, encoding: 'utf8' });
    expect([status, existsSync(join(path, 'mongo')), existsSync(join(path, 'backup.zst'))]).toEqual([1, false, false]);
    expect(stderr).toContain(`there is no database in ${path}`);
  } finally {
    remove();
  }
});
