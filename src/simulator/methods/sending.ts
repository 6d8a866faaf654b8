import { ApiError } from '../api/api-error.ts';
import type { StoredMessage } from '../world/records.ts';
import { readCaption, readEnvelope, readText, say } from './content.ts';
import { knownChat, messageIn, openChat, refuse } from './method.ts';
import type { Call, Method } from './method.ts';

const ACTIONS = {
  telegram: new Set([
    'typing',
    'upload_photo',
    'record_video',
    'upload_video',
    'record_voice',
    'upload_voice',
    'upload_document',
    'choose_sticker',
    'find_location',
    'record_video_note',
    'upload_video_note',
  ]),
  bale: new Set([
    'typing',
    'upload_photo',
    'record_video',
    'upload_video',
    'record_voice',
    'upload_voice',
    'choose_sticker',
  ]),
};

const sendMessage: Method = (call) => {
  const chat = openChat(call);
  const { text, entities } = readText(call);
  return say(call.host, chat, { text, entities, ...readEnvelope(call, chat) });
};

const sendLocation: Method = (call) => {
  const chat = openChat(call);
  const latitude = call.params.number('latitude');
  const longitude = call.params.number('longitude');
  if (latitude === undefined || longitude === undefined || Math.abs(latitude) > 90 || Math.abs(longitude) > 180) {
    throw new ApiError(400, 'Bad Request: wrong location specified');
  }
  return say(call.host, chat, { location: { latitude, longitude }, ...readEnvelope(call, chat) });
};

const sendContact: Method = (call) => {
  const chat = openChat(call);
  const phone = call.params.text('phone_number') ?? '';
  const firstName = call.params.text('first_name') ?? '';
  if (phone === '') throw new ApiError(400, 'Bad Request: phone number is empty');
  if (firstName === '') throw new ApiError(400, 'Bad Request: first name is empty');
  const lastName = call.params.text('last_name');
  return say(call.host, chat, { contact: { phone, firstName, lastName }, ...readEnvelope(call, chat) });
};

const sendChatAction: Method = (call) => {
  openChat(call);
  const action = call.params.text('action') ?? '';
  if (!ACTIONS[call.host.profile.name].has(action)) {
    throw new ApiError(400, 'Bad Request: wrong parameter action in request');
  }
  return true;
};

const forwardMessage: Method = (call) => {
  const chat = openChat(call);
  const source = messageIn(call, { chat: knownChat(call, 'from_chat_id'), otherwise: 'forward-missing' });
  if (isService(source)) refuse(call.host, 'forward-missing');
  const forward = source.forward ?? {
    fromUser: source.from,
    chat: source.chat,
    message: source.id,
    date: source.date,
  };
  return say(call.host, chat, { ...contentOf(source), forward });
};

const copyMessage: Method = (call) => {
  const chat = openChat(call);
  const source = messageIn(call, { chat: knownChat(call, 'from_chat_id'), otherwise: 'copy-missing' });
  if (isService(source)) refuse(call.host, 'copy-refused');
  const isCaptioned = source.file !== undefined && call.params.has('caption');
  const sent = say(call.host, chat, {
    ...contentOf(source),
    ...(isCaptioned ? readCaption(call) : {}),
    ...readEnvelope(call, chat),
  });
  return { message_id: sent['message_id'] };
};

const copyMessages: Method = (call) => {
  const chat = openChat(call);
  const from = knownChat(call, 'from_chat_id');
  const found = readIds(call)
    .map((id) => call.host.world.chats.get(from)?.messages.get(id))
    .filter((message) => message !== undefined && !isService(message));
  if (found.length === 0) refuse(call.host, 'copy-missing');
  return found.map((message) => ({
    message_id: say(call.host, chat, contentOf(message as StoredMessage))['message_id'],
  }));
};

/** The `message_ids` of a call on several messages: 1 to 100, ascending order not required. */
export function readIds(call: Call): number[] {
  const ids = call.params.structure('message_ids');
  if (!Array.isArray(ids) || ids.length === 0 || ids.length > 100 || !ids.every((id) => Number.isSafeInteger(id))) {
    throw new ApiError(400, 'Bad Request: message identifiers are not specified');
  }
  return ids as number[];
}

const isService = (message: StoredMessage): boolean => message.joined !== undefined || message.left !== undefined;

/** What a copy takes along: the content, not the keyboard and not the place in the talk. */
function contentOf({ text, entities, file, contact, location }: StoredMessage): Partial<StoredMessage> {
  return { text, entities, file, contact, location };
}

export const sendingMethods: Record<string, Method> = {
  sendMessage,
  sendLocation,
  sendContact,
  sendChatAction,
  forwardMessage,
  copyMessage,
  copyMessages,
};
