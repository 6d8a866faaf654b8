import type { MessageEntity } from 'grammy/types';
import type { RichText, TextRange } from '../../language/rich-text.ts';

/**
 * Text and entities as Telegram keeps them: it cuts white space off both ends of a message and of each entity, and counts
 * in UTF-16 units. Doing the same here first means that what is measured and split is what will be shown.
 */
export function renderTelegram(rich: RichText): { text: string; entities: MessageEntity[] } {
  // A lone surrogate can't be written in UTF-8; its replacement is as long.
  const whole = rich.text.toWellFormed();
  const cutBefore = whole.length - whole.trimStart().length;
  const text = whole.trim();
  const entities: MessageEntity[] = [];
  for (const range of rich.ranges) {
    const from = Math.max(range.offset - cutBefore, 0);
    const to = Math.min(range.offset - cutBefore + range.length, text.length);
    const edges = tighten(text, from, to);
    if (edges !== null) entities.push(entityOf(range, edges.from, edges.to - edges.from));
  }
  return { text, entities: entities.sort((a, b) => a.offset - b.offset || b.length - a.length) };
}

function tighten(text: string, start: number, end: number): { from: number; to: number } | null {
  let from = start;
  let to = end;
  while (from < to && (isSpace(text, from) || isInsideCharacter(text, from))) from += 1;
  while (to > from && (isSpace(text, to - 1) || isInsideCharacter(text, to))) to -= 1;
  return to > from ? { from, to } : null;
}

const isSpace = (text: string, index: number): boolean => /\s/.test(text.charAt(index));

/** Between the two halves of a surrogate pair; `text` is well-formed. */
const isInsideCharacter = (text: string, index: number): boolean => /[\uDC00-\uDFFF]/.test(text.charAt(index));

function entityOf(range: TextRange, offset: number, length: number): MessageEntity {
  return range.style === 'link'
    ? { type: 'text_link', offset, length, url: range.url }
    : { type: range.style, offset, length };
}
