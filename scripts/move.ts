import { backupFrames } from '../src/archive/backup.ts';
import { restoreFrames } from '../src/archive/restore.ts';
import { parseConfig } from '../src/config.ts';
import { openDatabase } from '../src/database/connect.ts';
import { createMigrations } from '../src/database/migrations/migrate.ts';
import { SCHEMA_VERSION } from '../src/database/migrations/migrations.ts';
import { createSealing } from '../src/features/members/sealing.service.ts';
import { secretKeySource } from '../src/secret-key.ts';
import { loadSettingsFile } from '../src/env-file.ts';
import { migrationTools } from './migration-tools.ts';
import { readArguments, reasonOf, wrongUsage } from './arguments.ts';
import { quiet, refuseNoDatabase } from './open-database.ts';
import { systemNow } from '../src/system-clock.ts';

const USAGE = `npm run move -- mongodb://host:27017/khoosheh [--replace]

Copies everything from the embedded database in DATA_DIR to a MongoDB server, reads it back there and compares it. Stop
the bot first. A database on the server that is not empty is refused, unless --replace allows to delete all that is there,
which happens only after the copy was compared: until then the server needs room for both.
The embedded database stays as it is. Afterwards set MONGODB_URI; secret.key stays where it is.`;

process.exitCode = await main();

async function main(): Promise<number> {
  const { values, positionals } = readArguments(USAGE, {
    options: { replace: { type: 'boolean' } },
    operands: ['The address of the server'],
  });
  const [uri = ''] = positionals;
  if (!/^mongodb(?:\+srv)?:\/\//.test(uri))
    wrongUsage(USAGE, 'The address must begin with mongodb:// or mongodb+srv://');
  try {
    loadSettingsFile();
    const { dataDir, secretKey } = parseConfig(process.env);
    refuseNoDatabase({ dataDir });
    const startedAt = performance.now();
    // Not beside a bot that runs: what it writes during the copy would stay behind.
    const source = await openDatabase({ dataDir }, { logger: quiet });
    try {
      await createMigrations({
        tools: migrationTools(),
        now: systemNow,
        connection: source.connection,
        logger: quiet,
      }).run();
      const problem = await createSealing(source).problem(secretKeySource({ configured: secretKey, dataDir }));
      if (problem !== null) throw new Error(problem);
      const target = await openDatabase({ uri }, { logger: quiet });
      try {
        const options = { schemaVersion: SCHEMA_VERSION, replace: values.replace ?? false, now: systemNow };
        const frames = backupFrames(source.connection, {
          now: systemNow,
          schemaVersion: SCHEMA_VERSION,
          key: null,
          withKey: false,
        });
        const { collections, documents } = await restoreFrames(target.connection, frames, options);
        const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
        console.log(`Moved and compared: ${collections.length} collections, ${documents} documents, in ${seconds} s`);
        console.log('Now set MONGODB_URI to that address and start the bot; keep DATA_DIR/secret.key where it is.');
        return 0;
      } finally {
        await target.close();
      }
    } finally {
      await source.close();
    }
  } catch (error) {
    console.error(`Not moved: ${reasonOf(error)}`);
    return 1;
  }
}
