import { WEEKDAYS } from './jalali-names.ts';
import { parseJalali } from './jalali-parse.ts';
import { addDays, inTehran, startOfDayTehran, weekdayOf, type JalaliDay } from './jalali.ts';
import { searchKey, tidy, toAsciiDigits } from './persian-text.ts';

export type ParsedTime =
  | { ok: true; at: Date }
  /** `no-hour`: a day alone; `past`: the moment is over. */
  | { ok: false; reason: 'not-a-time' | 'no-hour' | 'no-such-day' | 'past' };

const MINUTE_MS = 60_000;
/** UTF-16 units of a day and an hour in words. */
const LONGEST = 100;
const DAYS_AHEAD: ReadonlyMap<string, number> = new Map([
  ['امروز', 0],
  ['today', 0],
  ['فردا', 1],
  ['tomorrow', 1],
  ['پسفردا', 2],
]);
const WEEKDAY_KEYS = new Map(
  [WEEKDAYS.fa, WEEKDAYS.en].flatMap((names) => names.map((name, index) => [dense(name), index] as const)),
);
const FILLERS = new Set(['ساعت', 'در', 'روز', 'at', 'on']);
const MORNING = new Set(['صبح', 'بامداد', 'am']);
const AFTERNOON = new Set(['عصر', 'ظهر', 'بعدازظهر', 'شب', 'pm']);

const MINUTES: ReadonlyMap<string, number> = new Map([
  ['نیم', 30],
  ['ونیم', 30],
  ['ربع', 15],
  ['وربع', 15],
]);

/**
 * Reads a day and an hour of Tehran as people type them: «۱۵ آذر ساعت ۱۰», «فردا ۹», «شنبه ۸:۳۰ صبح», «۱۴۰۵/۹/۱۵ ۱۷».
 * A day without a year is the next one of that name, a weekday the next one, `now`'s own day included while its hour is
 * still to come; an hour of 1 to 11 with «عصر» or «شب» is after noon. Always say back what was understood. Over
 * {@link LONGEST} units it is no time.
 */
export function parseJalaliTime(typed: string, now: Date): ParsedTime {
  if (typed.length > LONGEST) return { ok: false, reason: 'not-a-time' };
  const text = toAsciiDigits(tidy(typed, { multiline: false }))
    .replace(/بعد\s*از\s*ظهر/gu, 'بعدازظهر')
    .replace(/پس[\s\u200c]*فردا/gu, 'پسفردا');
  const words = text
    .split(/[\s،,]+/u)
    .map((word) => (/^[\d:/.-]+$/.test(word) ? word : dense(word)))
    .filter((word) => word !== '' && !FILLERS.has(word));
  const half = words.find((word) => MORNING.has(word) || AFTERNOON.has(word));
  const extra = words.reduce((sum, word) => sum + (MINUTES.get(word) ?? 0), 0);
  const rest = words.filter((word) => word !== half && word !== 'و' && !MINUTES.has(word));
  const time = readHour(rest.at(-1) ?? '', half);
  const day = rest.slice(0, -1);
  if (time === null) return { ok: false, reason: isDay(rest, now) ? 'no-hour' : 'not-a-time' };
  // «۱۵ آذر» ends in a month, «آذر ۱۵» in a number that is no hour, since nothing else names the day.
  if (day.length === 0 || (!isDay(day, now) && isDay(rest, now)))
    return { ok: false, reason: day.length === 0 ? 'not-a-time' : 'no-hour' };
  return atHour(day, { ...time, minute: time.minute + extra }, now);
}

interface HourOfDay {
  hour: number;
  minute: number;
}

function dense(word: string): string {
  return searchKey(word).replaceAll(' ', '');
}

function readHour(word: string, half: string | undefined): HourOfDay | null {
  const [, hours, minutes = '0'] = /^(\d{1,2})(?::(\d{2}))?$/.exec(word) ?? [];
  if (hours === undefined) return null;
  const hour = Number(hours) + (half !== undefined && AFTERNOON.has(half) && Number(hours) < 12 ? 12 : 0);
  // «۱۲ شب» is the end of the day, not its noon: which day it belongs to is not said, so it is asked for again.
  if (hour > 23 || Number(minutes) > 59 || (half === 'شب' && Number(hours) === 12)) return null;
  return { hour, minute: Number(minutes) };
}

const isDay = (words: readonly string[], now: Date): boolean => daysOf(words, now) !== null;

/** The days that the words may mean, the nearest first; null where they name none. */
function daysOf(words: readonly string[], now: Date): JalaliDay[] | 'no-such-day' | null {
  const today = inTehran(now);
  const [only = ''] = words;
  const joined = words.join('');
  const ahead = DAYS_AHEAD.get(only);
  if (words.length === 1 && ahead !== undefined) return [addDays(today, ahead)];
  const weekday = WEEKDAY_KEYS.get(joined);
  if (weekday !== undefined) {
    const days = (weekday - weekdayOf(today) + 7) % 7;
    return [addDays(today, days), addDays(today, days + 7)];
  }
  const named = words.filter((word) => !WEEKDAY_KEYS.has(word)).join(' ');
  const whole = parseJalali(named);
  if (whole.ok) return [whole.day];
  if (whole.reason !== 'not-a-date') return 'no-such-day';
  const years = [today.year, today.year + 1].map((year) => parseJalali(`${named} ${year}`));
  if (years.every((one) => !one.ok && one.reason === 'not-a-date')) return null;
  const days = years.flatMap((one) => (one.ok ? [one.day] : []));
  return days.length > 0 ? days : 'no-such-day';
}

function atHour(words: readonly string[], { hour, minute }: HourOfDay, now: Date): ParsedTime {
  const days = daysOf(words, now);
  if (days === null) return { ok: false, reason: 'not-a-time' };
  if (days === 'no-such-day') return { ok: false, reason: days };
  const moments = days.map((day) => new Date(startOfDayTehran(day).getTime() + (hour * 60 + minute) * MINUTE_MS));
  const at = moments.find((moment) => moment > now);
  return at ? { ok: true, at } : { ok: false, reason: 'past' };
}
