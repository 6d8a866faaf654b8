import { createTask, type ScheduledTask } from 'node-cron';
import type { Logger } from 'pino';

/** Something that is done by the clock. It may run in several processes at once, so it must be safe to repeat. */
export interface Job {
  name: string;
  /** Cron expression, in Tehran's time. */
  when: string;
  run: () => Promise<void>;
}

/** Starts the jobs. A run that fails is logged and the next one comes as planned; a run never overlaps itself. */
export async function startJobs(jobs: readonly Job[], logger: Logger): Promise<{ stop(): Promise<void> }> {
  const tasks = jobs.map(({ name, when, run }): ScheduledTask =>
    createTask(
      when,
      async () => {
        try {
          await run();
        } catch (error) {
          logger.error({ job: name, error: error instanceof Error ? error.name : 'unknown' }, 'A job failed');
        }
      },
      { name, timezone: 'Asia/Tehran', noOverlap: true },
    ),
  );
  for (const task of tasks) await task.start();
  return {
    async stop() {
      for (const task of tasks) await task.destroy();
    },
  };
}
