import fc from 'fast-check';
import { expect, it } from 'vitest';
import { bold, concat, plain, slice, styled } from '../../src/language/rich-text.ts';
import { rightToLeft } from '../../src/messengers/right-to-left.ts';
import { richText } from './rich-text-arbitrary.ts';

const RLM = '\u200F';
const typed = (text: string): string => `\u2068${text}\u2069`;

it('marks lines that hold nothing but signs, digits and what somebody typed', () => {
  expect(rightToLeft(plain(`نتیجه:\n۱. ${typed('کارون')}\nپایان`)).text).toBe(
    `نتیجه:\n${RLM}۱. ${typed('کارون')}\nپایان`,
  );
  expect(rightToLeft(plain(`عنوان: ${typed('ABC')}`)).text).toBe(`عنوان: ${typed('ABC')}`);
  expect(rightToLeft(plain('12\n\n۱۴۰۵/۰۹/۰۱ · ۷۰٪')).text).toBe(`12\n\n${RLM}۱۴۰۵/۰۹/۰۱ · ۷۰٪`);
});

it('lets a style that begins with the line begin with the mark, and a code behind it', () => {
  const title = rightToLeft(concat(bold(typed('کارون')), '\n', styled(typed('12'), { style: 'code' })));
  expect(title.text).toBe(`${RLM}${typed('کارون')}\n${RLM}${typed('12')}`);
  const [first, second] = title.ranges.map((range) => slice(title, range.offset, range.offset + range.length).text);
  expect([first, second]).toEqual([`${RLM}${typed('کارون')}`, typed('12')]);
});

it('keeps every word and style, and done twice does nothing more', () => {
  fc.assert(
    fc.property(richText(), (rich) => {
      const once = rightToLeft(rich);
      expect(once.text.replaceAll(RLM, '')).toBe(rich.text.replaceAll(RLM, ''));
      expect(rightToLeft(once)).toEqual(once);
      const words = (of: typeof rich) =>
        of.ranges.map(({ offset, length }) => of.text.slice(offset, offset + length).replaceAll(RLM, ''));
      expect(words(once)).toEqual(words(rich));
    }),
  );
});
