import type { Clock } from './contract.ts';

/**
 * Stops one messenger for a while: because it asked for it, or because nothing gets through. Measured on the
 * monotonic clock.
 */
export interface Brake {
  /** Milliseconds until sending may go on; 0 when it may. */
  leftMs(): number;
  /** Never shortens a pause that is longer. */
  pause(ms: number): void;
  /**
   * Counts failures in a row: when as many as are in flight have failed, the messenger itself is down, and the
   * queue must not use up its tries against it. `answered`: anything came back, be it a refusal.
   */
  note(answered: boolean): void;
}

const FIRST_OUTAGE_PAUSE_MS = 1000;
const LONGEST_OUTAGE_PAUSE_MS = 30_000;

export function createBrake(deps: { clock: Clock; failuresInARow: number }): Brake {
  const { clock, failuresInARow } = deps;
  let until = Number.NEGATIVE_INFINITY;
  let failures = 0;
  let outagePauseMs = FIRST_OUTAGE_PAUSE_MS;

  const pause = (ms: number): void => {
    until = Math.max(until, clock.monotonic() + ms);
  };

  return {
    leftMs: () => Math.max(0, until - clock.monotonic()),
    pause,
    note(answered) {
      if (answered) {
        failures = 0;
        outagePauseMs = FIRST_OUTAGE_PAUSE_MS;
        return;
      }
      failures += 1;
      if (failures < failuresInARow) return;
      failures = 0;
      pause(outagePauseMs);
      outagePauseMs = Math.min(LONGEST_OUTAGE_PAUSE_MS, outagePauseMs * 2);
    },
  };
}
