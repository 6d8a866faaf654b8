import { isRecord } from './api-call.ts';
import type { Call } from './editing.ts';
import { MessengerError, type ChatInfo } from './messenger.ts';

const KINDS = ['private', 'group', 'supergroup', 'channel'] as const;

/** Asks what a chat is; how many are in it is left open where that alone is refused. */
export async function askChatInfo(call: Call, chatId: number): Promise<ChatInfo> {
  const chat = await call('getChat', { chat_id: chatId });
  const { title, type, username, active_usernames: names } = isRecord(chat) ? chat : {};
  const members = await call('getChatMemberCount', { chat_id: chatId }).catch((error: unknown) => {
    if (error instanceof MessengerError && (error.kind === 'unreachable' || error.kind === 'rejected')) return null;
    throw error;
  });
  return {
    title: typeof title === 'string' ? title : '',
    kind: KINDS.find((kind) => kind === type) ?? 'private',
    isPublic: (typeof username === 'string' && username !== '') || (Array.isArray(names) && names.length > 0),
    members: typeof members === 'number' ? members : null,
  };
}
