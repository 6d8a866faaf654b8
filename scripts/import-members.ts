import { createHash, randomUUID } from 'node:crypto';
import { constants, createWriteStream } from 'node:fs';
import { access } from 'node:fs/promises';
import { dirname, join, parse } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Connection } from 'mongoose';
import { ensureIndexes } from '../src/database/indexes.ts';
import { createLeases } from '../src/database/leases.ts';
import { createAudit } from '../src/features/audit/audit.service.ts';
import { createImportedBusinesses, tidyWebsite } from '../src/features/businesses/imported-businesses.service.ts';
import { HeaderError, readList, type ReadList } from '../src/features/databank/import-list.ts';
import { writeReport } from '../src/features/databank/import-report.ts';
import { countOutcomes, createImport, type RowOutcome } from '../src/features/databank/import.service.ts';
import { createTaxonomy } from '../src/features/databank/taxonomy.ts';
import { createImportedMembers } from '../src/features/members/imported-members.service.ts';
import { createTranslations } from '../src/language/translator.ts';
import { openTable, type Table } from '../src/sheets/table.ts';
import { readArguments, readGiven, reasonOf, refuseExisting } from './arguments.ts';
import { configuredAddress, hasDatabase, NEW_USAGE, openConfiguredDatabase } from './open-database.ts';
import { systemNow } from '../src/system-clock.ts';

const USAGE = `npm run import:members -- FILE.xlsx|FILE.csv [--sheet NAME] [--dry-run] [--new] [--report FILE.xlsx|FILE.csv]

Takes a list of people and businesses into the data bank and writes a report of every row (by default FILE.report.xlsx,
which the next one of that list replaces; a file that --report names must not be there).
Columns are found by their headers, in Persian or English. The same list again adds nothing. Figures are of what the database
holds afterwards.
  --sheet     the sheet to read, by its name or its number from 1; by default the first one that is not hidden
  --dry-run   writes the report only
${NEW_USAGE}
Ends with 0, with 1 where nothing was taken in because the file can't be read, with 2 where some rows were not accepted, or
a business of one was not, or the call was wrong.`;

/** Longer than the largest list takes. */
const LEASE_MS = 10 * 60_000;
/** A list of fewer rows is done before anybody wonders. */
const PROGRESS_ROWS = 5_000;

process.exitCode = await main().catch((error: unknown) => {
  console.error(reasonOf(error));
  return 1;
});

async function main(): Promise<number> {
  const { values, positionals } = readArguments(USAGE, {
    options: {
      'dry-run': { type: 'boolean', default: false },
      new: { type: 'boolean', default: false },
      report: { type: 'string' },
      sheet: { type: 'string' },
    },
    operands: ['FILE'],
  });
  const [file = ''] = positionals;
  const { dir, name } = parse(file);
  const report = values.report ?? join(dir, `${name}.report.xlsx`);
  // Said before anything is taken in; the name may be a slip for that of the list itself.
  if (values.report !== undefined) refuseExisting(report);
  const dryRun = values['dry-run'];
  const translations = createTranslations({
    onProblem: ({ key, what }) => {
      throw new Error(`The text ${key} is not right (${what}): take locales/ from the repository again`);
    },
  });
  const { bytes, list, table } = await during('Nothing was taken in', async () => {
    const bytes = await readGiven(file);
    const { rows, ...table } = openTable(bytes, { sheet: values.sheet });
    const rules = { taxonomy: createTaxonomy(translations.labelsOf), tidyWebsite, now: systemNow() };
    const list = listIn(table, () => readList(rows, rules));
    await access(dirname(report), constants.W_OK);
    return { bytes, list, table };
  });
  sayUnread(table);
  const source = createHash('sha256').update(bytes).digest('hex').slice(0, 24);
  const outcomes = await takeIn(list, { dryRun, source, mayBeNew: values.new });
  const counts = countOutcomes(outcomes);
  console.log(`${dryRun ? 'Dry run, nothing written. ' : ''}${JSON.stringify(counts)}`);

  await during('The report was not written', () =>
    pipeline(
      writeReport(report, { list, table, outcomes, dryRun, t: translations.translator('fa') }),
      createWriteStream(report, { mode: 0o600 }),
    ),
  );
  console.log(`Report: ${report}`);
  return counts.refused + counts.left > 0 ? 2 : 0;
}

/** What goes wrong meanwhile is told with what it means. */
async function during<Result>(meaning: string, act: () => Promise<Result>): Promise<Result> {
  try {
    return await act();
  } catch (error) {
    throw new Error(`${meaning}: ${reasonOf(error)}`, { cause: error });
  }
}

/** Where the headers are on another sheet, its name is the cure. */
function listIn({ sheet, others }: Omit<Table, 'rows'>, read: () => ReadList): ReadList {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof HeaderError) || others.length === 0) throw error;
    const names = others.map(({ name }) => `"${name}"`).join(', ');
    throw new HeaderError(`${error.message}. This was the sheet "${sheet ?? ''}"; there is also ${names} (--sheet)`);
  }
}

function sayUnread({ sheet, others, hiddenLines, hiddenColumns }: Omit<Table, 'rows'>): void {
  const names = others.map(({ name, hidden }) => `"${name}"${hidden ? ' (hidden)' : ''}`);
  if (names.length > 0) console.log(`Read: "${sheet ?? ''}". Not read: ${names.join(', ')} (--sheet NAME)`);
  if (hiddenLines.length > 0)
    console.log(`${hiddenLines.length} hidden rows are read too, the first in line ${hiddenLines[0]}`);
  if (hiddenColumns.length > 0) console.log(`Hidden columns are read too: ${hiddenColumns.join(', ')}`);
}

interface TakeInOptions {
  dryRun: boolean;
  source: string;
  mayBeNew: boolean;
}

async function takeIn(list: ReadList, { mayBeNew, ...options }: TakeInOptions): Promise<RowOutcome[]> {
  // A trial run begins no database.
  if (options.dryRun && mayBeNew && !hasDatabase(configuredAddress())) return judgeAlone(list, options);
  const database = await during('Nothing was taken in', () => openConfiguredDatabase({ mayBeNew }));
  const { connection } = database;
  const importing = createImport({
    members: createImportedMembers({ now: systemNow, connection }),
    businesses: createImportedBusinesses({ now: systemNow, connection }),
    audit: createAudit({ now: systemNow, connection }),
  });
  let done = 0;
  const onProgress = (rows: number): void => {
    done = rows;
    if (rows % PROGRESS_ROWS === 0) console.error(`${rows} of ${list.rows.length} rows`);
  };
  const run = () => importing.run(list.rows, { ...options, onProgress });
  try {
    if (options.dryRun) return await run();
    return await withLease(connection, run);
  } catch (error) {
    throw new Error(
      `The import stopped after ${done} of ${list.rows.length} rows: ${reasonOf(error)}. The same list again adds what is missing`,
      { cause: error },
    );
  } finally {
    await database.close();
  }
}

async function withLease<Result>(connection: Connection, act: () => Promise<Result>): Promise<Result> {
  const leases = createLeases(connection);
  const holder = randomUUID();
  await ensureIndexes(connection);
  if (!(await leases.acquire('import', { holder, ttlMs: LEASE_MS })))
    throw new Error('Another import is running: wait until it has ended, or ten minutes if it was stopped');
  try {
    return await act();
  } finally {
    await leases.release('import', holder);
  }
}

/** What would become of the rows in a data bank that has nobody. */
function judgeAlone(list: ReadList, options: { dryRun: boolean; source: string }): Promise<RowOutcome[]> {
  const nothing = () => Promise.resolve([]);
  const importing = createImport({
    members: { byPhones: nothing, add: nothing },
    businesses: { like: nothing, add: nothing, addEmployee: () => Promise.resolve(false) },
    audit: { record: () => Promise.resolve() },
  });
  return importing.run(list.rows, options);
}
