import { describe, expect, test } from 'vitest';
import { FSI, LRI, PDI } from '../../src/language/persian-text.ts';
import { bold } from '../../src/language/rich-text.ts';
import {
  createTranslations,
  LANGUAGES,
  type Language,
  type TextKey,
  type TextValue,
  type TranslationProblem,
} from '../../src/language/translator.ts';

const noon = new Date('2024-06-22T08:35:00Z');

function translations(texts: Parameters<typeof createTranslations>[0]['texts']) {
  const problems: TranslationProblem[] = [];
  const made = createTranslations({ onProblem: (problem) => problems.push(problem), ...(texts ? { texts } : {}) });
  const rich = (language: Language, key: string, values?: Record<string, TextValue>) =>
    made.translator(language).rich(key as TextKey, values);
  return { ...made, problems, rich, text: (...asked: Parameters<typeof rich>) => rich(...asked).text };
}
/** One template of that language, filled. */
function filled(template: string, values: Record<string, TextValue>, language: Language = 'fa') {
  const { rich, problems } = translations({ [language]: { test: { it: template } } });
  return { ...rich(language, 'test.it', values), problems };
}

describe('values', () => {
  test('of people stand isolated, as typed', () => {
    expect(filled('سلام {{name}}!', { name: 'Ali 12' }).text).toBe(`سلام ${FSI}Ali 12${PDI}!`);
  });

  test('can neither make markup nor placeholders nor break out of their isolate', () => {
    const { text, ranges } = filled('<b>{{name}}</b> آمد', { name: `<b>x</b>{{y}}$t(z)${PDI}\u202E` });
    expect(text).toBe(`${FSI}<b>x</b>{{y}}$t(z)${PDI} آمد`);
    expect(ranges).toEqual([{ offset: 0, length: text.indexOf(PDI) + 1, style: 'bold' }]);
  });

  test('of several lines keep their lines', () => {
    expect(filled('شرح: {{body}}', { body: 'یک\ntwo' }).text).toBe('شرح: یک\ntwo');
  });

  test('that are codes run left to right, and are clean where people copy them', () => {
    expect(filled('تلفن {{phone, code}}', { phone: '+98 999' }).text).toBe(`تلفن ${LRI}+98 999${PDI}`);
    expect(filled('کد {{n, code}}', { n: 1204 }).text).toBe(`کد ${LRI}1204${PDI}`);
    expect(filled('<code>{{phone, code}}</code>', { phone: '+98' })).toMatchObject({
      text: '+98',
      ranges: [{ offset: 0, length: 3, style: 'code' }],
    });
  });

  test('that are numbers take the digits of the language', () => {
    const both = (language: Language) => filled('{{n, number}} {{year}}', { n: 1234567, year: 1403 }, language).text;
    expect(both('fa')).toBe('۱٬۲۳۴٬۵۶۷ ۱۴۰۳');
    expect(both('azb')).toBe('۱٬۲۳۴٬۵۶۷ ۱۴۰۳');
    expect(both('ar')).toBe('۱٬۲۳۴٬۵۶۷ ۱۴۰۳');
    expect(both('en')).toBe('1,234,567 1403');
  });

  test('that are dates are Solar Hijri in Tehran', () => {
    const template = '{{at, date}} | {{at, shortDate}} | {{at, time}} | {{at, dateTime}} | {{at}}';
    expect(filled(template, { at: noon }).text).toBe(
      'شنبه ۲ تیر ۱۴۰۳ | ۱۴۰۳/۰۴/۰۲ | ۱۲:۰۵ | شنبه ۲ تیر ۱۴۰۳، ساعت ۱۲:۰۵ | شنبه ۲ تیر ۱۴۰۳',
    );
    expect(filled('{{at, date}}', { at: noon }, 'en').text).toBe('Saturday 2 Tir 1403');
    expect(filled('{{at, date}}', { at: noon }, 'ar').text).toBe('السبت ۲ تير ۱۴۰۳');
  });

  test('that are rich keep their ranges, isolated or raw', () => {
    expect(filled('نام: {{who}}', { who: bold('Sara') })).toMatchObject({
      text: `نام: ${FSI}Sara${PDI}`,
      ranges: [{ offset: 6, length: 4, style: 'bold' }],
    });
    expect(filled('<i>{{part, raw}}</i>.', { part: bold('متن') })).toMatchObject({
      text: 'متن.',
      ranges: [
        { offset: 0, length: 3, style: 'italic' },
        { offset: 0, length: 3, style: 'bold' },
      ],
    });
  });

  test('that are missing or do not fit are reported by name and shown harmlessly', () => {
    const missing = filled('{{name}} {{n, number}} {{at, date}}', { n: 'پنج', at: 3 });
    expect(missing.text).toBe(`— ${FSI}پنج${PDI} ۳`);
    expect(missing.problems.map((problem) => problem.what)).toEqual([
      'no value for "name"',
      '"n" is not a number',
      '"at" is not a Date',
    ]);
  });
});

describe('plurals', () => {
  const texts = {
    fa: { test: { it_zero: 'هیچ', it_one: '{{count}} شرکت', it_other: '{{count}} شرکت' } },
    azb: { test: { it_one: '{{count}} شیرکت', it_other: '{{count}} شیرکت‌لر' } },
    ar: {
      test: {
        it_zero: 'صفر',
        it_one: 'واحد',
        it_two: 'اثنان',
        it_few: '{{count}} شركات',
        it_many: '{{count}} شركة',
        it_other: '{{count}} شركة.',
      },
    },
  };
  const { text, problems } = translations(texts);
  const shown = (language: Language, ...counts: number[]) =>
    counts.map((count) => text(language, 'test.it', { count }));

  test('follow each language', () => {
    expect(shown('fa', 0, 1, 1204)).toEqual(['هیچ', '۱ شرکت', '۱٬۲۰۴ شرکت']);
    expect(shown('azb', 1, 2)).toEqual(['۱ شیرکت', '۲ شیرکت‌لر']);
    expect(shown('ar', 0, 1, 2, 3, 11, 100)).toEqual(['صفر', 'واحد', 'اثنان', '۳ شركات', '۱۱ شركة', '۱۰۰ شركة.']);
  });

  test('fall back to Persian, with its rules and digits', () => {
    expect(shown('en', 2)).toEqual(['۲ شرکت']);
    expect(problems).toEqual([]);
  });
});

describe('texts', () => {
  test('that are nowhere show a dash and are reported', () => {
    const { text, problems } = translations({ fa: { test: { group: { it: 'متن' } } } });
    expect(text('en', 'test.none')).toBe('—');
    expect(text('fa', 'test.group')).toBe('—');
    expect(text('en', 'test.group.it')).toBe('متن');
    expect(problems).toEqual([
      { key: 'test.none', language: 'en', what: 'no such text' },
      { key: 'test.group', language: 'fa', what: 'no such text' },
    ]);
  });

  test('whose markup is broken are shown without it and reported', () => {
    const { text, problems } = filled('<b>الف</i> {{a b}} {{x, sum}}', { x: 'ب' });
    expect(text).toBe(`الف  ${FSI}ب${PDI}`);
    expect(problems.map((problem) => problem.what)).toEqual([
      '</i> closes nothing',
      '{{a b}} is not a placeholder',
      'no format "sum"',
      'bold is never closed',
    ]);
  });

  test('nest their styles, outer first', () => {
    expect(filled('الف <b>ب <i>پ</i></b>', {}).ranges).toEqual([
      { offset: 4, length: 3, style: 'bold' },
      { offset: 6, length: 1, style: 'italic' },
    ]);
  });

  test('of a menu are found in every language, once each', () => {
    const { labelsOf } = translations({ fa: { test: { menu: 'اخبار' } }, ar: { test: { menu: 'الأخبار' } } });
    expect(labelsOf('test.menu' as TextKey)).toEqual(['اخبار', 'الأخبار']);
  });

  test('come from the locales by typed keys', () => {
    const { translator, languages, problems } = translations(undefined);
    expect(translator('fa').text('taxonomy.kinds.company')).toBe('شرکت');
    expect(translator('en').text('taxonomy.kinds.company')).toBe('Company');
    expect(translator('azb').text('taxonomy.kinds.company')).toBe('شرکت');
    expect(languages).toEqual(LANGUAGES);
    expect(problems).toEqual([]);
  });
});

test('a translator knows its direction, numbers and dates', () => {
  const { translator } = translations(undefined);
  expect(LANGUAGES.map((language) => translator(language).direction)).toEqual(['rtl', 'ltr', 'rtl', 'rtl']);
  expect(translator('azb').number(1234)).toBe('۱٬۲۳۴');
  expect(translator('en').date(noon, 'dateTime')).toBe('Saturday 2 Tir 1403, 12:05');
});
