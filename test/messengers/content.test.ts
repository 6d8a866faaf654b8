import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { contentOf, FIELDS, wordsOf } from '../../src/messengers/content.ts';
import { mediaOf } from '../../src/messengers/media.ts';

/** The fields of the interfaces that make up a message, as grammY's types declare them. */
function fieldsInTypes(): string[] {
  const types = readFileSync(new URL(import.meta.resolve('@grammyjs/types/message.d.ts')), 'utf8');
  const parts = ['ServiceMessage', 'CommonMessage', 'CaptionableMessage', 'MediaMessage', 'Message'];
  return parts.flatMap((name) => {
    const body =
      new RegExp(`interface ${name}(?: extends [\\w.]+)? \\{(.*?)\\n(?: {4})?\\}`, 's').exec(types)?.[1] ?? '';
    return [...body.matchAll(/^\s+(\w+)\??:/gm)].map(([, field = '']) => field);
  });
}

/** Every field of a message that Bale documents, or that was seen there. */
const BALE = `
  message_id from date chat sender_chat reply_to_message edit_date media_group_id text entities caption caption_entities
  animation audio document photo sticker video voice contact location new_chat_members left_chat_member group_chat_created
  invoice successful_payment web_app_data reply_markup`
  .trim()
  .split(/\s+/);

const FILE = { file_id: 'id', file_unique_id: 'unique' };

describe('the content of messages', () => {
  it('is decided on for every field that the types of the Bot API have, and for every one of Bale', () => {
    const fields = fieldsInTypes();
    expect(fields.length).toBeGreaterThan(100);
    expect([...new Set(fields)].filter((field) => !(field in FIELDS))).toEqual([]);
    expect(BALE.filter((field) => !(field in FIELDS))).toEqual([]);
  });

  it.each([
    ['a round film', { video_note: FILE }, 'video'],
    ['a moving picture without its document', { animation: FILE }, 'video'],
    ['a live photo', { photo: [FILE], live_photo: FILE }, 'photo'],
    ['a live photo without its picture', { live_photo: FILE }, 'video'],
    ['a bought picture', { paid_media: { star_count: 1, paid_media: [{ type: 'photo', photo: [FILE] }] } }, 'photo'],
    ['a bought film', { paid_media: { star_count: 1, paid_media: [{ type: 'video', video: FILE }] } }, 'video'],
  ])('is a file where it is %s', (_what, message, kind) => {
    expect(contentOf(message)).toBe('file');
    expect(mediaOf(message)?.kind).toBe(kind);
  });

  it.each([
    ['several bought pictures', { paid_media: { paid_media: [{ photo: [FILE] }, { photo: [FILE] }] } }],
    ['one that must be paid for first', { paid_media: { paid_media: [{ type: 'preview' }] } }],
    ['a kind that nobody knows yet', { hologram: FILE }],
    ['nothing at all', {}],
  ])('is said to be unreadable where it is %s', (_what, message) => {
    expect(mediaOf(message)).toBeNull();
    expect(contentOf({ message_id: 1, chat: {}, date: 1, ...message })).toBe('unreadable');
  });

  it('keeps a place as words that any map finds', () => {
    const location = { latitude: 38.0800004, longitude: 46.29 };
    expect(wordsOf({ location })).toBe('📍 38.08000, 46.29000');
    expect(wordsOf({ location, venue: { location, title: 'اتاق اصناف', address: 'تبریز' } })).toBe(
      'اتاق اصناف\nتبریز\n📍 38.08000, 46.29000',
    );
    expect(wordsOf({ venue: { title: 7 }, location: { latitude: 'x' } })).toBe('');
  });
});
