import type { Clock } from '../../src/clock.ts';

export interface ManualClock extends Clock {
  /** Moves both clocks on and calls back what falls due, in order. */
  advance(ms: number): void;
  /** Moves the wall clock alone, as a correction of the system's time does. */
  jump(ms: number): void;
  /** How many callbacks are due later. */
  waiting(): number;
}

/** Time that passes only when a test says so. */
export function manualClock(): ManualClock {
  let now = 1000;
  let offset = 1_700_000_000_000;
  let timers: { at: number; callback: () => void }[] = [];
  return {
    monotonic: () => now,
    wall: () => now + offset,
    after: (ms, callback) => {
      const timer = { at: now + ms, callback };
      timers.push(timer);
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
    advance: (ms) => {
      const end = now + ms;
      for (;;) {
        const next = timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
        if (next === undefined) break;
        timers = timers.filter((other) => other !== next);
        now = next.at;
        next.callback();
      }
      now = end;
    },
    jump: (ms) => {
      offset += ms;
    },
    waiting: () => timers.length,
  };
}
