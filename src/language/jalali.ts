import { isValidJalaaliDate, toGregorian, toJalaali } from 'jalaali-js';

/**
 * Days of the Solar Hijri calendar in Tehran. Instants are stored as UTC `Date`; a fact that is only a day
 * (a licence's expiry) is stored as ISO text, never as somebody's midnight.
 */
export interface JalaliDay {
  year: number;
  /** 1–12 */
  month: number;
  /** 1–31 */
  day: number;
}

export interface TehranTime extends JalaliDay {
  hour: number;
  minute: number;
  /** 0 is Sunday, 6 Saturday, as in `Date`. */
  weekday: number;
}

/**
 * The official leap table ends at 1498; past 1502 the algorithms of calendars disagree. Before 1300 nobody
 * in the guild has a date.
 */
const FIRST_YEAR = 1300;
const LAST_YEAR = 1500;

/** Refuses 30 Esfand of a common year and years outside 1300–1500. */
export function isJalaliDay({ year, month, day }: JalaliDay): boolean {
  return year >= FIRST_YEAR && year <= LAST_YEAR && isValidJalaaliDate(year, month, day);
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** The zone database knows that summer time ended with 1401; adding 3.5 hours by hand would be wrong before that. */
const tehranClock = new Intl.DateTimeFormat('en-US', {
  timeZone: 'Asia/Tehran',
  calendar: 'gregory',
  year: 'numeric',
  month: 'numeric',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
});

/** What a clock on Tehran's wall shows, as if it were UTC, in milliseconds. */
function wallClock(at: number): number {
  const shown = new Map(tehranClock.formatToParts(at).map((part) => [part.type, Number(part.value)]));
  const read = (type: Intl.DateTimeFormatPartTypes): number => shown.get(type) ?? 0;
  return Date.UTC(read('year'), read('month') - 1, read('day'), read('hour'), read('minute'), read('second'));
}

/** What a clock on Tehran's wall shows at an instant, in milliseconds since 1970 as if it were UTC; for programs without zones. */
export const wallClockInTehran = (at: Date): number => wallClock(at.getTime());

/** The Tehran day and time of an instant. */
export function inTehran(at: Date): TehranTime {
  const wall = new Date(wallClock(at.getTime()));
  return {
    ...fromUtcDay(wall),
    hour: wall.getUTCHours(),
    minute: wall.getUTCMinutes(),
    weekday: wall.getUTCDay(),
  };
}

/**
 * The first instant of a day in Tehran. It is 01:00 on the days that summer time began at midnight (till 1401).
 */
export function startOfDayTehran(day: JalaliDay): Date {
  const midnight = toUtcDay(day).getTime();
  const offsets = [midnight - DAY, midnight + DAY].map((at) => wallClock(at) - at);
  const starts = offsets.map((offset) => midnight - offset).sort((one, other) => one - other);
  const first = starts.find((start) => wallClock(start) >= midnight);
  return new Date(first ?? midnight - Math.min(...offsets));
}

/** The day `days` later, or earlier when negative. */
export function addDays(day: JalaliDay, days: number): JalaliDay {
  return fromUtcDay(new Date(toUtcDay(day).getTime() + days * DAY));
}

/** 0 is Sunday, 6 Saturday. */
export function weekdayOf(day: JalaliDay): number {
  return toUtcDay(day).getUTCDay();
}

/** `YYYY-MM-DD` of the Gregorian calendar: how a day is stored. */
export function toIsoDay(day: JalaliDay): string {
  return toUtcDay(day).toISOString().slice(0, 10);
}

/** Reads what {@link toIsoDay} wrote. Throws RangeError on anything else: stored text is ours, not a member's. */
export function fromIsoDay(isoDay: string): JalaliDay {
  const at = new Date(`${isoDay}T00:00:00Z`);
  if (!/^\d{4}-\d{2}-\d{2}$/.test(isoDay) || Number.isNaN(at.getTime()))
    throw new RangeError(`"${isoDay}" is not a stored day; store days as YYYY-MM-DD with toIsoDay`);
  return fromUtcDay(at);
}

function toUtcDay({ year, month, day }: JalaliDay): Date {
  const { gy, gm, gd } = toGregorian(year, month, day);
  return new Date(Date.UTC(gy, gm - 1, gd));
}

function fromUtcDay(at: Date): JalaliDay {
  const { jy, jm, jd } = toJalaali(at.getUTCFullYear(), at.getUTCMonth() + 1, at.getUTCDate());
  return { year: jy, month: jm, day: jd };
}
