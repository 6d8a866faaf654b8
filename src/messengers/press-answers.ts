import type { Call } from './editing.ts';
import { MessengerError, type MessengerClient } from './messenger.ts';
import type { MessengerProfile } from './profile.ts';
import { clip } from './split.ts';

/** Far more than wait at a time; of one that is forgotten, a second answer does no harm. */
const MOST_REMEMBERED = 20_000;

/**
 * Answers presses, and remembers which are: one that has to wait for its work is answered before that, and what its work
 * says of it then is a message.
 */
export function createPressAnswers({
  call,
  profile,
  say,
}: {
  call: Call;
  profile: MessengerProfile;
  say: (chatId: number, text: string) => Promise<void>;
}): MessengerClient['answerPress'] {
  const answered = new Set<string>();

  /** Whether the messenger took it. */
  async function answer(id: string, text: string | undefined): Promise<boolean> {
    if (answered.has(id)) return false;
    answered.add(id);
    if (answered.size > MOST_REMEMBERED) for (const oldest of answered.values().take(1)) answered.delete(oldest);
    const words = text === undefined ? {} : { text: clip(text, profile.limits.answerText) };
    try {
      await call('answerCallbackQuery', { callback_query_id: id, ...words });
      return true;
    } catch (error) {
      if (error instanceof MessengerError && error.kind === 'too-late') return false;
      answered.delete(id);
      throw error;
    }
  }

  return async ({ id, chatId }, text) => {
    const isTaken = await answer(id, text);
    if (text === undefined || text === '' || chatId === undefined || (isTaken && profile.showsAnswers(id))) return;
    await say(chatId, text);
  };
}
