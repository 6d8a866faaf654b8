import { type RichText, slice } from '../language/rich-text.ts';

const graphemes = new Intl.Segmenter('fa', { granularity: 'grapheme' });

/** Ends in order of preference: a paragraph's, a line's, a sentence's, a word's. */
const ENDS = [/\n\s*\n/g, /\n/g, /[.!?؟؛…](?=\s)/g, /\s/g];

/** A cut earlier than this share of the limit would leave messages that look torn off. */
const FULL_ENOUGH = 0.5;

/**
 * Cuts a text into parts that each fit `limit`, as `measure` counts them once rendered. It cuts at the best end there is in
 * the second half of what fits; never inside a grapheme (unless one alone is over the limit) and, where it can, never
 * inside a link. White space at a cut is dropped. `first` is the limit of the first part, where it is another (a caption).
 */
export function splitRich(
  rich: RichText,
  limit: number,
  measure: (rich: RichText) => number,
  { first = limit }: { first?: number } = {},
): RichText[] {
  const parts: RichText[] = [];
  let rest = trim(rich);
  const room = (): number => (parts.length === 0 ? first : limit);
  while (rest.text !== '' && measure(rest) > room()) {
    const cut = cutOf(rest, room(), measure);
    const part = trim(slice(rest, 0, cut));
    if (part.text !== '') parts.push(part);
    rest = trim(slice(rest, cut));
  }
  if (rest.text !== '') parts.push(rest);
  return parts;
}

/** At most `limit` UTF-16 units, cut between graphemes and ended with an ellipsis where something was left out. */
export function clip(text: string, limit: number): string {
  if (text.length <= limit) return text;
  return `${text.slice(0, graphemeStart(text, limit - 1))}…`;
}

function cutOf(rich: RichText, limit: number, measure: (rich: RichText) => number): number {
  const { text } = rich;
  const segments = graphemes.segment(text.slice(0, limit + 512));
  const fits = (cut: number): boolean => measure(slice(rich, 0, cut)) <= limit;
  const onBorder = (cut: number): number => segments.containing(cut)?.index ?? cut;

  const most = longest(Math.min(text.length - 1, limit), fits);
  const least = Math.floor(most * FULL_ENOUGH);
  const candidates = [...endsBefore(text, most, least).map((end) => outsideLinks(rich, end)), outsideLinks(rich, most)];
  for (const candidate of candidates) {
    const cut = onBorder(candidate);
    if (cut > 0 && fits(cut)) return cut;
  }
  for (let cut = onBorder(most); cut > 0; cut = onBorder(cut - 1)) if (fits(cut)) return cut;
  return Math.max(1, isLowSurrogate(text, most) ? most - 1 : most);
}

/** The greatest length up to `upper` that fits; rendered lengths grow with the text but for a marker or two. */
function longest(upper: number, fits: (length: number) => boolean): number {
  let low = 1;
  let high = upper;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (fits(middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}

function endsBefore(text: string, most: number, least: number): number[] {
  const window = text.slice(least, most + 1);
  return ENDS.flatMap((pattern) => {
    const last = [...window.matchAll(pattern)]
      .filter((match) => least + match.index + match[0].length <= most + 1)
      .at(-1);
    return last === undefined ? [] : [Math.min(least + last.index + last[0].length, most)];
  });
}

function outsideLinks(rich: RichText, cut: number): number {
  const link = rich.ranges.find(
    (range) => range.style === 'link' && range.offset < cut && cut < range.offset + range.length,
  );
  return link === undefined ? cut : link.offset;
}

function graphemeStart(text: string, index: number): number {
  return graphemes.segment(text.slice(0, index + 512)).containing(index)?.index ?? index;
}

const isLowSurrogate = (text: string, index: number): boolean => /[\uDC00-\uDFFF]/.test(text.charAt(index));

function trim(rich: RichText): RichText {
  const start = rich.text.length - rich.text.trimStart().length;
  return slice(rich, start, Math.max(start, rich.text.trimEnd().length));
}
