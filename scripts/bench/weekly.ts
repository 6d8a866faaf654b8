import { parseArgs } from 'node:util';
import { reachOf } from '../../src/delivery/reach.ts';
import { createAudit } from '../../src/features/audit/audit.service.ts';
import { createMemberFigures } from '../../src/features/members/member-figures.service.ts';
import { createWeekly } from '../../src/features/weekly/weekly.service.ts';
import { weeklyMessages } from '../../src/features/weekly/weekly.views.ts';
import { createTranslations } from '../../src/language/translator.ts';
import { fillDataBank } from './data/fill.ts';
import { createMadeUp } from './data/made-up.ts';
import { withCases } from './data/world.ts';
import { systemNow } from '../../src/system-clock.ts';

const LIMIT_MS = 2000;
const ROUNDS = 5;
const ADMIN = { id: 'a'.repeat(24), roles: ['admin'] as const };

/** The council's week over 200,000 cases, 20,000 members and a week's news, with its picture and its sheet. */
export async function run(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: { cases: { type: 'string', default: '200000' }, members: { type: 'string', default: '20000' } },
  });
  const members = Number(values.members);
  await withCases(Number(values.cases), async ({ connection, obstacles }) => {
    await fillDataBank(connection, { madeUp: createMadeUp(1405), members, businesses: 0 });
    const campaignId = '0'.repeat(24);
    await connection
      .collection('campaigns')
      .insertOne({ _id: campaignId as never, kind: 'news', startedAt: new Date() });
    await connection.collection('deliveries').insertMany(
      Array.from({ length: members }, (_, index) => ({
        _id: `${campaignId}:${index}` as never,
        queue: `3-${campaignId}`,
        state: index % 50 === 0 ? 'failed' : 'sent',
        messenger: index % 3 === 0 ? 'bale' : 'telegram',
      })),
    );
    const weekly = createWeekly({
      now: systemNow,
      connection,
      cases: obstacles.figures,
      members: createMemberFigures({ connection }),
      async top(by) {
        const page = await obstacles.board.page({ group: 'open', sort: by }, { page: 0, size: 5 });
        return page.kind === 'few' ? [] : page.cases.map((one) => ({ ...one, rials: one.totals.rials }));
      },
      news: (stretch) => reachOf(connection, { kind: 'news', ...stretch }),
      audit: createAudit({ now: systemNow, connection }),
    });
    const t = createTranslations({ onProblem: () => {} }).translator('fa');
    let slowest = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      const from = performance.now();
      const week = await weekly.read(ADMIN, { source: `bench-${round}` });
      const counted = performance.now();
      if (week) await weeklyMessages(t, week, { categoryText: (_t, category) => category });
      const drawn = performance.now();
      slowest = Math.max(slowest, drawn - from);
      console.log(
        `Round ${round + 1}: figures ${Math.round(counted - from)} ms, picture and sheet ${Math.round(drawn - counted)} ms; ` +
          `${week?.fresh} new, ${week?.solved} solved, ${week?.cities.length} cities`,
      );
    }
    console.log(`${slowest < LIMIT_MS ? 'Below' : 'NOT below'} ${LIMIT_MS} ms`);
    if (slowest >= LIMIT_MS) process.exitCode = 1;
  });
}
