import { randomUUID } from 'node:crypto';
import { Types } from 'mongoose';
import { beforeAll, describe, expect, it } from 'vitest';
import { ensureIndexes } from '../../src/database/indexes.ts';
import { STATUSES, TRANSITIONS, mayMove, type Party } from '../../src/features/obstacles/obstacle-status.ts';
import { createObstacles, type Obstacles } from '../../src/features/obstacles/obstacles.service.ts';
import { useDatabase } from '../support/database.ts';

const database = useDatabase();
const told: { key: string; memberId: string }[] = [];
let obstacles: Obstacles;

beforeAll(async () => {
  obstacles = createObstacles({
    connection: database.connection,
    notify: ({ key, memberId }) => {
      told.push({ key, memberId });
      return Promise.resolve();
    },
  });
  await ensureIndexes(database.connection);
});

const id = () => new Types.ObjectId().toHexString();
const officer = () => ({ id: id(), roles: ['officer'] as const });

const reportOf = (reporterId: string, draftId: string = randomUUID()) => ({
  draftId,
  reporterId,
  businessId: null,
  category: 'license',
  title: 'تمدید پروانه سه ماه طول کشیده است',
  description: 'از بهار سه بار به اتحادیه رفته‌ایم.',
  evidence: [],
});

describe('a report', () => {
  it('is made once of one draft, also by twenty that send it at once', async () => {
    const report = reportOf(id());
    const made = await Promise.all(Array.from({ length: 20 }, () => obstacles.report(report)));
    expect(new Set(made.map((one) => one.id)).size).toBe(1);
    expect(new Set(made.map((one) => one.code)).size).toBe(1);
    expect(await obstacles.ofReporter(report.reporterId)).toHaveLength(1);
  });

  it('is seen by its reporter and the secretariat, and by nobody else', async () => {
    const reporterId = id();
    const { id: caseId, code } = await obstacles.report(reportOf(reporterId));
    for (const roles of [[], ['council']] as const) {
      expect(await obstacles.visibleTo({ id: id(), roles }, caseId)).toBeNull();
      expect(await obstacles.byCode({ id: id(), roles }, code)).toBeNull();
    }
    expect(await obstacles.visibleTo({ id: reporterId, roles: [] }, caseId)).toMatchObject({ id: caseId });
    expect(await obstacles.byCode(officer(), code)).toMatchObject({ id: caseId });
  });
});

describe('taking a case', () => {
  it('is done by one of twenty officers who press at once', async () => {
    const { id: caseId } = await obstacles.report(reportOf(id()));
    const officers = Array.from({ length: 20 }, officer);
    const outcomes = await Promise.all(officers.map((one) => obstacles.take(one, caseId, randomUUID())));
    expect(outcomes.filter(({ kind }) => kind === 'moved')).toHaveLength(1);
    expect(outcomes.filter(({ kind }) => kind === 'moved-on')).toHaveLength(19);
    const winner = officers[outcomes.findIndex(({ kind }) => kind === 'moved')];
    const found = await obstacles.find(caseId);
    expect(found).toMatchObject({ assigneeId: winner?.id, status: 'under_review' });
    expect(found?.history).toHaveLength(2);
  });

  it('is refused to who has no role on the desk', async () => {
    const reporterId = id();
    const { id: caseId } = await obstacles.report(reportOf(reporterId));
    expect(await obstacles.take({ id: reporterId, roles: [] }, caseId, 'x')).toEqual({ kind: 'forbidden' });
    expect(await obstacles.take({ id: id(), roles: ['council'] }, caseId, 'x')).toEqual({ kind: 'forbidden' });
    expect(await obstacles.take(officer(), 'no-id', 'x')).toEqual({ kind: 'forbidden' });
  });
});

describe('moving a case', () => {
  it('changes the status once, of twenty moves from the same status at once', async () => {
    const reporterId = id();
    const { id: caseId } = await obstacles.report(reportOf(reporterId));
    const moves = Array.from({ length: 20 }, (_, index) =>
      obstacles.move(officer(), caseId, {
        from: 'received',
        to: index % 2 === 0 ? 'in_progress' : 'not_ours',
        reason: `دلیل ${index}`,
        source: randomUUID(),
      }),
    );
    const outcomes = await Promise.all(moves);
    expect(outcomes.filter(({ kind }) => kind === 'moved')).toHaveLength(1);
    expect((await obstacles.find(caseId))?.history).toHaveLength(2);
  });

  it('does the same again for the same source, and tells the reporter under the same key', async () => {
    const reporterId = id();
    const actor = officer();
    const { id: caseId } = await obstacles.report(reportOf(reporterId));
    const move = { from: 'received', to: 'in_progress', reason: 'نامه نوشتیم.', source: randomUUID() } as const;
    await obstacles.move(actor, caseId, move);
    await obstacles.move(actor, caseId, move);
    expect((await obstacles.find(caseId))?.history).toHaveLength(2);
    const keys = told.filter(({ memberId }) => memberId === reporterId).map(({ key }) => key);
    expect(new Set(keys).size).toBe(1);
  });

  it('lets only the reporter call a case solved, and never the secretariat', async () => {
    for (const from of STATUSES) expect(mayMove(from, 'solved', 'staff')).toBe(false);
    const reporterId = id();
    const { id: caseId } = await obstacles.report(reportOf(reporterId));
    const solved = { from: 'declared_solved', to: 'solved', reason: '', source: randomUUID() } as const;
    await obstacles.move(officer(), caseId, { ...solved, from: 'received', to: 'declared_solved', source: 'declared' });
    expect((await obstacles.move(officer(), caseId, solved)).kind).not.toBe('moved');
    expect(await obstacles.move({ id: reporterId, roles: [] }, caseId, solved)).toMatchObject({
      kind: 'moved',
      obstacle: { status: 'solved' },
    });
  });

  // One case in each status, made by the shortest way there; from it every move of either side is tried.
  it('follows the table of the statuses and nothing else', async () => {
    const waysTo = shortestWays();
    for (const from of STATUSES) {
      const way = waysTo.get(from);
      if (!way) continue;
      for (const to of STATUSES) {
        if (mayMove(from, to, 'staff') || mayMove(from, to, 'reporter')) continue;
        const reporterId = id();
        const { id: caseId } = await obstacles.report(reportOf(reporterId));
        const actors = { staff: officer(), reporter: { id: reporterId, roles: [] } };
        let status = 'received' as (typeof STATUSES)[number];
        for (const step of way) {
          const moved = await obstacles.move(actors[step.party], caseId, {
            from: status,
            to: step.to,
            reason: '',
            source: randomUUID(),
          });
          expect(moved.kind).toBe('moved');
          status = step.to;
        }
        for (const actor of Object.values(actors)) {
          const outcome = await obstacles.move(actor, caseId, { from, to, reason: '', source: randomUUID() });
          expect({ from, to, outcome: outcome.kind }).not.toEqual({ from, to, outcome: 'moved' });
        }
        expect((await obstacles.find(caseId))?.status).toBe(from);
      }
    }
    // Only the clock leads there.
    expect(STATUSES.filter((status) => !waysTo.has(status))).toEqual(['closed_unconfirmed']);
  }, 40_000);
});

type Status = (typeof STATUSES)[number];

function shortestWays(): Map<Status, { to: Status; party: Exclude<Party, 'clock'> }[]> {
  const ways = new Map<Status, { to: Status; party: Exclude<Party, 'clock'> }[]>([['received', []]]);
  for (const [from, way] of ways) {
    for (const party of ['staff', 'reporter'] as const) {
      for (const to of TRANSITIONS[from][party] ?? []) if (!ways.has(to)) ways.set(to, [...way, { to, party }]);
    }
  }
  return ways;
}
