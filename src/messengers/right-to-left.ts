import { RLM } from '../language/persian-text.ts';
import type { RichText, TextRange } from '../language/rich-text.ts';

/** Of one line; what is never closed ends with it. */
const ISOLATES = /[\u2066-\u2068][^\u2069]*\u2069?/g;
/** What is of Persian without a letter: words or codes put in, and its digits. */
const OF_PERSIAN = /[\u2066-\u2068\u06F0-\u06F9]/;
/** Letters, and the mark itself; digits and signs have no direction of their own. */
const STRONG = /\p{L}|\u200F/u;

/**
 * Messengers lay out each line by its first strong letter outside isolates. A line that has none, such as a day and a share, or a
 * number and a title that somebody typed, would stand at the left in a Persian message: it gets a mark that nobody sees. Done twice, it adds nothing.
 */
export function rightToLeft({ text, ranges }: RichText): RichText {
  const starts: number[] = [];
  let start = 0;
  for (const line of text.split('\n')) {
    if (OF_PERSIAN.test(line) && !STRONG.test(line.replaceAll(ISOLATES, ''))) starts.push(start);
    start += line.length + 1;
  }
  if (starts.length === 0) return { text, ranges };
  let out = '';
  let from = 0;
  for (const at of starts) {
    out += text.slice(from, at) + RLM;
    from = at;
  }
  // What begins with the line begins with the mark, so that no style opens behind a sign; a code is copied without it.
  const moved = ({ offset, length, ...style }: TextRange): TextRange => {
    const end = offset + length;
    const before = starts.filter((at) => at < offset || (at === offset && style.style === 'code')).length;
    const until = starts.filter((at) => at < end).length;
    return { ...style, offset: offset + before, length: length + until - before };
  };
  return { text: out + text.slice(from), ranges: ranges.map(moved) };
}
