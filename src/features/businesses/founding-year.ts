import { tidy, toAsciiDigits } from '../../language/persian-text.ts';

/** UTF-16 units of a year with its word. */
const LONGEST = 40;

/**
 * A Jalali year as people type it: ۱۳۹۵, 95, «سال ۱۳۹۵». Two digits up to this year's are of the 1400s, the others of the
 * 1300s. Null for what is none, a year that has not come, and a Gregorian year, which may be one of two.
 */
export function parseYear(typed: string, thisYear: number): number | null {
  if (typed.length > LONGEST) return null;
  const [, digits] = /^(?:سال )?(\d{4}|\d{2}|\d)$/.exec(toAsciiDigits(tidy(typed, { multiline: false }))) ?? [];
  if (digits === undefined) return null;
  const written = Number(digits);
  const year = digits.length === 4 ? written : written + (written + 1400 <= thisYear ? 1400 : 1300);
  return year <= thisYear ? year : null;
}
