import { expect, it } from 'vitest';
import { hasAddress, withoutAddresses } from '../../src/language/addresses.ts';
import { TAKEN_OUT } from '../../src/language/redact.ts';

it.each([
  'http://bad.example/x',
  'bad.ir',
  'Bad.Site/x?y=1',
  'www.foo.co.ir',
  't.me/abc',
  'ble.ir/abc',
  '@someone',
  'a@b.co',
  'tg://resolve?domain=x',
  '1.2.3.4',
  'سایت.ایران',
  'فروشگاه.com',
])('sees an address, and takes it out: %s', (address) => {
  expect(hasAddress(`مجوز ${address} دیر است`)).toBe(true);
  expect(withoutAddresses(`مجوز ${address} دیر است`)).toBe(`مجوز ${TAKEN_OUT} دیر است`);
});

it.each([
  'شرکت آ.ب.پ',
  'Node.js',
  'v2.5',
  '۱۴۰۴.۰۲.۱۵',
  '1404.02.15',
  'TCP/IP',
  'م. رضایی',
  'J. R. Smith',
  'پایان.شروع',
  '@',
  '۵ @ ۲',
])('sees none in %s', (text) => {
  expect(withoutAddresses(text)).toBe(text);
});

it.each(['a.', 'a', 'a-', '.', '@', '://', '1.', 'a@', 'آ.', 'x.c', 'ا\u200C'])(
  'reads long texts once: %s',
  (piece) => {
    const startedAt = performance.now();
    hasAddress(piece.repeat(Math.ceil(40_960 / piece.length)));
    expect(performance.now() - startedAt).toBeLessThan(2000);
  },
);
