import type { Update } from 'grammy/types';

/** A text message in a private chat, whose text is its id unless one is given. */
export function messageUpdate(updateId: number, chatId: number, text = `${updateId}`): Update {
  const person = { id: chatId, is_bot: false, first_name: 'مریم' };
  return {
    update_id: updateId,
    message: {
      message_id: updateId,
      date: 1_790_000_000,
      chat: { id: chatId, type: 'private', first_name: 'مریم' },
      from: person,
      text,
    },
  };
}
