import { createMigrations } from '../src/database/migrations/migrate.ts';
import { migrationTools } from './migration-tools.ts';
import { readArguments, reasonOf } from './arguments.ts';
import { openConfiguredDatabase, quiet } from './open-database.ts';
import { systemNow } from '../src/system-clock.ts';

const USAGE = `npm run migrate [-- --dry-run]

Brings the stored data forward to what this version of the bot writes; its start does the same. With --dry-run it only
says what would be done. Take a backup first.`;

process.exitCode = await main();

async function main(): Promise<number> {
  const { values } = readArguments(USAGE, { options: { 'dry-run': { type: 'boolean' } } });
  try {
    const database = await openConfiguredDatabase();
    try {
      const migrations = createMigrations({
        tools: migrationTools(),
        now: systemNow,
        connection: database.connection,
        logger: quiet,
      });
      const steps = values['dry-run'] ? await migrations.plan() : await migrations.run();
      for (const { version, what, documents } of steps) {
        const verb = values['dry-run'] ? 'would change' : 'changed';
        console.log(`${version}: ${what}; ${verb} ${documents} documents`);
      }
      if (steps.length === 0) console.log('The data is as this version writes it: nothing to do.');
      return 0;
    } finally {
      await database.close();
    }
  } catch (error) {
    console.error(`Not migrated: ${reasonOf(error)}`);
    return 1;
  }
}
