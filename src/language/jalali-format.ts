import { MONTHS, WEEKDAYS } from './jalali-names.ts';
import { inTehran, weekdayOf, type JalaliDay } from './jalali.ts';
import type { Language } from './languages.ts';
import { toPersianDigits } from './persian-text.ts';

/**
 * `long` شنبه ۲ تیر ۱۴۰۳ · `short` ۱۴۰۳/۰۴/۰۲ · `time` ۱۴:۰۵ · `dateTime` شنبه ۲ تیر ۱۴۰۳، ساعت ۱۴:۰۵
 */
export type DateForm = 'long' | 'short' | 'time' | 'dateTime';

const DATE_THEN_TIME: Record<Language, string> = { fa: '، ساعت ', en: ', ', azb: '، ساعات ', ar: '، الساعة ' };

/** An instant as Tehran's calendar and clock show it, whatever the server's zone. */
export function formatDate(at: Date, language: Language, form: DateForm = 'long'): string {
  const shown = inTehran(at);
  if (form === 'long' || form === 'short') return formatDay(shown, language, form);
  const time = localDigits(`${padded(shown.hour)}:${padded(shown.minute)}`, language);
  return form === 'time' ? time : formatDay(shown, language) + DATE_THEN_TIME[language] + time;
}

/** A day that has no time, such as a licence's expiry. */
export function formatDay(day: JalaliDay, language: Language, form: 'long' | 'short' = 'long'): string {
  const text =
    form === 'short'
      ? `${day.year}/${padded(day.month)}/${padded(day.day)}`
      : `${WEEKDAYS[language][weekdayOf(day)]} ${day.day} ${MONTHS[language][day.month - 1]} ${day.year}`;
  return localDigits(text, language);
}

const padded = (n: number): string => String(n).padStart(2, '0');
const localDigits = (text: string, language: Language): string => (language === 'en' ? text : toPersianDigits(text));
