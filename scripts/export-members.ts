import { createWriteStream, renameSync, rmSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { ensureIndexes } from '../src/database/indexes.ts';
import { createDeliveriesExport } from '../src/delivery/export.ts';
import { createAudit } from '../src/features/audit/audit.service.ts';
import { createBusinessesExport } from '../src/features/businesses/businesses-export.service.ts';
import { exportSheet } from '../src/features/databank/export-sheet.ts';
import { createExports } from '../src/features/databank/export.service.ts';
import { createMembersExport } from '../src/features/members/members-export.service.ts';
import { createNames } from '../src/features/members/names.service.ts';
import { createCasesExport } from '../src/features/obstacles/cases-export.service.ts';
import { createTranslations } from '../src/language/translator.ts';
import { readArguments, reasonOf, refuseExisting, wrongUsage } from './arguments.ts';
import { openConfiguredDatabase } from './open-database.ts';
import { systemNow } from '../src/system-clock.ts';

const USAGE = `npm run export:members -- FILE.xlsx [--role admin|head|officer|council]

Writes people and businesses as a workbook, with what that role may see: an admin and a head of the secretariat full
numbers, an officer (the default) masked ones, the council neither names nor numbers. National codes are in none.
Nothing is overwritten.`;

const ROLES = ['admin', 'head', 'officer', 'council'] as const;

process.exitCode = await main().catch((error: unknown) => {
  console.error(`Nothing was written: ${reasonOf(error)}`);
  return 1;
});

async function main(): Promise<number> {
  const { values, positionals } = readArguments(USAGE, {
    options: { role: { type: 'string', default: 'officer' } },
    operands: ['FILE.xlsx'],
  });
  const [file = ''] = positionals;
  const role = ROLES.find((one) => one === values.role);
  if (!file.endsWith('.xlsx')) wrongUsage(USAGE, 'The name of the file must end with .xlsx');
  if (!role) wrongUsage(USAGE, `--role takes one of ${ROLES.join(', ')}`);
  refuseExisting(file);
  const unfinished = `${file}.unfinished`;
  const translations = createTranslations({
    onProblem: ({ key, what }) => {
      throw new Error(`The text ${key} is not right (${what}): take locales/ from the repository again`);
    },
  });
  const database = await openConfiguredDatabase();
  const { connection } = database;
  try {
    const exports = createExports({
      members: createMembersExport({ connection }),
      businesses: createBusinessesExport({ connection }),
      cases: createCasesExport({ connection }),
      deliveries: createDeliveriesExport({ connection }),
      names: createNames({ connection }),
      audit: createAudit({ now: systemNow, connection }),
      scopeOf: () => Promise.resolve(null),
    });
    await ensureIndexes(connection);
    const begun = await exports.begin({ id: null, roles: [role] });
    if (!begun) return 1;
    await pipeline(exportSheet(begun, translations.translator('fa')), createWriteStream(unfinished, { mode: 0o600 }));
    renameSync(unfinished, file);
    console.log(`Written: ${file} (${begun.view})`);
    return 0;
  } finally {
    rmSync(unfinished, { force: true });
    await database.close();
  }
}
