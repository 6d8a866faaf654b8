import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bold, concat, plain, type RichText, styled } from '../../src/language/rich-text.ts';
import { renderBale, shownByBale } from '../../src/messengers/bale/render.ts';
import { splitRich } from '../../src/messengers/split.ts';
import { readBaleMarkdown, type ShownLetter } from './bale-markdown.ts';
import { richText, words } from './rich-text-arbitrary.ts';

const link = (text: string, url: string): RichText => styled(text, { style: 'link', url });
const italic = (text: string): RichText => styled(text, { style: 'italic' });

describe('rich text on Bale', () => {
  test.each<[string, RichText, string]>([
    ['has bold between asterisks', concat('کد ', bold('۱۲'), ' است'), 'کد *۱۲* است'],
    ['has italic between underscores', concat('از ', italic('شورا'), ' است'), 'از _شورا_ است'],
    [
      'gets the spaces that Bale wants where they are missing',
      concat('نام:', bold('علی'), '، سلام'),
      'نام: *علی* ، سلام',
    ],
    ['gets one space between two styles', concat(bold('الف'), italic('ب')), '*الف* _ب_'],
    ['has no space added at either end of a line', concat('یک\n', bold('دو'), '\nسه'), 'یک\n*دو*\nسه'],
    ['has markers tight around the words', concat('یک', bold(' دو '), 'سه'), 'یک *دو* سه'],
    ['is styled line by line', bold('یک\nدو'), '*یک*\n*دو*'],
    ['has links', concat('در ', link('سایت', 'https://khoosheh.ir/a'), '.'), 'در [سایت](https://khoosheh.ir/a).'],
    [
      'keeps a link whole that runs over a bold word',
      link('یک', 'https://x.ir/(a) b'),
      '[یک](https://x.ir/%28a%29%20b)',
    ],
    ["links to the web alone, not to Bale's own targets", link('مدیر', 'uid:5'), 'مدیر'],
    ['shows code plain', styled('1403-27', { style: 'code' }), '1403-27'],
  ])('%s', (_name, rich, expected) => {
    expect(renderBale(rich)).toBe(expected);
  });

  test.each([
    ['a name in asterisks stays as it is', 'شرکت *برتر* ایران', 'شرکت ∗برتر∗ ایران'],
    ['a link typed by a member is no link', '[بانک](http://evil.ir)', '［بانک］(http://evil.ir)'],
    ['a box can hide nothing', '```[خبر]پنهان```', 'ˋˋˋ［خبر］پنهانˋˋˋ'],
    ['underscores beside spaces do not style', 'این _مهم_ است', 'این ＿مهم＿ است'],
    ['underscores inside words can be copied', 'user_name@x_y.ir و @my_bot', 'user_name@x_y.ir و @my_bot'],
    ['an address leads where it led', 'https://x.ir/a_b*c[1]', 'https://x.ir/a_b%2Ac%5B1%5D'],
  ])("people's words are only words: %s", (_name, text, expected) => {
    expect(renderBale(plain(text))).toBe(expected);
  });

  test("a member's words at the edge of our bold can't end it early or begin another", () => {
    const rendered = renderBale(concat('نام: ', bold('_a* b*_'), '* [x'));
    expect(stylesOf(readBaleMarkdown(rendered))).toEqual([
      ['نام:', undefined],
      ['_a*b*_', 'bold'],
      ['*[x', undefined],
    ]);
  });

  test('reads back as the same words, styled exactly where the text said so', () => {
    fc.assert(
      fc.property(richText(), (rich) => {
        expect(lettersOf(readBaleMarkdown(renderBale(rich)))).toEqual(lettersOf(expectedLetters(rich)));
      }),
      { numRuns: 10_000 },
    );
  });

  test('is foretold as a reader of its Markdown sees it, letter by letter and style by style', () => {
    const letters = (read: ShownLetter[]) =>
      read.filter(({ letter }) => letter.trim() !== '').map(({ letter, style }) => [letter, style]);
    fc.assert(
      fc.property(richText(words(25)), (rich) => {
        const shown = shownByBale(rich);
        expect(letters(readBaleMarkdown(renderBale(rich)))).toEqual(letters(expectedLetters(shown)));
      }),
      { numRuns: 2000 },
    );
  });

  test('fits the limit after rendering, in parts that keep every word', () => {
    const measure = (rich: RichText): number => renderBale(rich).length;
    fc.assert(
      fc.property(richText(words(80)), fc.integer({ min: 120, max: 300 }), (rich, limit) => {
        const parts = splitRich(rich, limit, measure).map((part) => renderBale(part));
        for (const part of parts) expect(part.length).toBeLessThanOrEqual(limit);
        const read = parts.flatMap((part) => readBaleMarkdown(part));
        expect(fold(read.map(({ letter }) => letter).join(''))).toBe(fold(rich.text.toWellFormed()));
      }),
      { numRuns: 1500 },
    );
  });
});

/** What a reader should see, straight from the ranges: link before bold before italic, code as nothing. */
function expectedLetters(rich: RichText): ShownLetter[] {
  const text = rich.text.toWellFormed();
  const letters: ShownLetter[] = [];
  let index = 0;
  for (const letter of text) {
    const over = rich.ranges.filter(({ offset, length }) => offset <= index && index < offset + length);
    const isLink = over.some((range) => range.style === 'link' && /^https?:/.test(range.url));
    const style = isLink
      ? 'link'
      : over.some((range) => range.style === 'bold')
        ? 'bold'
        : over.some((range) => range.style === 'italic')
          ? 'italic'
          : undefined;
    letters.push({ letter, style });
    index += letter.length;
  }
  return letters;
}

const LOOKS_LIKE: Record<string, string> = { '∗': '*', ˋ: '`', '［': '[', '］': ']', '＿': '_' };

/** Look-alikes and percent-encoding undone, white space left out: the words that a person reads. */
function fold(text: string): string {
  return text
    .replace(/[∗ˋ［］＿]/g, (sign) => LOOKS_LIKE[sign]!)
    .replace(/%(2A|5B|5D|60|5F)/g, (code) => decodeURIComponent(code))
    .replace(/\s/g, '');
}

/** The words in each style, joined where neighbours have the same one. */
function stylesOf(letters: ShownLetter[]): [string, ShownLetter['style']][] {
  const runs: [string, ShownLetter['style']][] = [];
  for (const { letter, style } of letters) {
    if (/^\s*$/.test(letter)) continue;
    const last = runs.at(-1);
    if (last !== undefined && last[1] === style) last[0] += letter;
    else runs.push([letter, style]);
  }
  return runs.map(([text, style]) => [fold(text), style]);
}

const lettersOf = stylesOf;
