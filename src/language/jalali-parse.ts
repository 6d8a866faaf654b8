import { MONTHS } from './jalali-names.ts';
import { fromIsoDay, isJalaliDay, type JalaliDay } from './jalali.ts';
import { searchKey, tidy, toAsciiDigits } from './persian-text.ts';

export type ParsedJalali =
  | { ok: true; day: JalaliDay }
  /** `gregorian`: a year like 2024; `no-such-day`: 31 Mehr, 30 Esfand of a common year, a year outside 1300–1500. */
  | { ok: false; reason: 'not-a-date' | 'gregorian' | 'no-such-day' };

const SEPARATOR = '\\s*[\\/\\-.٫،\\u2044\\u2215]\\s*';
const YEAR_FIRST = new RegExp(`^(\\d{4}|\\d{2})${SEPARATOR}(\\d{1,2})${SEPARATOR}(\\d{1,2})$`);
const YEAR_LAST = new RegExp(`^(\\d{1,2})${SEPARATOR}(\\d{1,2})${SEPARATOR}(\\d{4})$`);
const WITHOUT_SEPARATORS = /^(1[345]\d\d)(\d\d)(\d\d)$/;

const WEEKDAY = /(?:(?:یک|دو|سه|چهار|پنج) ?)?شنبه|جمعه/gu;
const FILLERS = new Set(['ماه', 'سال', 'ام', 'م']);
const MONTH_BY_NAME = new Map(
  Object.values(MONTHS).flatMap((names) => names.map((name, index) => [searchKey(name), index + 1] as const)),
).set(searchKey('امرداد'), 5);

/**
 * Reads a Solar Hijri day as people type it: ۱۴۰۳/۴/۲, 1403-04-02, 02/04/1403, 14030402, ۰۳/۰۴/۰۲, «۲ تیر ۱۴۰۳»,
 * «شنبه ۲ تیرماه ۱۴۰۳», 2 tir 1403. Two-digit years 00–30 are of the 1400s, 31–99 of the 1300s.
 * Always say back what was understood: 02/03/04 has more than one reading.
 */
export function parseJalali(typed: string): ParsedJalali {
  const digits = toAsciiDigits(tidy(typed, { multiline: false }));
  const [, ...yearFirst] = YEAR_FIRST.exec(digits) ?? WITHOUT_SEPARATORS.exec(digits) ?? [];
  if (yearFirst.length > 0) return checked(yearFirst);
  const [, ...yearLast] = YEAR_LAST.exec(digits) ?? [];
  if (yearLast.length > 0) return checked(yearLast.toReversed());
  return parseWords(typed);
}

const GREGORIAN = /^((?:19|20)\d\d)[/.-](\d{1,2})[/.-](\d{1,2})(?:[ T]\d{1,2}:\d\d(?::\d\d(?:\.\d+)?)?Z?)?$/;
const GREGORIAN_YEAR_LAST = /^(\d{1,2})[/.-](\d{1,2})[/.-]((?:19|20)\d\d)$/;

/**
 * As {@link parseJalali}, and a Gregorian day as programs write it: 2016-03-20, 2016/3/20, with a time behind it, or
 * 20/03/2016 where the day can't be a month. Null for what is no day.
 */
export function parseAnyDay(typed: string): { day: JalaliDay; gregorian: boolean } | null {
  const jalali = parseJalali(typed);
  if (jalali.ok) return { day: jalali.day, gregorian: false };
  const text = toAsciiDigits(tidy(typed, { multiline: false }));
  const [, year, month, day] = GREGORIAN.exec(text) ?? [];
  if (year !== undefined) return gregorianDay(year, month, day);
  const [, first, second, last] = GREGORIAN_YEAR_LAST.exec(text) ?? [];
  // 03/04/2016 is April to some and March to others.
  if (Number(first) > 12) return gregorianDay(last, second, first);
  return Number(second) > 12 ? gregorianDay(last, first, second) : null;
}

function gregorianDay(year = '', month = '', day = ''): { day: JalaliDay; gregorian: boolean } | null {
  const iso = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  const at = new Date(`${iso}T00:00:00Z`);
  // 30 February is no day, though `Date` takes it for one in March.
  if (Number.isNaN(at.getTime()) || at.toISOString().slice(0, 10) !== iso) return null;
  const read = fromIsoDay(iso);
  return isJalaliDay(read) ? { day: read, gregorian: true } : null;
}

function parseWords(typed: string): ParsedJalali {
  const words = searchKey(typed)
    .replace(WEEKDAY, ' ')
    .replace(/(\d)(\p{L})/gu, '$1 $2')
    .replace(/(\p{L})(\d)/gu, '$1 $2')
    .split(' ')
    .map((word) => word.replace(/^(\p{L}{2,})ماه$/u, '$1'))
    .filter((word) => word !== '' && !FILLERS.has(word));
  const month = words.map((word) => MONTH_BY_NAME.get(word)).find((found) => found !== undefined);
  const numbers = words.filter((word) => /^\d{1,4}$/.test(word));
  const [first = '', second = ''] = numbers;
  if (month === undefined || words.length !== 3 || numbers.length !== 2) return { ok: false, reason: 'not-a-date' };
  return first.length === 4 ? checked([first, String(month), second]) : checked([second, String(month), first]);
}

function checked([year = '', month = '', day = '']: readonly string[]): ParsedJalali {
  const written = Number(year);
  const parsed: JalaliDay = {
    year: written >= 100 ? written : written + (written <= 30 ? 1400 : 1300),
    month: Number(month),
    day: Number(day),
  };
  if (isJalaliDay(parsed)) return { ok: true, day: parsed };
  return { ok: false, reason: parsed.year >= 1900 ? 'gregorian' : 'no-such-day' };
}
