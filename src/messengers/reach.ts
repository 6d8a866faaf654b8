import type { Clock } from '../clock.ts';
import type { CallReport } from './transport.ts';

/** Whether a messenger answers, as this process sees it: of all its calls, whoever makes them. */
export interface Reach {
  /** Hears of every call. */
  note(report: Pick<CallReport, 'outcome'>): void;
  /** Since when nothing has been answered; null while it answers. */
  awaySince(): Date | null;
  /** Whether the token was refused the last time that a call was answered: it was revoked while running. */
  isRefused(): boolean;
  /** Calls back when it answers again after having been away; returns the way to stop that. */
  onBack(listener: () => void): () => void;
}

/** One answer that fails to come is a broken line; so many in a row are an outage. */
const FAILURES = 3;

export function createReach({ clock }: { clock: Clock }): Reach {
  const listeners = new Set<() => void>();
  let failures = 0;
  let firstFailedAt = 0;
  let refused = false;

  return {
    note({ outcome }) {
      // Neither says anything: the one may have been our own pause, the other our own doing.
      if (outcome === 'rate-limited' || outcome === 'called-off') return;
      if (outcome === 'down') {
        if (failures === 0) firstFailedAt = clock.wall();
        failures += 1;
        return;
      }
      refused = outcome === 'bad-token';
      const isBack = failures >= FAILURES;
      failures = 0;
      if (isBack) for (const listener of listeners) listener();
    },
    awaySince: () => (failures >= FAILURES ? new Date(firstFailedAt) : null),
    isRefused: () => refused,
    onBack(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
