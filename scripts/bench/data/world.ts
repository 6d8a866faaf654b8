import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Connection } from 'mongoose';
import { pino } from 'pino';
import { openDatabase } from '../../../src/database/connect.ts';
import { ensureIndexes } from '../../../src/database/indexes.ts';
import { createAudit } from '../../../src/features/audit/audit.service.ts';
import { createCalendar } from '../../../src/features/calendar/calendar.service.ts';
import { createObstacles, type Obstacles } from '../../../src/features/obstacles/obstacles.service.ts';
import { fillCases } from './cases.ts';
import { systemNow } from '../../../src/system-clock.ts';

export interface CasesRoom {
  connection: Connection;
  obstacles: Obstacles;
}

/** The rules of cases over so many of them in an embedded engine that is thrown away afterwards. */
export async function withCases(
  total: number,
  work: (room: CasesRoom) => Promise<void>,
): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'khoosheh-bench-'));
  const database = await openDatabase({ dataDir }, { logger: pino({ level: 'warn' }) });
  try {
    const { connection } = database;
    const obstacles = createObstacles({ now: systemNow,
      connection,
      audit: createAudit({ now: systemNow, connection }),
      calendar: createCalendar({ now: systemNow, connection, audit: createAudit({ now: systemNow, connection }) }),
      notify: () => Promise.resolve(),
    });
    const from = performance.now();
    // Before there is anything: over so many cases at once it takes longer than an answer may.
    await ensureIndexes(connection);
    await fillCases(connection, total);
    console.log(`${total} cases filled and indexed in ${Math.round((performance.now() - from) / 1000)} s, seed 1405`);
    await work({ connection, obstacles });
  } finally {
    await database.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
}
