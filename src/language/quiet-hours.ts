import type { Translator } from './translator.ts';
import { addDays, inTehran, startOfDayTehran } from './jalali.ts';

/** Hours of the day in Tehran in which nobody wants to be woken; `from` 22 and `to` 8 go over midnight. */
export interface QuietHours {
  from: number;
  to: number;
}

export const DEFAULT_QUIET_HOURS: QuietHours = { from: 22, to: 8 };

/** The moment itself, or the end of the quiet hours that it falls into. */
export function afterQuietHours(at: Date, { from, to }: QuietHours): Date {
  const { year, month, day, hour } = inTehran(at);
  const isQuiet = from <= to ? hour >= from && hour < to : hour >= from || hour < to;
  if (!isQuiet) return at;
  const wakingDay = hour >= to ? addDays({ year, month, day }, 1) : { year, month, day };
  return new Date(startOfDayTehran(wakingDay).getTime() + to * 3_600_000);
}

/** «ساعت ۸»; from the first to the last hour where people wake at different ones. */
export function wakingText(t: Translator, { first, last }: { first: Date; last: Date }): string {
  const [from, to] = [inTehran(first).hour, inTehran(last).hour];
  return first.getTime() === last.getTime()
    ? t.text('audience.count.hour', { hour: from })
    : t.text('audience.count.hours', { from, to });
}
