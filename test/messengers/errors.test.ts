import { inspect } from 'node:util';
import { GrammyError, HttpError } from 'grammy';
import { describe, expect, test } from 'vitest';
import { maskToken, toMessengerError } from '../../src/messengers/index.ts';
import { TransportError } from '../../src/messengers/http.ts';

const grammy = (error_code: number, description: string, parameters = {}): GrammyError =>
  new GrammyError(
    "Call to 'sendMessage' failed!",
    { ok: false, error_code, description, parameters },
    'sendMessage',
    {},
  );

describe('both messengers speak one vocabulary of failures', () => {
  test.each([
    // Telegram
    [401, 'Unauthorized', 'bad-token'],
    [404, 'Not Found', 'bad-token'],
    [403, 'Forbidden: bot was blocked by the user', 'unreachable'],
    [403, 'Forbidden: user is deactivated', 'unreachable'],
    [403, "Forbidden: bot can't initiate conversation with a user", 'unreachable'],
    [403, 'Forbidden: bot was kicked from the group chat', 'unreachable'],
    [400, 'Bad Request: chat not found', 'unreachable'],
    [400, 'Bad Request: not enough rights to send text messages to the chat', 'unreachable'],
    [400, 'Bad Request: message to edit not found', 'message-gone'],
    [400, 'Bad Request: message to delete not found', 'message-gone'],
    [400, 'Bad Request: message to be replied not found', 'message-gone'],
    [400, 'Bad Request: message is not modified: specified new message content is the same', 'not-modified'],
    [400, 'Bad Request: query is too old and response timeout expired or query ID is invalid', 'too-late'],
    [400, "Bad Request: message can't be deleted for everyone", 'too-late'],
    [409, 'Conflict: terminated by other getUpdates request', 'conflict'],
    [409, "Conflict: can't use getUpdates method while webhook is active", 'conflict'],
    [429, 'Too Many Requests: retry after 5', 'rate-limited'],
    [400, 'Bad Request: message text is empty', 'rejected'],
    [400, 'Bad Request: BUTTON_DATA_INVALID', 'rejected'],
    [500, 'Internal Server Error', 'down'],
    [502, 'Bad Gateway', 'down'],
    // Bale
    [403, 'Bad Request: Token not found', 'bad-token'],
    [403, 'Forbidden: permission_denied', 'unreachable'],
    [403, 'Forbidden', 'unreachable'],
    [400, 'Bad Request: no such group or user', 'unreachable'],
    [404, 'Not Found: no such group or user', 'unreachable'],
    [404, 'message not found', 'message-gone'],
    [403, 'HIT_LIMIT', 'rate-limited'],
    [400, 'bot limit exceed', 'rate-limited'],
    [429, 'local_rate_limited', 'rate-limited'],
    [400, 'Bad Request: malformed request', 'rejected'],
    [404, 'handler not found', 'rejected'],
    [501, 'Not Implemented', 'rejected'],
    [400, 'Bad Request: callback_query_id: must be a valid value', 'too-late'],
    [503, 'HTTP 503', 'down'],
    // With another code than usual, or in the words of MTProto that the server passes on.
    [400, 'Bad Request: USER_IS_BLOCKED', 'unreachable'],
    [400, 'Bad Request: user is deactivated', 'unreachable'],
    [400, 'Bad Request: bot was blocked by the user', 'unreachable'],
    [400, 'Bad Request: INPUT_USER_DEACTIVATED', 'unreachable'],
    [400, 'Bad Request: PEER_ID_INVALID', 'unreachable'],
    [400, 'Bad Request: CHAT_WRITE_FORBIDDEN', 'unreachable'],
    [400, 'Bad Request: CHAT_RESTRICTED', 'unreachable'],
    [400, 'Bad Request: private chat not found', 'unreachable'],
    [400, 'Bad Request: PRIVACY_PREMIUM_REQUIRED', 'unreachable'],
    [400, 'Bad Request: YOU_BLOCKED_USER', 'unreachable'],
    [403, 'Forbidden: the group chat was deleted', 'unreachable'],
    [403, "Forbidden: bot can't send messages to bots", 'unreachable'],
    [400, 'Bad Request: group chat was upgraded to a supergroup chat', 'unreachable'],
    [401, 'Unauthorized: bot was blocked by the user', 'unreachable'],
    [400, 'no_such_group_or_user', 'unreachable'],
    [400, 'Bad Request: VOICE_MESSAGES_FORBIDDEN', 'rejected'],
    [403, 'Forbidden: CHAT_SEND_PHOTOS_FORBIDDEN', 'rejected'],
    [400, 'Bad Request: not enough rights to send photos to the chat', 'rejected'],
    [400, 'Bad Request: not enough rights to send documents to the chat', 'rejected'],
    [400, 'Bad Request: MESSAGE_ID_INVALID', 'message-gone'],
    [400, 'Bad Request: MESSAGE_NOT_MODIFIED', 'not-modified'],
    [400, 'Bad Request: QUERY_ID_INVALID', 'too-late'],
    [400, 'Bad Request: MESSAGE_DELETE_FORBIDDEN', 'too-late'],
    [400, 'Bad Request: SLOWMODE_WAIT_30', 'rate-limited'],
    [420, 'FLOOD_WAIT_12', 'rate-limited'],
    [400, 'Bad Request: wrong file identifier/HTTP URL specified', 'rejected'],
    [400, "Bad Request: can't parse entities: Can't find end of the entity", 'rejected'],
  ])('%i %s', (code, description, kind) => {
    expect(toMessengerError(grammy(code, description))).toMatchObject({
      kind,
      method: 'sendMessage',
      ambiguous: false,
    });
  });

  test.each([
    ['deleteMessage', 'Forbidden: permission_denied', 'too-late'],
    ['editMessageText', 'Forbidden: permission_denied', 'too-late'],
    ['deleteMessage', 'Forbidden: bot was blocked by the user', 'unreachable'],
  ])('%s: %s is of the message where it does not name the person', (method, description, kind) => {
    const error = new GrammyError('failed', { ok: false, error_code: 403, description }, method, {});
    expect(toMessengerError(error)).toMatchObject({ kind });
  });

  test('a time to wait is handed on', () => {
    expect(toMessengerError(grammy(429, 'Too Many Requests', { retry_after: 7 })).retryAfter).toBe(7);
    expect(toMessengerError(grammy(429, 'local_rate_limited')).retryAfter).toBeUndefined();
  });

  test('a gateway that gave up waiting leaves it open what happened', () => {
    expect(toMessengerError(grammy(504, 'Gateway Timeout'))).toMatchObject({ kind: 'down', ambiguous: true });
  });

  test.each([true, false])('a broken connection is down, ambiguous or not as it was found: %s', (ambiguous) => {
    const broken = new HttpError('Network request failed', new TransportError('ECONNRESET', 'reset', ambiguous));
    expect(toMessengerError(broken, 'getMe')).toMatchObject({ kind: 'down', method: 'getMe', ambiguous });
  });

  test('what is not known is down, and it may have happened', () => {
    expect(toMessengerError(new Error('?'))).toMatchObject({ kind: 'down', ambiguous: true });
    const same = toMessengerError('text');
    expect(toMessengerError(same)).toBe(same);
  });

  test('what was written to whom does not travel with the failure', () => {
    const payload = { chat_id: 5, text: 'متن محرمانه' };
    const refusal = { ok: false, error_code: 400, description: 'Bad Request', parameters: {} } as const;
    const failure = toMessengerError(new GrammyError('failed', refusal, 'sendMessage', payload));
    expect(inspect(failure, { depth: null })).not.toContain('محرمانه');
  });

  test('a token is hidden wherever it stands', () => {
    const url = 'https://tapi.bale.ai/bot123456789:AAaaBBbbCCccDDddEEeeFFffGGggHHhhIIi/sendMessage';
    expect(maskToken(`${url} and 123456789:AAaaBBbbCCccDDddEEeeFFffGGggHHhhIIi`)).toBe(
      'https://tapi.bale.ai/bot123456789:***/sendMessage and 123456789:***',
    );
    expect(toMessengerError(new Error(url)).message).not.toContain('AAaa');
    expect(toMessengerError(grammy(400, url)).message).not.toContain('AAaa');
  });
});
