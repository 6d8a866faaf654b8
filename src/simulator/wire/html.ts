import { ApiError } from '../api/api-error.ts';
import type { Entity } from '../world/records.ts';

const TAGS: Record<string, string> = {
  b: 'bold',
  strong: 'bold',
  i: 'italic',
  em: 'italic',
  u: 'underline',
  ins: 'underline',
  s: 'strikethrough',
  strike: 'strikethrough',
  del: 'strikethrough',
  'tg-spoiler': 'spoiler',
  code: 'code',
  pre: 'pre',
  blockquote: 'blockquote',
  a: 'text_link',
};

/** Telegram's `parse_mode: HTML`: text and entities, or the 400 that Telegram gives. */
export function parseHtml(source: string): { text: string; entities: Entity[] } {
  const entities: Entity[] = [];
  const open: { tag: string; offset: number; url: string | undefined }[] = [];
  let text = '';
  for (const token of source.matchAll(
    /<(\/?)([a-zA-Z-]+)(?![a-zA-Z-])((?:[^<>"]|"[^<"]*")*)>|&(#\d+|\w+);|[^<&]+|[<&]/g,
  )) {
    const [whole, slash, name, attributes = '', reference] = token;
    if (reference !== undefined) text += decodeReference(reference, whole);
    else if (name === undefined) {
      if (whole === '<') throw broken(`Unsupported start tag "" at byte offset ${bytesBefore(source, token.index)}`);
      text += whole;
    } else if (slash === '/') {
      const started = open.pop();
      if (started?.tag !== name.toLowerCase()) {
        throw broken(`Unexpected end tag at byte offset ${bytesBefore(source, token.index)}`);
      }
      close({ ...started, end: text.length, entities });
    } else {
      const tag = name.toLowerCase();
      if (!Object.hasOwn(TAGS, tag)) {
        throw broken(`Unsupported start tag "${tag}" at byte offset ${bytesBefore(source, token.index)}`);
      }
      const href = /href\s*=\s*"([^"]*)"/i.exec(attributes)?.[1];
      open.push({ tag, offset: text.length, url: href?.replaceAll('&amp;', '&') });
    }
  }
  const left = open.at(-1);
  if (left) throw broken(`Can't find end tag corresponding to start tag "${left.tag}"`);
  return { text, entities: entities.sort((a, b) => a.offset - b.offset || b.length - a.length) };
}

function close(range: { tag: string; offset: number; url: string | undefined; end: number; entities: Entity[] }): void {
  const length = range.end - range.offset;
  const type = TAGS[range.tag];
  if (length === 0 || type === undefined || (type === 'text_link' && range.url === undefined)) return;
  range.entities.push({
    type,
    offset: range.offset,
    length,
    ...(range.url !== undefined && type === 'text_link' ? { url: range.url } : {}),
  });
}

function decodeReference(reference: string, whole: string): string {
  const named: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"' };
  if (Object.hasOwn(named, reference)) return named[reference] ?? whole;
  if (reference.startsWith('#')) return String.fromCodePoint(Number(reference.slice(1)));
  return whole;
}

const bytesBefore = (source: string, index: number): number => Buffer.byteLength(source.slice(0, index));

const broken = (detail: string): ApiError => new ApiError(400, `Bad Request: can't parse entities: ${detail}`);
