import { parseArgs } from 'node:util';
import { Types, type Connection } from 'mongoose';
import { BOARD_GROUPS, BOARD_SORTS } from '../../src/features/obstacles/obstacles.service.ts';
import { formatTrackingCode } from '../../src/language/tracking-code.ts';
import { CATEGORIES, CITIES } from './data/cases.ts';
import { measure, mulberry } from './data/measure.ts';
import { withCases, type CasesRoom } from './data/world.ts';

const LIMIT_MS = 60;
const SIZE = 6;

/** Every query of the public board with 200,000 cases in the embedded engine, and the plan of each kind. */
export async function run(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: { cases: { type: 'string', default: '200000' }, queries: { type: 'string', default: '300' } },
  });
  const total = Number(values.cases);
  const count = Number(values.queries);
  await withCases(total, (room) => onBoard(room, { total, count }));
}

/** The queries alone, over cases that are there. */
export async function onBoard(
  { connection, obstacles: { board, support } }: CasesRoom,
  { total, count }: { total: number; count: number },
): Promise<void> {
  const random = mulberry(7);
  const pick = <One>(list: readonly One[]): One => list[Math.floor(random() * list.length)] as One;
  const from = performance.now();
  await board.refresh();
  console.log(`Counting the whole board, every five minutes at most: ${Math.round(performance.now() - from)} ms`);
  const view = () => ({ group: pick(BOARD_GROUPS), sort: pick(BOARD_SORTS) });
  const page = () => ({ page: Math.floor(random() ** 3 * 20), size: SIZE });
  const code = () => formatTrackingCode(1_000_000 + Math.floor(random() * total));
  const ids = await connection
    .collection('obstacles')
    .find({ board: 'open' }, { projection: { _id: 1 } })
    .limit(500)
    .toArray();
  const options = { count, limitMs: LIMIT_MS };
  const ok = [
    await measure('counts', options, () => board.counts()),
    await measure('a page', options, () => board.page(view(), page())),
    await measure('by category', options, () => board.page({ ...view(), category: pick(CATEGORIES) }, page())),
    await measure('by city', options, () => board.page({ ...view(), cityCode: pick(CITIES) }, page())),
    await measure('by category and city', options, () =>
      board.page({ ...view(), category: pick(CATEGORIES), cityCode: pick(CITIES) }, page()),
    ),
    await measure('a case by its code', options, () => board.byCode(code())),
    await measure('what a member is to a case', options, () =>
      support.standing(new Types.ObjectId().toHexString(), String(pick(ids)._id)),
    ),
  ];
  // A write, with a count: shown, but no query of the board.
  await measure('«me too»', options, () =>
    support.endorse(new Types.ObjectId().toHexString(), String(pick(ids)._id), { source: String(random()) }),
  );
  for (const [name, where] of Object.entries(PLANS))
    console.log(`${name.padEnd(32)} ${await planOf(connection, where)}`);
  console.log(ok.every(Boolean) ? `All below ${LIMIT_MS} ms` : `NOT below ${LIMIT_MS} ms`);
  if (!ok.every(Boolean)) process.exitCode = 1;
}

const PLANS = {
  'plan: a page': { board: 'open' },
  'plan: by category': { board: 'open', category: 'tax' },
  'plan: by city': { board: 'open', cityCode: '06-ahvaz', category: { $in: ['tax', 'license'] } },
};

/** The stages from the index to the answer. */
async function planOf(connection: Connection, where: object): Promise<string> {
  const explained = await connection
    .collection('obstacles')
    .find(where)
    .sort({ 'support.shownPeople': -1, reportedAt: -1 })
    .limit(SIZE)
    .explain('executionStats');
  const { queryPlanner, executionStats } = explained as {
    queryPlanner: { winningPlan: object };
    executionStats: { totalDocsExamined: number; totalKeysExamined: number };
  };
  const stages = [...JSON.stringify(queryPlanner.winningPlan).matchAll(/"stage":"(\w+)"/g)].map(([, stage]) => stage);
  const { totalDocsExamined, totalKeysExamined } = executionStats;
  return `${stages.join(' ← ')}, ${totalKeysExamined} keys and ${totalDocsExamined} cases read`;
}
