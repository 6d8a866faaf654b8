import { spawnSync } from 'node:child_process';
import { createWriteStream, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { Types, type Connection } from 'mongoose';
import { pino } from 'pino';
import { openDatabase } from '../../src/database/connect.ts';
import { createDeliveriesExport } from '../../src/delivery/export.ts';
import { createAudit } from '../../src/features/audit/audit.service.ts';
import { createBusinessesExport } from '../../src/features/businesses/businesses-export.service.ts';
import { SHEETS } from '../../src/features/databank/export-columns.ts';
import { exportSheet } from '../../src/features/databank/export-sheet.ts';
import { createExports } from '../../src/features/databank/export.service.ts';
import { createMembersExport } from '../../src/features/members/members-export.service.ts';
import { createNames } from '../../src/features/members/names.service.ts';
import { createCasesExport } from '../../src/features/obstacles/cases-export.service.ts';
import { formatTrackingCode } from '../../src/language/tracking-code.ts';
import { createTranslations } from '../../src/language/translator.ts';
import { fillDataBank } from './data/fill.ts';
import { createMadeUp } from './data/made-up.ts';
import { productionFlags } from './harness/production-flags.ts';
import { systemNow } from '../../src/system-clock.ts';

const LIMIT_SECONDS = 30;
const LIMIT_MB = 300;
const LOOK_MS = 20;
const BATCH = 5000;

/**
 * Every sheet over 100,000 members, businesses, cases, deliveries and acts: how long it takes, and the most memory of the
 * process that makes it, which is a fresh one, started as the bot is.
 */
export async function run(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: { rows: { type: 'string', default: '100000' }, from: { type: 'string' } },
  });
  if (values.from !== undefined) return makeSheets(values.from);
  const dataDir = mkdtempSync(join(tmpdir(), 'khoosheh-bench-'));
  try {
    const database = await open(dataDir);
    exportsOf(database.connection);
    await fill(database.connection, Number(values.rows));
    await database.close();
    const index = new URL('index.ts', import.meta.url).pathname;
    const made = spawnSync(process.execPath, [...productionFlags(), index, 'sheets', '--from', dataDir], {
      stdio: 'inherit',
    });
    process.exitCode = made.status ?? 1;
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}

const open = (dataDir: string) => openDatabase({ dataDir }, { logger: pino({ level: 'warn' }) });

function exportsOf(connection: Connection) {
  return createExports({
    members: createMembersExport({ connection }),
    businesses: createBusinessesExport({ connection }),
    cases: createCasesExport({ connection }),
    deliveries: createDeliveriesExport({ connection }),
    names: createNames({ connection }),
    audit: createAudit({ now: systemNow, connection }),
    scopeOf: () => Promise.resolve(null),
  });
}

async function fill(connection: Connection, total: number): Promise<void> {
  await fillDataBank(connection, { madeUp: createMadeUp(1405), members: total, businesses: total });
  const people = await connection
    .collection('members')
    .find({}, { projection: { _id: 1 } })
    .toArray();
  const at = new Date();
  for (let from = 0; from < total; from += BATCH) {
    const numbers = Array.from({ length: Math.min(BATCH, total - from) }, (_, index) => from + index);
    await connection.collection('obstacles').insertMany(
      numbers.map((number) => ({
        draftId: `bench-${number}`,
        code: formatTrackingCode(1_000_000 + number),
        reporterId: people[number]?._id ?? new Types.ObjectId(),
        cityCode: '06-ahvaz',
        kind: 'obstacle',
        category: 'license',
        title: `تمدید پروانه، گزارش شمارهٔ ${number}`,
        description: 'سه ماه است که پاسخی نیامده است. '.repeat(5),
        cost: { days: 3, rials: 12_000_000, people: null },
        visibility: 'secretariat',
        hiddenName: false,
        status: 'received',
        history: [],
        reportedAt: at,
        firstAnsweredAt: at,
        endedAt: null,
      })),
    );
    await connection.collection('deliveries').insertMany(
      numbers.map((number) => ({
        _id: `${'0'.repeat(24)}:${number}` as never,
        queue: `3-${'0'.repeat(24)}`,
        kind: 'news',
        messenger: number % 3 === 0 ? 'bale' : 'telegram',
        state: 'sent',
        tries: 0,
        endedAt: at,
      })),
    );
    await connection.collection('audit').insertMany(
      numbers.map((number) => ({
        at,
        actorId: people[number]?._id ?? null,
        act: 'business.approve',
        subject: { kind: 'business', id: String(number) },
        before: '{"status":"waiting"}',
        after: '{"status":"approved"}',
        source: null,
      })),
    );
  }
}

async function makeSheets(dataDir: string): Promise<void> {
  const database = await open(dataDir);
  try {
    const exports = exportsOf(database.connection);
    const t = createTranslations({ onProblem: () => {} }).translator('fa');
    const ok: boolean[] = [];
    for (const sheet of SHEETS) {
      const begun = await exports.begin({ id: null, roles: ['admin'] }, { sheet });
      if (!begun) continue;
      const file = join(dataDir, `${sheet}.xlsx`);
      let rows = 0;
      let most = 0;
      const look = setInterval(() => {
        most = Math.max(most, process.memoryUsage.rss());
      }, LOOK_MS);
      const from = performance.now();
      const counting = () => {
        rows += 1;
      };
      await pipeline(exportSheet(begun, t, counting), createWriteStream(file));
      clearInterval(look);
      const [seconds, megabytes] = [(performance.now() - from) / 1000, most / 2 ** 20];
      const size = (statSync(file).size / 2 ** 20).toFixed(1);
      console.log(
        `${sheet.padEnd(12)} ${rows} rows, ${size} MB in ${seconds.toFixed(1)} s, ${Math.round(megabytes)} MB at most`,
      );
      ok.push(seconds < LIMIT_SECONDS && megabytes < LIMIT_MB);
    }
    console.log(`${ok.every(Boolean) ? 'Below' : 'NOT below'} ${LIMIT_SECONDS} s and ${LIMIT_MB} MB`);
    if (!ok.every(Boolean)) process.exitCode = 1;
  } finally {
    await database.close();
  }
}
