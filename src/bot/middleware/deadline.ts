import type { MiddlewareFn } from 'grammy';
import type { Update } from 'grammy/types';
import { MessengerError, type MessengerClient, type StandBy } from '../../messengers/messenger.ts';
import { limitWork } from '../../messengers/work-limit.ts';
import type { BotContext } from '../context.ts';

export class DeadlineError extends Error {
  override readonly name = 'DeadlineError';
}

/**
 * Frees the chat when an update takes too long: a handler that hangs would block every later update of its chat.
 * The update then counts as failed and is tried again, so what a handler does must be idempotent by the inbox id.
 * If it waits for the messenger at that moment it is the messenger that failed, which uses up none of its tries. Waiting
 * for its chat's turn to be sent to doesn't count: many messages take as long as they take.
 */
export function deadline({
  client,
  milliseconds = 25_000,
  standByOf,
}: {
  client: Pick<MessengerClient, 'watch'>;
  milliseconds?: number | undefined;
  /** How this update waits for its chat's turn. */
  standByOf: (update: Update) => StandBy;
}): MiddlewareFn<BotContext> {
  return async function deadline(ctx, next) {
    let isUnanswered = (): boolean => false;
    const limit = limitWork(milliseconds, () => {
      const what = `The update was not done within ${milliseconds} ms`;
      return isUnanswered() ? new MessengerError('down', 'update', what, { ambiguous: true }) : new DeadlineError(what);
    });
    const work = async (isWaiting: () => boolean): Promise<void> => {
      isUnanswered = isWaiting;
      await Promise.race([next(), limit.late]);
    };
    try {
      await client.watch(work, limit.through(standByOf(ctx.update)));
    } finally {
      limit.end();
    }
  };
}
