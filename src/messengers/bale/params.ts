/**
 * Every method the bot may call on Bale with every parameter that it may carry: docs.bale.ai as of 2026-03-10. What isn't
 * documented is mostly ignored in silence (a misspelt keyboard just vanished, MrAliSalehi/Bale.Net#8), so it is left out
 * here where it can be seen. `setMyCommands` is not documented but accepted; of its getter nothing is known.
 */
const reply = ['chat_id', 'reply_to_message_id', 'reply_markup'];
const copy = ['chat_id', 'from_chat_id', 'message_id'];
const edit = ['chat_id', 'message_id', 'reply_markup'];

export const BALE_PARAMS: Readonly<Record<string, readonly string[]>> = {
  getMe: [],
  getUpdates: ['offset', 'limit', 'timeout'],
  setWebhook: ['url'],
  deleteWebhook: [],
  getWebhookInfo: [],
  setMyCommands: ['commands'],
  getMyCommands: [],
  sendMessage: [...reply, 'text'],
  sendPhoto: [...reply, 'photo', 'caption'],
  sendAudio: [...reply, 'audio', 'caption'],
  sendDocument: [...reply, 'document', 'caption'],
  sendVideo: [...reply, 'video', 'caption'],
  sendVoice: [...reply, 'voice', 'caption'],
  sendAnimation: [...reply, 'animation'],
  sendMediaGroup: ['chat_id', 'media', 'reply_to_message_id'],
  sendLocation: [...reply, 'latitude', 'longitude', 'horizontal_accuracy'],
  sendContact: [...reply, 'phone_number', 'first_name', 'last_name'],
  sendChatAction: ['chat_id', 'action'],
  forwardMessage: copy,
  copyMessage: copy,
  editMessageText: [...edit, 'text'],
  editMessageCaption: [...edit, 'caption'],
  editMessageReplyMarkup: edit,
  deleteMessage: ['chat_id', 'message_id'],
  answerCallbackQuery: ['callback_query_id', 'text', 'show_alert'],
  getFile: ['file_id'],
  getChat: ['chat_id'],
  getChatAdministrators: ['chat_id'],
  getChatMembersCount: ['chat_id'],
  getChatMember: ['chat_id', 'user_id'],
  banChatMember: ['chat_id', 'user_id'],
  unbanChatMember: ['chat_id', 'user_id', 'only_if_banned'],
  leaveChat: ['chat_id'],
  pinChatMessage: ['chat_id', 'message_id'],
  unpinChatMessage: ['chat_id', 'message_id'],
};

/** Setters of the bot's profile: 501 on Bale, where @botfather does it. Not having them is no error of the caller. */
export const SKIPPED_ON_BALE: ReadonlySet<string> = new Set([
  'setMyName',
  'setMyDescription',
  'setMyShortDescription',
  'setChatMenuButton',
  'setMyDefaultAdministratorRights',
  'setMessageReaction',
]);

/** Telegram has these for many messages at once, Bale for one. */
export const LOOPED_ON_BALE: Readonly<Record<string, string>> = {
  deleteMessages: 'deleteMessage',
  copyMessages: 'copyMessage',
  forwardMessages: 'forwardMessage',
};

/** The old, plural name is the documented one. */
export const RENAMED_ON_BALE: Readonly<Record<string, string>> = { getChatMemberCount: 'getChatMembersCount' };

export const BALE_CHAT_ACTIONS: ReadonlySet<unknown> = new Set([
  'typing',
  'upload_photo',
  'record_video',
  'upload_video',
  'record_voice',
  'upload_voice',
  'choose_sticker',
]);
