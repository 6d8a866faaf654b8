import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { keyMarkOf } from '../src/archive/backup.ts';
import { readArchive } from '../src/archive/format.ts';
import { inspect, restoreFrames, type RestoreReport } from '../src/archive/restore.ts';
import { isSealed, openSealed } from '../src/archive/seal.ts';
import { parseConfig, parseSecretKey, type Config } from '../src/config.ts';
import { openDatabase } from '../src/database/connect.ts';
import { SCHEMA_VERSION } from '../src/database/migrations/migrations.ts';
import { loadSettingsFile } from '../src/env-file.ts';
import { readArguments, reasonOf } from './arguments.ts';
import { addressOf, quiet } from './open-database.ts';
import { readPassphrase } from './passphrase.ts';
import { systemNow } from '../src/system-clock.ts';

const USAGE = `npm run restore -- FILE [--replace] [--check] [--passphrase-file PATH]

Fills the database of the settings from an archive of npm run backup or npm run handover (which is sealed: its passphrase
is asked for, or read from the first line of PATH or of the standard input): the embedded one in DATA_DIR, or the server of
MONGODB_URI. Stop the bot first. The archive is checked before anything is touched, and what was written is read back and
compared. A database that is not empty is refused, unless --replace allows to delete all that is there. --check only
checks the archive.`;

process.exitCode = await main();

async function main(): Promise<number> {
  const { values, positionals } = readArguments(USAGE, {
    options: {
      replace: { type: 'boolean' },
      check: { type: 'boolean' },
      'passphrase-file': { type: 'string' },
    },
    operands: ['FILE'],
  });
  const [file = ''] = positionals;
  try {
    const startedAt = performance.now();
    const known = { schemaVersion: SCHEMA_VERSION };
    const passphrase = (await isSealed(file)) ? await readPassphrase(values['passphrase-file']) : null;
    const frames = () =>
      passphrase === null
        ? readArchive(file)
        : readArchive(file, Readable.from(openSealed(file, passphrase), { objectMode: false }));
    const found = await inspect(frames(), known);
    const what = `${found.collections.length} collections, ${found.documents} documents, made ${found.header.madeAt}`;
    if (values.check) {
      console.log(`${file} is whole: ${what}${found.key ? ', with the key' : ''}`);
      return 0;
    }
    loadSettingsFile();
    const config = parseConfig(process.env);
    const replace = values.replace ?? false;
    if (found.key) refuseOtherKey(config, found.key, replace);
    const database = await openDatabase(addressOf(config), { logger: quiet });
    try {
      await restoreFrames(database.connection, frames(), { now: systemNow, ...known, replace });
    } finally {
      await database.close();
    }
    if (found.key) putKey(config, found.key);
    console.log(`Restored and compared: ${what}, in ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
    console.log(aboutKey(config, found));
    return 0;
  } catch (error) {
    console.error(`Not restored: ${reasonOf(error)}`);
    return 1;
  }
}

function keyFile({ dataDir }: Config): string {
  return join(dataDir, 'secret.key');
}

function keyThere(config: Config): Uint8Array | null {
  const path = keyFile(config);
  return config.secretKey ?? (existsSync(path) ? parseSecretKey(readFileSync(path, 'utf8')) : null);
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

function refuseOtherKey(config: Config, key: Uint8Array, replace: boolean): void {
  const there = keyThere(config);
  if (!there || isSame(there, key)) return;
  if (config.secretKey) throw new Error('SECRET_KEY is another key than the archive’s: take it out of the settings');
  if (!replace) throw new Error(`${keyFile(config)} is another key than the archive’s: give --replace to put it aside`);
}

/** Another key is kept beside it: nobody knows what else was sealed with it. */
function putKey(config: Config, key: Uint8Array): void {
  const there = keyThere(config);
  if (there && isSame(there, key)) return;
  const path = keyFile(config);
  if (there) renameSync(path, `${path}.before-restore-${systemNow().getTime()}`);
  mkdirSync(config.dataDir, { recursive: true, mode: 0o700 });
  writeFileSync(path, `${Buffer.from(key).toString('base64')}\n`, { mode: 0o600, flag: 'wx', flush: true });
}

function aboutKey(config: Config, { header, key }: RestoreReport): string {
  if (key) return `The key was in the archive and is in ${keyFile(config)}.`;
  const there = keyThere(config);
  if (header.keyMark === null) return 'The archive names no key.';
  if (!there) return `Put the key that belongs to it into ${keyFile(config)} (or SECRET_KEY) before the bot starts.`;
  return keyMarkOf(there) === header.keyMark
    ? 'The key that is here is the one that belongs to it.'
    : `WARNING: the key that is here is another: put the one that belongs to the archive into ${keyFile(config)}, else national codes can’t be read.`;
}
