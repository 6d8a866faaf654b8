import type { RangeStyle, RichText, TextRange } from './rich-text.ts';

/**
 * The syntax of a locale string: `<b>`, `<i>`, `<code>` and `{{name}}` or `{{name, format}}`. Markup is read from the
 * template alone, before any value is put in, so a value can never become markup.
 */
export type ValueFormat = 'number' | 'date' | 'shortDate' | 'time' | 'dateTime' | 'code' | 'raw';

const FORMATS: readonly string[] = [
  'number',
  'date',
  'shortDate',
  'time',
  'dateTime',
  'code',
  'raw',
] satisfies ValueFormat[];

export interface Placeholder {
  name: string;
  format: ValueFormat | undefined;
  /** People copy what is in `<code>`, invisible marks and all. */
  insideCode: boolean;
}

type Style = Extract<RangeStyle, { style: 'bold' | 'italic' | 'code' }>['style'];
type Piece =
  | { kind: 'text'; text: string }
  | { kind: 'open' | 'close'; style: Style }
  | { kind: 'value'; placeholder: Placeholder };

export interface Template {
  readonly pieces: readonly Piece[];
  readonly placeholders: readonly Placeholder[];
  /** What the writer of the template got wrong; the template works all the same, without it. */
  readonly problems: readonly string[];
}

const STYLES: Record<string, Style> = { b: 'bold', i: 'italic', code: 'code' };
const TOKEN = /<(?<slash>\/?)(?<tag>b|i|code)>|\{\{(?<inside>[^{}]*)\}\}/g;
const PLACEHOLDER = /^\s*(?<name>\w+)\s*(?:,\s*(?<format>\w+)\s*)?$/;

export function parseTemplate(source: string): Template {
  const pieces: Piece[] = [];
  const problems: string[] = [];
  const open: Style[] = [];
  let end = 0;

  for (const token of source.matchAll(TOKEN)) {
    if (token.index > end) pieces.push({ kind: 'text', text: source.slice(end, token.index) });
    end = token.index + token[0].length;
    const { tag, slash, inside = '' } = token.groups ?? {};
    const style = tag === undefined ? undefined : STYLES[tag];
    if (style !== undefined) {
      if (slash === '') {
        open.push(style);
        pieces.push({ kind: 'open', style });
      } else if (open.at(-1) === style) {
        open.pop();
        pieces.push({ kind: 'close', style });
      } else {
        problems.push(`${token[0]} closes nothing`);
      }
      continue;
    }
    const { name, format } = PLACEHOLDER.exec(inside)?.groups ?? {};
    if (name === undefined) {
      problems.push(`${token[0]} is not a placeholder`);
      continue;
    }
    if (format !== undefined && !isFormat(format)) problems.push(`no format "${format}"`);
    const known = format !== undefined && isFormat(format) ? format : undefined;
    pieces.push({ kind: 'value', placeholder: { name, format: known, insideCode: open.includes('code') } });
  }
  if (end < source.length) pieces.push({ kind: 'text', text: source.slice(end) });
  for (const style of open.toReversed()) {
    problems.push(`${style} is never closed`);
    pieces.push({ kind: 'close', style });
  }
  return {
    pieces,
    placeholders: pieces.flatMap((piece) => (piece.kind === 'value' ? [piece.placeholder] : [])),
    problems,
  };
}

const isFormat = (name: string): name is ValueFormat => FORMATS.includes(name);

/** Puts what `valueOf` answers in the placeholders' places. Ranges come out in reading order, outer before inner. */
export function fillTemplate(template: Template, valueOf: (placeholder: Placeholder) => RichText): RichText {
  let text = '';
  const ranges: TextRange[] = [];
  const open: TextRange[] = [];
  for (const piece of template.pieces) {
    switch (piece.kind) {
      case 'text':
        text += piece.text;
        break;
      case 'open': {
        const range: TextRange = { offset: text.length, length: 0, style: piece.style };
        open.push(range);
        ranges.push(range);
        break;
      }
      case 'close': {
        const range = open.pop();
        if (range !== undefined) range.length = text.length - range.offset;
        break;
      }
      case 'value': {
        const value = valueOf(piece.placeholder);
        for (const range of value.ranges) ranges.push({ ...range, offset: range.offset + text.length });
        text += value.text;
        break;
      }
    }
  }
  return { text, ranges: ranges.filter((range) => range.length > 0) };
}
