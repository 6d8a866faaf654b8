import type { MiddlewareFn } from 'grammy';
import type { BotContext } from '../context.ts';

export class DeadlineError extends Error {
  override readonly name = 'DeadlineError';
}

/**
 * Frees the chat when an update takes too long: a handler that hangs would block every later update of its chat.
 * The update then counts as failed and is tried again, so what a handler does must be idempotent by the inbox id.
 */
export function deadline({ milliseconds = 25_000 }: { milliseconds?: number } = {}): MiddlewareFn<BotContext> {
  return async function deadline(_ctx, next) {
    let timer: NodeJS.Timeout | undefined;
    const tooLate = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(
        () => reject(new DeadlineError(`The update was not done within ${milliseconds} ms`)),
        milliseconds,
      );
    });
    try {
      await Promise.race([next(), tooLate]);
    } finally {
      clearTimeout(timer);
    }
  };
}
