import { renameSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { readArchive } from '../src/archive/format.ts';
import { endRestore, inspect, restoreFrames, type RestoreReport } from '../src/archive/restore.ts';
import { isSealed, openSealed } from '../src/archive/seal.ts';
import { makeDataDir } from '../src/config-error.ts';
import { parseConfig, type Config } from '../src/config.ts';
import { openDatabase } from '../src/database/connect.ts';
import { keyMarkOf } from '../src/database/key-mark.ts';
import { SCHEMA_VERSION } from '../src/database/migrations/migrations.ts';
import { loadSettingsFile } from '../src/env-file.ts';
import { keepDeletionsAside, replayDeletions, type DeletionsAgain } from '../src/repeat-deletions.ts';
import { secretKeySource, type SecretKeySource } from '../src/secret-key.ts';
import { readArguments, reasonOf, wrongUsage } from './arguments.ts';
import { addressOf, quiet, refuseNoDatabase } from './open-database.ts';
import { readPassphrase } from './passphrase.ts';
import { systemNow } from '../src/system-clock.ts';

const USAGE = `npm run restore -- FILE [--replace] [--check] [--passphrase-file PATH]
npm run restore -- --undo | --finish

Fills the database of the settings from an archive of npm run backup or npm run handover (which is sealed: its passphrase
is asked for, or read from the first line of PATH or of the standard input): the embedded one in DATA_DIR, or the server of
MONGODB_URI. Stop the bot first. The archive is checked before anything is touched, and what was written is read back and
compared before it takes the place of what is there: until then the disk needs room for both, which is said before. A database
that is not empty is refused, unless --replace allows to delete all that is there. --check only checks the archive. After a
restore that was killed the bot does not start and says which: --undo leaves what was there before, --finish what was restored.`;

process.exitCode = await main();

async function main(): Promise<number> {
  const { values, positionals } = readArguments(USAGE, {
    options: {
      replace: { type: 'boolean' },
      check: { type: 'boolean' },
      'passphrase-file': { type: 'string' },
      undo: { type: 'boolean' },
      finish: { type: 'boolean' },
    },
    more: true,
  });
  const [file, another] = positionals;
  if (values.undo || values.finish) {
    if (file !== undefined || (values.undo && values.finish)) wrongUsage(USAGE, '--undo and --finish stand alone');
    return end(values.undo ? 'undo' : 'finish');
  }
  if (file === undefined) wrongUsage(USAGE, 'FILE is missing');
  if (another !== undefined) wrongUsage(USAGE, `«${another}» is one argument too many`);
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
    const source = secretKeySource({ configured: config.secretKey, dataDir: config.dataDir });
    refuseOtherKey(source, found, replace);
    sayRoom(config, found.bytes);
    const database = await openDatabase(addressOf(config), { logger: quiet });
    const { dataDir } = config;
    let deletions: DeletionsAgain;
    try {
      const there = { connection: database.connection, dataDir, now: systemNow };
      await keepDeletionsAside({ ...there, secretKey: source.read() });
      await restoreFrames(database.connection, frames(), { now: systemNow, ...known, replace });
      deletions = await replayDeletions({ ...there, secretKey: found.key ?? source.read() });
    } finally {
      await database.close();
    }
    if (found.key) putKey(config, source, found.key);
    console.log(`Restored and compared: ${what}, in ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
    console.log(aboutKey(config, source, found));
    for (const line of aboutDeletions(deletions)) console.log(line);
    return 0;
  } catch (error) {
    console.error(`Not restored: ${reasonOf(error)}`);
    return 1;
  }
}

function aboutDeletions({ again, underOtherKeys }: DeletionsAgain): string[] {
  return [
    ...(again > 0 ? [`Members who were deleted since the archive was made, deleted again: ${again}`] : []),
    ...(underOtherKeys > 0
      ? [`WARNING: ${underOtherKeys} deletions were noted under another key, and can’t be repeated under this one`]
      : []),
  ];
}

/** What a restore that was killed left is taken back, or put in its place. */
async function end(how: 'undo' | 'finish'): Promise<number> {
  try {
    loadSettingsFile();
    const address = addressOf(parseConfig(process.env));
    refuseNoDatabase(address);
    const database = await openDatabase(address, { logger: quiet });
    try {
      await endRestore(database.connection, how);
    } finally {
      await database.close();
    }
    console.log(
      how === 'undo' ? 'What was there before the restore is there, whole.' : 'What was restored is there, whole.',
    );
    return 0;
  } catch (error) {
    console.error(`Nothing was changed: ${reasonOf(error)}`);
    return 1;
  }
}

/** What is there stays until what is restored was compared. @throws where the disk has less room than that takes */
function sayRoom({ database, dataDir }: Config, bytes: number): void {
  const megabytes = (size: number) => `${Math.ceil(size / 1024 ** 2)} MB`;
  const needed = `up to ${megabytes(bytes)} beside what is there`;
  if (database.kind === 'server') {
    console.log(`The server needs ${needed}.`);
    return;
  }
  makeDataDir(dataDir);
  const { bavail, bsize } = statfsSync(dataDir);
  if (bavail * bsize < bytes)
    throw new Error(
      `the disk of ${dataDir} needs ${needed}, and ${megabytes(bavail * bsize)} are free: free some room, or restore into an empty DATA_DIR on a larger disk`,
    );
  console.log(`The disk needs ${needed}; ${megabytes(bavail * bsize)} are free.`);
}

function keyFile({ dataDir }: Config): string {
  return join(dataDir, 'secret.key');
}

/** The key that is here must be the archive's, unless the archive brings its own and may put this one aside. */
function refuseOtherKey(source: SecretKeySource, { header, key }: RestoreReport, replace: boolean): void {
  const { place } = source;
  const there = source.read();
  if (!there || header.keyMark === null || keyMarkOf(there) === header.keyMark) return;
  if (place === 'SECRET_KEY')
    throw new Error('SECRET_KEY is another key than the archive’s: set the archive’s, or take it out of the settings');
  if (!key)
    throw new Error(
      `${place} is another key than the archive’s: put the one that belongs to the archive there, or move this one away and the bot waits for the right one`,
    );
  if (!replace) throw new Error(`${place} is another key than the archive’s: give --replace to put it aside`);
}

/** Another key is kept beside it: nobody knows what else was sealed with it. */
function putKey(config: Config, source: SecretKeySource, key: Uint8Array): void {
  const there = source.read();
  if (there && keyMarkOf(there) === keyMarkOf(key)) return;
  const path = keyFile(config);
  if (there) renameSync(path, `${path}.before-restore-${systemNow().getTime()}`);
  makeDataDir(config.dataDir);
  writeFileSync(path, `${Buffer.from(key).toString('base64')}\n`, { mode: 0o600, flag: 'wx', flush: true });
}

function aboutKey(config: Config, source: SecretKeySource, { header, key }: RestoreReport): string {
  if (key) return `The key was in the archive and is in ${source.place}.`;
  if (header.keyMark === null) return 'The archive names no key.';
  return source.read()
    ? 'The key that is here is the one that belongs to it.'
    : `Put the key that belongs to it into ${keyFile(config)} (or SECRET_KEY): the bot does not start without it.`;
}
