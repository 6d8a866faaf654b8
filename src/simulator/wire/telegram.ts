import type { Host } from '../host.ts';
import type { StoredMessage, UserRecord } from '../world/records.ts';
import { userOf, wireMedia } from './parts.ts';
import type { Wire } from './parts.ts';

export function telegramUser(user: UserRecord): Wire {
  return {
    id: user.id,
    is_bot: user.isBot ?? false,
    first_name: user.firstName,
    ...(user.lastName === undefined ? {} : { last_name: user.lastName }),
    ...(user.username === undefined ? {} : { username: user.username }),
    ...(user.languageCode === undefined ? {} : { language_code: user.languageCode }),
  };
}

export function telegramChat(host: Host, id: number): Wire {
  const group = host.world.chats.get(id)?.group;
  if (group) return { id, title: group.title, type: 'supergroup' };
  const { first_name, last_name, username } = telegramUser(userOf(host, id));
  return {
    id,
    first_name,
    ...(last_name === undefined ? {} : { last_name }),
    ...(username === undefined ? {} : { username }),
    type: 'private',
  };
}

export function telegramMessage(host: Host, message: StoredMessage, withReply = true): Wire {
  const wire: Wire = {
    message_id: message.id,
    from: telegramUser(userOf(host, message.from)),
    chat: telegramChat(host, message.chat),
    date: message.date,
  };
  if (message.editDate !== undefined) wire['edit_date'] = message.editDate;
  if (message.forward) {
    wire['forward_origin'] = {
      type: 'user',
      sender_user: telegramUser(userOf(host, message.forward.fromUser)),
      date: message.forward.date,
    };
  }
  const replied = withReply && message.replyTo !== undefined ? repliedTo(host, message) : undefined;
  if (replied) wire['reply_to_message'] = telegramMessage(host, replied, false);
  if (message.album !== undefined) wire['media_group_id'] = message.album;
  addContent(host, message, wire);
  if (message.inline) wire['reply_markup'] = { inline_keyboard: message.inline };
  return wire;
}

const repliedTo = (host: Host, message: StoredMessage): StoredMessage | undefined =>
  host.world.chats.get(message.chat)?.messages.get(message.replyTo ?? 0);

function addContent(host: Host, message: StoredMessage, wire: Wire): void {
  const file = message.file === undefined ? undefined : host.files.find(message.file);
  const entities = message.entities ?? [];
  if (file) {
    Object.assign(wire, wireMedia(file));
    if (message.text !== undefined && message.text !== '') wire['caption'] = message.text;
    if (entities.length > 0) wire['caption_entities'] = entities;
  } else if (message.text !== undefined) {
    wire['text'] = message.text;
    if (entities.length > 0) wire['entities'] = entities;
  }
  if (message.contact) {
    const { phone, firstName, lastName, userId } = message.contact;
    wire['contact'] = {
      phone_number: phone,
      first_name: firstName,
      ...(lastName === undefined ? {} : { last_name: lastName }),
      ...(userId === undefined ? {} : { user_id: userId }),
    };
  }
  if (message.location) wire['location'] = message.location;
  Object.assign(wire, message.other);
  if (message.joined) wire['new_chat_members'] = message.joined.map((id) => telegramUser(userOf(host, id)));
  if (message.left !== undefined) wire['left_chat_member'] = telegramUser(userOf(host, message.left));
}
