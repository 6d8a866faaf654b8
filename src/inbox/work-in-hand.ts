import { noAnswer } from '../database/in-time.ts';
import type { StandBy } from '../messengers/messenger.ts';
import { limitWork } from '../messengers/work-limit.ts';
import type { StandStills } from './stand-stills.ts';
import type { Waiting } from './store.ts';

export interface WorkInHand {
  /** Waits without holding a place, without using up the time, and without being what the process stands still at. */
  standBy: StandBy;
  /** Rejects when the work takes too long. */
  late: Promise<never>;
  end(): void;
}

/**
 * What is to be known of an update while it is worked. It may have met a command that the driver never answers (see
 * `inTime`), and would hold its chat for good.
 */
export function takeInHand(
  { id, stoodStill }: Waiting,
  deps: { standBy: StandBy; longestMs: number; standStills: Pick<StandStills, 'begin'> | undefined },
): WorkInHand {
  const limit = limitWork(deps.longestMs, () => noAnswer(deps.longestMs));
  const note = () => deps.standStills?.begin(id, stoodStill !== undefined) ?? (() => {});
  let unnote = note();
  let waits = 0;
  let isOver = false;

  return {
    late: limit.late,
    standBy: limit.through(async (wait) => {
      waits += 1;
      if (waits === 1) unnote();
      try {
        return await deps.standBy(wait);
      } finally {
        waits -= 1;
        if (waits === 0 && !isOver) unnote = note();
      }
    }),
    end() {
      isOver = true;
      limit.end();
      if (waits === 0) unnote();
    },
  };
}

/** Lets one at a time work, of those that may have stopped a process: so it is found out which it was. */
export function createProbation(): <Result>(work: () => Promise<Result>, standBy: StandBy) => Promise<Result> {
  let last: Promise<unknown> = Promise.resolve();
  return async (work, standBy) => {
    const before = last;
    const { promise, resolve } = Promise.withResolvers<void>();
    last = promise;
    await standBy(before);
    try {
      return await work();
    } finally {
      resolve();
    }
  };
}
