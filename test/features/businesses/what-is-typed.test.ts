import { describe, expect, it } from 'vitest';
import { parseYear } from '../../../src/features/businesses/founding-year.ts';
import { tidyWebsite } from '../../../src/features/businesses/website.ts';

describe('a website', () => {
  it.each([
    ['example.ir', 'https://example.ir'],
    ['Example.IR/', 'https://example.ir'],
    ['http://www.example.ir/a?b=1#c', 'http://www.example.ir/a?b=1'],
    ['example.ir:8443/x', 'https://example.ir:8443/x'],
  ])('%s is kept as %s', (typed, kept) => {
    expect(tidyWebsite(typed)).toBe(kept);
  });

  it('with a Persian name is kept in the letters that every browser takes', () => {
    expect(tidyWebsite('شرکت.ایران')).toMatch(/^https:\/\/xn--[a-z\d]+\.xn--[a-z\d]+$/);
  });

  it.each([
    'javascript:alert(1)',
    'ftp://example.ir',
    'https://user:pass@example.ir',
    'user@example.ir',
    'http://localhost',
    'http://127.0.0.1/',
    'http://[::1]/',
    'ندارم',
    'example .ir',
    `example.ir/${'x'.repeat(300)}`,
    '{"$gt":""}',
  ])('%s is refused', (typed) => {
    expect(tidyWebsite(typed)).toBeNull();
  });
});

describe('the year of founding', () => {
  it.each([
    ['۱۳۹۵', 1395],
    ['1395', 1395],
    ['٩٥', 1395],
    ['سال ۱۴۰۲', 1402],
    ['۰۲', 1402],
    ['5', 1405],
    ['06', 1306],
    ['۱۴۰۵', 1405],
    ['۱۴۰۶', null],
    ['2016', null],
    ['پارسال', null],
    ['13955', null],
  ])('%s is read as %s', (typed, year) => {
    expect(parseYear(typed, 1405)).toBe(year);
  });
});
