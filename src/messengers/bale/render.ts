import { concat, plain, styled, type RichText, type TextRange } from '../../language/rich-text.ts';

/**
 * Rich text in Bale's Markdown. Bale parses every text, there is no mode to switch it off and no escape in its
 * documentation; authors disagree whether a backslash is shown. So the only safe way is to let no marker through that isn't
 * ours:
 * - `*`, the backtick, `[` and `]` are replaced by signs that look the same. A zero-width character before a marker would keep
 *   the sign itself, but it rests on how Bale's parser sees white space, which nobody has documented; a sign that isn't a
 *   marker can't become one under any rule.
 * - `_` works only beside white space or punctuation; inside a word (`user_name`) it stays, since people copy such words.
 * - Inside an address the same signs are percent-encoded, so the link still leads where it led.
 * - A style needs a space before its opening and after its closing marker: it is added where the text has none. Styles
 *   don't nest in the documentation, so a place has one: link before bold before italic. Code has no form and stays plain.
 */
export function renderBale(rich: RichText): string {
  // Other line ends count as such, so that a style never runs over one; the length stays, as the ranges need it.
  return eachLine(rich, renderLine).join('\n').trim();
}

/** What people read of {@link renderBale}, but for the spaces that it puts beside markers. */
export function shownByBale(rich: RichText): RichText {
  const lines = eachLine(rich, (...line) =>
    concat(
      ...runsOf(...line).map(({ style, url, text }) => {
        const shown = neutralise(text);
        if (style === undefined) return plain(shown);
        return styled(shown, style === 'link' ? { style, url } : { style });
      }),
    ),
  );
  return concat(...lines.flatMap((line, index) => (index === 0 ? [line] : ['\n', line])));
}

type Line = [text: string, ranges: readonly TextRange[], start: number, end: number];

function eachLine<T>(rich: RichText, render: (...line: Line) => T): T[] {
  const text = rich.text
    .toWellFormed()
    .replace(/\r(?=\n)/g, ' ')
    .replace(/[\r\u2028\u2029]/g, '\n');
  let start = 0;
  return text.split('\n').map((line) => {
    const end = start + line.length;
    const rendered = render(text, rich.ranges, start, end);
    start = end + 1;
    return rendered;
  });
}

type Style = 'bold' | 'italic' | 'link' | undefined;

interface Run {
  style: Style;
  url: string;
  text: string;
}

const MARKERS = { bold: '*', italic: '_' } as const;

/** Line by line: whether a style may run over a line's end is not documented. */
function renderLine(text: string, ranges: readonly TextRange[], start: number, end: number): string {
  let out = '';
  let closed = false;
  for (const run of runsOf(text, ranges, start, end)) {
    if (run.style === undefined) {
      if (closed && !/^\s/.test(run.text)) out += ' ';
      out += neutralise(run.text);
      closed = false;
      continue;
    }
    // White space inside a marker would undo it.
    const inner = run.text.trim();
    const before = run.text.slice(0, run.text.length - run.text.trimStart().length);
    const after = run.text.slice(before.length + inner.length);
    if (inner === '') {
      out += run.text;
      closed &&= run.text === '';
      continue;
    }
    out += before;
    const needsSpace = run.style === 'link' ? closed && before === '' : out !== '' && !/\s$/.test(out);
    if (needsSpace) out += ' ';
    if (run.style === 'link') {
      out += `[${neutralise(inner)}](${run.url})`;
    } else {
      out += MARKERS[run.style] + neutralise(inner) + MARKERS[run.style];
    }
    out += after;
    closed = run.style !== 'link' && after === '';
  }
  return out;
}

/** The stretches of one style, in order, neighbours of the same style joined. */
function runsOf(text: string, ranges: readonly TextRange[], start: number, end: number): Run[] {
  const shown = ranges.filter((range) => range.offset < end && range.offset + range.length > start);
  // Most lines bear no style, and a text may be of nothing but short lines: sorting borders of each took most of the time.
  if (shown.length === 0) return start === end ? [] : [{ style: undefined, url: '', text: text.slice(start, end) }];
  const borders = new Set([start, end]);
  for (const range of shown) {
    for (const border of [range.offset, range.offset + range.length]) {
      const whole = isInsideCharacter(text, border) ? border + 1 : border;
      if (whole > start && whole < end) borders.add(whole);
    }
  }
  const sorted = [...borders].sort((a, b) => a - b);
  const runs: Run[] = [];
  for (let index = 0; index + 1 < sorted.length; index += 1) {
    const from = sorted[index]!;
    const piece = text.slice(from, sorted[index + 1]);
    const { style, url } = styleAt(shown, from);
    const last = runs.at(-1);
    if (last !== undefined && last.style === style && last.url === url) last.text += piece;
    else runs.push({ style, url, text: piece });
  }
  return runs;
}

/** Between the two halves of a surrogate pair; `text` is well-formed. */
const isInsideCharacter = (text: string, index: number): boolean => /[\uDC00-\uDFFF]/.test(text.charAt(index));

function styleAt(ranges: readonly TextRange[], position: number): { style: Style; url: string } {
  let style: Style;
  for (const range of ranges) {
    if (position < range.offset || position >= range.offset + range.length) continue;
    if (range.style === 'link') {
      const url = linkUrl(range.url);
      if (url !== null) return { style: 'link', url };
    } else if (range.style === 'bold' || (range.style === 'italic' && style === undefined)) {
      style = range.style;
    }
  }
  return { style, url: '' };
}

const LOOK_ALIKES: Record<string, string> = { '*': '∗', '`': 'ˋ', '[': '［', ']': '］', _: '＿' };

/** Signs that mark; a run of underscores counts only where it isn't between two letters or digits. */
const MARKING = /[*`[\]]|(?<![\p{L}\p{M}\p{N}_])_+|(?<!_)_+(?![\p{L}\p{M}\p{N}_])/gu;
const ADDRESS = /(?:https?:\/\/|www\.)\S+/gi;

/** A member's words, with no sign left in them that Bale could take for markup. */
function neutralise(text: string): string {
  let out = '';
  let last = 0;
  for (const match of text.matchAll(ADDRESS)) {
    out += disguise(text.slice(last, match.index)) + encodeMarks(match[0]);
    last = match.index + match[0].length;
  }
  return out + disguise(text.slice(last));
}

const disguise = (text: string): string =>
  text.replace(MARKING, (marks) => (LOOK_ALIKES[marks.charAt(0)] ?? '').repeat(marks.length));

const encodeMarks = (address: string): string => address.replace(MARKING, percentEncode);

const percentEncode = (characters: string): string =>
  Array.from(Buffer.from(characters), (byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('');

/** Only web addresses: Bale has targets of its own (`uid:`) that a member's profile must not be able to name. */
function linkUrl(url: string): string | null {
  if (!/^https?:\/\/\S/i.test(url)) return null;
  return encodeMarks(url.toWellFormed().replace(/[\s()<>"\\]/g, percentEncode));
}
