import { inTehran } from '../../language/jalali.ts';

/** Days off that fall on the same Jalali day each year, as month and day (official calendar of Iran). */
const FIXED_HOLIDAYS = new Set(['1/1', '1/2', '1/3', '1/4', '1/12', '1/13', '3/14', '3/15', '11/22', '12/29']);
/** Thursday and Friday: the secretariat works Saturday to Wednesday. */
const WEEKEND = new Set([4, 5]);

function isWorkingDay(at: Date): boolean {
  const { month, day, weekday } = inTehran(at);
  return !WEEKEND.has(weekday) && !FIXED_HOLIDAYS.has(`${month}/${day}`);
}

const DAY_MS = 86_400_000;

/** The same hour `days` working days later; Iran has had no summer time since 1401. Lunar holidays move each year and are not counted here. */
export function addWorkingDays(from: Date, days: number): Date {
  let at = from;
  for (let left = days; left > 0;) {
    at = new Date(at.getTime() + DAY_MS);
    if (isWorkingDay(at)) left -= 1;
  }
  return at;
}
