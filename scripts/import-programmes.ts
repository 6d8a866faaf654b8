import { ensureIndexes } from '../src/database/indexes.ts';
import { createAudit } from '../src/features/audit/audit.service.ts';
import { readProgrammes } from '../src/features/programmes/programme-list.ts';
import { createProgrammes } from '../src/features/programmes/programmes.service.ts';
import { openTable } from '../src/sheets/table.ts';
import { readArguments, readGiven, reasonOf } from './arguments.ts';
import { NEW_USAGE, openConfiguredDatabase } from './open-database.ts';
import { systemNow } from '../src/system-clock.ts';

const USAGE = `npm run import:programmes -- FILE.xlsx|FILE.csv [--sheet NAME] [--new]

Takes in a list of action programmes. A row names the columns: title (عنوان), start (شروع) and end (پایان) are
needed; aim, section, body, partners, progress, budget, milestones and state may follow. The same list again adds nothing.
  --sheet     the sheet to read, by its name or its number from 1; by default the first one that is not hidden
${NEW_USAGE}
Ends with 0, with 1 where the file can't be read, with 2 where some rows were not taken or the call was wrong.`;

process.exitCode = await main().catch((error: unknown) => {
  console.error(reasonOf(error));
  return 1;
});

async function main(): Promise<number> {
  const { values, positionals } = readArguments(USAGE, {
    options: { sheet: { type: 'string' }, new: { type: 'boolean', default: false } },
    operands: ['FILE'],
  });
  const { rows, others } = openTable(await readGiven(positionals[0] ?? ''), { sheet: values.sheet });
  const { programmes, faults, remarks } = readProgrammes(rows);
  for (const { name } of others) console.log(`Not read: the sheet "${name}" (--sheet)`);
  for (const { line, what } of faults) console.error(`Line ${line}, refused: ${what}`);
  for (const { line, what } of remarks) console.error(`Line ${line}, taken: ${what}`);
  const database = await openConfiguredDatabase({ mayBeNew: values.new });
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
    const origins = [...new Set(programmes.map(({ origin }) => origin))];
    const before = await service.countOf(origins);
    for (const programme of programmes) await service.takeIn(programme);
    const taken = (await service.countOf(origins)) - before;
    const twice = programmes.length - origins.length;
    console.log(
      `${taken} taken in, ${before} were there already, ${twice} twice in the file, ${faults.length} refused, ${remarks.length} remarks`,
    );
    return faults.length > 0 ? 2 : 0;
  } finally {
    await database.close();
  }
}
