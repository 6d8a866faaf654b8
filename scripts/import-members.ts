import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { parse } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ensureIndexes } from '../src/database/indexes.ts';
import { createLeases } from '../src/database/leases.ts';
import { createAudit } from '../src/features/audit/audit.service.ts';
import { createImportedBusinesses, tidyWebsite } from '../src/features/businesses/imported-businesses.service.ts';
import { readList, type ReadList } from '../src/features/databank/import-list.ts';
import { writeReport } from '../src/features/databank/import-report.ts';
import { countOutcomes, createImport, type RowOutcome } from '../src/features/databank/import.service.ts';
import { createTaxonomy } from '../src/features/databank/taxonomy.ts';
import { createImportedMembers } from '../src/features/members/imported-members.service.ts';
import { createTranslations } from '../src/language/translator.ts';
import { readTable } from '../src/sheets/table.ts';
import { readArguments, reasonOf, refuseExisting } from './arguments.ts';
import { openConfiguredDatabase } from './open-database.ts';
import { systemNow } from '../src/system-clock.ts';

const USAGE = `npm run import:members -- FILE.xlsx|FILE.csv [--dry-run] [--report FILE.xlsx|FILE.csv]

Takes a list of people and businesses into the data bank and writes a report of every row (by default FILE.report.xlsx,
which the next one of that list replaces; a file that --report names must not be there).
Columns are found by their headers, in Persian or English. The same list again adds nothing.
  --dry-run   writes the report only
Ends with 0, with 1 where the file can't be read, with 2 where some rows were not accepted or the call was wrong.`;

/** Longer than the largest list takes. */
const LEASE_MS = 10 * 60_000;

process.exitCode = await main().catch((error: unknown) => {
  console.error(reasonOf(error));
  return 1;
});

async function main(): Promise<number> {
  const { values, positionals } = readArguments(USAGE, {
    options: { 'dry-run': { type: 'boolean', default: false }, report: { type: 'string' } },
    operands: ['FILE'],
  });
  const [file = ''] = positionals;
  // Said before anything is taken in; the name may be a slip for that of the list itself.
  if (values.report !== undefined) refuseExisting(values.report);
  const dryRun = values['dry-run'];
  const bytes = await readFile(file);
  const translations = createTranslations({
    onProblem: ({ key, what }) => {
      throw new Error(`The text ${key} is not right (${what}): take locales/ from the repository again`);
    },
  });
  const list = readList(readTable(bytes), {
    taxonomy: createTaxonomy(translations.labelsOf),
    tidyWebsite,
    now: systemNow(),
  });
  const source = createHash('sha256').update(bytes).digest('hex').slice(0, 24);
  const outcomes = await takeIn(list, { dryRun, source });

  const { dir, name } = parse(file);
  const report = values.report ?? `${dir === '' ? '.' : dir}/${name}.report.xlsx`;
  await pipeline(
    writeReport(report, { list, outcomes, dryRun, t: translations.translator('fa') }),
    createWriteStream(report, { mode: 0o600 }),
  );
  const counts = countOutcomes(outcomes);
  console.log(`${dryRun ? 'Dry run, nothing written. ' : ''}${JSON.stringify(counts)}`);
  console.log(`Report: ${report}`);
  return counts.refused > 0 ? 2 : 0;
}

async function takeIn(list: ReadList, options: { dryRun: boolean; source: string }): Promise<RowOutcome[]> {
  const database = await openConfiguredDatabase({ mayBeNew: true });
  const { connection } = database;
  const leases = createLeases(connection);
  const holder = randomUUID();
  try {
    const importing = createImport({
      members: createImportedMembers({ now: systemNow, connection }),
      businesses: createImportedBusinesses({ now: systemNow, connection }),
      audit: createAudit({ now: systemNow, connection }),
    });
    await ensureIndexes(connection);
    if (!(await leases.acquire('import', { holder, ttlMs: LEASE_MS })))
      throw new Error('Another import is running: wait until it has ended, or ten minutes if it was stopped');
    return await importing.run(list.rows, options);
  } finally {
    await leases.release('import', holder);
    await database.close();
  }
}
