import { methodTable } from './profile.ts';
import type { Profile } from './profile.ts';

/** Parameters as the Bot API reference lists them; older names that the server still takes are left out on purpose. */
const groups = {
  ALBUM:
    'business_connection_id chat_id message_thread_id direct_messages_topic_id disable_notification protect_content allow_paid_broadcast message_effect_id reply_parameters',
  SEND: 'business_connection_id chat_id message_thread_id direct_messages_topic_id disable_notification protect_content allow_paid_broadcast message_effect_id suggested_post_parameters reply_parameters reply_markup',
  CAPTION: 'caption parse_mode caption_entities show_caption_above_media',
  EDIT: 'business_connection_id chat_id message_id inline_message_id reply_markup',
};

const methods = methodTable(
  `
  getMe:
  getUpdates: offset limit timeout allowed_updates
  setWebhook: url certificate ip_address max_connections allowed_updates drop_pending_updates secret_token
  deleteWebhook: drop_pending_updates
  getWebhookInfo:
  sendMessage: SEND text parse_mode entities link_preview_options
  sendPhoto: SEND CAPTION photo has_spoiler
  sendAudio: SEND CAPTION audio duration performer title thumbnail
  sendDocument: SEND CAPTION document thumbnail disable_content_type_detection
  sendVideo: SEND CAPTION video duration width height thumbnail cover start_timestamp has_spoiler supports_streaming
  sendAnimation: SEND CAPTION animation duration width height thumbnail has_spoiler
  sendVoice: SEND CAPTION voice duration
  sendSticker: SEND sticker emoji
  sendMediaGroup: ALBUM media
  sendLocation: SEND latitude longitude horizontal_accuracy live_period heading proximity_alert_radius
  sendContact: SEND phone_number first_name last_name vcard
  sendChatAction: business_connection_id chat_id message_thread_id action
  editMessageText: EDIT text parse_mode entities link_preview_options
  editMessageCaption: EDIT CAPTION
  editMessageMedia: EDIT media
  editMessageReplyMarkup: EDIT
  deleteMessage: chat_id message_id
  deleteMessages: chat_id message_ids
  forwardMessage: chat_id message_thread_id direct_messages_topic_id from_chat_id message_id video_start_timestamp disable_notification protect_content message_effect_id suggested_post_parameters
  copyMessage: SEND CAPTION from_chat_id message_id video_start_timestamp
  copyMessages: chat_id message_thread_id direct_messages_topic_id from_chat_id message_ids disable_notification protect_content remove_caption
  answerCallbackQuery: callback_query_id text show_alert url cache_time
  getFile: file_id
  getChat: chat_id
  getChatMember: chat_id user_id
  getChatMemberCount: chat_id
  getChatAdministrators: chat_id
  leaveChat: chat_id
  pinChatMessage: business_connection_id chat_id message_id disable_notification
  unpinChatMessage: business_connection_id chat_id message_id
  setMyCommands: commands scope language_code
  getMyCommands: scope language_code
  deleteMyCommands: scope language_code
  setMyName: name language_code
  getMyName: language_code
  setMyDescription: description language_code
  getMyDescription: language_code
  setMyShortDescription: short_description language_code
  getMyShortDescription: language_code
  setChatMenuButton: chat_id menu_button
  getChatMenuButton: chat_id
  `,
  groups,
);

export const telegram: Profile = {
  name: 'telegram',
  methods,
  notBuilt: new Set(),
  refusals: {
    'bad-token': [401, 'Unauthorized'],
    'unknown-method': [404, 'Not Found'],
    'chat-missing': [400, 'Bad Request: chat_id is empty'],
    'chat-not-found': [400, 'Bad Request: chat not found'],
    blocked: [403, 'Forbidden: bot was blocked by the user'],
    deactivated: [403, 'Forbidden: user is deactivated'],
    'not-started': [403, "Forbidden: bot can't initiate conversation with a user"],
    'not-in-group': [403, 'Forbidden: bot was kicked from the supergroup chat'],
    'no-rights': [400, 'Bad Request: not enough rights to manage pinned messages in the chat'],
    'member-not-found': [400, 'Bad Request: user not found'],
    'text-empty': [400, 'Bad Request: message text is empty'],
    'text-too-long': [400, 'Bad Request: message is too long'],
    'caption-too-long': [400, 'Bad Request: message caption is too long'],
    'not-modified': [
      400,
      'Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message',
    ],
    'edit-missing': [400, 'Bad Request: message to edit not found'],
    'edit-forbidden': [400, "Bad Request: message can't be edited"],
    'edit-no-text': [400, 'Bad Request: there is no text in the message to edit'],
    'edit-no-caption': [400, 'Bad Request: there is no caption in the message to edit'],
    'delete-missing': [400, 'Bad Request: message to delete not found'],
    'delete-forbidden': [400, "Bad Request: message can't be deleted"],
    'reply-missing': [400, 'Bad Request: message to be replied not found'],
    'copy-missing': [400, 'Bad Request: message to copy not found'],
    'copy-refused': [400, "Bad Request: message can't be copied"],
    'forward-missing': [400, 'Bad Request: message to forward not found'],
    'press-unknown': [400, 'Bad Request: query is too old and response timeout expired or query ID is invalid'],
    'answer-too-long': [400, 'Bad Request: MESSAGE_TOO_LONG'],
    'button-data': [400, 'Bad Request: BUTTON_DATA_INVALID'],
    'button-text': [400, 'Bad Request: BUTTON_TEXT_INVALID'],
    'button-kind': [
      400,
      "Bad Request: can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
    ],
    'button-url': [400, 'Bad Request: BUTTON_URL_INVALID'],
    'keyboard-too-big': [400, 'Bad Request: REPLY_MARKUP_TOO_LONG'],
    'contact-outside-private': [400, 'Bad Request: phone number can be requested in private chats only'],
    'file-missing': [400, 'Bad Request: there is no file in the request'],
    'file-wrong': [400, 'Bad Request: wrong file identifier/HTTP URL specified'],
    'file-kind': [400, 'Bad Request: type of file mismatch'],
    'file-too-big': [400, 'Bad Request: file is too big'],
    'file-empty': [400, 'Bad Request: file must be non-empty'],
    'voice-forbidden': [400, 'Bad Request: VOICE_MESSAGES_FORBIDDEN'],
    'album-size': [400, 'Bad Request: group send failed: 2 to 10 items expected'],
    'album-mixed': [400, "Bad Request: can't mix these media types in one album"],
    'webhook-active': [
      409,
      "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
    ],
    'other-poller': [
      409,
      'Conflict: terminated by other getUpdates request; make sure that only one bot instance is running',
    ],
    'webhook-set-meanwhile': [409, 'Conflict: terminated by setWebhook request'],
  },
  firstUpdateId: 700_000_001,
  firstPersonId: 5_100_000_001,
  limits: { text: 4096, caption: 1024, albumCaption: 1024 },
  keyboardFields: new Set([
    'keyboard',
    'is_persistent',
    'resize_keyboard',
    'one_time_keyboard',
    'input_field_placeholder',
    'selective',
  ]),
  pressLifetime: 15,
  keptUpdates: 1_000_000,
};
