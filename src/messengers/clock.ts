/** Time as pacing sees it; tests bring their own. */
export interface Clock {
  /** Milliseconds that only ever grow: a corrected system clock neither bursts nor freezes the sends. */
  monotonic(): number;
  /** Milliseconds since 1970, for what must outlive the process. */
  wall(): number;
  /** Calls back once after `ms` milliseconds; the returned function takes it back. */
  after(ms: number, callback: () => void): () => void;
}

export const systemClock: Clock = {
  monotonic: () => performance.now(),
  wall: () => Date.now(),
  after: (ms, callback) => {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};
