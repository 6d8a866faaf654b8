import type { TestContext } from 'vitest';

declare module 'vitest' {
  interface TaskMeta {
    seen?: string;
  }
}

/** What a test has seen, in figures, for the table that `npm run test:faults` prints. */
export function seen({ task }: Pick<TestContext, 'task'>, what: string): void {
  task.meta.seen = what;
}
