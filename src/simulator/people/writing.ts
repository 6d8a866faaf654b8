import { secondsNow } from '../host.ts';
import type { Host } from '../host.ts';
import { rankIn } from '../wire/parts.ts';
import { findEntities } from '../wire/entities.ts';
import { wireMessage } from '../wire/wire.ts';
import type { StoredMessage, UserRecord, WorldEvent } from '../world/records.ts';

/**
 * Stores what a person wrote and tells the bot. Returns the update's id, or undefined where the bot is not told:
 * by its allowed_updates, or in a group where it is no administrator and the message doesn't concern it.
 */
export function write(
  host: Host,
  author: UserRecord,
  content: Partial<StoredMessage> & { chat: number },
): number | undefined {
  const isGroup = Boolean(host.world.chats.get(content.chat)?.group);
  const changes: WorldEvent[] = [];
  if (!isGroup && !author.started) changes.push({ t: 'user', user: { ...author, started: true } });
  const message: StoredMessage = {
    ...content,
    id: host.world.messageIdFor(content.chat),
    from: author.id,
    date: secondsNow(host),
    edits: 0,
  };
  message.entities ??= findEntities(message.text ?? '');
  changes.push({ t: 'message', message });
  if (isGroup && !concernsBot(host, message)) {
    host.world.commit(...changes);
    return undefined;
  }
  return host.updates.add('message', wireMessage(host, message), changes);
}

/** Stores an edit of a person's message and tells the bot. */
export function rewrite(host: Host, message: StoredMessage, text: string): number | undefined {
  const edited: StoredMessage = {
    ...message,
    text,
    entities: findEntities(text),
    editDate: secondsNow(host),
    edits: message.edits + 1,
  };
  return host.updates.add('edited_message', wireMessage(host, edited), [{ t: 'message', message: edited }]);
}

/** Privacy mode: a bot that is no administrator hears only commands, mentions, answers to itself, and who comes or goes. */
function concernsBot(host: Host, message: StoredMessage): boolean {
  const rank = rankIn(host, message.chat, host.bot.id);
  if (rank === undefined) return false;
  const isService = [message.joined, message.left, message.movedTo, message.movedFrom].some((one) => one !== undefined);
  if (rank !== 'member' || isService) return true;
  const text = message.text ?? '';
  if (text.startsWith('/') || text.includes(`@${host.bot.username}`)) return true;
  const replied = host.world.chats.get(message.chat)?.messages.get(message.replyTo ?? 0);
  return replied?.from === host.bot.id;
}
