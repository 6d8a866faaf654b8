import { setTimeout as wait } from 'node:timers/promises';
import type { MiddlewareFn } from 'grammy';
import type { BotContext } from '../context.ts';

interface Bucket {
  tokens: number;
  filledAt: number;
  warned: boolean;
}

/**
 * One person's flood must not slow the others, and must not cost the person a report: past `burst` updates, each further
 * one waits for its turn at `perSecond`, and the person is told once. Only that chat waits, since a chat is worked in order.
 */
export function throttleFlood({ burst = 30, perSecond = 2 } = {}): MiddlewareFn<BotContext> {
  /** The longest unused first. */
  const buckets = new Map<string, Bucket>();
  const fillMs = (burst / perSecond) * 1000;

  return async function throttleFlood(ctx, next) {
    const now = performance.now();
    const bucket = buckets.get(ctx.person.id) ?? { tokens: burst, filledAt: now, warned: false };
    buckets.delete(ctx.person.id);
    buckets.set(ctx.person.id, bucket);
    // One that is full again says as much as none.
    for (const [id, { filledAt }] of buckets) {
      if (now - filledAt <= fillMs) break;
      buckets.delete(id);
    }

    bucket.tokens = Math.min(burst, bucket.tokens + ((now - bucket.filledAt) / 1000) * perSecond);
    bucket.filledAt = now;
    if (bucket.tokens >= burst / 2) bucket.warned = false;
    bucket.tokens -= 1;
    if (bucket.tokens < 0) {
      if (!bucket.warned) {
        bucket.warned = true;
        await ctx.show({ text: ctx.t.rich('bot.error.tooFast') });
      }
      await ctx.standBy(wait((-bucket.tokens / perSecond) * 1000));
      bucket.filledAt = performance.now();
      bucket.tokens = 0;
    }
    await next();
  };
}
