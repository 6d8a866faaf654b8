/** How fast a bot may send, and how slowly its calls travel. */
export interface Limits {
  /** Messages a second in the long run; without it there is no limit. */
  perSecond?: number | undefined;
  /** Messages that may go at once after a pause. Default: one second's worth. */
  burst?: number | undefined;
  /** Seconds for which everything is refused after one message too many. Default 1. */
  freezeSeconds?: number | undefined;
  /** Milliseconds that every call takes on top. */
  latencyMs?: number | undefined;
}

export interface Limiter {
  /** Takes one message's worth. Null if it may go, else the whole seconds to wait. */
  take(): number | null;
}

/** Methods that count: everything that shows something to people. */
export const isLimited = (method: string): boolean =>
  /^(?:send|edit|forward|copy)/i.test(method) && !/chataction$/i.test(method);

/** A token bucket that freezes once it is overdrawn, as the messengers do to a bot that doesn't slow down. */
export function createLimiter(limits: Limits, now: () => number): Limiter {
  const perSecond = limits.perSecond;
  if (perSecond === undefined) return { take: () => null };
  const burst = limits.burst ?? perSecond;
  let tokens = burst;
  let filledAt = now();
  let frozenUntil = 0;
  return {
    take() {
      const at = now();
      tokens = Math.min(burst, tokens + ((at - filledAt) / 1000) * perSecond);
      filledAt = at;
      if (at < frozenUntil) return Math.ceil((frozenUntil - at) / 1000);
      if (tokens >= 1) {
        tokens -= 1;
        return null;
      }
      const freeze = limits.freezeSeconds ?? 1;
      frozenUntil = at + freeze * 1000;
      return Math.max(1, Math.ceil(freeze));
    },
  };
}
