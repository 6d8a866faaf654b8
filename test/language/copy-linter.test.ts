import { expect, test } from 'vitest';
import { COPY_RULES, lintCopy } from './copy-linter.ts';

test.each([
  'کد ملی باید ۱۰ رقم باشد. دوباره بنویسید.',
  'شرکت‌ها، کشورها و بندرها؛ نرم‌افزارهای رایانه‌ای',
  'بهتر، بیشتر و کم‌هزینه‌ترین راه',
  'گام {{step}} از {{steps}}',
  'سامانهٔ مودیان و شمارهٔ ملی (۱۱ رقم)',
  'نشانی: https://example.ir/a?b=1,2 یا info@example.ir',
  'برای شروع /start را بفرستید.',
  'نمونه: <code>51666-00001</code>',
  '«خانه‌ای» در <b>تبریز</b>…',
  'لطفاً جزئیات را برای مسئول تأمین بنویسید.',
  '✅ ثبت شد!\n{{title}}',
  'رأی هیئت: ۱۲:۳۰، ۵٪',
  'روز و کنید و تومان و یک‌بار',
  'زبان / دیل / اللغة',
  '، ',
])('«%s» is good', (text) => {
  expect(lintCopy(text)).toEqual([]);
});

const BAD: Record<string, string[]> = {
  'arabic-letter': ['شركت', 'علي', '٣ روز'],
  'ascii-digit': ['تا 3 روز', 'G4B'],
  kashida: ['ســلام'],
  hamza: ['تامین اجتماعی', 'لطفا بنویسید'],
  'ascii-punctuation': ['نام, نشانی', 'ادامه?'],
  'straight-quote': ['"نام"', '“نام”'],
  'three-dots': ['کمی صبر...'],
  exclamations: ['خوش آمدید!!', 'سلام! خوش آمدید!'],
  'space-before-mark': ['نام ، نشانی', 'پایان .'],
  'no-space-after-mark': ['نام،نشانی', 'پایان.شروع', 'نام:نشانی'],
  'space-inside-bracket': ['« نام»', 'نام (کامل )'],
  'double-space': ['نام  نشانی'],
  'space-at-line-end': ['نام \nنشانی', 'نام '],
  'mi-space': ['می شود', 'نمی توانید'],
  'ha-space': ['شرکت ها', 'کشور های'],
  'tar-space': ['مهم تر', 'مهم ترین'],
  'compound-space': ['نرم افزار', 'کسب و کار', 'به روز رسانی'],
  'stray-zwnj': ['بندر\u200Cها', 'شرکت\u200C', 'می\u200C\u200Cشود', '\u200Cنام'],
  'ezafe-ye': ['خانه ی ما', 'خانه\u200Cی ما'],
  'ezafe-one-letter': ['خانۀ ما'],
  'familiar-you': ['نام را بنویس', 'می‌خوای', 'میتونی'],
  colloquial: ['ثبت میشه', 'ثبت نمی\u200Cشه', 'اگه خواستید', 'اون رو'],
  blame: ['کد را نادرست وارد کردید', 'اشتباه کردید'],
};

test.each(Object.entries(BAD).flatMap(([id, texts]) => texts.map((text) => [id, text] as const)))(
  '%s is found in «%s», and nothing else',
  (id, text) => {
    expect(lintCopy(text)).toEqual([id]);
  },
);

test('every rule has a sample that it finds', () => {
  expect(Object.keys(BAD)).toEqual(COPY_RULES.map((rule) => rule.id));
});
