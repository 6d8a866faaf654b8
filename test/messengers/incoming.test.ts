import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { normaliseUpdate } from '../../src/messengers/incoming.ts';
import { mediaOf } from '../../src/messengers/index.ts';

const BIG_ID = 4_503_599_627_370_001;

const member = { id: 5, is_bot: false, first_name: 'زهرا' };
const base = { message_id: 1, date: 1_700_000_000, chat: { id: 5, type: 'private' }, from: member };

const REASONS = new Set(['malformed', 'other-kind', 'channel', 'empty']);

const FIELDS =
  'message_id date chat from text caption entities photo document contact location reply_to_message forward_from forward_from_chat forward_date new_chat_member __proto__'.split(
    ' ',
  );

const onBale = (update: unknown): ReturnType<typeof normaliseUpdate> => normaliseUpdate(update, { contactIdBits: 32 });
const onTelegram = (update: unknown): ReturnType<typeof normaliseUpdate> =>
  normaliseUpdate(update, { contactIdBits: 64 });

/** The message that features see. */
function seen(message: object, normalise = onBale): Record<string, unknown> {
  const result = normalise({ update_id: 0, message: { ...base, ...message } });
  if ('ignored' in result) throw new Error(`ignored: ${result.ignored}`);
  return result.update.message as unknown as Record<string, unknown>;
}

describe('one shape for both messengers', () => {
  test('keeps update 0, the first one on Bale', () => {
    const result = onBale({ update_id: 0, message: { ...base, text: 'سلام' } });
    expect(result).toMatchObject({ update: { update_id: 0, message: { text: 'سلام' } } });
  });

  test('takes null for absent, at every depth', () => {
    const message = seen({
      text: 'سلام',
      caption: null,
      reply_to_message: null,
      chat: { id: 5, type: 'private', photo: null },
      from: { ...member, last_name: null, language_code: null },
    });
    expect(JSON.stringify(message)).not.toContain('null');
    expect(message.chat).toEqual({ id: 5, type: 'private' });
  });

  test.each([
    ['/start', 6],
    ['/start o_12345', 6],
    ['/help@khoosheh_bot سلام', 18],
  ])('marks a command that came unmarked: %s', (text, length) => {
    expect(seen({ text }).entities).toEqual([{ type: 'bot_command', offset: 0, length }]);
    const marked = [{ type: 'bot_command', offset: 0, length }];
    expect(seen({ text, entities: marked }).entities).toEqual(marked);
  });

  test.each(['سلام /start', '/شروع', '/', '//'])('marks nothing else: %s', (text) => {
    expect(seen({ text }).entities).toBeUndefined();
  });

  test('drops entities that lie outside the text', () => {
    const entities = [
      { type: 'mention', offset: 0, length: 3 },
      { type: 'mention', offset: 2, length: 9 },
    ];
    expect(seen({ text: '@ab', entities }).entities).toEqual([entities[0]]);
  });

  test.each([
    [{ forward_from: { id: 9, is_bot: false, first_name: 'ع' } }, { type: 'user', sender_user: { id: 9 } }],
    [
      { forward_from_chat: { id: 8, type: 'channel', title: 'ک' }, forward_from_message_id: 3 },
      { type: 'channel', chat: { id: 8 }, message_id: 3 },
    ],
    [{ forward_from_chat: { id: 8, type: 'group' } }, { type: 'chat', sender_chat: { id: 8 } }],
  ])('folds flat forwards into one origin', (flat, origin) => {
    const message = seen({ text: 'x', forward_date: 1_600_000_000, ...flat });
    expect(message.forward_origin).toMatchObject({ ...origin, date: 1_600_000_000 });
    expect(Object.keys(message).filter((key) => key.startsWith('forward_'))).toEqual(['forward_origin']);
  });

  test("a person's own contact is theirs though Bale cuts its id to 32 bits", () => {
    const contact = {
      phone_number: 989_140_000_000,
      first_name: 'ز',
      user_id: Number(BigInt.asUintN(32, BigInt(BIG_ID))),
    };
    const from = { ...member, id: BIG_ID };
    expect(seen({ contact, from }).contact).toMatchObject({ user_id: BIG_ID, phone_number: '989140000000' });
    const signed = { ...contact, user_id: Number(BigInt.asIntN(32, BigInt(BIG_ID))) };
    expect(seen({ contact: signed, from }).contact).toMatchObject({ user_id: BIG_ID });
  });

  test("another's contact stays another's", () => {
    const contact = { phone_number: '0914', first_name: 'ز', user_id: 77 };
    expect(seen({ contact }).contact).toMatchObject({ user_id: 77 });
    const cut = { ...contact, user_id: Number(BigInt.asUintN(32, BigInt(BIG_ID))) };
    expect(seen({ contact: cut, from: { ...member, id: BIG_ID } }, onTelegram).contact).toMatchObject({
      user_id: cut.user_id,
    });
  });

  test('has the plural of a member who joined', () => {
    const chat = { id: 6, type: 'group' };
    expect(seen({ chat, new_chat_member: member }).new_chat_members).toEqual([member]);
  });

  test('a press under a message that is too old to have a date is still a press', () => {
    const message = { message_id: 3, chat: base.chat };
    const result = onBale({ update_id: 2, callback_query: { id: '1x', from: member, data: 'm1:go', message } });
    expect(result).toMatchObject({ update: { callback_query: { id: '1x', message: { message_id: 3, date: 0 } } } });
  });

  test('a bad descriptive field is left out, the message stays', () => {
    const from = { id: 5, first_name: 7, username: {}, language_code: [] };
    const message = seen({ text: 'سلام', from });
    expect(message.from).toMatchObject({ id: 5, first_name: '', is_bot: false });
    expect((message.from as { username?: unknown }).username).toBeUndefined();
  });
});

describe('what the bot does not work on', () => {
  test.each([
    ['a post in a channel', { message: { ...base, chat: { id: 1, type: 'channel' }, text: 'x' } }, 'channel'],
    ['a channel_post', { channel_post: { ...base, text: 'x' } }, 'other-kind'],
    ['an empty group message', { message: { ...base, chat: { id: 1, type: 'group' } } }, 'empty'],
    [
      'an empty group message with nulls',
      { message: { ...base, chat: { id: 1, type: 'group' }, text: null } },
      'empty',
    ],
    ['an inline query', { inline_query: { id: '1', from: member } }, 'other-kind'],
    ['a message from nobody', { message: { ...base, from: undefined, text: 'x' } }, 'malformed'],
    ['a text that is no text', { message: { ...base, text: { $gt: '' } } }, 'malformed'],
    ['an id that is no number', { message: { ...base, chat: { id: { $ne: 1 }, type: 'private' } } }, 'malformed'],
    ['a press from nobody', { callback_query: { id: '1' } }, 'malformed'],
  ])('is told by its reason: %s', (_name, update, ignored) => {
    expect(onBale({ update_id: 1, ...update })).toEqual({ ignored });
  });

  test.each([null, undefined, 5, 'x', [], {}, { update_id: -1 }, { update_id: '1' }])('%j is malformed', (update) => {
    expect(onBale(update)).toEqual({ ignored: 'malformed' });
  });

  test('is anything nested beyond all reason', () => {
    const deep = JSON.parse(`${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`) as object;
    expect(onBale({ update_id: 1, message: { ...base, text: 'x', extra: deep } })).toEqual({ ignored: 'malformed' });
  });

  test('is names that touch prototypes', () => {
    const raw = JSON.parse(
      `{"update_id":1,"message":{"message_id":1,"date":1,"chat":{"id":5,"type":"private","__proto__":{"admin":true}},
        "from":{"id":5,"is_bot":false,"first_name":"x","constructor":{"prototype":{"admin":true}}},"text":"x"}}`,
    ) as unknown;
    const result = onBale(raw);
    expect(JSON.stringify(result)).not.toContain('admin');
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
  });

  test('never makes it throw, whatever it is', () => {
    const field = fc.oneof(fc.jsonValue(), fc.constantFrom(null, 'x', 5, -1, {}, [], [null], { id: 1 }, base, member));
    const message = fc.dictionary(fc.constantFrom(...FIELDS), field);
    const kind = fc.constantFrom('message', 'edited_message', 'callback_query', 'my_chat_member', 'poll');
    fc.assert(
      fc.property(
        kind,
        fc.oneof(
          message,
          message.map((fields) => ({ ...base, ...fields })),
          field,
        ),
        (name, value) => {
          for (const normalise of [onBale, onTelegram]) {
            const result = normalise({ update_id: 1, [name]: value });
            const known =
              'update' in result ? mediaOf(result.update.message) !== undefined : REASONS.has(result.ignored);
            expect(known).toBe(true);
          }
        },
      ),
      { numRuns: 5000 },
    );
  });
});

describe('the file in a message', () => {
  const file = { file_id: 'F', file_unique_id: 'U', file_size: 10 };

  test.each([
    ['a document that is a picture', { document: { ...file, mime_type: 'image/png' } }, 'photo', 'document'],
    ['a document that is a sound', { document: { ...file, mime_type: 'audio/ogg' } }, 'audio', 'document'],
    ['a document that is a film', { document: { ...file, mime_type: 'Video/MP4' } }, 'video', 'document'],
    ['a document', { document: { ...file, mime_type: 'application/pdf' } }, 'document', 'document'],
    ['a document without a type', { document: file }, 'document', 'document'],
    ['a voice without a length', { voice: { file_id: 'F', file_unique_id: 'U' } }, 'voice', 'voice'],
    ['a moving picture', { animation: file, document: { ...file, mime_type: 'video/mp4' } }, 'video', 'document'],
  ])('is known by its type: %s', (_name, message, kind, sentAs) => {
    expect(mediaOf(seen(message))).toMatchObject({ kind, sentAs, fileId: 'F', uniqueId: 'U' });
  });

  test('is the largest of the sizes of a photo', () => {
    const photo = [{ file_id: 'small' }, { file_id: 'large', file_unique_id: 'L', file_size: 99 }];
    expect(mediaOf({ photo })).toEqual({ kind: 'photo', sentAs: 'photo', fileId: 'large', uniqueId: 'L', size: 99 });
  });

  test('is null where there is none', () => {
    expect(mediaOf(seen({ text: 'سلام' }))).toBeNull();
    expect(mediaOf({ document: { file_id: 5 } })).toBeNull();
    expect(mediaOf(undefined)).toBeNull();
  });
});
