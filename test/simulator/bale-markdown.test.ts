import { describe, expect, it } from 'vitest';
import { parseBaleMarkdown } from '../../src/simulator/bale-markdown.ts';

describe('Bale’s Markdown', () => {
  it.each([
    ['plain', 'plain', []],
    ['*bold*', 'bold', [{ offset: 0, length: 4, style: 'bold' }]],
    ['a *b c* d', 'a b c d', [{ offset: 2, length: 3, style: 'bold' }]],
    ['یک _دو_', 'یک دو', [{ offset: 3, length: 2, style: 'italic' }]],
    [
      '*a*\n*b*',
      'a\nb',
      [
        { offset: 0, length: 1, style: 'bold' },
        { offset: 2, length: 1, style: 'bold' },
      ],
    ],
    [
      'see [here](https://x.ir/a_b) now',
      'see here now',
      [{ offset: 4, length: 4, style: 'link', url: 'https://x.ir/a_b' }],
    ],
    [
      '*see [here](https://x.ir) now* ok',
      'see here now ok',
      [
        { offset: 0, length: 12, style: 'bold' },
        { offset: 4, length: 4, style: 'link', url: 'https://x.ir' },
      ],
    ],
    [
      'x ```[More]hidden *text*``` y',
      'x hidden *text* y',
      [{ offset: 2, length: 13, style: 'expandable', title: 'More' }],
    ],
  ])('%j is seen as %j', (raw, text, ranges) => {
    expect(parseBaleMarkdown(raw)).toEqual({ text, ranges });
  });

  it.each([
    'a*b*c',
    '*b*c',
    'a*b*',
    '* a*',
    '*a *',
    '*a\nb*',
    '*a*:',
    'snake_case_name',
    '[a] (https://x.ir)',
    '[](https://x.ir)',
    '**',
    '\u200b*a*',
    '```code```',
    '`code`',
    '<b>x</b>',
  ])('%j is seen with its markers', (raw) => {
    expect(parseBaleMarkdown(raw)).toEqual({ text: raw, ranges: [] });
  });

  it('takes a marker right after a link for a letter', () => {
    expect(parseBaleMarkdown('[a](https://x.ir)*b* c').text).toBe('a*b* c');
  });

  it('keeps ranges right after a style that ends in the middle of the text', () => {
    const { text, ranges } = parseBaleMarkdown('*a* [b](https://x.ir) _c_ d');
    expect(text).toBe('a b c d');
    expect(ranges.map(({ offset, length }) => text.slice(offset, offset + length))).toEqual(['a', 'b', 'c']);
  });
});
