import type { Update } from 'grammy/types';
import type { Logger } from 'pino';

export interface AwayNotices {
  /**
   * Of updates that can't be stored just now: tells whoever wrote them, once for each chat until {@link over}; nobody else
   * once `signal` is aborted. Resolves, and never rejects, when all of them have been told.
   */
  hear(updates: readonly Update[], signal?: AbortSignal): Promise<void>;
  /** The database is back. An outage that follows within a minute counts as the same one. */
  over(): void;
}

/** What is kept for an outage; beyond it people are answered later without being told now. */
const MOST_CHATS = 5_000;
const SAME_OUTAGE_MS = 60_000;

/** The chat of a person alone with the bot who wrote or pressed; in groups nobody waits for a word of ours. */
function privateChatOf({ message, callback_query: press }: Update): number | undefined {
  const chat = (message ?? press?.message)?.chat;
  return chat?.type === 'private' ? chat.id : undefined;
}

/**
 * Tells people that what they sent waits, while the database is away. That they were told is known to this process only,
 * for there is nowhere to write it. The same updates come again and again meanwhile, for none of them is confirmed.
 * @param deps.tell sends the words to a chat; a failure is not tried again
 * @param deps.answerPress answers a press once, whose button would spin meanwhile, in groups as well
 */
export function createAwayNotices(deps: {
  tell: (chatId: number) => Promise<void>;
  answerPress?: ((pressId: string) => Promise<void>) | undefined;
  logger: Logger;
}): AwayNotices {
  const told = new Set<number>();
  /** Undefined while it is away. */
  let backSince: number | undefined;

  const answer = (pressId: string): void => {
    deps.answerPress?.(pressId).catch((error: unknown) => {
      deps.logger.debug({ error: (error as Error).name }, 'a press could not be answered while the database is away');
    });
  };

  return {
    async hear(updates, signal) {
      for (const { callback_query: press } of updates) if (press) answer(press.id);
      if (backSince !== undefined && performance.now() - backSince > SAME_OUTAGE_MS) told.clear();
      backSince = undefined;
      const chats = new Set(updates.map(privateChatOf).filter((chatId) => chatId !== undefined));
      for (const chatId of chats) {
        if (signal?.aborted) return;
        if (told.has(chatId) || told.size >= MOST_CHATS) continue;
        told.add(chatId);
        await deps.tell(chatId).catch((error: unknown) => {
          deps.logger.debug({ error: (error as Error).name }, 'somebody could not be told that the database is away');
        });
      }
    },
    over() {
      backSince ??= performance.now();
    },
  };
}
