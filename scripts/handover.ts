import { createHash } from 'node:crypto';
import { createReadStream, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { backupFrames } from '../src/archive/backup.ts';
import { writeArchive } from '../src/archive/format.ts';
import { sealWith, SHORTEST_PASSPHRASE } from '../src/archive/seal.ts';
import { parseConfig } from '../src/config.ts';
import { createMigrations } from '../src/database/migrations/migrate.ts';
import { createAudit } from '../src/features/audit/audit.service.ts';
import { createHandovers } from '../src/features/handover/handover.service.ts';
import { createMembers } from '../src/features/members/members.service.ts';
import { createSealing } from '../src/features/members/sealing.service.ts';
import { loadSettingsFile } from '../src/env-file.ts';
import { secretKeySource } from '../src/secret-key.ts';
import { readArguments, reasonOf, refuseExisting } from './arguments.ts';
import { openConfiguredDatabase, quiet } from './open-database.ts';
import { readPassphrase } from './passphrase.ts';
import { systemNow } from '../src/system-clock.ts';

const USAGE = `npm run handover -- FILE [--passphrase-file PATH]

Writes everything, members' files and the key included, into one archive that is sealed with a passphrase, as a
file of age (age-encryption.org), while the bot runs or stands still; its SHA-256 goes into FILE.sha256 and into the
hand-over that is under way in the chat. The passphrase has at least ${SHORTEST_PASSPHRASE} letters and is asked for, or read from the first line of PATH or of the
standard input. Give it to the other side by another way than the file. \`npm run restore -- FILE\` opens it.`;

process.exitCode = await main();

async function main(): Promise<number> {
  const { values, positionals } = readArguments(USAGE, {
    options: { 'passphrase-file': { type: 'string' } },
    operands: ['FILE'],
  });
  const [file = ''] = positionals;
  for (const made of [file, `${file}.sha256`]) refuseExisting(made);
  const unfinished = `${file}.unfinished`;
  try {
    loadSettingsFile();
    const { secretKey, dataDir } = parseConfig(process.env);
    const source = secretKeySource({ configured: secretKey, dataDir });
    const key = source.read();
    const seal = sealWith(await passphraseOf(values['passphrase-file']));
    const database = await openConfiguredDatabase();
    try {
      const { connection } = database;
      const schemaVersion = await createMigrations({ now: systemNow, connection, logger: quiet }).version();
      const problem = await createSealing({ connection }).problem(source);
      if (problem !== null) throw new Error(problem);
      rmSync(unfinished, { force: true });
      await writeArchive(
        unfinished,
        backupFrames(connection, { now: systemNow, schemaVersion, key, withKey: key !== null }),
        seal,
      );
      const sha256 = await checksumOf(unfinished);
      renameSync(unfinished, file);
      writeFileSync(`${file}.sha256`, `${sha256}  ${basename(file)}\n`, { mode: 0o600, flag: 'wx', flush: true });
      console.log(`${file} is sealed: SHA-256 ${sha256}`);
      if (!key) console.log('There is no key yet in DATA_DIR, so none is in it.');
      const handovers = createHandovers({
        now: systemNow,
        connection,
        audit: createAudit({ now: systemNow, connection }),
        members: createMembers({ now: systemNow, connection }),
        tell: () => Promise.resolve(),
      });
      const noted = await handovers.noteExport({ sha256, bytes: statSync(file).size });
      console.log(
        noted
          ? 'The hand-over in the chat shows this checksum now.'
          : 'No hand-over is under way in the chat, so the checksum is noted nowhere else.',
      );
    } finally {
      await database.close();
    }
    return 0;
  } catch (error) {
    rmSync(unfinished, { force: true });
    console.error(`Nothing was sealed: ${reasonOf(error)}`);
    return 1;
  }
}

/** Asked twice where it is typed: nobody can open what was sealed with a slip. */
async function passphraseOf(file: string | undefined): Promise<string> {
  const passphrase = await readPassphrase(file);
  if (file === undefined && process.stdin.isTTY && (await readPassphrase(file, 'Again: ')) !== passphrase)
    throw new Error('the two passphrases are not the same');
  return passphrase;
}

async function checksumOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}
