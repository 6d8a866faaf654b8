import type { MessengerName } from '../../src/messengers/messenger.ts';

/** What one member has on the phone of one sending. */
export interface Received {
  messenger: MessengerName;
  chatId: number;
  /** Has blocked the bot, so nothing can arrive. */
  blocked: boolean;
  /** Copies of the item; a long one comes in several messages, of which the first counts. */
  copies: number;
  /** All messages of the bot that came while it was sent. */
  messageIds: readonly number[];
}

/** What the database says of one member and one sending. */
export interface Recorded {
  messenger: MessengerName | null;
  chatId: number | null;
  state: 'waiting' | 'claimed' | 'sent' | 'unreachable' | 'failed' | 'unknown' | 'cancelled';
  messageIds: readonly number[];
}

export interface Tally {
  /** By the database. */
  writtenTo: number;
  sent: number;
  unreachable: number;
  failed: number;
  /** By what members have. */
  received: number;
  duplicates: number;
  /** Could have been reached and have nothing, or not all of it. */
  lost: number;
  /** Messages that the database knows and the member has not, or the other way round. */
  unmatched: number;
}

export interface Check {
  what: string;
  expected: number | string;
  found: number | string;
}

export const holds = ({ expected, found }: Check): boolean => expected === found;

/** Lays the two sides of one sending side by side; null counts both messengers. */
export function tally(
  messenger: MessengerName | null,
  { recorded, received }: { recorded: readonly Recorded[]; received: readonly Received[] },
): Tally {
  const isHere = (one: { messenger: MessengerName | null }) => messenger === null || one.messenger === messenger;
  const deliveries = recorded.filter(isHere);
  const members = received.filter(isHere);
  const inState = (...states: Recorded['state'][]) => deliveries.filter(({ state }) => states.includes(state)).length;
  const idsOf = (
    sides: readonly { messenger: MessengerName | null; chatId: number | null; messageIds: readonly number[] }[],
  ) =>
    new Set(
      sides.flatMap(({ messenger, chatId, messageIds }) => messageIds.map((id) => `${messenger}:${chatId}:${id}`)),
    );
  const known = idsOf(deliveries);
  const there = idsOf(members);
  const missing = known.difference(there);
  const isWhole = ({ messenger, chatId, copies }: Received) =>
    copies > 0 && ![...missing].some((id) => id.startsWith(`${messenger}:${chatId}:`));
  return {
    writtenTo: deliveries.length,
    sent: inState('sent'),
    unreachable: inState('unreachable'),
    failed: deliveries.length - inState('sent', 'unreachable'),
    received: members.filter(({ copies }) => copies > 0).length,
    duplicates: members.reduce((sum, { copies }) => sum + Math.max(0, copies - 1), 0),
    lost: members.filter((member) => !member.blocked && !isWhole(member)).length,
    unmatched: missing.size + there.difference(known).size,
  };
}

/** What must hold of one sending to `members` people, of whom `knownUnreachable` were left out from the start. */
export function checksOf(
  name: string,
  total: Tally,
  { members, blocked, knownUnreachable }: { members: number; blocked: number; knownUnreachable: number },
): Check[] {
  return [
    { what: `${name}: members written to or left out`, expected: members, found: total.writtenTo + knownUnreachable },
    { what: `${name}: received, by the members`, expected: members - blocked, found: total.received },
    { what: `${name}: sent, by the database`, expected: members - blocked, found: total.sent },
    { what: `${name}: unreachable or left out`, expected: blocked, found: total.unreachable + knownUnreachable },
    { what: `${name}: failed`, expected: 0, found: total.failed },
    { what: `${name}: duplicates`, expected: 0, found: total.duplicates },
    { what: `${name}: lost`, expected: 0, found: total.lost },
    { what: `${name}: messages on one side only`, expected: 0, found: total.unmatched },
  ];
}
