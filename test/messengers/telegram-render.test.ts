import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bold, concat, plain, type RichText, styled } from '../../src/language/rich-text.ts';
import { splitRich } from '../../src/messengers/split.ts';
import { renderTelegram } from '../../src/messengers/telegram/render.ts';
import { richText, words } from './rich-text-arbitrary.ts';

describe('rich text on Telegram', () => {
  test('becomes text and entities in UTF-16 units', () => {
    const rich = concat('👍 ', bold('سلام'), ' ', styled('سایت', { style: 'link', url: 'https://khoosheh.ir' }));
    expect(renderTelegram(rich)).toEqual({
      text: '👍 سلام سایت',
      entities: [
        { type: 'bold', offset: 3, length: 4 },
        { type: 'text_link', offset: 8, length: 4, url: 'https://khoosheh.ir' },
      ],
    });
  });

  test('loses the white space that Telegram cuts, and its entities move along', () => {
    expect(renderTelegram(concat('\n  ', bold(' عنوان \n'), '  '))).toEqual({
      text: 'عنوان',
      entities: [{ type: 'bold', offset: 0, length: 5 }],
    });
  });

  test('has no entity around white space alone', () => {
    expect(renderTelegram(concat('الف', bold(' \n '), 'ب')).entities).toEqual([]);
  });

  test('always has entities that fit the text, tight and on whole characters', () => {
    fc.assert(
      fc.property(richText(), (rich) => {
        const { text, entities } = renderTelegram(rich);
        expect(text).toBe(text.trim());
        expect(text.isWellFormed()).toBe(true);
        for (const { offset, length } of entities) {
          const covered = text.slice(offset, offset + length);
          expect(covered).toHaveLength(length);
          expect(length).toBeGreaterThan(0);
          expect(covered).toBe(covered.trim());
          expect(covered.isWellFormed()).toBe(true);
        }
      }),
      { numRuns: 5000 },
    );
  });

  test('keeps every styled character styled, and no other', () => {
    fc.assert(
      fc.property(richText(), (rich) => {
        const { text, entities } = renderTelegram(rich);
        const cut = rich.text.toWellFormed().length - rich.text.toWellFormed().trimStart().length;
        for (let index = 0; index < text.length; index += 1) {
          if (/\s/.test(text.charAt(index)) || /[\uD800-\uDFFF]/.test(text.charAt(index))) continue;
          const wanted = rich.ranges.filter(({ offset, length }) => isWithin(index + cut, offset, length)).length;
          const given = entities.filter(({ offset, length }) => isWithin(index, offset, length)).length;
          expect(given).toBe(wanted);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

const isWithin = (index: number, offset: number, length: number): boolean => index >= offset && index < offset + length;

/** The letters in each style, without white space. */
const styledLetters = ({ text, ranges }: RichText): string[] =>
  ['bold', 'italic', 'code', 'link'].map((style) =>
    text
      .split('')
      .filter((_letter, index) =>
        ranges.some((range) => range.style === style && isWithin(index, range.offset, range.length)),
      )
      .join('')
      .replace(/\s/g, ''),
  );

const addUp = (sums: string[], letters: string[]): string[] => sums.map((sum, index) => sum + letters[index]!);

const measure = (rich: RichText): number => renderTelegram(rich).text.length;

describe('a text over the limit', () => {
  const partsOf = (text: string, limit: number): string[] =>
    splitRich(plain(text), limit, measure).map((part) => part.text);

  test('is cut at the end of a paragraph first', () => {
    expect(partsOf('یک دو سه. چهار\nپنج\n\nشش هفت هشت', 24)).toEqual(['یک دو سه. چهار\nپنج', 'شش هفت هشت']);
  });

  test('is cut at the end of a line, a sentence, a word, in this order', () => {
    expect(partsOf('یک دو. سه\nچهار پنج شش', 14)).toEqual(['یک دو. سه', 'چهار پنج شش']);
    expect(partsOf('یک دو سه. چهار پنج', 14)).toEqual(['یک دو سه.', 'چهار پنج']);
    expect(partsOf('یک دو سه چهار پنج', 14)).toEqual(['یک دو سه چهار', 'پنج']);
  });

  test('is cut between graphemes where there is no space', () => {
    expect(partsOf('👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦', 25)).toEqual(['👨‍👩‍👧‍👦👨‍👩‍👧‍👦', '👨‍👩‍👧‍👦']);
  });

  test('has a first part of its own length, where a caption comes before messages', () => {
    const parts = splitRich(plain('یک دو. سه چهار پنج. شش هفت هشت نه ده'), 20, measure, { first: 8 });
    expect(parts.map((part) => part.text)).toEqual(['یک دو.', 'سه چهار پنج.', 'شش هفت هشت نه ده']);
  });

  test('is not cut inside a link', () => {
    const link = styled('یک پیوند دراز', { style: 'link', url: 'https://khoosheh.ir' });
    const parts = splitRich(concat('متن پیش از آن ', link, ' و پس از آن'), 20, measure);
    expect(parts.map(({ text }) => text)).toEqual(['متن پیش از آن', 'یک پیوند دراز و پس', 'از آن']);
  });

  test('4096 units go in one message and 4097 in two', () => {
    expect(partsOf('ا'.repeat(4096), 4096)).toHaveLength(1);
    expect(partsOf('ا'.repeat(4097), 4096).map(({ length }) => length)).toEqual([4096, 1]);
  });

  test('of nothing but white space has no parts', () => {
    expect(partsOf(' \n\t ', 10)).toEqual([]);
  });

  test('keeps every word, its order and its styles in parts that all fit', () => {
    fc.assert(
      fc.property(richText(words(60)), fc.integer({ min: 16, max: 60 }), (rich, limit) => {
        const parts = splitRich(rich, limit, measure);
        const bare = (text: string): string => text.replace(/\s/g, '');
        expect(parts.map(({ text }) => bare(text)).join('')).toBe(bare(rich.text));
        for (const part of parts) {
          const { text, entities } = renderTelegram(part);
          expect(text.length).toBeLessThanOrEqual(limit);
          expect(text).not.toBe('');
          for (const { offset, length } of entities) expect(offset + length).toBeLessThanOrEqual(text.length);
        }
        expect(parts.map(styledLetters).reduce(addUp, ['', '', '', ''])).toEqual(styledLetters(rich));
      }),
      { numRuns: 2000 },
    );
  });

  test('never breaks a character of several code points that fits', () => {
    const graphemes = new Intl.Segmenter('fa', { granularity: 'grapheme' });
    const list = (text: string): string[] => Array.from(graphemes.segment(text), ({ segment }) => segment);
    const emoji = fc.constantFrom('👨‍👩‍👧‍👦', '🇮🇷', '👩🏽‍💻', 'e\u0301', 'می', '😀', 'خانهٔ');
    fc.assert(
      fc.property(fc.array(emoji, { minLength: 5, maxLength: 60 }), (pieces) => {
        const text = pieces.join('');
        const parts = splitRich(plain(text), 16, measure);
        expect(parts.flatMap((part) => list(part.text))).toEqual(list(text));
      }),
      { numRuns: 500 },
    );
  });
});
