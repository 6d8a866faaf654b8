import { ApiError } from '../api/api-error.ts';
import type { Parameters } from '../api/parameters.ts';
import type { Host } from '../host.ts';
import { refusal } from '../profiles/profile.ts';
import type { Refusal } from '../profiles/profile.ts';
import type { StoredMessage } from '../world/records.ts';
import { rankIn } from '../wire/parts.ts';

export interface Call {
  readonly host: Host;
  readonly params: Parameters;
  /** Hands over the way to give up waiting when the client is gone. */
  onDisconnect(giveUp: () => void): void;
}

/** An answer that is JSON already. */
export class RawJson {
  readonly json: string;
  /** What the call log shows in its place. */
  readonly logged: unknown;

  constructor(json: string, logged: unknown) {
    this.json = json;
    this.logged = logged;
  }
}

/** Returns the result, throws an ApiError. */
export type Method = (call: Call) => unknown;

export const refuse = (host: Host, reason: Refusal): never => {
  throw refusal(host.profile, reason);
};

/** The chat named by a parameter, which must exist. */
export function knownChat(call: Call, name = 'chat_id'): number {
  const { host, params } = call;
  const raw = params.raw(name);
  if (raw === undefined || raw === '' || raw === 0 || raw === '0') return refuse(host, 'chat-missing');
  const id = Number(raw);
  if (!Number.isSafeInteger(id)) return refuse(host, 'chat-not-found');
  const isKnown = host.world.users.has(id) || host.world.chats.get(id)?.group;
  return isKnown ? id : refuse(host, 'chat-not-found');
}

/** The chat named by `chat_id`, to which the bot may write. */
export function openChat(call: Call): number {
  const { host } = call;
  const id = knownChat(call);
  const group = host.world.chats.get(id)?.group;
  if (group?.movedTo !== undefined)
    throw new ApiError(400, 'Bad Request: group chat was upgraded to a supergroup chat', undefined, group.movedTo);
  if (group) {
    return rankIn(host, id, host.bot.id) ? id : refuse(host, 'not-in-group');
  }
  const user = host.world.users.get(id);
  if (user?.deactivated) return refuse(host, 'deactivated');
  if (user?.blocked) return refuse(host, 'blocked');
  return user?.started ? id : refuse(host, 'not-started');
}

/** A message of a chat by a parameter, or the refusal. */
export function messageIn(
  call: Call,
  { chat, name = 'message_id', otherwise }: { chat: number; name?: string; otherwise: Refusal },
): StoredMessage {
  const id = call.params.integer(name);
  const message = id === undefined ? undefined : call.host.world.chats.get(chat)?.messages.get(id);
  return message ?? refuse(call.host, otherwise);
}
