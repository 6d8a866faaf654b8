import { randomInt } from 'node:crypto';
import type { MiddlewareFn } from 'grammy';
import { MessengerError } from '../../messengers/messenger.ts';
import type { BotContext } from '../context.ts';

/** What the log and the member may know of an error: its kind, never a name, a number or a text. */
export function describeError(error: unknown): string {
  if (error instanceof MessengerError) return `${error.method}: ${error.kind}`;
  return error instanceof Error ? `${error.name}: ${'code' in error ? String(error.code) : 'no code'}` : 'not an Error';
}

/**
 * Logs a failed update under a short reference. The inbox tries it again by itself; on the last try the member is told
 * that it did not work, with the reference to quote. A person who can't be reached is no fault: there is nobody to answer.
 */
export function reportErrors(): MiddlewareFn<BotContext> {
  return async function reportErrors(ctx, next) {
    try {
      await next();
    } catch (error) {
      if (error instanceof MessengerError && error.kind === 'unreachable') return;
      const reference = String(randomInt(100_000, 1_000_000));
      ctx.log.error(
        { reference, attempt: ctx.attempt, error: describeError(error), at: placeOf(error) },
        'An update failed',
      );
      if (ctx.givesUp(error)) await tellMember(ctx, reference);
      throw error;
    }
  };
}

/** The first line of ours in the stack: where to look, without the message, which may hold what a member wrote. */
function placeOf(error: unknown): string | undefined {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  return stack
    .split('\n')
    .find((line) => line.includes('/src/'))
    ?.trim();
}

async function tellMember(ctx: BotContext, reference: string): Promise<void> {
  try {
    await ctx.show({ text: ctx.t.rich('bot.error.failed', { reference }) });
  } catch (error) {
    ctx.log.warn({ reference, error: describeError(error) }, 'The member could not be told of the failure');
  }
}
