import { pino } from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import { createRanAt } from '../../src/jobs/ran-at.ts';
import { readWhen, startJobs, type Job, type Jobs } from '../../src/jobs/schedule.ts';
import { useDatabase } from '../support/database.ts';

const database = useDatabase();
const HOUR = 3_600_000;
/** Saturday 30 Aban 1405, midnight in Tehran. */
const SATURDAY = new Date('2026-11-20T20:30:00Z');
const at = (day: number, hour: number, minute = 0) =>
  new Date(SATURDAY.getTime() + (day * 24 + hour) * HOUR + minute * 60_000);

const running: Jobs[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((jobs) => jobs.stop()));
});

/** Starts a process whose clock shows what it is told. */
async function start(shows: { now: Date }, job: Job): Promise<Jobs> {
  const ranAt = createRanAt(database.connection);
  const jobs = await startJobs([job], { now: () => shows.now, logger: pino({ level: 'silent' }), ranAt });
  running.push(jobs);
  await jobs.look();
  return jobs;
}

function noting(job: Omit<Job, 'run'>): Job & { ran: Date[]; fails: boolean } {
  const noted = {
    ...job,
    ran: [] as Date[],
    fails: false,
    run(due: Date) {
      if (noted.fails) return Promise.reject(new Error('the database is away'));
      noted.ran.push(due);
      return Promise.resolve();
    },
  };
  return noted;
}

describe('a job', () => {
  it.each([
    ['30 8 * * *', at(0, 9), at(0, 8, 30)],
    ['30 8 * * *', at(1, 8, 29), at(0, 8, 30)],
    ['0 8 * * 6', at(6, 23), at(0, 8)],
    ['0 8 * * 6', at(7, 8), at(7, 8)],
    ['*/5 * * * *', at(3, 4, 59), at(3, 4, 55)],
    ['23 * * * *', at(3, 0, 10), at(2, 23, 23)],
  ])('that comes at "%s" was due last where Tehran’s clock says', (when, now, due) => {
    expect(readWhen(when)(now)).toEqual(due);
  });

  it('that names days of the month is refused at the start', () => {
    expect(() => readWhen('0 8 1 * *')).toThrow('by the day of the week alone');
  });

  it('runs once at its hour, whatever the machine’s date is', async () => {
    const shows = { now: at(0, 7, 59) };
    const job = noting({ name: 'hourly', when: '0 8 * * *' });
    const jobs = await start(shows, job);
    expect(job.ran).toEqual([]);
    shows.now = at(0, 8);
    await jobs.look();
    await jobs.look();
    shows.now = at(1, 8, 3);
    await jobs.look();
    expect(job.ran).toEqual([at(0, 8), at(1, 8)]);
  });

  it('that nothing makes up is not run for an hour before the start', async () => {
    const job = noting({ name: 'often', when: '0 8 * * *' });
    await start({ now: at(0, 9) }, job);
    expect(job.ran).toEqual([]);
  });

  it('that was missed while no process ran is made up once, within its time', async () => {
    const weekly = { name: 'weekly', when: '0 8 * * 6', madeUpForMs: 6 * 24 * HOUR };
    const first = noting(weekly);
    await (await start({ now: at(-2, 12) }, first)).stop();
    expect(first.ran).toEqual([]);
    // Down on Saturday at eight, up again on Sunday.
    const second = noting(weekly);
    await (await start({ now: at(1, 10) }, second)).stop();
    expect(second.ran).toEqual([at(0, 8)]);
    const third = noting(weekly);
    await start({ now: at(1, 11) }, third);
    expect(third.ran).toEqual([]);
  });

  it('that was missed for too long is not made up', async () => {
    const daily = { name: 'daily', when: '30 8 * * *', madeUpForMs: 8 * HOUR };
    await (await start({ now: at(0, 8) }, noting(daily))).stop();
    const late = noting(daily);
    await start({ now: at(0, 17) }, late);
    expect(late.ran).toEqual([]);
  });

  it('that failed at its hour is made up a minute later', async () => {
    const shows = { now: at(0, 8) };
    const job = noting({ name: 'failing', when: '30 8 * * *', madeUpForMs: 8 * HOUR });
    const jobs = await start(shows, job);
    job.fails = true;
    shows.now = at(0, 8, 30);
    await jobs.look();
    job.fails = false;
    shows.now = at(0, 8, 31);
    await jobs.look();
    await jobs.look();
    expect(job.ran).toEqual([at(0, 8, 30)]);
  });
});
