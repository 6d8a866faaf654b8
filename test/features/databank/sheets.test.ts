import { beforeAll, describe, expect, it } from 'vitest';
import { ensureIndexes } from '../../../src/database/indexes.ts';
import { createDeliveriesExport } from '../../../src/delivery/export.ts';
import { createBusinessesExport } from '../../../src/features/businesses/businesses-export.service.ts';
import { SHEETS, viewOf } from '../../../src/features/databank/export-columns.ts';
import { createExports, type Begun, type ExportDeps } from '../../../src/features/databank/export.service.ts';
import { createMembersExport } from '../../../src/features/members/members-export.service.ts';
import { createNames } from '../../../src/features/members/names.service.ts';
import { createCasesExport } from '../../../src/features/obstacles/cases-export.service.ts';
import { useDatabase } from '../../support/database.ts';
import { newId, roomOn, type Room } from '../obstacles/support.ts';

const database = useDatabase();
let room: Room;
let exportsOf: (deps?: Partial<ExportDeps>) => ReturnType<typeof createExports>;

beforeAll(async () => {
  const { connection } = database;
  room = roomOn(connection);
  exportsOf = (deps = {}) =>
    createExports({
      members: createMembersExport({ connection }),
      businesses: createBusinessesExport({ connection }),
      cases: createCasesExport({ connection }),
      deliveries: createDeliveriesExport({ connection }),
      names: createNames({ connection }),
      audit: room.audit,
      scopeOf: () => Promise.resolve(null),
      ...deps,
    });
  exportsOf();
  await ensureIndexes(connection);
  for (const category of ['tax', 'tax', 'license']) await room.report({ category });
});

async function codesOf(begun: Begun | null): Promise<string[]> {
  const codes: string[] = [];
  if (begun?.sheet === 'cases') for await (const { one } of begun.rows) codes.push(one.category);
  return codes;
}

describe('the sheets', () => {
  it('are given by role: members, businesses and cases to the desk and the council, the rest to heads and admins', () => {
    const views = (['admin', 'head', 'officer', 'council'] as const).map((role) =>
      SHEETS.map((sheet) => viewOf([role], sheet)),
    );
    expect(views).toEqual([
      ['full', 'full', 'full', 'full', 'full'],
      ['full', 'full', 'full', 'full', 'full'],
      ['masked', 'full', 'full', null, null],
      ['anonymous', 'anonymous', 'anonymous', null, null],
    ]);
    expect(SHEETS.map((sheet) => viewOf([], sheet))).toEqual([null, null, null, null, null]);
  });

  it('of cases show an officer only the part that is theirs, also one who is of the council as well', async () => {
    const exports = exportsOf({ scopeOf: () => Promise.resolve({ categories: ['tax'], cities: [] }) });
    const asked = (roles: readonly ('officer' | 'council' | 'head')[]) =>
      exports.begin({ id: newId(), roles }, { sheet: 'cases', source: newId() });
    expect(await codesOf(await asked(['officer']))).toEqual(['tax', 'tax']);
    expect(await codesOf(await asked(['officer', 'council']))).toEqual(['tax', 'tax']);
    expect(await codesOf(await asked(['head']))).toHaveLength(3);
    expect(await codesOf(await asked(['council']))).toHaveLength(3);
  });

  it('are on record before the first row, with the sheet and the view', async () => {
    const actor = { id: newId(), roles: ['council'] as const };
    await exportsOf().begin(actor, { sheet: 'cases', source: newId() });
    const acts = await room.audit.list({ actorId: actor.id, limit: 5 });
    expect(acts).toMatchObject([{ subject: { kind: 'databank', id: 'cases' }, after: { view: 'anonymous' } }]);
  });
});
