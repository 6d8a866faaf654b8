import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { pino } from 'pino';
import { openDatabase } from '../../src/database/connect.ts';
import { createAudit } from '../../src/features/audit/audit.service.ts';
import { createApproval } from '../../src/features/businesses/approval.service.ts';
import { createDirectory, type DirectoryQuery } from '../../src/features/businesses/directory.service.ts';
import { FIELDS, BUSINESS_KINDS } from '../../src/language/taxonomies.ts';
import { memberModel } from '../../src/features/members/member.model.ts';
import { fillDataBank } from './data/fill.ts';
import { createMadeUp, type MadeUp } from './data/made-up.ts';
import { percentile } from './harness/statistics.ts';
import { systemNow } from '../../src/system-clock.ts';

const LIMIT_MS = 50;
const PAGE = 6;
const QUEUE_PAGE = 8;
/** Before measuring: what a running bot has read already. */
const WARM_UP = 50;

/** The directory and the approval queue with 100,000 members and 120,000 businesses in the embedded engine. */
export async function run(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      members: { type: 'string', default: '100000' },
      businesses: { type: 'string', default: '120000' },
      queries: { type: 'string', default: '600' },
      seed: { type: 'string', default: '1403' },
    },
  });
  const madeUp = createMadeUp(Number(values.seed));
  const dataDir = mkdtempSync(join(tmpdir(), 'khoosheh-bench-'));
  const database = await openDatabase({ dataDir }, { logger: pino({ level: 'warn' }) });
  try {
    const { connection } = database;
    const directory = createDirectory({ connection });
    const approval = createApproval({
      now: systemNow,
      connection,
      audit: createAudit({ now: systemNow, connection }),
      notify: () => Promise.resolve(),
      giveNumber: () => Promise.resolve(null),
    });
    memberModel(connection);
    console.log(`Filling: ${values.members} members, ${values.businesses} businesses, seed ${values.seed}`);
    await fillDataBank(connection, { madeUp, members: Number(values.members), businesses: Number(values.businesses) });

    const officer = { id: '000000000000000000000001', roles: ['officer'] as const };
    const search = async () => {
      const query = randomQuery(madeUp);
      await directory.search(query, { page: Math.floor(madeUp.random() ** 4 * 5), size: PAGE });
    };
    const queue = async () => {
      const page = Math.floor(madeUp.random() ** 2 * 20);
      await approval.queue(officer, { skip: page * QUEUE_PAGE, limit: QUEUE_PAGE });
    };
    const plans = await plansOf(madeUp, (query) => directory.explain(query, { page: 0, size: PAGE }));
    for (let round = 0; round < WARM_UP; round++) await search();
    const count = Number(values.queries);
    const ok = [
      report('directory search', await measure(count, search)),
      report('approval queue', await measure(count, queue)),
    ].every(Boolean);
    for (const [shape, stages] of plans) console.log(`  plan of ${shape}: ${stages}`);
    if (!ok || ![...plans.values()].every((stages) => stages.includes('IXSCAN') && !stages.includes('COLLSCAN')))
      process.exitCode = 1;
  } finally {
    await database.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

/** As people search: mostly one word or a field, often in their own city. */
function randomQuery({ random, pick, pickCommon, words, place }: MadeUp): DirectoryQuery {
  const query: DirectoryQuery = { words: '', field: null, provinceCode: null, cityCode: null, kind: null };
  if (random() < 0.7) {
    const chosen = Array.from({ length: random() < 0.7 ? 1 : 2 }, () =>
      random() < 0.5 ? pickCommon(words) : pick(words),
    );
    const text = chosen.join(' ');
    query.words = random() < 0.4 ? text.slice(0, Math.max(2, text.length - 2)) : text;
  }
  if (query.words === '' || random() < 0.3) query.field = random() < 0.8 ? pickCommon(FIELDS).code : null;
  if (random() < 0.5) {
    const { provinceCode, cityCode } = place();
    query.provinceCode = provinceCode;
    if (random() < 0.6) query.cityCode = cityCode;
  }
  if (random() < 0.25) query.kind = pick(BUSINESS_KINDS);
  return query;
}

async function measure(count: number, run: () => Promise<void>): Promise<number[]> {
  const times: number[] = [];
  for (let index = 0; index < count; index++) {
    const start = performance.now();
    await run();
    times.push(performance.now() - start);
  }
  return times;
}

function report(name: string, times: readonly number[]): boolean {
  const at = (share: number): number => percentile(times, share);
  const [p50, p95, p99, worst] = [at(0.5), at(0.95), at(0.99), at(1)].map((ms) => ms.toFixed(1));
  const ok = at(0.95) < LIMIT_MS;
  console.log(
    `${ok ? '✓' : '✗'} ${name}: ${times.length} queries, p50 ${p50} ms, p95 ${p95} ms (limit ${LIMIT_MS}), p99 ${p99} ms, worst ${worst} ms`,
  );
  return ok;
}

/** The stages of the winning plan, by the parts of the query. */
async function plansOf(
  madeUp: MadeUp,
  explain: (query: DirectoryQuery) => Promise<unknown>,
): Promise<Map<string, string>> {
  const plans = new Map<string, string>();
  for (let round = 0; round < 100; round++) {
    const query = randomQuery(madeUp);
    const shape = Object.entries(query)
      .filter(([, value]) => value !== null && value !== '')
      .map(([key]) => key)
      .join('+');
    if (plans.has(shape)) continue;
    const { queryPlanner } = (await explain(query)) as { queryPlanner: { winningPlan: unknown } };
    plans.set(shape === '' ? 'everything' : shape, stagesOf(queryPlanner.winningPlan).join(' <- '));
  }
  return plans;
}

interface PlanStage {
  stage?: string;
  indexName?: string;
  inputStage?: PlanStage;
  inputStages?: PlanStage[];
  queryPlan?: PlanStage;
}

function stagesOf(plan: unknown): string[] {
  const { stage, indexName, inputStage, inputStages = [], queryPlan } = plan as PlanStage;
  const own = stage === undefined ? [] : [indexName === undefined ? stage : `${stage}(${indexName})`];
  const inputs = [queryPlan, inputStage, ...inputStages].filter((one) => one !== undefined);
  return [...own, ...inputs.flatMap(stagesOf)];
}
