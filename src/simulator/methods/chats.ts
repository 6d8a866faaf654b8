import type { Host } from '../host.ts';
import { rankIn, userOf } from '../wire/parts.ts';
import type { Wire } from '../wire/parts.ts';
import { wireChat, wireMessage, wireUser } from '../wire/wire.ts';
import type { GroupRank, GroupRecord } from '../world/records.ts';
import { knownChat, messageIn, openChat, refuse } from './method.ts';
import type { Call, Method } from './method.ts';

const ADMIN_RIGHTS = {
  can_delete_messages: true,
  can_manage_video_chats: true,
  can_restrict_members: true,
  can_promote_members: false,
  can_change_info: true,
  can_invite_users: true,
  can_post_stories: false,
  can_pin_messages: true,
};

const getChat: Method = (call) => {
  const { host } = call;
  const id = knownChat(call);
  const chat = wireChat(host, id);
  if (host.profile.name === 'bale') return { ...chat, description: null, invite_link: null, linked_chat_id: null };
  const pinned = host.world.chats.get(id)?.pinned;
  const message = typeof pinned === 'number' ? host.world.chats.get(id)?.messages.get(pinned) : undefined;
  return {
    ...chat,
    accent_color_id: 0,
    max_reaction_count: 11,
    accepted_gift_types: {
      unlimited_gifts: false,
      limited_gifts: false,
      unique_gifts: false,
      premium_subscription: false,
      gifts_from_channels: false,
    },
    ...(message ? { pinned_message: wireMessage(host, message) } : {}),
  };
};

const getChatMember: Method = (call) => {
  const { host, params } = call;
  const chat = knownChat(call);
  const user = params.integer('user_id') ?? 0;
  const group = groupOf(host, chat);
  if (host.profile.name === 'bale' && (!group || !isAdmin(host, chat))) return refuse(host, 'no-rights');
  if (user !== host.bot.id && !host.world.users.has(user)) return refuse(host, 'member-not-found');
  const rank = group ? rankIn(host, chat, user) : 'member';
  if (rank === undefined && host.profile.name === 'bale') return refuse(host, 'member-not-found');
  return memberOf(host, user, rank);
};

export function memberOf(host: Host, user: number, rank: GroupRank | 'kicked' | undefined): Wire {
  const wire = wireUser(host, userOf(host, user));
  if (rank === 'creator') return { status: 'creator', user: wire, is_anonymous: false };
  if (rank === 'administrator') {
    return {
      status: 'administrator',
      user: wire,
      can_be_edited: false,
      is_anonymous: false,
      can_manage_chat: true,
      ...ADMIN_RIGHTS,
    };
  }
  if (rank === 'kicked') return { status: 'kicked', user: wire, until_date: 0 };
  return { status: rank ?? 'left', user: wire };
}

const memberCount: Method = (call) => {
  const chat = knownChat(call);
  return groupOf(call.host, chat)?.members.length ?? 2;
};

const getChatAdministrators: Method = (call) => {
  const { host } = call;
  const chat = knownChat(call);
  const members = groupOf(host, chat)?.members ?? [];
  return members.filter(([, rank]) => rank !== 'member').map(([id, rank]) => memberOf(host, id, rank));
};

const leaveChat: Method = (call) => {
  const { host } = call;
  const chat = openChat(call);
  const group = groupOf(host, chat);
  if (!group) return refuse(host, 'chat-not-found');
  const members = group.members.filter(([id]) => id !== host.bot.id);
  host.world.commit({ t: 'group', group: { ...group, members } });
  return true;
};

const pinChatMessage: Method = (call) => {
  const chat = pinnable(call);
  const { id } = messageIn(call, { chat, otherwise: 'edit-missing' });
  call.host.world.commit({ t: 'pin', chat, message: id });
  return true;
};

const unpinChatMessage: Method = (call) => {
  const chat = pinnable(call);
  call.host.world.commit({ t: 'pin', chat, message: null });
  return true;
};

function pinnable(call: Call): number {
  const chat = openChat(call);
  if (groupOf(call.host, chat) && !isAdmin(call.host, chat)) refuse(call.host, 'no-rights');
  return chat;
}

const groupOf = (host: Host, chat: number): GroupRecord | null => host.world.chats.get(chat)?.group ?? null;

const isAdmin = (host: Host, chat: number): boolean => {
  const rank = rankIn(host, chat, host.bot.id);
  return rank === 'administrator' || rank === 'creator';
};

export const chatMethods: Record<string, Method> = {
  getChat,
  getChatMember,
  getChatMemberCount: memberCount,
  getChatMembersCount: memberCount,
  getChatAdministrators,
  leaveChat,
  pinChatMessage,
  unpinChatMessage,
};
