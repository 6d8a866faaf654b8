import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Types } from 'mongoose';
import { pino } from 'pino';
import { openDatabase } from '../../src/database/connect.ts';
import { ensureIndexes } from '../../src/database/indexes.ts';
import { createAudit } from '../../src/features/audit/audit.service.ts';
import { createCalendar } from '../../src/features/calendar/calendar.service.ts';
import {
  QUEUES,
  STATUSES,
  createObstacles,
  type Actor,
  type Status,
} from '../../src/features/obstacles/obstacles.service.ts';
import { formatTrackingCode } from '../../src/language/tracking-code.ts';
import { OBSTACLE_CATEGORIES } from '../../src/language/taxonomies.ts';
import { measure, mulberry } from './data/measure.ts';
import { systemNow } from '../../src/system-clock.ts';

const LIMIT_MS = 60;
const PAGE = 8;
const BATCH = 5000;
const DAY_MS = 86_400_000;
const OFFICERS = 20;
/** Most cases have ended; of the open ones, many wait. */
const ENDED_SHARE = 0.7;

/** The desk's queues and its first screen with 200,000 cases in the embedded engine. */
export async function run(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: { cases: { type: 'string', default: '200000' }, queries: { type: 'string', default: '600' } },
  });
  const random = mulberry(1405);
  const pick = <One>(list: readonly One[]): One => list[Math.floor(random() * list.length)] as One;
  const dataDir = mkdtempSync(join(tmpdir(), 'khoosheh-bench-'));
  const database = await openDatabase({ dataDir }, { logger: pino({ level: 'warn' }) });
  try {
    const { connection } = database;
    const obstacles = createObstacles({
      now: systemNow,
      connection,
      audit: createAudit({ now: systemNow, connection }),
      calendar: createCalendar({ now: systemNow, connection, audit: createAudit({ now: systemNow, connection }) }),
      notify: () => Promise.resolve(),
    });
    await ensureIndexes(connection);
    const total = Number(values.cases);
    const officers = Array.from({ length: OFFICERS }, () => new Types.ObjectId());
    const cities = ['03-tabriz', '06-ahvaz', '10-isfahan', '03-marand', '06-dezful', '03-maragheh'];
    const categories = OBSTACLE_CATEGORIES.map(({ code }) => code);
    console.log(`Filling ${total} cases, seed 1405`);
    for (let made = 0; made < total; made += BATCH) {
      const cases = Array.from({ length: Math.min(BATCH, total - made) }, (_, index) => caseOf(made + index));
      await connection.collection('obstacles').insertMany(cases);
    }
    function caseOf(number: number): Record<string, unknown> {
      const status: Status = random() < ENDED_SHARE ? pick(STATUSES.slice(9)) : pick(STATUSES.slice(0, 7));
      const at = new Date(Date.now() - random() * 700 * DAY_MS);
      const isRunning = !['needs_information', 'declared_solved'].includes(status) && STATUSES.indexOf(status) < 7;
      const due = isRunning ? new Date(Date.now() + (random() * 12 - 2) * DAY_MS) : null;
      const change = { at, party: 'staff', actorId: null, from: null, to: status, reason: 'بررسی شد', source: '' };
      return {
        draftId: `bench-${number}`,
        code: formatTrackingCode(1_000_000 + number),
        reporterId: new Types.ObjectId(),
        businessId: null,
        cityCode: pick(cities),
        category: pick(categories),
        title: `گزارش شمارهٔ ${number}`,
        titleKey: `${number}`,
        kind: 'obstacle',
        subtopic: null,
        body: null,
        cost: { days: null, rials: null, people: null },
        visibility: 'secretariat',
        hiddenName: false,
        description: 'تمدید پروانه سه ماه طول کشیده است و هر بار مدرک تازه‌ای می‌خواهند. '.repeat(4),
        evidence: [],
        status,
        assigneeId: random() < 0.8 ? pick(officers) : null,
        history: Array.from({ length: 4 }, (_, batch) => ({
          ...change,
          source: `${number}-${batch}`,
          batch,
          tellAt: at,
        })),
        notes: [],
        checked: [],
        clock: { firstAnswerDue: at, nextWordDue: due, pausedAt: null, due, answered: true, stage: 0 },
        mergedInto: null,
        rating: null,
        reportedAt: at,
        updatedAt: at,
      };
    }

    const timing = { count: Number(values.queries), limitMs: LIMIT_MS, warmUp: 50 };
    const officer = (): Actor => ({ id: pick(officers).toHexString(), roles: ['officer'] });
    const page = () => ({ skip: Math.floor(random() ** 3 * 20) * PAGE, limit: PAGE });
    const ok = [
      await measure('home: seven counts', timing, () => obstacles.queueCounts(officer())),
      await measure('queue, a page', timing, () => obstacles.queue(officer(), pick(QUEUES), page())),
      await measure('queue by category', timing, () =>
        obstacles.queue(officer(), pick(QUEUES), { ...page(), category: pick(categories) }),
      ),
      await measure('queue by city', timing, () =>
        obstacles.queue(officer(), pick(QUEUES), { ...page(), cityCode: pick(cities) }),
      ),
      await measure('queue by category and city', timing, () =>
        obstacles.queue(officer(), pick(QUEUES), { ...page(), category: pick(categories), cityCode: pick(cities) }),
      ),
    ];
    console.log(ok.every(Boolean) ? `All below ${LIMIT_MS} ms` : `NOT below ${LIMIT_MS} ms`);
    if (!ok.every(Boolean)) process.exitCode = 1;
  } finally {
    await database.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
}
