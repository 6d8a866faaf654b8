import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { shorten } from '../../src/language/shorten.ts';

test('a text that fits stays, a longer one ends with a sign, and no character is halved', () => {
  expect(shorten('سلام', 4)).toBe('سلام');
  expect(shorten('سلام دنیا', 6)).toBe('سلام…');
  expect(shorten('abc😀d', 5)).toBe('abc…');
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 30 }), fc.integer({ min: 1, max: 20 }), (text, most) => {
      const short = shorten(text, most);
      expect(short.length).toBeLessThanOrEqual(most);
      expect(short.isWellFormed()).toBe(text.isWellFormed());
      expect(shorten(short, most)).toBe(short);
    }),
  );
});
