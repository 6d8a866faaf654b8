import type { FailureKind } from './messenger.ts';

/**
 * What the messengers say when they refuse, in order of precedence. Descriptions differ in case, in `_` for spaces and in the
 * code they come with (a blocked bot is 403 with words or 400 with `USER_IS_BLOCKED`), so the words decide: lower case, single
 * spaces, found anywhere. Sources: `Client.cpp` of Telegram's own Bot API server, the errors of MTProto that it passes on,
 * public reports of libraries for Telegram (telebot, aiogram, grammY) and Bale (python-bale-bot, Botyar).
 */
export const REFUSALS: readonly (readonly [words: string, kind: FailureKind])[] = [
  // Wait.
  ['bot limit exceed', 'rate-limited'],
  ['local rate limited', 'rate-limited'],
  ['hit limit', 'rate-limited'],
  ['too many requests', 'rate-limited'],
  ['flood wait', 'rate-limited'],
  ['flood premium wait', 'rate-limited'],
  ['slowmode wait', 'rate-limited'],
  ['peer flood', 'rate-limited'],
  // The bot itself.
  ['token not found', 'bad-token'],
  ['token is invalid', 'bad-token'],
  // An edit that changes nothing.
  ['not modified', 'not-modified'],
  // Too late to answer, to change or to delete.
  ['query is too old', 'too-late'],
  ['query id invalid', 'too-late'],
  ['query id is invalid', 'too-late'],
  ['query id: must be', 'too-late'],
  ['queryid', 'too-late'],
  ["message can't be edited", 'too-late'],
  ["message can't be deleted", 'too-late'],
  ['message edit time expired', 'too-late'],
  ['message delete forbidden', 'too-late'],
  ['message author required', 'too-late'],
  // This kind of file only: the same goes as a document, or as text.
  ['voice messages forbidden', 'rejected'],
  ['video messages forbidden', 'rejected'],
  ['chat send voices forbidden', 'rejected'],
  ['chat send roundvideos forbidden', 'rejected'],
  ['chat send videos forbidden', 'rejected'],
  ['chat send photos forbidden', 'rejected'],
  ['chat send audios forbidden', 'rejected'],
  ['chat send docs forbidden', 'rejected'],
  ['chat send gifs forbidden', 'rejected'],
  ['chat send stickers forbidden', 'rejected'],
  ['chat send media forbidden', 'rejected'],
  ['chat send polls forbidden', 'rejected'],
  ['not enough rights to send photos', 'rejected'],
  ['not enough rights to send videos', 'rejected'],
  ['not enough rights to send video notes', 'rejected'],
  ['not enough rights to send voice', 'rejected'],
  ['not enough rights to send documents', 'rejected'],
  ['not enough rights to send audios', 'rejected'],
  ['not enough rights to send music', 'rejected'],
  ['not enough rights to send animations', 'rejected'],
  ['not enough rights to send stickers', 'rejected'],
  // Nobody is there, or nobody who may be written to.
  ['no such group or user', 'unreachable'],
  ['chat not found', 'unreachable'],
  ['user not found', 'unreachable'],
  ['peer not found', 'unreachable'],
  ['group not found', 'unreachable'],
  ['peer id invalid', 'unreachable'],
  ['user id invalid', 'unreachable'],
  ['invalid user id', 'unreachable'],
  ['chat id invalid', 'unreachable'],
  ['channel invalid', 'unreachable'],
  ['channel private', 'unreachable'],
  ['input user deactivated', 'unreachable'],
  ['user deactivated', 'unreachable'],
  ['user is deactivated', 'unreachable'],
  ['user deleted', 'unreachable'],
  ['user is deleted', 'unreachable'],
  ['account is deleted', 'unreachable'],
  ['user is blocked', 'unreachable'],
  ['you blocked user', 'unreachable'],
  ['user blocked', 'unreachable'],
  ['bot was blocked', 'unreachable'],
  ['bot is blocked', 'unreachable'],
  ['blocked by user', 'unreachable'],
  ['blocked by the user', 'unreachable'],
  ['bot was kicked', 'unreachable'],
  ['bot is not a member', 'unreachable'],
  ['not a member of the', 'unreachable'],
  ['user not participant', 'unreachable'],
  ["bot can't initiate", 'unreachable'],
  ["bot can't send messages to bots", 'unreachable'],
  ["bots can't send messages to bots", 'unreachable'],
  ['user is bot', 'unreachable'],
  ['privacy premium required', 'unreachable'],
  ['user privacy restricted', 'unreachable'],
  ['allow payment required', 'unreachable'],
  ['chat write forbidden', 'unreachable'],
  ['chat forbidden', 'unreachable'],
  ['chat restricted', 'unreachable'],
  ['chat admin required', 'unreachable'],
  ['chat send plain forbidden', 'unreachable'],
  ['chat guest send forbidden', 'unreachable'],
  ['user banned in channel', 'unreachable'],
  ['topic closed', 'unreachable'],
  ['topic deleted', 'unreachable'],
  ['message thread not found', 'unreachable'],
  ['group chat was deleted', 'unreachable'],
  ['group is deactivated', 'unreachable'],
  ['group chat is deactivated', 'unreachable'],
  ['chat is deactivated', 'unreachable'],
  ['group chat was upgraded', 'unreachable'],
  ['not enough rights to send', 'unreachable'],
  ['no rights to send', 'unreachable'],
  ['no write access', 'unreachable'],
  ['need administrator rights', 'unreachable'],
  // The message is not there.
  ['message not found', 'message-gone'],
  ['message to edit not found', 'message-gone'],
  ['message to delete not found', 'message-gone'],
  ['message to be replied not found', 'message-gone'],
  ['message to reply not found', 'message-gone'],
  ['message to copy not found', 'message-gone'],
  ['message to forward not found', 'message-gone'],
  ['message to pin not found', 'message-gone'],
  ['message id invalid', 'message-gone'],
  ['message identifier is not specified', 'message-gone'],
  ['message was deleted', 'message-gone'],
];

/** A description as {@link REFUSALS} writes it. */
const plainWords = (description: string): string =>
  description.toLowerCase().replaceAll('_', ' ').replaceAll('’', "'").replaceAll(/\s+/g, ' ');

/** What a messenger means by these words; undefined where they are not known and the code must tell. */
export function kindOfWords(description: string): FailureKind | undefined {
  const plain = plainWords(description);
  return REFUSALS.find(([words]) => plain.includes(words))?.[1];
}
