import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
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
import { openConfiguredDatabase } from './open-database.ts';

const USAGE = `npm run export:members -- FILE.xlsx [--role admin|head|officer|council]

Writes people and businesses as a workbook, with what that role may see: an admin and a head of the secretariat full
numbers, an officer (the default) masked ones, the council neither names nor numbers. National codes are in none.`;

const ROLES = ['admin', 'head', 'officer', 'council'] as const;

process.exitCode = await main();

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { role: { type: 'string', default: 'officer' } },
  });
  const [file] = positionals;
  const role = ROLES.find((one) => one === values.role);
  if (file === undefined || !file.endsWith('.xlsx') || positionals.length > 1 || !role) {
    console.error(USAGE);
    return 1;
  }
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
      audit: createAudit({ connection }),
      scopeOf: () => Promise.resolve(null),
    });
    await ensureIndexes(connection);
    const begun = await exports.begin({ id: null, roles: [role] });
    if (!begun) return 1;
    await pipeline(exportSheet(begun, translations.translator('fa')), createWriteStream(file, { mode: 0o600 }));
    console.log(`Written: ${file} (${begun.view})`);
    return 0;
  } finally {
    await database.close();
  }
}
