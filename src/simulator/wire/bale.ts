import type { Host } from '../host.ts';
import type { StoredMessage, UserRecord } from '../world/records.ts';
import { userOf, wireMedia } from './parts.ts';
import type { Wire } from './parts.ts';

/** Bale writes null where Telegram leaves a field out, and seldom tells the language (seen live, 2026). */
export function baleUser(user: UserRecord): Wire {
  return {
    id: user.id,
    is_bot: user.isBot ?? false,
    first_name: user.firstName,
    last_name: user.lastName ?? null,
    username: user.username ?? null,
    ...(user.languageCode === undefined ? {} : { language_code: user.languageCode }),
  };
}

export function baleChat(host: Host, id: number): Wire {
  const group = host.world.chats.get(id)?.group;
  if (group) return { id, type: 'group', title: group.title, username: null, photo: null };
  const { first_name, last_name, username } = baleUser(userOf(host, id));
  return { id, type: 'private', first_name, last_name, username, photo: null };
}

/** What an edit returns: no text, no keyboard, message id 0 (seen live, 2026-10). */
export function baleEditStub(host: Host, chat: number, date: number): Wire {
  const { type } = baleChat(host, chat);
  return { message_id: 0, date, edit_date: date, chat: { id: chat, type, photo: null } };
}

export function baleMessage(host: Host, message: StoredMessage, withReply = true): Wire {
  const wire: Wire = {
    message_id: message.id,
    from: baleUser(userOf(host, message.from)),
    chat: baleChat(host, message.chat),
    date: message.date,
    edit_date: message.editDate ?? null,
    reply_to_message: null,
    caption: null,
    reply_markup: message.inline ? { inline_keyboard: message.inline } : null,
  };
  if (message.forward) {
    wire['forward_from'] = baleUser(userOf(host, message.forward.fromUser));
    wire['forward_from_message_id'] = message.forward.message;
    wire['forward_date'] = message.forward.date;
  }
  if (withReply && message.replyTo !== undefined) {
    const replied = host.world.chats.get(message.chat)?.messages.get(message.replyTo);
    if (replied) wire['reply_to_message'] = baleMessage(host, replied, false);
  }
  if (message.album !== undefined) wire['media_group_id'] = message.album;
  addContent(host, message, wire);
  return wire;
}

function addContent(host: Host, message: StoredMessage, wire: Wire): void {
  const file = message.file === undefined ? undefined : host.files.find(message.file);
  const entities = (message.entities ?? []).filter(({ type }) => type === 'mention' || type === 'bot_command');
  if (file) {
    Object.assign(wire, baleMedia(wireMedia(file)));
    if (message.text !== undefined && message.text !== '') wire['caption'] = message.text;
    if (entities.length > 0) wire['caption_entities'] = entities;
  } else if (message.text !== undefined) {
    wire['text'] = message.text;
    wire['entities'] = entities;
  }
  if (message.contact) {
    const { phone, firstName, lastName, userId } = message.contact;
    wire['contact'] = {
      phone_number: phone,
      first_name: firstName,
      last_name: lastName ?? null,
      // Documented as a 32-bit number while user ids may be larger.
      user_id: userId === undefined ? null : Number(BigInt.asUintN(32, BigInt(userId))),
    };
  }
  if (message.location) wire['location'] = message.location;
  Object.assign(wire, message.other);
  if (message.joined) wire['new_chat_members'] = message.joined.map((id) => baleUser(userOf(host, id)));
  if (message.left !== undefined) wire['left_chat_member'] = baleUser(userOf(host, message.left));
}

/** Only the two ids of a voice message are documented. */
function baleMedia(media: Wire): Wire {
  const voice = media['voice'] as Wire | undefined;
  if (!voice) return media;
  return { voice: { file_id: voice['file_id'], file_unique_id: voice['file_unique_id'] } };
}
