/**
 * Text plus ranges, never markup: a member's words can't turn into formatting, and no feature escapes anything.
 * Each messenger renders it in its own way (messengers/telegram, messengers/bale).
 */
export type RangeStyle = { style: 'bold' | 'italic' | 'code' } | { style: 'link'; url: string };

/** `offset` and `length` count UTF-16 units, as JavaScript strings and both messengers do. */
export type TextRange = { offset: number; length: number } & RangeStyle;

export interface RichText {
  readonly text: string;
  readonly ranges: readonly TextRange[];
}

export const EMPTY: RichText = { text: '', ranges: [] };

export const plain = (text: string): RichText => ({ text, ranges: [] });

export function styled(text: string, range: RangeStyle): RichText {
  return { text, ranges: text.length > 0 ? [{ offset: 0, length: text.length, ...range }] : [] };
}

export const bold = (text: string): RichText => styled(text, { style: 'bold' });

/** Joins pieces end to end; ranges move with their text. */
export function concat(...pieces: readonly (RichText | string)[]): RichText {
  let text = '';
  const ranges: TextRange[] = [];
  for (const piece of pieces) {
    const rich = typeof piece === 'string' ? plain(piece) : piece;
    for (const range of rich.ranges) ranges.push({ ...range, offset: range.offset + text.length });
    text += rich.text;
  }
  return { text, ranges };
}

/** Joins pieces with a separator, leaving out empty ones. */
export function join(pieces: readonly (RichText | string)[], separator = '\n'): RichText {
  const full = pieces.filter((piece) => (typeof piece === 'string' ? piece : piece.text) !== '');
  return concat(...full.flatMap((piece, index) => (index === 0 ? [piece] : [separator, piece])));
}

/** The part between two UTF-16 positions, with the ranges cut to it. */
export function slice(rich: RichText, start: number, end: number = rich.text.length): RichText {
  const ranges: TextRange[] = [];
  for (const range of rich.ranges) {
    const from = Math.max(range.offset, start);
    const to = Math.min(range.offset + range.length, end);
    if (to > from) ranges.push({ ...range, offset: from - start, length: to - from });
  }
  return { text: rich.text.slice(start, end), ranges };
}
