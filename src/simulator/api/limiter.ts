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
  /** What one chat bears, beside the bot's own limit: Telegram's FAQ has one message a second, and short bursts. */
  chat?: ChatLimit | undefined;
  /** What one group bears; `chat` where it is not given. Telegram's FAQ has 20 a minute. */
  group?: ChatLimit | undefined;
}

export interface ChatLimit {
  perSecond: number;
  /** Default 1. */
  burst?: number | undefined;
  /** Seconds for which the chat is refused after one message too many. Default 1. */
  freezeSeconds?: number | undefined;
}

export interface Limiter {
  /** Takes one message's worth. Null if it may go, else the whole seconds to wait. */
  take(): number | null;
}

export interface ChatLimiters {
  /** As a limiter's, of one chat's own; null, too, where chats have no limit. */
  take(chatId: number, isGroup: boolean): number | null;
}

/** A limiter for each chat, as it writes. */
export function createChatLimiters({ chat, group = chat }: Limits, now: () => number): ChatLimiters {
  const limiters = new Map<number, Limiter>();
  return {
    take(chatId, isGroup) {
      const limit = isGroup ? group : chat;
      if (limit === undefined) return null;
      let limiter = limiters.get(chatId);
      if (!limiter) limiters.set(chatId, (limiter = createLimiter({ ...limit, burst: limit.burst ?? 1 }, now)));
      return limiter.take();
    },
  };
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
