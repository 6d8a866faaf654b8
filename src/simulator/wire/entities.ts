import { ApiError } from '../api/api-error.ts';
import type { Entity } from '../world/records.ts';

const KNOWN = new Set([
  'mention',
  'hashtag',
  'cashtag',
  'bot_command',
  'url',
  'email',
  'phone_number',
  'bold',
  'italic',
  'underline',
  'strikethrough',
  'spoiler',
  'blockquote',
  'expandable_blockquote',
  'code',
  'pre',
  'text_link',
  'text_mention',
  'custom_emoji',
]);

/**
 * Checks entities as Telegram's server does (texts of TDLib's `clean_input_string_with_entities`), and in strict mode
 * also what the server quietly repairs: unknown types, links without a URL, ranges that cross without nesting.
 */
export function checkEntities(value: unknown, text: string, strict: boolean): Entity[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw new ApiError(400, "Bad Request: can't parse entities: expected an Array");
  const entities = value.map((raw: unknown) => checkEntity(raw, text, strict));
  if (strict) refuseCrossing(entities);
  return entities;
}

function checkEntity(raw: unknown, text: string, strict: boolean): Entity {
  const entity = raw as Entity;
  if (typeof raw !== 'object' || raw === null || typeof entity.type !== 'string') {
    throw new ApiError(400, "Bad Request: can't parse MessageEntity: expected an Object with a type");
  }
  const { offset, length } = entity;
  if (!Number.isSafeInteger(offset) || !Number.isSafeInteger(length) || offset < 0 || length <= 0) {
    throw new ApiError(400, 'Bad Request: receive an entity with incorrect offset or length');
  }
  if (offset >= text.length) {
    throw new ApiError(400, `Bad Request: entity begins after the end of the text at UTF-16 offset ${offset}`);
  }
  const end = offset + length;
  if (end > text.length) {
    throw new ApiError(
      400,
      `Bad Request: entity beginning at UTF-16 offset ${offset} ends after the end of the text at UTF-16 offset ${end}`,
    );
  }
  if (splitsPair(text, offset) || splitsPair(text, end)) {
    throw new ApiError(
      400,
      `Bad Request: entity beginning at UTF-16 offset ${offset} ends in a middle of a UTF-16 symbol`,
    );
  }
  if (strict && !KNOWN.has(entity.type)) {
    throw new ApiError(400, `Bad Request: unsupported entity type "${entity.type}" (strict simulator)`);
  }
  if (strict && entity.type === 'text_link' && !isLink(entity.url)) {
    throw new ApiError(400, 'Bad Request: text_link without a valid url (strict simulator)');
  }
  return entity;
}

/** True where the position stands between the halves of a surrogate pair. */
function splitsPair(text: string, at: number): boolean {
  const before = text.charCodeAt(at - 1);
  const after = text.charCodeAt(at);
  return before >= 0xd8_00 && before <= 0xdb_ff && after >= 0xdc_00 && after <= 0xdf_ff;
}

function refuseCrossing(entities: Entity[]): void {
  const ordered = entities.toSorted((a, b) => a.offset - b.offset || b.length - a.length);
  const open: Entity[] = [];
  for (const entity of ordered) {
    while (open.length > 0 && endOf(open.at(-1)) <= entity.offset) open.pop();
    const around = open.at(-1);
    if (around && endOf(entity) > endOf(around)) {
      throw new ApiError(
        400,
        `Bad Request: entities at UTF-16 offsets ${around.offset} and ${entity.offset} overlap without nesting (strict simulator)`,
      );
    }
    open.push(entity);
  }
}

const endOf = (entity: Entity | undefined): number => (entity ? entity.offset + entity.length : 0);

export function isLink(url: unknown): url is string {
  return typeof url === 'string' && /^(?:https?|tg|tel|mailto|ble):\S+$/i.test(url) && URL.canParse(url);
}

/** What the messengers find by themselves in a text that a person writes. */
export function findEntities(text: string): Entity[] {
  const found: Entity[] = [];
  const add = (type: string, pattern: RegExp): void => {
    for (const match of text.matchAll(pattern)) {
      found.push({ type, offset: match.index, length: match[0].length });
    }
  };
  add('bot_command', /(?<![\p{L}\p{N}_/])\/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\p{L}\p{N}_/])/gu);
  add('url', /(?<![\p{L}\p{N}_@])https?:\/\/[^\s<>"]+[^\s<>".,;:!?،؛؟)]/gu);
  add('email', /(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g);
  add('mention', /(?<![\p{L}\p{N}_@./])@[A-Za-z]\w{3,31}(?![\w.])/gu);
  add('hashtag', /(?<![\p{L}\p{N}_&])#[\p{L}\p{N}_\u200c]*\p{L}[\p{L}\p{N}_\u200c]*/gu);
  return found.sort((a, b) => a.offset - b.offset);
}
