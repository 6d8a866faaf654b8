import type { Update } from 'grammy/types';
import type { Logger } from 'pino';
import type { MessengerName } from '../messengers/messenger.ts';
import { createChatQueues } from './chat-queues.ts';

export interface WaitingPresses {
  /** Of each update that is stored and waits to be worked. */
  onWaiting(item: { messenger: MessengerName; chatKey: string; update: Update }): void;
  /** Answers no more; resolves when none is being answered. */
  stop(): Promise<void>;
}

/** Leaves a second of the two within which every press is to be answered. */
const ANSWERED_AFTER_MS = 1_000;
/** Answers on their way at a time, one for each chat: whoever presses without end waits behind nobody but themselves. */
const AT_ONCE = 20;

/**
 * A press may wait long for its work: behind others of its chat, for the flood guard, for leave to send. Its button must not
 * spin meanwhile, so it is answered without a word; what the work then says of it is sent as a message.
 * @param deps.answer answers a press, and does nothing where it is answered; a failure is not tried again
 */
export function answerWaitingPresses(deps: {
  answer: (messenger: MessengerName, pressId: string) => Promise<void>;
  logger: Logger;
}): WaitingPresses {
  const queues = createChatQueues<{ id: string; chatKey: string; answer: () => Promise<void> }>({
    concurrency: AT_ONCE,
    work: async ({ answer }) => {
      await answer().catch((error: unknown) => {
        deps.logger.debug({ error: (error as Error).name }, 'a press that waits could not be answered');
      });
      return { next: 'finished' };
    },
  });

  return {
    onWaiting({ messenger, chatKey, update: { callback_query: press } }) {
      if (!press) return;
      const answer = () => deps.answer(messenger, press.id);
      setTimeout(() => queues.add({ id: `${messenger}:${press.id}`, chatKey, answer }), ANSWERED_AFTER_MS).unref();
    },
    stop: () => queues.stop(),
  };
}
