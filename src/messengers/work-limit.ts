import type { StandBy } from './messenger.ts';

/** A limit of time for work, which does not pass while the work only waits for its chat's turn. */
export interface WorkLimit {
  /** Rejects when the time is up. */
  readonly late: Promise<never>;
  /** The waits that don't count. */
  through(standBy: StandBy): StandBy;
  /** The work is over. */
  end(): void;
}

/** @param tooLate the error with which `late` rejects */
export function limitWork(milliseconds: number, tooLate: () => Error): WorkLimit {
  const { promise: late, reject } = Promise.withResolvers<never>();
  // Nobody may be listening any more.
  late.catch(() => {});
  let leftMs = milliseconds;
  let startedAt = 0;
  let timer: NodeJS.Timeout | undefined;
  let waits = 0;
  let isOver = false;
  const run = (): void => {
    startedAt = performance.now();
    timer = setTimeout(() => reject(tooLate()), leftMs);
  };
  run();

  return {
    late,
    through: (standBy) => async (wait) => {
      waits += 1;
      if (waits === 1) {
        clearTimeout(timer);
        leftMs = Math.max(0, leftMs - (performance.now() - startedAt));
      }
      try {
        return await standBy(wait);
      } finally {
        waits -= 1;
        if (waits === 0 && !isOver) run();
      }
    },
    end() {
      isOver = true;
      clearTimeout(timer);
    },
  };
}
