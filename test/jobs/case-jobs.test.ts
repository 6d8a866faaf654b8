import { expect, it } from 'vitest';
import { createLeases } from '../../src/database/leases.ts';
import { createRunOnce } from '../../src/database/once.ts';
import { workingCalendar } from '../../src/features/calendar/calendar.service.ts';
import { caseJobs } from '../../src/jobs/case-jobs.ts';
import { useDatabase } from '../support/database.ts';
import { DAY, SATURDAY, roomOn } from '../features/obstacles/support.ts';
import { systemNow } from '../../src/system-clock.ts';

const database = useDatabase();

it('makes the daily lists once a working day, in whichever of two processes comes first', async () => {
  const { connection } = database;
  const clock = { now: SATURDAY };
  const lists: string[] = [];
  const process = () =>
    caseJobs({
      followUp: roomOn(connection).cases.followUp,
      tell: () => Promise.resolve(),
      tellDailyLists: (day) => {
        lists.push(day);
        return Promise.resolve();
      },
      redrawCards: () => Promise.resolve(),
      calendar: () => Promise.resolve(workingCalendar({ weekend: [4, 5], holidays: [] })),
      leases: createLeases(connection),
      runOnce: createRunOnce(connection, systemNow),
    }).find(({ name }) => name === 'daily-list');
  const [one, other] = [process(), process()];
  expect(one?.when).toBe('30 8 * * *');
  await Promise.all([one?.run(clock.now), other?.run(clock.now), one?.run(clock.now)]);
  expect(lists).toEqual(['2026-11-21']);
  clock.now = new Date(SATURDAY.getTime() + DAY);
  await Promise.all([one?.run(clock.now), other?.run(clock.now)]);
  expect(lists).toEqual(['2026-11-21', '2026-11-22']);
  // Thursday.
  clock.now = new Date(SATURDAY.getTime() + 5 * DAY);
  await one?.run(clock.now);
  expect(lists).toHaveLength(2);
});
