import type { Language } from './languages.ts';

/**
 * Own tables: Intl writes «۱۴۰۳ تیر ۲, شنبه» for fa, a wrong month name for ar, and knows no azb (CLDR 48).
 */
export const MONTHS: Record<Language, readonly string[]> = {
  fa: ['فروردین', 'اردیبهشت', 'خرداد', 'تیر', 'مرداد', 'شهریور', 'مهر', 'آبان', 'آذر', 'دی', 'بهمن', 'اسفند'],
  en: [
    'Farvardin',
    'Ordibehesht',
    'Khordad',
    'Tir',
    'Mordad',
    'Shahrivar',
    'Mehr',
    'Aban',
    'Azar',
    'Dey',
    'Bahman',
    'Esfand',
  ],
  azb: ['فروردین', 'اوردیبهشت', 'خورداد', 'تیر', 'مورداد', 'شهریور', 'مهر', 'آبان', 'آذر', 'دی', 'بهمن', 'ایسفند'],
  ar: ['فروردين', 'أرديبهشت', 'خرداد', 'تير', 'مرداد', 'شهريور', 'مهر', 'آبان', 'آذر', 'دي', 'بهمن', 'إسفند'],
};

/** From Sunday, as `Date` counts. */
export const WEEKDAYS: Record<Language, readonly string[]> = {
  fa: ['یکشنبه', 'دوشنبه', 'سه‌شنبه', 'چهارشنبه', 'پنجشنبه', 'جمعه', 'شنبه'],
  en: ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'],
  azb: ['بازار', 'بازار ائرته‌سی', 'چرشنبه آخشامی', 'چرشنبه', 'جومعه آخشامی', 'جومعه', 'شنبه'],
  ar: ['الأحد', 'الاثنين', 'الثلاثاء', 'الأربعاء', 'الخميس', 'الجمعة', 'السبت'],
};
