import { addDays, startOfDayTehran, toIsoDay, type JalaliDay } from './jalali.ts';

/** Days off on the same Solar Hijri day each year, as `month/day` (official calendar of Iran). */
export const FIXED_HOLIDAYS: readonly string[] = [
  '1/1',
  '1/2',
  '1/3',
  '1/4',
  '1/12',
  '1/13',
  '3/14',
  '3/15',
  '11/22',
  '12/29',
];

/** Days off by the lunar calendar, as `month/day` of the Hijri year, with the names that Iran's calendar gives them. */
const LUNAR_HOLIDAYS: Readonly<Record<string, string>> = {
  '1/9': 'تاسوعا',
  '1/10': 'عاشورا',
  '2/20': 'اربعین',
  '2/28': 'رحلت پیامبر',
  '2/29': 'شهادت امام رضا',
  '3/8': 'شهادت امام حسن عسکری',
  '3/17': 'میلاد پیامبر',
  '6/3': 'شهادت حضرت فاطمه',
  '7/13': 'ولادت امام علی',
  '7/27': 'مبعث',
  '8/15': 'نیمهٔ شعبان',
  '9/21': 'شهادت امام علی',
  '10/1': 'عید فطر',
  '10/2': 'تعطیل عید فطر',
  '10/25': 'شهادت امام صادق',
  '12/10': 'عید قربان',
  '12/18': 'عید غدیر',
};

export interface Holiday {
  /** `YYYY-MM-DD`, see `toIsoDay`. */
  day: string;
  name: string;
}

const hijri = new Intl.DateTimeFormat('en-u-ca-islamic-civil', {
  timeZone: 'Asia/Tehran',
  month: 'numeric',
  day: 'numeric',
});
const NOON_MS = 12 * 3_600_000;

/**
 * The lunar holidays of a Jalali year by the civil Hijri calendar, in order. A month begins when the moon is seen, so the
 * official calendar may differ by a day: this is what the secretariat corrects, not what it must believe.
 */
export function estimatedLunarHolidays(year: number): Holiday[] {
  const found: Holiday[] = [];
  for (let day: JalaliDay = { year, month: 1, day: 1 }; day.year === year; day = addDays(day, 1)) {
    const parts = hijri.formatToParts(new Date(startOfDayTehran(day).getTime() + NOON_MS));
    const read = (type: 'month' | 'day') => parts.find((part) => part.type === type)?.value ?? '';
    const name = LUNAR_HOLIDAYS[`${read('month')}/${read('day')}`];
    if (name !== undefined) found.push({ day: toIsoDay(day), name });
  }
  return found;
}
