import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { searchKey, tidy, toAsciiDigits, toPersianDigits } from '../../src/language/persian-text.ts';

/** Characters that the rules speak of, so that random strings meet the corners where two rules touch. */
const TRICKY = [
  ...'ابپتهیکگوءآأؤئةۀيىكے٠٩۰۹09aZı .,-\n\t'.split(''),
  ...'\u0640\u064B\u0651\u0653\u0654\u0655\u0670\u06C1\u06C2\u06BE\u06D3\u06D5\u06AA\u00AC\u200B\u200C\u200D\u200E\u200F'.split(
    '',
  ),
  ...'\u00A0\u00AD\u061C\u2028\u0085\u202E\u2066\u2068\u2069\uFEFF\uFEFB\uFDFC\uFE8E\r'.split(''),
  '\uD83D',
  '\uDC69',
  '👩',
  '💻',
  '🏽',
  '\uFE0F',
  '½',
  '…',
];
const typed = fc.oneof(
  fc.array(fc.constantFrom(...TRICKY), { maxLength: 14 }).map((letters) => letters.join('')),
  fc.string({ unit: 'binary', maxLength: 20 }),
);
const runs = { numRuns: 5_000 };

describe('tidy', () => {
  test.each([true, false])('changes nothing the second time (persianLetters %s)', (persianLetters) => {
    fc.assert(
      fc.property(typed, fc.boolean(), (input, multiline) => {
        const once = tidy(input, { persianLetters, multiline });
        expect(tidy(once, { persianLetters, multiline })).toBe(once);
      }),
      runs,
    );
  });

  test('leaves nothing that MongoDB or a messenger refuses or that turns a line around', () => {
    fc.assert(
      fc.property(typed, (input) => {
        const stored = tidy(input);
        expect(stored.isWellFormed()).toBe(true);
        expect(stored).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u200B\u200E\u200F\u202A-\u202E\u2066-\u2069\uFEFF]/);
      }),
      runs,
    );
  });

  test.each([
    ['Arabic letters', 'شركت علي', 'شرکت علی'],
    ['Arabic digits', '٠١٢٩', '۰۱۲۹'],
    ['ligatures', 'ﻻله ۵ ﷼', 'لاله ۵ ریال'],
    ['kashida in a word', 'ســلام', 'سلام'],
    ['a kashida alone', 'الف ـ ب', 'الف - ب'],
    ['the old half space', 'شرکت¬ها', 'شرکت\u200Cها'],
    ['a stray ZWNJ', '\u200Cشرکت\u200C \u200C\u200Cها', 'شرکت ها'],
    ['ye with hamza', 'مسی\u0654ول', 'مسئول'],
    ['he with hamza, one spelling', 'خانۀ', 'خانه\u0654'],
    ['tag characters', 'شی\u{E0001}\u{E0041}راز', 'شیراز'],
    ['letters that show nothing', '\u3164\u115F\uFFA0\u2800', ''],
    ['marks that choose a shape, but for emoji', 'ا\uFE00ب\u{E0101} ❤\uFE0F', 'اب ❤\uFE0F'],
    ['bidi marks', '\u202Eabc\u2069', 'abc'],
    ['a lone surrogate', 'الف\uD83D', 'الف'],
  ])('mends %s', (_what, input, stored) => {
    expect(tidy(input)).toBe(stored);
  });

  test('keeps what carries meaning', () => {
    for (const text of [
      'می\u200Cشود',
      'رأی و آب و تأمین',
      'نسخهٔ 2.1 در ۳ روز',
      '👩🏽\u200D💻',
      '½ و ①',
      'user.name@mail.co.ir',
    ])
      expect(tidy(text)).toBe(text.normalize('NFC'));
  });

  test('leaves Arabic letters alone where the language has them', () => {
    expect(tidy('شركة ٠١ على', { persianLetters: false })).toBe('شركة ٠١ على');
  });

  test('keeps one blank line, or makes one line', () => {
    expect(tidy(' الف \r\n\n\n\n ب ')).toBe('الف\n\nب');
    expect(tidy(' الف \r\n\n ب ', { multiline: false })).toBe('الف ب');
  });
});

describe('searchKey', () => {
  test('is the same before and after tidying, and of itself', () => {
    fc.assert(
      fc.property(typed, (input) => {
        const key = searchKey(input);
        expect(searchKey(tidy(input))).toBe(key);
        expect(searchKey(key)).toBe(key);
      }),
      runs,
    );
  });

  test.each([
    ['شرکت‌ها', 'شرکتها'],
    ['تأمین', 'تامین'],
    ['مؤسسه', 'موسسه'],
    ['آب', 'اب'],
    ['خانهٔ', 'خانه'],
    ['خانه‌ی', 'خانه'],
    ['كتابي', 'کتابی'],
    ['۱۲٣', '123'],
    ['جزء', 'جز'],
    ['İSTANBUL', 'istanbul'],
    ['کسب‌وکار (G4B)', 'کسبوکار g4b'],
  ])('unites %s and %s', (one, other) => {
    expect(searchKey(one)).toBe(searchKey(other));
  });

  test.each([
    ['کور', 'گور'],
    ['شرکت', 'شراکت'],
    ['پدر', 'بدر'],
    ['صد', 'سد'],
  ])('keeps %s and %s apart', (one, other) => {
    expect(searchKey(one)).not.toBe(searchKey(other));
  });
});

test('digits go to ASCII from every keyboard, and back to Persian', () => {
  expect(toAsciiDigits('۰۹٠٩０９09')).toBe('09090909');
  expect(toPersianDigits('A-1403')).toBe('A-۱۴۰۳');
  expect(toPersianDigits(27)).toBe('۲۷');
});
