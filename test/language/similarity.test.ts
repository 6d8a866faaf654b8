import { expect, test } from 'vitest';
import { grams, similarity } from '../../src/language/similarity.ts';

const REPORTS = [
  'تمدید پروانهٔ کسب شش ماه طول کشیده و استعلام‌ها جواب نمی‌دهند',
  'قطعی برق سرورهای شرکت را سوزاند',
  'اینترنت شرکت هر روز بعدازظهر قطع می‌شود',
  'تأمین اجتماعی برای قرارداد نرم‌افزار ضریب بیمهٔ پیمانکاری می‌خواهد',
  'شهرداری برای دفتر در واحد مسکونی مادهٔ ۱۰۰ جریمه نوشته است',
  'درگاه پرداخت به‌خاطر نداشتن اینماد بسته شد',
];
const stored = REPORTS.map(grams);
const textsWith = new Map<string, number>();
for (const gram of stored.flat()) textsWith.set(gram, (textsWith.get(gram) ?? 0) + 1);
const statistics = { texts: REPORTS.length, textsWith };
const scores = (typed: string) => stored.map((report) => similarity(grams(typed), report, statistics));

test.each([
  ['تمديد پروانه كسبم ۶ ماهه طول کشید، استعلامها جواب نمیدن', 0],
  ['اینترنت شرکتمون هرروز بعد از ظهر قطع میشه', 2],
  ['ضریب بیمه برای قرارداد نرم افزاری، تامین اجتماعی', 3],
  ['درگاه پرداختم رو بخاطر اینماد بستن', 5],
])('«%s» is found among the reports', (typed, index) => {
  const found = scores(typed);
  expect(found.indexOf(Math.max(...found))).toBe(index);
  expect(found[index]).toBeGreaterThan(0.4);
});

test('a new problem resembles none', () => {
  expect(Math.max(...scores('نیروی متخصص مهاجرت می‌کند و کسی برای استخدام نیست'))).toBeLessThan(0.4);
});

test('is the same both ways, full with itself and nothing with nothing', () => {
  const [one = [], other = []] = stored;
  expect(similarity(one, other, statistics)).toBeCloseTo(similarity(other, one, statistics));
  expect(similarity(one, one, statistics)).toBeCloseTo(1);
  expect(similarity(one, [], statistics)).toBe(0);
  expect(similarity([], [], statistics)).toBe(0);
});

test('grams are of stems, without stop words, each once', () => {
  expect(grams('شرکت‌ها و شرکت')).toEqual(grams('شرکت'));
  expect(grams('پول')).toEqual(['^پو', 'پول', 'ول$']);
  expect(grams('و در که')).toEqual([]);
});
