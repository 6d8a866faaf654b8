import { describe, expect, test } from 'vitest';
import { parseAmount } from '../../src/language/amount.ts';

describe('an amount is read as people type it', () => {
  test.each([
    ['12', 12],
    ['۱۲', 12],
    ['١٢', 12],
    [' ۱۲ ', 12],
    ['۱٬۲۰۰٬۰۰۰', 1_200_000],
    ['1,200,000', 1_200_000],
    ['۱ ۲۰۰ ۰۰۰', 1_200_000],
    ['۲٫۵ میلیون', 2_500_000],
    ['۳۰۰هزار', 300_000],
    ['۲ ميليارد', 2_000_000_000],
    ['-5', -5],
  ])('%s', (typed, value) => {
    expect(parseAmount(typed)).toBe(value);
  });

  test('with the words that may follow it', () => {
    const words = { نفر: 1, ریال: 1, تومان: 10 };
    expect(parseAmount('۵ نفر', words)).toBe(5);
    expect(parseAmount('۳۰۰ هزار تومان', words)).toBe(3_000_000);
    expect(parseAmount('۵ کیلو', words)).toBeNull();
  });
});

test.each(['', 'پنج', '۱۲-۱۵', '۱۲-', '1e5', '0x10', '۱۲۳۴۵۶۷۸۹۰۱۲۳۴۵۶۷', '۲٫۵', '1.500', '۱۲ ۳', '=1+1', '٪۱۲'])(
  '%s is no amount',
  (typed) => {
    expect(parseAmount(typed)).toBeNull();
  },
);
