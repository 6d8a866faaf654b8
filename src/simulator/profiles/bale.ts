import { methodTable } from './profile.ts';
import type { Profile } from './profile.ts';

/**
 * Bale's Bot API as docs.bale.ai has it (March 2026), with what live bots found. Where nobody has published the
 * server's words for a refusal, the closest known ones stand in.
 */
const groups = {
  SEND: 'chat_id reply_to_message_id reply_markup',
};

const methods = methodTable(
  `
  getMe:
  getUpdates: offset limit timeout allowed_updates
  setWebhook: url
  deleteWebhook:
  getWebhookInfo:
  sendMessage: SEND text
  sendPhoto: SEND photo caption
  sendAudio: SEND audio caption
  sendDocument: SEND document caption
  sendVideo: SEND video caption
  sendAnimation: SEND animation
  sendVoice: SEND voice caption
  sendSticker: SEND sticker
  sendMediaGroup: chat_id media reply_to_message_id
  sendLocation: SEND latitude longitude horizontal_accuracy
  sendContact: SEND phone_number first_name last_name
  sendChatAction: chat_id action
  editMessageText: chat_id message_id text reply_markup
  editMessageCaption: chat_id message_id caption reply_markup
  editMessageReplyMarkup: chat_id message_id reply_markup
  deleteMessage: chat_id message_id
  forwardMessage: chat_id from_chat_id message_id
  copyMessage: chat_id from_chat_id message_id
  answerCallbackQuery: callback_query_id text show_alert
  getFile: file_id
  getChat: chat_id
  getChatMember: chat_id user_id
  getChatMembersCount: chat_id
  getChatAdministrators: chat_id
  leaveChat: chat_id
  pinChatMessage: chat_id message_id
  unPinChatMessage: chat_id message_id
  setMyCommands: commands
  getMyCommands:
  askReview: user_id delay_seconds
  `,
  groups,
);

export const bale: Profile = {
  name: 'bale',
  methods,
  notBuilt: new Set(
    [
      'setMyName',
      'getMyName',
      'setMyDescription',
      'getMyDescription',
      'setMyShortDescription',
      'getMyShortDescription',
    ].map((name) => name.toLowerCase()),
  ),
  refusals: {
    'bad-token': [403, 'Bad Request: Token not found'],
    'unknown-method': [404, 'Not Found: handler not found'],
    'chat-missing': [400, 'Bad Request: chat_id: must be a valid value'],
    'chat-not-found': [400, 'Bad Request: no such group or user'],
    blocked: [403, 'Forbidden: bot was blocked by the user'],
    deactivated: [403, 'Forbidden: user is deactivated'],
    'not-started': [403, 'Forbidden: permission_denied'],
    'not-in-group': [403, 'Forbidden: permission_denied'],
    'no-rights': [403, 'Forbidden: permission_denied'],
    'member-not-found': [400, 'Bad Request: no such group or user'],
    'text-empty': [400, 'Bad Request: text: cannot be blank'],
    'text-too-long': [400, 'Bad Request: text: the length must be between 1 and 4096'],
    'caption-too-long': [400, 'Bad Request: caption: the length must be between 0 and 4096'],
    'not-modified': [400, 'Bad Request: message is not modified'],
    'edit-missing': [400, 'Bad Request: message not found'],
    'edit-forbidden': [403, 'Forbidden: permission_denied'],
    'edit-no-text': [400, 'Bad Request: message not found'],
    'edit-no-caption': [400, 'Bad Request: message not found'],
    'delete-missing': [400, 'Bad Request: message not found'],
    'delete-forbidden': [403, 'Forbidden: permission_denied'],
    'reply-missing': [400, 'Bad Request: message not found'],
    'copy-missing': [400, 'Bad Request: message not found'],
    'copy-refused': [400, "Bad Request: message can't be copied"],
    'forward-missing': [400, 'Bad Request: message not found'],
    'press-unknown': [400, 'Bad Request: callback_query_id: must be a valid value'],
    'answer-too-long': [400, 'Bad Request: text: the length must be between 0 and 200'],
    'button-data': [400, 'Bad Request: callback_data: the length must be between 1 and 64'],
    'button-text': [400, 'Bad Request: text: cannot be blank'],
    'button-kind': [400, 'Bad Request: malformed request'],
    'button-url': [400, 'Bad Request: url: must be a valid URL'],
    'keyboard-too-big': [400, 'Bad Request: malformed request'],
    'contact-outside-private': [400, 'Bad Request: malformed request'],
    'file-missing': [400, 'Bad Request: malformed request'],
    'file-wrong': [400, 'Bad Request: file_id: must be a valid value'],
    'file-kind': [400, 'Bad Request: file_id: must be a valid value'],
    'file-too-big': [400, 'Bad Request: file is too big'],
    'file-empty': [400, 'Bad Request: malformed request'],
    // Bale has no such setting that is documented: what is refused without a word of its own is malformed to it.
    'voice-forbidden': [400, 'Bad Request: malformed request'],
    'album-size': [400, 'Bad Request: malformed request'],
    'album-mixed': [400, 'Bad Request: malformed request'],
    'webhook-active': [409, "Conflict: can't use getUpdates method while webhook is active"],
    'other-poller': [409, 'Conflict: terminated by other getUpdates request'],
    'webhook-set-meanwhile': [409, 'Conflict: terminated by setWebhook request'],
  },
  firstUpdateId: 0,
  firstPersonId: 1_400_000_001,
  limits: { text: 4096, caption: 4096, albumCaption: 1024 },
  keyboardFields: new Set(['keyboard', 'resize_keyboard', 'one_time_keyboard']),
  pressLifetime: null,
  keptUpdates: 2_000,
};
