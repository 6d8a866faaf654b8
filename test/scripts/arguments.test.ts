import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';

const COMMANDS = [
  'backup',
  'demo',
  'doctor',
  'export-members',
  'grant',
  'handover',
  'import-members',
  'import-news',
  'import-programmes',
  'key',
  'migrate',
  'move',
  'restore',
];

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'khoosheh-arguments-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(script: string, ...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const env = { ...process.env, MONGODB_URI: inject('mongoUri'), DATA_DIR: folder };
  return new Promise((resolve) => {
    execFile(process.execPath, [`scripts/${script}.ts`, ...args], { env }, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
    });
  });
}

// Each start of a command reads the whole bot: what all of them call is tried with some.
it.each(COMMANDS)('npm run %s reads its arguments like the others', (command) => {
  const source = readFileSync(`scripts/${command}.ts`, 'utf8');
  expect(source).toMatch(/readArguments\(USAGE,/);
  expect(source).not.toMatch(/parseArgs|process\.argv/);
});

describe.each(['backup', 'demo', 'grant', 'import-news'])('npm run %s', { timeout: 60_000 }, (command) => {
  const usage = `npm run ${command.replace(/^(import|export)-/, '$1:')}`;

  it('tells how it is used', async () => {
    const { code, stdout, stderr } = await run(command, '--help');
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout.startsWith(usage)).toBe(true);
  });

  it('says what is wrong with an option that it does not know, and how it is used', async () => {
    const { code, stdout, stderr } = await run(command, '--mistyped');
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^Unknown option '--mistyped'.*\n\n/);
    expect(stderr).toContain(`\n${usage}`);
    expect(stderr).not.toMatch(/^ +at /m);
  });
});

it.each(['backup', 'export-members', 'import-news'])(
  'npm run %s says that it needs a file',
  { timeout: 60_000 },
  async (command) => {
    const { code, stderr } = await run(command);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^FILE(?:\.xlsx)? is missing\n\nnpm run /);
  },
);

it.each(['import-members', 'import-news', 'import-programmes', 'restore'])(
  'npm run %s says in one line that it can not read a folder or a file that is not there',
  { timeout: 60_000 },
  async (command) => {
    const { code, stderr } = await run(command, command === 'restore' ? folder : join(folder, 'none'));
    expect(code).toBe(1);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  },
);

it('nothing is written over a file that is there', { timeout: 60_000 }, async () => {
  const [there, list] = [join(folder, 'there.xlsx'), join(folder, 'list.csv')];
  for (const file of [there, list]) writeFileSync(file, 'kept');
  for (const [command, ...args] of [
    ['backup', there],
    ['handover', there],
    ['export-members', there],
    ['import-members', list, '--report', there],
  ] as const) {
    const { code, stderr } = await run(command, ...args);
    expect([command, code, stderr]).toEqual([command, 2, `${there} is there already: give another name\n`]);
    expect(readFileSync(there, 'utf8')).toBe('kept');
  }
});
