import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { ConfigError } from '../../src/config-error.ts';
import { examine } from '../../src/doctor/examine.ts';
import { createNationalCodes } from '../../src/features/members/national-codes.service.ts';
import { systemNow } from '../../src/system-clock.ts';
import { secretKeySource, type SecretKeySource } from '../../src/secret-key.ts';
import { startWorld, type World } from '../support/app.ts';
import { memberOf } from '../support/journeys.ts';

const CODE = '0013542419';
let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'khoosheh-key-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** The key of a data folder, as a start without SECRET_KEY has it. */
function keyIn(name: string) {
  const dataDir = join(root, name);
  mkdirSync(dataDir, { recursive: true });
  return { dataDir, file: join(dataDir, 'secret.key'), source: secretKeySource({ configured: null, dataDir }) };
}

function addressOf(world: World): string {
  const address = new URL(inject('mongoUri'));
  address.pathname = `/${world.app.database.connection.name}`;
  return address.href;
}

function run(
  script: string,
  env: Record<string, string>,
  ...args: string[]
): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [`scripts/${script}.ts`, ...args], { env }, (error, stdout, stderr) => {
      resolve({ code: Number(error?.code ?? 0), output: stdout + stderr });
    });
  });
}

const readiness = async (world: World): Promise<unknown> => {
  const answer = await fetch(`http://127.0.0.1:${world.app.web?.port}/readyz`);
  return ((await answer.json()) as { checks: { key: string } }).checks.key;
};

/** A member who has given a national code, by the service that the chat's form uses. */
async function withCode(world: World, source: SecretKeySource): Promise<void> {
  const { id } = await memberOf(world, 'bale');
  const secretKey = source.read();
  if (!secretKey) throw new Error('The world made no key');
  const { connection } = world.app.database;
  const nationalCodes = createNationalCodes({ connection, secretKey, audit: { record: () => Promise.resolve() } });
  const typed = nationalCodes.sealTyped(CODE);
  if (!typed.ok) throw new Error(typed.reason);
  await nationalCodes.keep(id, typed.sealed);
}

const REFUSED = /^SECRET_KEY, or secret\.key in DATA_DIR, is (?:missing|another key).*npm run key -- --give-up/;

describe('a key that is lost', { timeout: 120_000 }, () => {
  it('is refused by everything that would go on without it, and the right one cures it', async () => {
    const { dataDir, file, source } = keyIn('bot');
    const world = await startWorld({ secretKey: source, httpPort: 0 });
    await withCode(world, source);
    const right = readFileSync(file, 'utf8');
    expect(await readiness(world)).toBe('ok');
    const env = { MONGODB_URI: addressOf(world), DATA_DIR: dataDir };
    const archive = (name: string) => join(root, name);
    expect(await run('backup', env, archive('right'), '--with-key')).toMatchObject({ code: 0 });
    expect(await run('backup', env, archive('plain'))).toMatchObject({ code: 0 });

    for (const wrong of [null, `${Buffer.alloc(32, 'another').toString('base64')}\n`]) {
      rmSync(file);
      if (wrong !== null) writeFileSync(file, wrong, { mode: 0o600 });
      const word = wrong === null ? 'missing' : 'other';
      // While it runs, before it is too late.
      expect(await readiness(world)).toBe(word);
      const start = await world.restart().then(
        () => null,
        (error: unknown) => error,
      );
      expect(start).toBeInstanceOf(ConfigError);
      expect((start as Error).message).toMatch(REFUSED);
      // Nothing was made in its place.
      expect(existsSync(file) ? readFileSync(file, 'utf8') : null).toBe(wrong);
      const { report, healthy } = await examine({ now: systemNow, env, chats: [] });
      expect(report).toMatch(/^ERROR {3}Key: SECRET_KEY/m);
      expect(healthy).toBe(false);
      expect(await run('key', env)).toMatchObject({ code: 1, output: expect.stringMatching(REFUSED) as string });
      const withKey = await run('backup', env, archive(`${word}-with-key`), '--with-key');
      expect(withKey).toMatchObject({
        code: 1,
        output: expect.stringMatching(/secret\.key in DATA_DIR, is/) as string,
      });
      expect(existsSync(archive(`${word}-with-key`))).toBe(false);
      // The data alone is saved, under the mark of the key that sealed it.
      const plain = await run('backup', env, archive(word));
      expect(plain).toMatchObject({ code: 0, output: expect.stringContaining('WARNING: SECRET_KEY') as string });
      writeFileSync(file, right, { mode: 0o600 });
      await world.restart();
    }
    expect(await readiness(world)).toBe('ok');

    // Another key is there: the archive is not restored over it, unless it brings its own.
    const other = keyIn('elsewhere');
    other.source.make();
    const into = {
      MONGODB_URI: env.MONGODB_URI.replace(/\/[^/?]+(?=\?|$)/, `/restored_${process.pid}`),
      DATA_DIR: other.dataDir,
    };
    for (const [name, words] of [
      ['plain', 'another key'],
      ['missing', 'another key'],
      ['right', 'another key'],
    ] as const) {
      const refused = await run('restore', into, archive(name));
      expect(refused).toMatchObject({ code: 1, output: expect.stringContaining(words) as string });
    }
    expect(await run('restore', into, archive('right'), '--replace')).toMatchObject({ code: 0 });
    expect(readFileSync(other.file, 'utf8')).toBe(right);
  });

  it('for good is given up by one command, and a new one is made at the next start', async () => {
    const { dataDir, file, source } = keyIn('bot');
    const world = await startWorld({ secretKey: source });
    await withCode(world, source);
    const env = { MONGODB_URI: addressOf(world), DATA_DIR: dataDir };
    expect(await run('key', env, '--give-up')).toMatchObject({
      code: 0,
      output: expect.stringContaining('nothing is lost') as string,
    });
    const before = readFileSync(file, 'utf8');
    rmSync(file);
    expect(await run('key', env, '--give-up')).toMatchObject({
      code: 0,
      output: expect.stringMatching(/^1 national codes were deleted/) as string,
    });
    await world.restart();
    expect(readFileSync(file, 'utf8')).not.toBe(before);
    await withCode(world, source);
  });
});

it('two processes with a folder each on one server do not seal under two keys', async () => {
  const [one, two] = [keyIn('one'), keyIn('two')];
  const world = await startWorld({ secretKey: one.source });
  await expect(world.restart({ secretKey: two.source })).rejects.toThrow(REFUSED);
  expect(existsSync(two.file)).toBe(false);
  two.source.make();
  await expect(world.restart({ secretKey: two.source })).rejects.toThrow(REFUSED);
  writeFileSync(two.file, readFileSync(one.file));
  await world.restart({ secretKey: two.source });
});

it('a database from before keys were noted takes the one that opens what is sealed there, and no other', async () => {
  const { source } = keyIn('bot');
  const world = await startWorld({ secretKey: source });
  await withCode(world, source);
  const states = () => world.app.database.connection.collection<{ _id: string }>('schema');
  await states().deleteOne({ _id: 'key' });
  const other = keyIn('other');
  await expect(world.restart({ secretKey: other.source })).rejects.toThrow(REFUSED);
  other.source.make();
  await expect(world.restart({ secretKey: other.source })).rejects.toThrow(REFUSED);
  await world.restart({ secretKey: source });
  expect(await states().findOne({ _id: 'key' })).not.toBeNull();
});
