import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toPersianDigits } from '../../src/language/persian-text.ts';
import { formatTrackingCode, parseTrackingCode } from '../../src/language/tracking-code.ts';

const caseNumber = fc.integer({ min: 0, max: 9_999_999 });
const refused = { ok: false, reason: 'check-digit' };

describe('a tracking code', () => {
  test('is seven digits and Damm’s check digit', () => {
    expect(formatTrackingCode(572)).toBe('00005724');
  });

  test('is read back, however it is typed', () => {
    fc.assert(
      fc.property(caseNumber, (n) => {
        const code = formatTrackingCode(n);
        expect(parseTrackingCode(code)).toEqual({ ok: true, code });
        expect(parseTrackingCode(toPersianDigits(`\u2066${code.slice(0, 4)}-${code.slice(4)}\u2069 `))).toEqual({
          ok: true,
          code,
        });
      }),
    );
    expect(parseTrackingCode('٠٠٠٠ ٥٧٢٤')).toEqual({ ok: true, code: '00005724' });
  });

  test('with any one digit wrong is refused', () => {
    fc.assert(
      fc.property(caseNumber, fc.integer({ min: 0, max: 7 }), fc.integer({ min: 1, max: 9 }), (n, place, slip) => {
        const digits = formatTrackingCode(n).split('');
        digits[place] = String((Number(digits[place]) + slip) % 10);
        expect(parseTrackingCode(digits.join(''))).toEqual(refused);
      }),
      { numRuns: 2000 },
    );
  });

  test('with any two neighbours swapped is refused', () => {
    fc.assert(
      fc.property(caseNumber, fc.integer({ min: 0, max: 6 }), (n, place) => {
        const code = formatTrackingCode(n);
        const [one = '', other = ''] = code.slice(place, place + 2);
        fc.pre(one !== other);
        expect(parseTrackingCode(code.slice(0, place) + other + one + code.slice(place + 2))).toEqual(refused);
      }),
      { numRuns: 2000 },
    );
  });

  test.each([
    ['0000572', 'length'],
    ['000057240', 'length'],
    ['', 'not-a-code'],
    ['سلام', 'not-a-code'],
    ['0000572a', 'not-a-code'],
  ])('«%s» is refused: %s', (typed, reason) => {
    expect(parseTrackingCode(typed)).toEqual({ ok: false, reason });
  });

  test('exists for whole numbers of seven digits only', () => {
    for (const n of [-1, 1.5, 10_000_000, Number.NaN]) expect(() => formatTrackingCode(n)).toThrow(RangeError);
  });
});
