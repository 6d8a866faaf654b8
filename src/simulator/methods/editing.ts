import { ApiError } from '../api/api-error.ts';
import { secondsNow } from '../host.ts';
import type { Host } from '../host.ts';
import { baleEditStub } from '../wire/bale.ts';
import { rankIn } from '../wire/parts.ts';
import { wireMessage } from '../wire/wire.ts';
import type { StoredMessage } from '../world/records.ts';
import { readCaption, readText } from './content.ts';
import { readInputMedia } from './media.ts';
import { readMarkup } from './markup.ts';
import { knownChat, messageIn, openChat, refuse } from './method.ts';
import type { Call, Method } from './method.ts';
import { readIds } from './sending.ts';

/** A message can be deleted for two days. */
const DELETABLE_SECONDS = 48 * 3600;

const editMessageText: Method = (call) => {
  const message = editable(call);
  if (message.file !== undefined || message.text === undefined) refuse(call.host, 'edit-no-text');
  return change(call, message, readText(call));
};

const editMessageCaption: Method = (call) => {
  const message = editable(call);
  if (message.file === undefined) refuse(call.host, 'edit-no-caption');
  return change(call, message, readCaption(call));
};

const editMessageMedia: Method = (call) => {
  const message = editable(call);
  const { file, styled } = readInputMedia(call, call.params.structure('media'), call.host.profile.limits.caption);
  return change(call, message, { file: file.id, ...styled });
};

const editMessageReplyMarkup: Method = (call) => change(call, editable(call), {});

function editable(call: Call): StoredMessage {
  const { host } = call;
  const chat = openChat(call);
  const message = messageIn(call, { chat, otherwise: 'edit-missing' });
  // Telegram edits messages without a keyboard or with an inline one, not those that brought a reply keyboard.
  const broughtKeyboard = message.reply !== undefined && host.profile.name === 'telegram';
  if (message.from !== host.bot.id || broughtKeyboard || message.forward) return refuse(host, 'edit-forbidden');
  return message;
}

/** An edit without `reply_markup` takes the inline keyboard away, on both messengers. */
function change(call: Call, message: StoredMessage, content: Partial<StoredMessage>): unknown {
  const { host } = call;
  const markup = readMarkup(call, message.chat);
  if (markup.reply) throw new ApiError(400, 'Bad Request: inline keyboard expected');
  const inline = markup.inline && markup.inline.length > 0 ? markup.inline : undefined;
  const edited: StoredMessage = {
    ...message,
    ...content,
    inline,
    editDate: secondsNow(host),
    edits: message.edits + 1,
  };
  if (host.profile.name === 'telegram' && isSame(message, edited)) refuse(host, 'not-modified');
  host.world.commit({ t: 'message', message: edited });
  return host.profile.name === 'bale' ? baleEditStub(host, message.chat, secondsNow(host)) : wireMessage(host, edited);
}

const isSame = (before: StoredMessage, after: StoredMessage): boolean => fingerprint(before) === fingerprint(after);

const fingerprint = ({ text, entities, file, inline }: StoredMessage): string =>
  JSON.stringify([text ?? '', entities ?? [], file ?? '', inline ?? []]);

const deleteMessage: Method = (call) => {
  const chat = knownChat(call);
  const message = messageIn(call, { chat, otherwise: 'delete-missing' });
  if (!mayDelete(call.host, message)) refuse(call.host, 'delete-forbidden');
  call.host.world.commit({ t: 'delete', chat, id: message.id });
  return true;
};

/** Messages that are gone or too old are passed over. */
const deleteMessages: Method = (call) => {
  const chat = knownChat(call);
  for (const id of readIds(call)) {
    const message = call.host.world.chats.get(chat)?.messages.get(id);
    if (message && mayDelete(call.host, message)) call.host.world.commit({ t: 'delete', chat, id });
  }
  return true;
};

function mayDelete(host: Host, message: StoredMessage): boolean {
  if (secondsNow(host) - message.date > DELETABLE_SECONDS) return false;
  const isGroup = Boolean(host.world.chats.get(message.chat)?.group);
  return message.from === host.bot.id || !isGroup || rankIn(host, message.chat, host.bot.id) !== 'member';
}

export const editingMethods: Record<string, Method> = {
  editMessageText,
  editMessageCaption,
  editMessageMedia,
  editMessageReplyMarkup,
  deleteMessage,
  deleteMessages,
};
