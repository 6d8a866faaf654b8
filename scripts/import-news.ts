import { basename } from 'node:path';
import { ensureIndexes } from '../src/database/indexes.ts';
import { createMigrations } from '../src/database/migrations/migrate.ts';
import { createAudit } from '../src/features/audit/audit.service.ts';
import { createNews } from '../src/features/news/news.service.ts';
import {
  decodePressRelease,
  PressReleaseError,
  pressReleaseDraft,
  readPressRelease,
} from '../src/features/news/press-release.ts';
import { migrationTools } from './migration-tools.ts';
import { readArguments, readGiven, reasonOf } from './arguments.ts';
import { NEW_USAGE, openConfiguredDatabase, quiet } from './open-database.ts';
import { systemNow } from '../src/system-clock.ts';

const USAGE = `npm run import:news -- FILE… [--new]

Reads press releases as plain text (UTF-8) and keeps each as a draft, for the council and the secretariat to look at and
publish. The header's lines, its Persian day, Arabic letters and lost half spaces are put right. A release that is there
already, as a draft or published, is left as it is. Runs before the bot's first start, and beside a bot, as well.
${NEW_USAGE}
Ends with 0, with 1 where a file can't be read, with 2 where a file is not a press release or the call was
wrong.`;

process.exitCode = await main().catch((error: unknown) => {
  console.error(reasonOf(error));
  return 1;
});

async function main(): Promise<number> {
  const { values, positionals: files } = readArguments(USAGE, {
    options: { new: { type: 'boolean', default: false } },
    operands: ['FILE'],
    more: true,
  });
  const contents = await Promise.all(files.map(async (file) => ({ file, bytes: await readGiven(file) })));
  const database = await openConfiguredDatabase({ mayBeNew: values.new });
  try {
    const { connection } = database;
    const news = createNews({
      now: systemNow,
      connection,
      audit: createAudit({ now: systemNow, connection }),
      campaigns: () => {
        throw new Error('Nothing is sent from here');
      },
    });
    // As the bot does at its start: it may be the first that sees this database, or this version of it.
    await createMigrations({ tools: migrationTools(), now: systemNow, connection, logger: quiet }).run();
    await ensureIndexes(connection);
    let refused = 0;
    for (const { file, bytes } of contents) {
      try {
        const draft = pressReleaseDraft(readPressRelease(decodePressRelease(bytes)));
        const wasThere = await news.hasOrigin(draft.origin);
        const item = await news.draft(null, draft);
        if (!(await news.hasOrigin(draft.origin))) throw new Error(`${basename(file)} is not in the database`);
        console.log(`${basename(file)}: ${wasThere ? 'there already' : 'a new draft'}: ${item?.headline ?? ''}`);
      } catch (error) {
        if (!(error instanceof PressReleaseError)) throw error;
        refused += 1;
        console.error(`${basename(file)}: ${error.message}`);
      }
    }
    return refused > 0 ? 2 : 0;
  } finally {
    await database.close();
  }
}
