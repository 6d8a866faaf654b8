import { randomUUID } from 'node:crypto';
import type { Leases } from '../database/leases.ts';
import type { RunOnce } from '../database/once.ts';
import type { WorkingCalendar } from '../features/calendar/calendar.service.ts';
import type { DueNotice, FollowUp } from '../features/obstacles/obstacles.service.ts';
import { inTehran, toIsoDay } from '../language/jalali.ts';
import type { Job } from './schedule.ts';

export interface CaseJobsDeps {
  followUp: FollowUp;
  /** Queues what is due for those whom it concerns; keyed, so that a repeated call queues nothing twice. */
  tell: (notice: DueNotice) => Promise<void>;
  /** Queues the day's list of every officer, under a key with the day in it. */
  tellDailyLists: (day: string) => Promise<void>;
  /** Draws the cards in the staff groups that could not be drawn. */
  redrawCards: () => Promise<void>;
  calendar: () => Promise<WorkingCalendar>;
  leases: Leases;
  runOnce: RunOnce;
}

const ROUND_MS = 120_000;
const DAILY_MS = 300_000;
const WORKING_DAY_MS = 8 * 3_600_000;

/** What cases need by the clock. One process does it at a time; what it does is marked where it is done. */
export function caseJobs(deps: CaseJobsDeps): Job[] {
  const { followUp, leases, runOnce, tell } = deps;
  const holder = randomUUID();
  return [
    {
      name: 'follow-up',
      when: '* * * * *',
      async run() {
        if (!(await leases.acquire('job:follow-up', { holder, ttlMs: ROUND_MS }))) return;
        try {
          await followUp.tellUntold();
          await followUp.closeUnconfirmed();
          await followUp.remindToConfirm(tell);
          await followUp.checkBack(tell);
          await followUp.tellDeadlines(tell);
          await deps.redrawCards();
        } finally {
          await leases.release('job:follow-up', holder);
        }
      },
    },
    {
      name: 'daily-list',
      when: '30 8 * * *',
      // A list of the morning is of use until the day's work ends.
      madeUpForMs: WORKING_DAY_MS,
      async run(due) {
        if (!(await deps.calendar()).isWorkingDay(due)) return;
        const day = toIsoDay(inTehran(due));
        await runOnce(`daily-list:${day}`, { withinMs: DAILY_MS }, () => deps.tellDailyLists(day));
      },
    },
  ];
}
