import { randomBytes } from 'node:crypto';
import { chmodSync, linkSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError, makeDataDir, unusableDataDir } from './config-error.ts';
import { parseSecretKey, SECRET_KEY_EXAMPLE } from './config.ts';

const FILE = 'secret.key';
const OWNER_ONLY = 0o600;

/**
 * The key of what is stored sealed: SECRET_KEY where it is set, else a file in the data folder that is made once, readable
 * by its owner alone. Whoever loses it loses what was sealed under it: back it up, apart from the data.
 * @throws ConfigError where the file holds no key, or can't be read or made
 */
export function loadSecretKey({ configured, dataDir }: { configured: Uint8Array | null; dataDir: string }): Uint8Array {
  if (configured) return configured;
  const path = join(dataDir, FILE);
  const key = parseSecretKey(readOrMake(path, dataDir));
  if (!key)
    throw new ConfigError(
      `${path} does not hold a key: restore it from the backup, or set SECRET_KEY, for example ${SECRET_KEY_EXAMPLE}`,
    );
  if ((statSync(path).mode & 0o077) !== 0) chmodSync(path, OWNER_ONLY);
  return key;
}

function readOrMake(path: string, dataDir: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw unusableDataDir(dataDir, error);
  }
  // Written whole under another name and linked: of two processes that start at once, one makes it and both read it.
  makeDataDir(dataDir);
  const made = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`;
  writeFileSync(made, `${randomBytes(32).toString('base64')}\n`, { mode: OWNER_ONLY, flag: 'wx', flush: true });
  try {
    linkSync(made, path);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  } finally {
    rmSync(made);
  }
  return readFileSync(path, 'utf8');
}
