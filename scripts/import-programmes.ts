import { readFile } from 'node:fs/promises';
import { ensureIndexes } from '../src/database/indexes.ts';
import { createAudit } from '../src/features/audit/audit.service.ts';
import { readProgrammes } from '../src/features/programmes/programme-list.ts';
import { createProgrammes } from '../src/features/programmes/programmes.service.ts';
import { readTable } from '../src/sheets/table.ts';
import { readArguments, reasonOf } from './arguments.ts';
import { openConfiguredDatabase } from './open-database.ts';
import { systemNow } from '../src/system-clock.ts';

const USAGE = `npm run import:programmes -- FILE.xlsx|FILE.csv

Takes in a list of action programmes. The first row names the columns: title (عنوان), start (شروع) and end (پایان) are
needed; aim, section, body, partners, progress, budget, milestones and state may follow. The same list again adds nothing.
Ends with 0, with 1 where the file can't be read, with 2 where some rows were not taken or the call was wrong.`;

process.exitCode = await main().catch((error: unknown) => {
  console.error(reasonOf(error));
  return 1;
});

async function main(): Promise<number> {
  const [file = ''] = readArguments(USAGE, { options: {}, operands: ['FILE'] }).positionals;
  const { programmes, faults } = readProgrammes(readTable(await readFile(file)));
  for (const { line, what } of faults) console.error(`Line ${line}: ${what}`);
  const database = await openConfiguredDatabase({ mayBeNew: true });
  try {
    const { connection } = database;
    await ensureIndexes(connection);
    const service = createProgrammes({
      now: systemNow,
      connection,
      audit: createAudit({ now: systemNow, connection }),
      // What is taken in has no followers yet.
      notify: () => Promise.resolve(),
      casePeople: () => Promise.resolve([]),
    });
    let taken = 0;
    for (const programme of programmes) if (await service.takeIn(programme)) taken += 1;
    console.log(`${taken} taken in, ${programmes.length - taken} were there already, ${faults.length} refused`);
    return faults.length > 0 ? 2 : 0;
  } finally {
    await database.close();
  }
}
