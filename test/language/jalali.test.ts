import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatDate, formatDay } from '../../src/language/jalali-format.ts';
import { parseJalali } from '../../src/language/jalali-parse.ts';
import {
  addDays,
  fromIsoDay,
  inTehran,
  isJalaliDay,
  startOfDayTehran,
  toIsoDay,
  type JalaliDay,
} from '../../src/language/jalali.ts';
import { LANGUAGES } from '../../src/language/languages.ts';

const on = (year: number, month: number, day: number): JalaliDay => ({ year, month, day });
const anyDay = fc.integer({ min: 0, max: 73_000 }).map((days) => addDays(on(1300, 1, 1), days));
const dayOf = ({ year, month, day }: JalaliDay): JalaliDay => ({ year, month, day });

describe('the calendar', () => {
  test('has the leap years of the Calendar Centre’s table', () => {
    // Five years apart where the table skips one; the 2820-year rule has 1404 instead of 1403.
    const leap = [1370, 1375, 1379, 1383, 1387, 1391, 1395, 1399, 1403, 1408, 1412, 1416, 1420, 1424, 1428, 1432];
    const years = Array.from({ length: 65 }, (_, index) => 1369 + index);
    expect(years.filter((year) => isJalaliDay(on(year, 12, 30)))).toEqual(leap);
  });

  test('agrees with ICU on every instant', () => {
    const icu = new Intl.DateTimeFormat('en-u-ca-persian-nu-latn', {
      timeZone: 'Asia/Tehran',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      hourCycle: 'h23',
    });
    const instant = fc.date({ min: new Date('1936-01-01Z'), max: new Date('2090-01-01Z'), noInvalidDate: true });
    fc.assert(
      fc.property(instant, (at) => {
        const parts = Object.fromEntries(icu.formatToParts(at).map((part) => [part.type, Number(part.value)]));
        const { weekday: _weekday, ...shown } = inTehran(at);
        expect(shown).toEqual({
          year: parts['year'],
          month: parts['month'],
          day: parts['day'],
          hour: parts['hour'],
          minute: parts['minute'],
        });
      }),
      { numRuns: 2000 },
    );
  });

  test('refuses days that are not, and years that nobody’s table has', () => {
    for (const day of [
      on(1404, 12, 30),
      on(1403, 7, 31),
      on(1403, 13, 1),
      on(1403, 1, 0),
      on(1299, 1, 1),
      on(1501, 1, 1),
    ])
      expect(isJalaliDay(day)).toBe(false);
  });

  test('counts days over month ends, leap days and backwards', () => {
    expect(addDays(on(1403, 12, 29), 2)).toEqual(on(1404, 1, 1));
    expect(addDays(on(1404, 12, 29), 1)).toEqual(on(1405, 1, 1));
    expect(addDays(on(1403, 7, 1), -1)).toEqual(on(1403, 6, 31));
  });

  test('stores days as ISO text', () => {
    expect(toIsoDay(on(1403, 4, 2))).toBe('2024-06-22');
    fc.assert(
      fc.property(anyDay, (day) => {
        expect(fromIsoDay(toIsoDay(day))).toEqual(day);
      }),
    );
    for (const text of ['1403/04/02', '2024-13-01', '2024-6-22', ''])
      expect(() => fromIsoDay(text)).toThrow(/YYYY-MM-DD/);
  });
});

describe('a day in Tehran', () => {
  test('changes at midnight there, not on the server', () => {
    expect(inTehran(new Date('2024-06-21T20:29:59Z'))).toEqual({ ...on(1403, 4, 1), hour: 23, minute: 59, weekday: 5 });
    expect(inTehran(new Date('2024-06-21T20:30:00Z'))).toEqual({ ...on(1403, 4, 2), hour: 0, minute: 0, weekday: 6 });
  });

  test('starts with its first instant', () => {
    fc.assert(
      fc.property(anyDay, (day) => {
        const start = startOfDayTehran(day);
        expect(dayOf(inTehran(start))).toEqual(day);
        expect(dayOf(inTehran(new Date(start.getTime() - 1)))).toEqual(addDays(day, -1));
      }),
      { numRuns: 1000 },
    );
  });

  test.each([
    ['the last summer time began at midnight', on(1401, 1, 2), '2022-03-21T20:30:00.000Z'],
    ['in it', on(1401, 1, 3), '2022-03-22T19:30:00.000Z'],
    ['on its last day', on(1401, 6, 30), '2022-09-20T19:30:00.000Z'],
    ['the day after', on(1401, 6, 31), '2022-09-21T20:30:00.000Z'],
    ['no summer time any more', on(1402, 3, 1), '2023-05-21T20:30:00.000Z'],
    ['the winter of +4', on(1356, 10, 11), '1977-12-31T20:00:00.000Z'],
  ])('knows the zone’s history: %s', (_what, day, start) => {
    expect(startOfDayTehran(day).toISOString()).toBe(start);
  });
});

describe('typed days', () => {
  test.each([
    '1403/04/02',
    '1403-4-2',
    '1403.4.2',
    '۱۴۰۳ / ۴ / ۲',
    '٢/٤/١٤٠٣',
    '02/04/1403',
    '14030402',
    '۰۳/۰۴/۰۲',
    '\u200F۱۴۰۳/۴/۲\u200F',
    '۲ تیر ۱۴۰۳',
    '2 تير 1403',
    '۲ تیرماه ۱۴۰۳',
    '۲ تیر ماه سال ۱۴۰۳',
    '۱۴۰۳ تیر ۲',
    'شنبه ۲ تیر ۱۴۰۳',
    'شنبه، ۲ تیر ۱۴۰۳',
    '۲تیر۱۴۰۳',
    '2 Tir 1403',
    '۲ تیر ۰۳',
  ])('%s is 2 Tir 1403', (typed) => {
    expect(parseJalali(typed)).toEqual({ ok: true, day: on(1403, 4, 2) });
  });

  test.each([
    ['سه شنبه ۵ امرداد ۱۴۰۰', on(1400, 5, 5)],
    ['پنج‌شنبه ۱ دی‌ماه ۱۳۹۹', on(1399, 10, 1)],
    ['۱ أرديبهشت ۱۴۰۳', on(1403, 2, 1)],
    ['30/12/1403', on(1403, 12, 30)],
    ['62/1/1', on(1362, 1, 1)],
    ['30/1/1', on(1430, 1, 1)],
    ['31/1/1', on(1331, 1, 1)],
  ])('%s is read', (typed, day) => {
    expect(parseJalali(typed)).toEqual({ ok: true, day });
  });

  test.each([
    ['1404/12/30', 'no-such-day'],
    ['1403/7/31', 'no-such-day'],
    ['۳۱ مهر ۱۴۰۳', 'no-such-day'],
    ['1203/1/1', 'no-such-day'],
    ['2024/06/22', 'gregorian'],
    ['22/06/2024', 'gregorian'],
    ['1403/4', 'not-a-date'],
    ['دوم تیر ۱۴۰۳', 'not-a-date'],
    ['تیر ۱۴۰۳', 'not-a-date'],
    ['۲ ۴ ۱۴۰۳ تیر', 'not-a-date'],
    ['', 'not-a-date'],
  ])('%s is refused: %s', (typed, reason) => {
    expect(parseJalali(typed)).toEqual({ ok: false, reason });
  });

  test('are read back from what is shown', () => {
    fc.assert(
      fc.property(anyDay, fc.constantFrom(...LANGUAGES), (day, language) => {
        expect(parseJalali(formatDay(day, language, 'short'))).toEqual({ ok: true, day });
        expect(parseJalali(formatDay(day, 'fa'))).toEqual({ ok: true, day });
      }),
    );
  });
});

test('days are shown in the words of each language', () => {
  const at = new Date('2024-07-27T20:30:00Z');
  expect(formatDate(at, 'fa')).toBe('یکشنبه ۷ مرداد ۱۴۰۳');
  expect(formatDate(at, 'azb')).toBe('بازار ۷ مورداد ۱۴۰۳');
  expect(formatDate(at, 'ar', 'dateTime')).toBe('الأحد ۷ مرداد ۱۴۰۳، الساعة ۰۰:۰۰');
  expect(formatDate(at, 'en', 'dateTime')).toBe('Sunday 7 Mordad 1403, 00:00');
  expect(formatDate(at, 'en', 'short')).toBe('1403/05/07');
  expect(formatDate(at, 'fa', 'time')).toBe('۰۰:۰۰');
});
