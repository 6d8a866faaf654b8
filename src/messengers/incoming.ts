import type { Update } from 'grammy/types';
import { z } from 'zod';
import { TooDeepError, withoutNulls } from './clean.ts';
import { isEmptyMessage } from './content.ts';

/** Why an update is not worked on. */
export type IgnoredReason =
  | 'malformed' // not what a Bot API server sends
  | 'other-kind' // a kind of update the bot has no use for
  | 'channel' // posts in channels
  | 'empty'; // a message in a group without any content (Bale sends such stubs)

export type Normalised = { update: Update } | { ignored: IgnoredReason };

const text = z.string().optional().catch(undefined);
const whole = z.number().int();

const user = z.looseObject({
  id: whole,
  is_bot: z.boolean().catch(false),
  first_name: z.string().catch(''),
  last_name: text,
  username: text,
  language_code: text,
});

const chat = z.looseObject({
  id: whole,
  type: z.enum(['private', 'group', 'supergroup', 'channel']),
  title: text,
  username: text,
});

const file = z.looseObject({
  file_id: z.string(),
  file_unique_id: z.string().optional(),
  file_size: z.number().optional().catch(undefined),
  file_name: text,
  mime_type: text,
});

const entities = z
  .array(z.looseObject({ type: z.string(), offset: whole.nonnegative(), length: whole.positive() }))
  .optional()
  .catch(undefined);

const repliedTo = z.looseObject({
  message_id: whole,
  // Old messages under a pressed button come without a date.
  date: z.number().catch(0),
  chat,
  from: user.optional(),
  text: z.string().optional(),
  caption: z.string().optional(),
  entities,
  caption_entities: entities,
  photo: z.array(file).optional(),
  document: file.optional(),
  audio: file.optional(),
  video: file.optional(),
  voice: file.optional(),
  contact: z
    .looseObject({
      // A number on some paths: leading zeros are lost then, the country code is not.
      phone_number: z.union([z.string(), z.number().transform(String)]),
      first_name: z.string().catch(''),
      last_name: text,
      user_id: whole.optional().catch(undefined),
    })
    .optional(),
  location: z.looseObject({ latitude: z.number(), longitude: z.number() }).optional(),
  media_group_id: z.union([z.string(), z.number().transform(String)]).optional(),
});

const message = repliedTo.extend({ reply_to_message: repliedTo.optional().catch(undefined) });

type Message = z.infer<typeof repliedTo>;

const incoming = z.looseObject({
  update_id: whole.nonnegative(),
  message: message.optional(),
  edited_message: message.optional(),
  callback_query: z
    .looseObject({
      id: z.union([z.string(), z.number().transform(String)]),
      from: user,
      message: message.optional(),
      data: z.string().optional(),
    })
    .optional(),
  my_chat_member: z
    .looseObject({ chat, from: user, date: z.number(), new_chat_member: z.looseObject({ status: z.string() }) })
    .optional(),
});

/**
 * One shape for what arrives from either messenger, so that nothing above knows where it came from. It trusts nothing:
 * whatever it is given, it answers with an update that has the fields grammY's types promise, or with the reason why not.
 *
 * @param contactIdBits Bale documents a contact's `user_id` as 32 bits wide, though its ids have up to 52: what matches
 *   the sender's low bits is taken for the sender.
 */
export function normaliseUpdate(raw: unknown, { contactIdBits }: { contactIdBits: 32 | 64 }): Normalised {
  let cleaned: unknown;
  try {
    cleaned = withoutNulls(raw);
  } catch (error) {
    if (error instanceof TooDeepError) return { ignored: 'malformed' };
    throw error;
  }
  const parsed = incoming.safeParse(cleaned);
  if (!parsed.success) return { ignored: 'malformed' };

  const { update_id, message: sent, edited_message, callback_query, my_chat_member } = parsed.data;
  if (callback_query !== undefined) {
    if (callback_query.message !== undefined) tidyWithReply(callback_query.message, contactIdBits);
    return { update: { update_id, callback_query } as unknown as Update };
  }
  if (my_chat_member !== undefined) return { update: { update_id, my_chat_member } as unknown as Update };

  const received = sent ?? edited_message;
  if (received === undefined) return { ignored: 'other-kind' };
  if (received.chat.type === 'channel') return { ignored: 'channel' };
  if (received.from === undefined) return { ignored: 'malformed' };
  tidyWithReply(received, contactIdBits);
  if (received.chat.type !== 'private' && isEmptyMessage(received)) return { ignored: 'empty' };
  const update = sent === undefined ? { update_id, edited_message: received } : { update_id, message: received };
  return { update: update as unknown as Update };
}

function tidyWithReply(received: z.infer<typeof message>, contactIdBits: 32 | 64): void {
  tidy(received, contactIdBits);
  if (received.reply_to_message !== undefined) tidy(received.reply_to_message, contactIdBits);
}

function tidy(received: Message, contactIdBits: 32 | 64): void {
  if (received.text !== undefined) received.entities = textEntities(received.text, received.entities);
  if (received.photo?.length === 0) delete received.photo;
  foldForward(received);
  // Seen on Bale, in the singular.
  if (received.new_chat_members === undefined && received.new_chat_member !== undefined) {
    received.new_chat_members = [received.new_chat_member];
  }
  if (received.contact !== undefined && contactIdBits === 32 && received.from !== undefined) {
    if (isCutTo32Bits(received.contact.user_id, received.from.id)) received.contact.user_id = received.from.id;
  }
}

const COMMAND = /^\/[a-z0-9_]{1,64}(?:@\w{1,64})?(?!\S)/i;

/** Entities that lie within the text, with the command that Bale's older servers don't mark. */
function textEntities(body: string, given: Message['entities']): Message['entities'] {
  const kept = (given ?? []).filter(({ offset, length }) => offset + length <= body.length);
  const command = COMMAND.exec(body)?.[0];
  if (command !== undefined && !kept.some(({ type, offset }) => type === 'bot_command' && offset === 0)) {
    kept.unshift({ type: 'bot_command', offset: 0, length: command.length });
  }
  return kept.length > 0 ? kept : undefined;
}

/** Bale has the flat fields that Telegram gave up for `forward_origin`. */
function foldForward(received: Message): void {
  const { forward_date, forward_from, forward_from_chat, forward_from_message_id } = received;
  const date = typeof forward_date === 'number' ? forward_date : received.date;
  const source = chat.safeParse(forward_from_chat);
  const author = user.safeParse(forward_from);
  if (received.forward_origin === undefined) {
    if (source.success && source.data.type === 'channel') {
      const message_id = typeof forward_from_message_id === 'number' ? forward_from_message_id : 0;
      received.forward_origin = { type: 'channel', chat: source.data, message_id, date };
    } else if (source.success) {
      received.forward_origin = { type: 'chat', sender_chat: source.data, date };
    } else if (author.success) {
      received.forward_origin = { type: 'user', sender_user: author.data, date };
    } else if (typeof forward_date === 'number') {
      received.forward_origin = { type: 'hidden_user', sender_user_name: '', date };
    }
  }
  for (const key of ['forward_date', 'forward_from', 'forward_from_chat', 'forward_from_message_id']) {
    delete received[key];
  }
}

function isCutTo32Bits(contactId: number | undefined, senderId: number): boolean {
  if (contactId === undefined || contactId === senderId) return false;
  const id = BigInt(senderId);
  return contactId === Number(BigInt.asUintN(32, id)) || contactId === Number(BigInt.asIntN(32, id));
}
