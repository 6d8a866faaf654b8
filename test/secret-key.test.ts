import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConfigError } from '../src/config-error.ts';
import { parseConfig } from '../src/config.ts';
import { secretKeySource } from '../src/secret-key.ts';

const hex = 'ab'.repeat(32);

describe('the secret key', () => {
  let dataDir: string;
  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'khoosheh-key-'));
  });
  afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

  it('is read from the settings in hexadecimal or base64', () => {
    const key = Buffer.from(hex, 'hex');
    for (const written of [hex, key.toString('base64'), key.toString('base64url')])
      expect(parseConfig({ SECRET_KEY: written }).secretKey).toEqual(key);
    expect(parseConfig({}).secretKey).toBeNull();
  });

  it('is made once in the data folder, for its owner alone', () => {
    const folder = join(dataDir, 'new');
    const source = secretKeySource({ configured: null, dataDir: folder });
    expect(source.read()).toBeNull();
    const made = source.make();
    expect(made).toHaveLength(32);
    expect(source.make()).toEqual(made);
    expect(source.read()).toEqual(made);
    expect(readdirSync(folder)).toEqual(['secret.key']);
    expect(statSync(join(folder, 'secret.key')).mode & 0o777).toBe(0o600);
    chmodSync(join(folder, 'secret.key'), 0o644);
    source.protect();
    expect(statSync(join(folder, 'secret.key')).mode & 0o777).toBe(0o600);
  });

  it('is one key for processes that start at the same moment', async () => {
    const script = `
      import { secretKeySource } from ${JSON.stringify(new URL('../src/secret-key.ts', import.meta.url).href)};
      console.log(Buffer.from(secretKeySource({ configured: null, dataDir: process.argv[1] }).make()).toString('hex'));`;
    const run = promisify(execFile);
    const outputs = await Promise.all(
      Array.from({ length: 4 }, () => run(process.execPath, ['--input-type=module-typescript', '-e', script, dataDir])),
    );
    expect(new Set(outputs.map(({ stdout }) => stdout.trim()))).toHaveLength(1);
  });

  it('is never replaced where the file holds something else', () => {
    writeFileSync(join(dataDir, 'secret.key'), 'not a key');
    const source = secretKeySource({ configured: null, dataDir });
    expect(() => source.read()).toThrow(ConfigError);
    expect(() => source.make()).toThrow(ConfigError);
  });
});
