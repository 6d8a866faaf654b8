import { Types, type Connection } from 'mongoose';
import { createAudit } from '../../../src/features/audit/audit.service.ts';
import { workingCalendar } from '../../../src/features/calendar/calendar.service.ts';
import {
  createObstacles,
  type Actor,
  type Notify,
  type Obstacle,
  type Obstacles,
  type ObstaclesDeps,
  type Status,
} from '../../../src/features/obstacles/obstacles.service.ts';

export const newId = (): string => new Types.ObjectId().toHexString();

/** A report of somebody whom no test knows. */
export const someReport = () => ({
  draftId: newId(),
  reporterId: newId(),
  businessId: null,
  category: 'license',
  title: 'تمدید پروانه',
  description: 'سه ماه است که پاسخی نیامده است.',
  evidence: [],
});

/** Saturday, 09:00 in Tehran: 30 Aban 1405 was a Saturday. */
export const SATURDAY = new Date('2026-11-21T05:30:00Z');
export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

export interface Room {
  cases: Obstacles;
  audit: ReturnType<typeof createAudit>;
  told: Parameters<Notify>[0][];
  officer: Actor;
  clock: { now: Date };
  report: (values?: Partial<Parameters<Obstacles['report']>[0]>) => Promise<Obstacle>;
  /** Takes a new case to a status, along legal moves. */
  caseIn(status: Status): Promise<Obstacle>;
}

/** The way to each status, and who takes it. */
const WAYS: Record<Status, readonly Status[]> = {
  received: [],
  under_review: ['under_review'],
  needs_information: ['needs_information'],
  referred: ['referred'],
  planned: ['planned'],
  in_progress: ['in_progress'],
  declared_solved: ['declared_solved'],
  solved: ['declared_solved', 'solved'],
  reopened: ['declared_solved', 'reopened'],
  closed_unconfirmed: ['declared_solved', 'closed_unconfirmed'],
  not_possible: ['not_possible'],
  not_ours: ['not_ours'],
  merged: ['merged'],
  withdrawn: ['withdrawn'],
};
const BY_REPORTER: readonly Status[] = ['solved', 'reopened', 'withdrawn'];

/** The rules of cases on a database, with a clock that stands still until it is moved. */
export function roomOn(connection: Connection, deps: Partial<ObstaclesDeps> = {}): Room {
  const clock = { now: new Date(SATURDAY) };
  const told: Parameters<Notify>[0][] = [];
  const seen = new Set<string>();
  const audit = createAudit({ connection, now: () => clock.now });
  const cases = createObstacles({
    connection,
    audit,
    now: () => clock.now,
    calendar: { working: () => Promise.resolve(workingCalendar({ weekend: [4, 5], holidays: [] })) },
    notify: (notice) => {
      if (!seen.has(notice.key)) told.push(notice);
      seen.add(notice.key);
      return Promise.resolve();
    },
    ...deps,
  });
  const officer: Actor = { id: newId(), roles: ['officer'] };
  const report: Room['report'] = (values = {}) => cases.report({ ...someReport(), ...values });
  return {
    cases,
    audit,
    told,
    officer,
    clock,
    report,
    async caseIn(status) {
      let there = await report();
      for (const to of WAYS[status]) {
        if (to === 'closed_unconfirmed') {
          clock.now = new Date(clock.now.getTime() + 15 * DAY);
          await cases.followUp.closeUnconfirmed();
        } else if (to === 'merged') {
          const { code } = await report();
          await cases.merge(officer, there.id, { code, reason: 'یک مانع است', source: newId() });
        } else {
          const actor: Actor = BY_REPORTER.includes(to) ? { id: there.reporterId, roles: [] } : officer;
          await cases.move(actor, there.id, { from: there.status, to, reason: 'روشن شد', source: newId() });
        }
        there = (await cases.find(there.id)) ?? there;
      }
      return there;
    },
  };
}
