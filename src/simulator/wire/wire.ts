import type { Host } from '../host.ts';
import type { StoredMessage, UserRecord } from '../world/records.ts';
import { baleChat, baleMessage, baleUser } from './bale.ts';
import type { Wire } from './parts.ts';
import { telegramChat, telegramMessage, telegramUser } from './telegram.ts';

/** The message as the messenger writes it: in answers to the bot and in updates. */
export function wireMessage(host: Host, message: StoredMessage): Wire {
  return host.profile.name === 'telegram' ? telegramMessage(host, message) : baleMessage(host, message);
}

export function wireUser(host: Host, user: UserRecord): Wire {
  return host.profile.name === 'telegram' ? telegramUser(user) : baleUser(user);
}

export function wireChat(host: Host, chat: number): Wire {
  return host.profile.name === 'telegram' ? telegramChat(host, chat) : baleChat(host, chat);
}
