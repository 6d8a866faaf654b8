import type { RichText } from '../language/rich-text.ts';
import { isRecord, type Upload } from './api-call.ts';
import { mediaOf } from './media.ts';
import {
  type FailureKind,
  type MessengerClient,
  MessengerError,
  type OutgoingMessage,
  type SentMessage,
} from './messenger.ts';
import type { MessengerProfile } from './profile.ts';
import { rightToLeft } from './right-to-left.ts';
import { renderTelegram } from './telegram/render.ts';
import type { CallOptions } from './transport.ts';

export type Params = Record<string, unknown>;
/** One call; its result, or a thrown {@link MessengerError}. */
export type Call = (
  method: string,
  params: Params,
  options?: Partial<CallOptions> & { uploads?: Upload[] | undefined },
) => Promise<unknown>;

/** What becomes of messages that are there already. */
export function createEditing(deps: {
  profile: MessengerProfile;
  call: Call;
  markupOf: (method: string, message: OutgoingMessage) => Params;
}): Pick<MessengerClient, 'edit' | 'editFile' | 'removeKeyboard' | 'delete'> {
  const { profile, call, markupOf } = deps;
  const { limits } = profile;

  /** @throws MessengerError `rejected` where it is not one message with an inline keyboard or none */
  function oneMessage(method: string, message: OutgoingMessage) {
    const limit = message.media === undefined ? limits.text : limits.caption;
    if (message.keyboard !== undefined && message.keyboard.kind !== 'inline') {
      throw new MessengerError('rejected', method, 'An edit carries an inline keyboard or none: send a new message');
    }
    const rich = laidOut(message);
    if (profile.measure(rich) > limit) {
      throw new MessengerError('rejected', method, `The text is over ${limit} characters: shorten it or send it anew`);
    }
    return { ...renderTelegram(rich), markup: markupOf(method, message) };
  }

  return {
    edit: async (chatId, messageId, message, options = {}) => {
      const method = message.media === undefined ? 'editMessageText' : 'editMessageCaption';
      const { text, entities, markup } = oneMessage(method, message);
      const content =
        message.media === undefined
          ? { text, entities, link_preview_options: { is_disabled: true } }
          : { caption: text, caption_entities: entities };
      const params = { chat_id: chatId, message_id: messageId, ...content, ...markup };
      await call(method, params, options).catch(unless('not-modified'));
    },

    editFile: async (chatId, messageId, message, options = {}) => {
      const method = 'editMessageMedia';
      const { kind, file } = message.media;
      if (!profile.capabilities.editMedia.includes(kind)) {
        throw new MessengerError(
          'rejected',
          method,
          `${profile.name} can't put a ${kind} into a message that is there`,
        );
      }
      const { text, entities, markup } = oneMessage(method, message);
      const media = 'fileId' in file ? file.fileId : 'attach://upload';
      const params = {
        chat_id: chatId,
        message_id: messageId,
        media: { type: kind, media, caption: text, caption_entities: entities },
        ...markup,
      };
      const uploads = 'fileId' in file ? undefined : [{ name: 'upload', ...file }];
      const edited = await call(method, params, { ...options, uploads }).catch(unless('not-modified'));
      return { ...sentMessage(edited), messageId };
    },

    removeKeyboard: async (chatId, messageId) => {
      const params = { chat_id: chatId, message_id: messageId, reply_markup: { inline_keyboard: [] } };
      await call('editMessageReplyMarkup', params).catch(unless('not-modified', 'message-gone', 'too-late'));
    },

    delete: async (chatId, messageId, options = {}) => {
      const deleted = await call('deleteMessage', { chat_id: chatId, message_id: messageId }, options).catch(
        unless('message-gone'),
      );
      return deleted === undefined ? 'gone' : 'deleted';
    },
  };
}

/** Lets the named failures pass as if they had been successes. */
export const unless =
  (...kinds: FailureKind[]) =>
  (error: unknown): undefined => {
    if (error instanceof MessengerError && kinds.includes(error.kind)) return undefined;
    throw error;
  };

/** Persian is what is spoken where nothing else is said. */
export const laidOut = ({ text, direction = 'rtl' }: OutgoingMessage): RichText =>
  direction === 'rtl' ? rightToLeft(text) : text;

export function sentMessage(result: unknown): SentMessage {
  const messageId = isRecord(result) && typeof result.message_id === 'number' ? result.message_id : 0;
  const fileId = mediaOf(result)?.fileId;
  return fileId === undefined ? { messageId } : { messageId, fileId };
}
