import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, linkSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError, makeDataDir, unusableDataDir } from './config-error.ts';
import { parseSecretKey, SECRET_KEY_EXAMPLE } from './config.ts';

const FILE = 'secret.key';
const OWNER_ONLY = 0o600;

/** The key of what is stored sealed: SECRET_KEY where it is set, else a file in the data folder. Whoever loses it loses what was sealed under it. */
export interface SecretKeySource {
  /** For messages: where the key is, or should be. */
  readonly place: string;
  /** The key that is there; null where none is. @throws ConfigError where the file holds no key, or can't be read */
  read(): Uint8Array | null;
  /** Makes one, for its owner alone, unless another process was faster, whose it is then. @throws ConfigError */
  make(): Uint8Array;
  /** Lets nobody but its owner read the file. */
  protect(): void;
}

/** Where the key of these settings is; nothing is made or changed before it is asked for. */
export function secretKeySource({
  configured,
  dataDir,
}: {
  configured: Uint8Array | null;
  dataDir: string;
}): SecretKeySource {
  if (configured) return { place: 'SECRET_KEY', read: () => configured, make: () => configured, protect: () => {} };
  const path = join(dataDir, FILE);
  const read = (): Uint8Array | null => {
    let text: string;
    try {
      text = readFileSync(path, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw unusableDataDir(dataDir, error);
    }
    const key = parseSecretKey(text);
    if (key) return key;
    throw new ConfigError(
      `${path} does not hold a key: restore it from the backup, or set SECRET_KEY, for example ${SECRET_KEY_EXAMPLE}`,
    );
  };
  return {
    place: path,
    read,
    make() {
      writeOnce(path, dataDir);
      const made = read();
      if (made) return made;
      throw new ConfigError(`${path} was taken away while it was made: start again`);
    },
    protect() {
      if (existsSync(path) && (statSync(path).mode & 0o077) !== 0) chmodSync(path, OWNER_ONLY);
    },
  };
}

/** A key that is known, for those who bring their own. */
export const givenKey = (key: Uint8Array): SecretKeySource => secretKeySource({ configured: key, dataDir: '' });

/** Written whole under another name and linked: of two processes that start at once, one makes it and both read it. */
function writeOnce(path: string, dataDir: string): void {
  makeDataDir(dataDir);
  const made = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`;
  writeFileSync(made, `${randomBytes(32).toString('base64')}\n`, { mode: OWNER_ONLY, flag: 'wx', flush: true });
  try {
    linkSync(made, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(made);
  }
}
