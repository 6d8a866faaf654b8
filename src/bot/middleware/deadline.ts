import type { MiddlewareFn } from 'grammy';
import type { Update } from 'grammy/types';
import { MessengerError, type MessengerClient, type StandBy } from '../../messengers/messenger.ts';
import type { BotContext } from '../context.ts';

export class DeadlineError extends Error {
  override readonly name = 'DeadlineError';
}

/**
 * Frees the chat when an update takes too long: a handler that hangs would block every later update of its chat.
 * The update then counts as failed and is tried again, so what a handler does must be idempotent by the inbox id.
 * If it waits for the messenger at that moment it is the messenger that failed, which uses up none of its tries.
 */
export function deadline({
  client,
  milliseconds = 25_000,
  standByOf,
}: {
  client: Pick<MessengerClient, 'watch'>;
  milliseconds?: number | undefined;
  /** How this update waits for its chat's turn to be sent to. */
  standByOf: (update: Update) => StandBy;
}): MiddlewareFn<BotContext> {
  return function deadline(ctx, next) {
    return client.watch(async (isUnanswered) => {
      let timer: NodeJS.Timeout | undefined;
      const tooLate = new Promise<never>((_resolve, reject) => {
        timer = setTimeout(() => {
          const what = `The update was not done within ${milliseconds} ms`;
          reject(
            isUnanswered() ? new MessengerError('down', 'update', what, { ambiguous: true }) : new DeadlineError(what),
          );
        }, milliseconds);
      });
      try {
        await Promise.race([next(), tooLate]);
      } finally {
        clearTimeout(timer);
      }
    }, standByOf(ctx.update));
  };
}
