/**
 * The house's clock. Every room is given one and nothing else tells the date: not the machine's, not mongoose's. Then a
 * test that sets it sees every date move along, and a list is never made for one day and stored under another.
 */
export interface Clock {
  /** Milliseconds since 1970, for what is stored or shown. */
  wall(): number;
  /** Milliseconds since any fixed moment, that only ever grow: waits go by it, and no corrected clock bursts or freezes them. */
  monotonic(): number;
  /** Calls back once after `ms` milliseconds; the returned function takes it back. */
  after(ms: number, callback: () => void): () => void;
}

/** The date and time of the house's clock. */
export type Now = () => Date;

/** A clock that shows what `now` says. Waits go by the machine's own timers, which no date moves. */
export function clockOf(now: Now): Clock {
  return {
    wall: () => now().getTime(),
    monotonic: () => performance.now(),
    after: (ms, callback) => {
      const timer = setTimeout(callback, ms);
      return () => clearTimeout(timer);
    },
  };
}
