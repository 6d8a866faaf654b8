import type { Message } from 'grammy/types';
import { isRecord } from './api-call.ts';
import { mediaOf } from './media.ts';

/**
 * What a field of a message is to the bot. `envelope`: who, where, when and how; `text`: words; `file`: something that
 * {@link mediaOf} may fetch; `place`: a point on the map; `contact`; `unreadable`: something that a person sent and that
 * can't be kept; `service`: what the messenger says by itself, which nobody waits for an answer to.
 */
type FieldUse = 'envelope' | 'text' | 'file' | 'place' | 'contact' | 'unreadable' | 'service';

/**
 * Every field of the Bot API's Message, decided on: a field that is new in grammY's types does not compile until it is.
 * Bale's messages have no others.
 */
export const FIELDS = {
  message_id: 'envelope',
  message_thread_id: 'envelope',
  is_topic_message: 'envelope',
  direct_messages_topic: 'envelope',
  from: 'envelope',
  sender_chat: 'envelope',
  sender_tag: 'envelope',
  sender_boost_count: 'envelope',
  sender_business_bot: 'envelope',
  receiver_user: 'envelope',
  ephemeral_message_id: 'envelope',
  guest_query_id: 'envelope',
  guest_bot_caller_user: 'envelope',
  guest_bot_caller_chat: 'envelope',
  business_connection_id: 'envelope',
  author_signature: 'envelope',
  via_bot: 'envelope',
  chat: 'envelope',
  date: 'envelope',
  edit_date: 'envelope',
  forward_origin: 'envelope',
  is_automatic_forward: 'envelope',
  is_from_offline: 'envelope',
  is_paid_post: 'envelope',
  paid_star_count: 'envelope',
  reply_to_message: 'envelope',
  reply_to_story: 'envelope',
  reply_to_checklist_task_id: 'envelope',
  reply_to_poll_option_id: 'envelope',
  external_reply: 'envelope',
  quote: 'envelope',
  has_protected_content: 'envelope',
  has_media_spoiler: 'envelope',
  show_caption_above_media: 'envelope',
  media_group_id: 'envelope',
  link_preview_options: 'envelope',
  effect_id: 'envelope',
  reply_markup: 'envelope',
  entities: 'envelope',
  caption_entities: 'envelope',
  suggested_post_info: 'envelope',

  text: 'text',
  caption: 'text',

  photo: 'file',
  document: 'file',
  voice: 'file',
  audio: 'file',
  video: 'file',
  animation: 'file',
  video_note: 'file',
  live_photo: 'file',
  paid_media: 'file',

  location: 'place',
  venue: 'place',
  contact: 'contact',

  sticker: 'unreadable',
  dice: 'unreadable',
  game: 'unreadable',
  poll: 'unreadable',
  story: 'unreadable',
  checklist: 'unreadable',
  rich_message: 'unreadable',
  invoice: 'unreadable',
  giveaway: 'unreadable',
  giveaway_winners: 'unreadable',

  checklist_tasks_done: 'service',
  checklist_tasks_added: 'service',
  community_chat_added: 'service',
  community_chat_joined: 'service',
  community_chat_removed: 'service',
  suggested_post_approved: 'service',
  suggested_post_approval_failed: 'service',
  suggested_post_declined: 'service',
  suggested_post_paid: 'service',
  suggested_post_refunded: 'service',
  chat_owner_left: 'service',
  chat_owner_changed: 'service',
  new_chat_members: 'service',
  left_chat_member: 'service',
  new_chat_title: 'service',
  new_chat_photo: 'service',
  delete_chat_photo: 'service',
  group_chat_created: 'service',
  supergroup_chat_created: 'service',
  channel_chat_created: 'service',
  managed_bot_created: 'service',
  poll_option_added: 'service',
  poll_option_deleted: 'service',
  message_auto_delete_timer_changed: 'service',
  migrate_to_chat_id: 'service',
  migrate_from_chat_id: 'service',
  pinned_message: 'service',
  successful_payment: 'service',
  refunded_payment: 'service',
  users_shared: 'service',
  chat_shared: 'service',
  connected_website: 'service',
  write_access_allowed: 'service',
  passport_data: 'service',
  proximity_alert_triggered: 'service',
  boost_added: 'service',
  chat_background_set: 'service',
  forum_topic_created: 'service',
  forum_topic_edited: 'service',
  forum_topic_closed: 'service',
  forum_topic_reopened: 'service',
  general_forum_topic_hidden: 'service',
  general_forum_topic_unhidden: 'service',
  giveaway_created: 'service',
  giveaway_completed: 'service',
  gift: 'service',
  gift_upgrade_sent: 'service',
  unique_gift: 'service',
  paid_message_price_changed: 'service',
  direct_message_price_changed: 'service',
  video_chat_scheduled: 'service',
  video_chat_started: 'service',
  video_chat_ended: 'service',
  video_chat_participants_invited: 'service',
  web_app_data: 'service',
} as const satisfies Record<keyof Message, FieldUse>;

const USES: ReadonlyMap<string, FieldUse> = new Map(Object.entries(FIELDS));

/** What a message brings, taken as a whole. A kind that no list knows is `unreadable`: whoever sent it gets a word. */
export type Content = 'text' | 'file' | 'place' | 'contact' | 'unreadable' | 'service';

/** What counts first. A field that no list knows makes no service message an answer. */
const BY_WEIGHT: readonly Content[] = ['file', 'place', 'contact', 'text', 'service', 'unreadable'];

/** What a message brings. Pictures and films that must be paid for first, or are several in one, are `unreadable`. */
export function contentOf(message: unknown): Content {
  if (!isRecord(message)) return 'unreadable';
  const uses = new Set(
    Object.keys(message)
      .filter((field) => message[field] !== undefined)
      .map((field) => USES.get(field) ?? 'unreadable'),
  );
  const found = BY_WEIGHT.find((use) => uses.has(use)) ?? 'unreadable';
  return found === 'file' && mediaOf(message) === null ? 'unreadable' : found;
}

/** Whether a message says nothing but who, where and when: Bale sends such stubs in groups. */
export const isEmptyMessage = (message: Record<string, unknown>): boolean =>
  !Object.entries(message).some(
    ([field, value]) => value !== undefined && value !== '' && USES.get(field) !== 'envelope',
  );

/** A metre. */
const DECIMALS = 5;

/**
 * The words of a message: its text, its caption, or a place as a line that any map finds («38.08000, 46.29000»), under
 * the place's name and address where it has them. Empty where there are none.
 */
export function wordsOf(message: unknown): string {
  if (!isRecord(message)) return '';
  const { text, caption, location, venue } = message;
  if (typeof text === 'string') return text;
  if (typeof caption === 'string') return caption;
  const named = isRecord(venue) ? [venue.title, venue.address].filter((line) => typeof line === 'string') : [];
  const point = isRecord(location) ? location : isRecord(venue) && isRecord(venue.location) ? venue.location : null;
  const degrees = [point?.latitude, point?.longitude].filter((one) => typeof one === 'number');
  const line = degrees.length === 2 ? [`📍 ${degrees.map((one) => one.toFixed(DECIMALS)).join(', ')}`] : [];
  return [...named, ...line].join('\n');
}
