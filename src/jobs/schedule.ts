import { createTask, parse } from 'node-cron';
import type { Logger } from 'pino';
import type { Now } from '../clock.ts';
import { addDays, inTehran, startOfDayTehran, weekdayOf } from '../language/jalali.ts';
import type { RanAt } from './ran-at.ts';

/** Something that is done by the clock. It may run in several processes at once, so it must be safe to repeat. */
export interface Job {
  name: string;
  /** Cron expression in Tehran's time, of minute, hour and day of the week. */
  when: string;
  /**
   * What was missed while no process ran, or failed, is made up for so long after its hour: once, and only the last one.
   * Without it the next hour is waited for. Such a job runs under a key with the day of `due` in it.
   */
  madeUpForMs?: number;
  /** @param due the moment it was due at, by the house's clock */
  run: (due: Date) => Promise<void>;
}

export interface Jobs {
  /** Runs what has become due since the last look; done every minute by itself. */
  look(): Promise<void>;
  stop(): Promise<void>;
}

/** A job comes at least once in so many days. */
const LONGEST_DAYS = 7;
const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

/**
 * Starts the jobs. A run that fails is logged and the next one comes as planned, or is made up; a run never overlaps
 * itself. node-cron reads the expressions and wakes every minute; what is due then, the house's clock says.
 */
export async function startJobs(
  jobs: readonly Job[],
  { logger, now, ranAt }: { logger: Logger; now: Now; ranAt: RanAt },
): Promise<Jobs> {
  const startedAt = now();
  const planned = await Promise.all(
    jobs.map(async (job) => ({
      job,
      lastDueOf: readWhen(job.when),
      done: job.madeUpForMs === undefined ? startedAt : await ranAt.since(job.name, startedAt),
      running: Promise.resolve(),
      isRunning: false,
    })),
  );

  const runOne = async (one: (typeof planned)[number], due: Date): Promise<void> => {
    const { job } = one;
    const isMadeUp = job.madeUpForMs !== undefined;
    if (!isMadeUp) one.done = due;
    try {
      await job.run(due);
      if (isMadeUp) await ranAt.note(job.name, due);
      one.done = due;
    } catch (error) {
      logger.error({ job: job.name, error: error instanceof Error ? error.name : 'unknown' }, 'A job failed');
    } finally {
      one.isRunning = false;
    }
  };

  const look = async (): Promise<void> => {
    const at = now();
    for (const one of planned) {
      const due = one.lastDueOf(at);
      if (one.isRunning || due.getTime() <= one.done.getTime()) continue;
      if (at.getTime() - due.getTime() > (one.job.madeUpForMs ?? Infinity)) continue;
      one.isRunning = true;
      one.running = runOne(one, due);
    }
    await Promise.all(planned.map(({ running }) => running));
  };

  const task = createTask('* * * * *', look, { name: 'jobs', timezone: 'Asia/Tehran' });
  await task.start();
  // What was missed is not left waiting for the next full minute.
  void look();
  return {
    look,
    async stop() {
      await task.destroy();
      await Promise.all(planned.map(({ running }) => running));
    },
  };
}

/** The last moment, not after another, at which an expression is due. @throws where it names days of months, or is none */
export function readWhen(when: string): (at: Date) => Date {
  const { minute, hour, dayOfMonth, month, dayOfWeek } = parse(when);
  if (dayOfMonth.length < 31 || month.length < 12)
    throw new Error(`"${when}": a job comes by the day of the week alone`);
  const hours = hour.toSorted((one, other) => other - one);
  const minutes = minute.toSorted((one, other) => other - one);
  // Cron's Sunday is 0 and 7.
  const weekdays = new Set(dayOfWeek.map((day) => Number(day) % 7));

  return (at) => {
    const today = inTehran(at);
    for (let back = 0; back <= LONGEST_DAYS; back += 1) {
      const day = addDays(today, -back);
      if (!weekdays.has(weekdayOf(day))) continue;
      const midnight = startOfDayTehran(day).getTime();
      for (const h of hours)
        for (const m of minutes) {
          const due = midnight + h * HOUR_MS + m * MINUTE_MS;
          if (due <= at.getTime()) return new Date(due);
        }
    }
    throw new Error(`"${when}" is due on no day of the week`);
  };
}
