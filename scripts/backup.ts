import { renameSync, rmSync, statSync } from 'node:fs';
import { constants, getPriority, setPriority } from 'node:os';
import { backupFrames, type CollectionCount } from '../src/archive/backup.ts';
import { writeArchive } from '../src/archive/format.ts';
import { parseConfig } from '../src/config.ts';
import { createMigrations } from '../src/database/migrations/migrate.ts';
import { loadSettingsFile } from '../src/env-file.ts';
import { createSealing } from '../src/features/members/sealing.service.ts';
import { secretKeySource } from '../src/secret-key.ts';
import { readArguments, reasonOf, refuseExisting } from './arguments.ts';
import { openConfiguredDatabase, quiet } from './open-database.ts';
import { systemNow } from '../src/system-clock.ts';

const USAGE = `npm run backup -- FILE [--with-key]

Writes everything in the database, members' files included, into one archive, while the bot runs or stands still. The
key that national codes are sealed with is not in it: keep DATA_DIR/secret.key (or SECRET_KEY) elsewhere, or give
--with-key, and then guard the archive like the key; it is refused where the key that is there did not seal the data.
Nothing is overwritten.`;

process.exitCode = await main();

async function main(): Promise<number> {
  const { values, positionals } = readArguments(USAGE, {
    options: { 'with-key': { type: 'boolean' } },
    operands: ['FILE'],
  });
  const [file = ''] = positionals;
  refuseExisting(file);
  const unfinished = `${file}.unfinished`;
  try {
    // The bot's answers come first.
    if (getPriority() < constants.priority.PRIORITY_BELOW_NORMAL) setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
    loadSettingsFile();
    const config = parseConfig(process.env);
    const source = secretKeySource({ configured: config.secretKey, dataDir: config.dataDir });
    const key = source.read();
    const withKey = values['with-key'] ?? false;
    let problem: string | null = null;
    const startedAt = performance.now();
    const counts: CollectionCount[] = [];
    const database = await openConfiguredDatabase();
    try {
      const { connection } = database;
      const schemaVersion = await createMigrations({ now: systemNow, connection, logger: quiet }).version();
      const sealing = createSealing({ connection });
      problem = await sealing.problem(source);
      if (withKey && problem !== null) throw new Error(problem);
      if (withKey && !key) throw new Error(`there is no key yet in ${config.dataDir}`);
      rmSync(unfinished, { force: true });
      await writeArchive(
        unfinished,
        backupFrames(connection, {
          now: systemNow,
          schemaVersion,
          key,
          withKey,
          keyMark: await sealing.mark(key),
          onCollection: (count) => counts.push(count),
        }),
      );
    } finally {
      await database.close();
    }
    renameSync(unfinished, file);
    const seconds = (performance.now() - startedAt) / 1000;
    const sum = (pick: (count: CollectionCount) => number) => counts.reduce((total, one) => total + pick(one), 0);
    console.log(
      `${file}: ${counts.length} collections, ${sum(({ documents }) => documents)} documents, ${megabytes(sum(({ bytes }) => bytes))} packed to ${megabytes(statSync(file).size)}, in ${seconds.toFixed(1)} s`,
    );
    console.log(
      withKey
        ? 'The key is in it: guard the archive like the key.'
        : 'The key is not in it: keep DATA_DIR/secret.key (or SECRET_KEY) as well, in another place.',
    );
    if (problem !== null) console.error(`WARNING: ${problem}`);
    return 0;
  } catch (error) {
    rmSync(unfinished, { force: true });
    console.error(`No backup was made: ${reasonOf(error)}`);
    return 1;
  }
}

function megabytes(bytes: number): string {
  return `${(bytes / 1024 ** 2).toFixed(1)} MB`;
}
