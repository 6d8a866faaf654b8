/** What a person sees of a text that the bot sent to Bale: written apart from the bot's renderer, to judge it. */
export interface BaleText {
  text: string;
  ranges: BaleRange[];
}

/** Offsets count UTF-16 units of the text without its markup. */
export type BaleRange = { offset: number; length: number } & (
  | { style: 'bold' | 'italic' }
  | { style: 'link'; url: string }
  | { style: 'expandable'; title: string }
);

const EXPANDABLE = /```\[([^\]\n]+)\]([\s\S]*?)```/;
const LINK = /\[([^[\]\n]+)\]\(([^\s()]+)\)/;
/**
 * docs.bale.ai: a space stands before the opening and after the closing marker. The ends of a line count as spaces
 * here, the marked words touch their markers, and a pair doesn't reach over a line end (neither is documented).
 */
const MARKED = /(?<=^|\s)([*_])(?=\S)([^\n]*?\S)\1(?=\s|$)/m;

/** Parses Bale's Markdown: `*bold*`, `_italic_`, `[text](url)` and the expandable block. The rest is shown as it is. */
export function parseBaleMarkdown(raw: string): BaleText {
  const [block, link, marked] = [EXPANDABLE.exec(raw), LINK.exec(raw), MARKED.exec(raw)];
  const first = [block, link, marked]
    .filter((match) => match !== null)
    .reduce<RegExpExecArray | null>((best, match) => (best && best.index <= match.index ? best : match), null);
  if (!first) return { text: raw, ranges: [] };

  const before = raw.slice(0, first.index);
  const inner = first === marked ? parseBaleMarkdown(first[2] ?? '') : { text: innerText(first, block), ranges: [] };
  const own: BaleRange = { offset: 0, length: inner.text.length, ...styleOf(first, { block, link }) };
  const after = parseRest(raw, first.index + first[0].length);
  const shift = before.length + inner.text.length;
  return {
    text: before + inner.text + after.text,
    ranges: [
      ...[own, ...inner.ranges].map((range) => ({ ...range, offset: range.offset + before.length })),
      ...after.ranges.map((range) => ({ ...range, offset: range.offset + shift })),
    ],
  };
}

/** The rest is parsed with what stands before it in sight: its first character need not begin a line. */
function parseRest(raw: string, from: number): BaleText {
  // A letter in front keeps a marker there from counting as the start of a line.
  const rest = parseBaleMarkdown(`x${raw.slice(from)}`);
  return {
    text: rest.text.slice(1),
    ranges: rest.ranges.map((range) => ({ ...range, offset: range.offset - 1 })),
  };
}

const innerText = (match: RegExpExecArray, block: RegExpExecArray | null): string =>
  (match === block ? match[2] : match[1]) ?? '';

type Style = { style: 'bold' | 'italic' } | { style: 'link'; url: string } | { style: 'expandable'; title: string };

function styleOf(
  match: RegExpExecArray,
  kinds: { block: RegExpExecArray | null; link: RegExpExecArray | null },
): Style {
  if (match === kinds.block) return { style: 'expandable', title: match[1] ?? '' };
  if (match === kinds.link) return { style: 'link', url: match[2] ?? '' };
  return { style: match[1] === '*' ? 'bold' : 'italic' };
}
