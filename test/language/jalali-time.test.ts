import { expect, it } from 'vitest';
import { parseJalaliTime } from '../../src/language/jalali-time-parse.ts';
import { formatDate } from '../../src/language/jalali-format.ts';

/** Wednesday 4 Azar 1405, 10:30 in Tehran. */
const NOW = new Date('2026-11-25T07:00:00Z');

function read(typed: string): string {
  const parsed = parseJalaliTime(typed, NOW);
  return parsed.ok ? formatDate(parsed.at, 'en', 'dateTime') : parsed.reason;
}

it.each([
  ['۱۵ آذر ساعت ۱۰', 'Sunday 15 Azar 1405, 10:00'],
  ['15 آذر ۱۴۰۵ ساعت ۱۰:۳۰', 'Sunday 15 Azar 1405, 10:30'],
  ['یکشنبه ۱۵ آذر ساعت ۱۰', 'Sunday 15 Azar 1405, 10:00'],
  ['1405/9/15 10', 'Sunday 15 Azar 1405, 10:00'],
  ['۱۴۰۵/۰۹/۱۵، ساعت ۸', 'Sunday 15 Azar 1405, 08:00'],
  ['فردا ۹', 'Thursday 5 Azar 1405, 09:00'],
  ['پس‌فردا ساعت ۹ صبح', 'Friday 6 Azar 1405, 09:00'],
  ['پس فردا ۹', 'Friday 6 Azar 1405, 09:00'],
  ['امروز ۱۸', 'Wednesday 4 Azar 1405, 18:00'],
  ['امروز ۶ عصر', 'Wednesday 4 Azar 1405, 18:00'],
  ['امروز ساعت ۶ و نیم بعد از ظهر', 'Wednesday 4 Azar 1405, 18:30'],
  ['شنبه ساعت ۸:۳۰', 'Saturday 7 Azar 1405, 08:30'],
  ['سه شنبه ۹', 'Tuesday 10 Azar 1405, 09:00'],
  ['چهارشنبه ۹', 'Wednesday 11 Azar 1405, 09:00'],
  ['چهارشنبه ۱۱', 'Wednesday 4 Azar 1405, 11:00'],
  ['1 آذر ساعت ۱۰', 'Monday 1 Azar 1406, 10:00'],
  ['tomorrow at 9', 'Thursday 5 Azar 1405, 09:00'],
])('reads «%s»', (typed, expected) => {
  expect(read(typed)).toBe(expected);
});

it.each([
  ['فردا', 'no-hour'],
  ['۱۵ آذر', 'no-hour'],
  ['امروز ۹', 'past'],
  ['۱۴۰۵/۱/۱ ۹', 'past'],
  ['۳۱ مهر ساعت ۹', 'no-such-day'],
  ['فردا ۲۵', 'not-a-time'],
  ['فردا ۱۲ شب', 'not-a-time'],
  ['۹', 'not-a-time'],
  ['هر وقت شد', 'not-a-time'],
  ['', 'not-a-time'],
])('refuses «%s» as %s', (typed, reason) => {
  expect(read(typed)).toBe(reason);
});
