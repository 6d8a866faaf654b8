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
  /** Milliseconds since nothing has got through; 0 while something does. */
  outageMs(): number;
}

const FIRST_OUTAGE_PAUSE_MS = 1000;
/** Also how late it may be noticed that the messenger is back. */
const LONGEST_OUTAGE_PAUSE_MS = 5_000;

export function createBrake(deps: { clock: Clock; failuresInARow: number }): Brake {
  const { clock, failuresInARow } = deps;
  let until = Number.NEGATIVE_INFINITY;
  let failures = 0;
  let outagePauseMs = FIRST_OUTAGE_PAUSE_MS;
  let firstFailedAt: number | undefined;
  let isOutage = false;

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
        firstFailedAt = undefined;
        isOutage = false;
        return;
      }
      firstFailedAt ??= clock.monotonic();
      failures += 1;
      // In an outage one goes out as a probe, and its failure is enough to wait again.
      if (!isOutage && failures < failuresInARow) return;
      isOutage = true;
      failures = 0;
      pause(outagePauseMs);
      outagePauseMs = Math.min(LONGEST_OUTAGE_PAUSE_MS, outagePauseMs * 2);
    },
    outageMs: () => (isOutage ? clock.monotonic() - (firstFailedAt ?? clock.monotonic()) : 0),
  };
}
