import { describe, expect, it } from 'vitest';
import { tidyWebsite } from '../../../src/features/businesses/imported-businesses.service.ts';
import { readRow, type Cells, type ReadRow } from '../../../src/features/databank/import-row.ts';
import { HeaderError, readList } from '../../../src/features/databank/import-list.ts';
import { createTaxonomy } from '../../../src/features/databank/taxonomy.ts';
import { createTranslations } from '../../../src/language/translator.ts';

const { labelsOf } = createTranslations({
  onProblem: ({ key }) => {
    throw new Error(key);
  },
});
const rules = { taxonomy: createTaxonomy(labelsOf), tidyWebsite, now: new Date('2026-11-22T08:00:00Z') };
const read = (cells: Cells): ReadRow => readRow(2, cells, rules);
const person: Cells = { name: 'مریم احمدی', phone: '09141234567' };
const business: Cells = { business: 'داده‌پرداز نو', city: 'تبریز' };
const errorsOf = (row: ReadRow) =>
  row.remarks.filter(({ error }) => error).map(({ column, code }) => `${column}:${code}`);
const remarksOf = (row: ReadRow) =>
  row.remarks.filter(({ error }) => !error).map(({ column, code }) => `${column}:${code}`);

describe('a row of a list', () => {
  it('becomes a person and a business as registration would keep them', () => {
    const row = read({
      firstName: 'مريم',
      lastName: 'احمدي',
      phone: '۰۹۱۴ ۱۲۳ ۴۵۶۷',
      province: 'استان آذربايجان شرقي',
      city: 'تبريز',
      business: 'داده پرداز نو',
      kind: 'فروشگاه',
      fields: 'شبکه، اتاق سرور و کابل‌کشی؛ تعمیر و نگهداری',
      workplace: 'خانه',
      headcount: '۱۲ نفر',
      since: '95',
      documents: 'نماد اعتماد الکترونیکی (اینماد)',
      companyId: '99901187850',
      website: 'Example.ir/',
      listed: 'بله',
    });
    expect(row.remarks).toEqual([]);
    expect(row.person).toEqual({
      name: 'مریم احمدی',
      phone: '+989141234567',
      provinceCode: '03',
      cityCode: '03-tabriz',
    });
    expect(row.business).toEqual({
      name: 'داده پرداز نو',
      kind: 'shop',
      fields: ['network', 'repair'],
      provinceCode: '03',
      cityCode: '03-tabriz',
      workplace: 'home',
      headcount: 12,
      since: 1395,
      documents: ['enamad'],
      companyId: '99901187850',
      website: 'https://example.ir',
      description: null,
      listed: true,
    });
  });

  it.each(['09141234567', '9141234567', '+98 914 123 4567', '00989141234567', '٠٩١٤١٢٣٤٥٦٧', '0914-123-4567'])(
    'takes the phone %s',
    (phone) => {
      expect(read({ ...person, phone }).person?.phone).toBe('+989141234567');
    },
  );

  it('puts back the zeros that a spreadsheet took, and marks them', () => {
    expect(remarksOf(read({ ...person, phone: '9141234567' }))).toEqual(['phone:zeroAdded']);
    const row = read({ ...business, kind: 'شرکت', fields: 'شبکه، اتاق سرور و کابل‌کشی', companyId: '9900633528' });
    expect(row.business?.companyId).toBe('09900633528');
    expect(remarksOf(row)).toEqual(['companyId:zeroAdded']);
  });

  it.each<[string, Cells, string]>([
    ['a landline for a mobile', { ...person, phone: '04133330000' }, 'phone:phone'],
    ['a phone without a name', { phone: '09141234567' }, 'name:nameMissing'],
    ['a name of signs', { ...person, name: '=1+1' }, 'name:name'],
    ['no such province', { ...business, province: 'آترپات' }, 'province:province'],
    ['a city of two provinces alone', { business: 'الف ب', city: 'ناکجا' }, 'province:provinceMissing'],
    ['no city', { business: 'الف ب', province: 'خوزستان' }, 'city:cityMissing'],
    [
      'a name of a city that is a sentence',
      { ...business, province: 'خوزستان', city: 'x'.repeat(61) },
      'city:cityLong',
    ],
    ['digits that the program did not write', { ...person, phone: '9.12E+09' }, 'phone:phoneCut'],
    ['a wrong mobile beside a business', { ...person, ...business, phone: '0914123' }, 'phone:phone'],
    ['nothing in it', { city: 'تبریز' }, 'null:nothing'],
  ])('is refused for %s, with the column', (_what, cells, error) => {
    expect(errorsOf(read(cells))).toContain(error);
  });

  it.each<[string, Cells, string]>([
    ['a check digit that does not fit', { ...business, companyId: '99901187851' }, 'companyId:checkDigit'],
    ['ten digits of a company ID that fit nothing', { ...business, companyId: '123456789' }, 'companyId:companyId'],
    ['letters in a company ID', { ...business, companyId: 'الف' }, 'companyId:companyId'],
    ['a headcount in words', { ...business, headcount: 'زیاد' }, 'headcount:headcount'],
    ['a year that has not come', { ...business, since: '1450' }, 'since:since'],
    ['a year in words', { ...business, since: 'قبل از انقلاب' }, 'since:since'],
    ['a year that is no year', { ...business, since: '۱۳۹۵ تا ۱۳۹۸' }, 'since:since'],
    ['a script for a website', { ...business, website: 'javascript:alert(1)' }, 'website:website'],
    ['a word for a website', { ...business, website: 'در دست ساخت' }, 'website:website'],
    ['neither yes nor no', { ...business, listed: 'شاید' }, 'listed:listed'],
    ['an unknown workplace', { ...business, workplace: 'کانکس' }, 'workplace:workplace'],
    ['a long description', { ...business, description: 'الف '.repeat(200) }, 'description:tooLong'],
    ['a landline of a business', { ...business, name: 'مریم احمدی', phone: '041-33330000' }, 'phone:landline'],
    ['a person in no such province', { ...person, province: 'آترپات' }, 'province:province'],
    [
      'a person whose business has no city',
      { ...person, business: 'الف ب', province: 'خوزستان' },
      'business:businessLeft',
    ],
    ['a person whose business has no name', { ...person, ...business, business: '۱' }, 'business:businessLeft'],
    ['a Gregorian year', { ...business, since: '2016' }, 'since:gregorian'],
    ['a Gregorian day', { ...business, since: '2016-03-20' }, 'since:gregorianDay'],
    ['two phones', { ...person, phone: '09141234567، 09141234568' }, 'phone:morePhones'],
    ['an unknown field', { ...business, fields: 'کشاورزی' }, 'fields:fieldUnknown'],
    ['part of a field', { ...business, fields: 'رایانه، لپ‌تاپ' }, 'fields:fieldUnknown'],
    ['a city of no table', { business: 'الف ب', province: 'خوزستان', city: 'روستای نو' }, 'city:cityUnknown'],
    ['a national code', { ...person, nationalCode: '9900633520' }, 'nationalCode:nationalCode'],
    ['a person without a phone', { ...business, name: 'مریم احمدی' }, 'phone:phoneMissing'],
  ])('is taken with a remark for %s', (_what, cells, remark) => {
    const row = read(cells);
    expect(errorsOf(row)).toEqual([]);
    expect(remarksOf(row)).toContain(remark);
  });

  it.each([
    ['1395', 1395],
    ['1395.0', 1395],
    ['۱۳۹۵/۰۵/۱۲', 1395],
    ['۵ مرداد ۱۳۹۵', 1395],
    // Nowruz: the day before is of the year before.
    ['2016-03-20', 1395],
    ['2016-03-19', 1394],
    ['2016/03/20', 1395],
    ['2016-03-20 12:30', 1395],
    ['20/03/2016', 1395],
    ['2016-02-30', null],
    ['03/04/2016', null],
    ['قبل از انقلاب', null],
    ['نامشخص', null],
    ['-', null],
    ['NaN', null],
    ['Infinity', null],
  ])('takes «%s» for the year %s, and the row in any case', (since, year) => {
    const row = read({ ...person, ...business, since });
    expect(errorsOf(row)).toEqual([]);
    expect([row.person?.name, row.business?.since]).toEqual(['مریم احمدی', year]);
  });

  const OPTIONAL = [
    'kind',
    'fields',
    'workplace',
    'headcount',
    'since',
    'documents',
    'companyId',
    'website',
    'description',
    'listed',
  ] as const;
  it.each(['-', '—', 'ندارد', 'نامشخص', 'قبل از انقلاب', '؟', 'n/a', '0', 'زیاد', '٪', '2024-05-10', '9.9E99'])(
    'with «%s» in every cell that may be empty keeps the person and the business, and no number that is none',
    (typed) => {
      const row = read({ ...person, ...business, ...Object.fromEntries(OPTIONAL.map((column) => [column, typed])) });
      expect(errorsOf(row)).toEqual([]);
      expect(row.person?.phone).toBe('+989141234567');
      expect(row.business?.name).toBe('داده‌پرداز نو');
      for (const value of [row.business?.since, row.business?.headcount])
        expect(value === null || Number.isSafeInteger(value)).toBe(true);
      expect(row.remarks.length).toBeGreaterThan(0);
    },
  );

  it.each(["'09141234567", '="09141234567"', '9141234567.0', '9.141234567E9', '9.141234567E+09', '۹۱۴۱۲۳۴۵۶۷'])(
    'takes the phone that a spreadsheet left as %s',
    (phone) => {
      expect(read({ ...person, phone }).person?.phone).toBe('+989141234567');
    },
  );

  it.each([
    ['a landline before it in one cell', { phone: '041-33330000 - 09141234567' }],
    ['nothing in its own column', { phone: '', otherPhones: ['', '09141234567'] }],
    ['a landline in its own column', { phone: '04133330000', otherPhones: ['09141234567'] }],
  ])('finds the mobile with %s', (_what, cells) => {
    expect(read({ ...person, ...cells }).person?.phone).toBe('+989141234567');
  });

  it('never keeps a national code, not even in a remark', () => {
    expect(JSON.stringify(read({ ...person, nationalCode: '9900633520' }))).not.toContain('9900633520');
  });
});

describe('a list', () => {
  const table = (...rows: string[][]) => rows.map((cells, index) => ({ line: index + 1, cells }));

  it('has its headers found in either language, below a title, in any order', () => {
    const list = readList(
      table(
        ['فهرست اعضا', '', ''],
        ['شهر', 'Company Name', 'شماره‌ی موبايل', 'نام و نام خانوادگي', 'کد رهگیری', 'City'],
        ['تبریز', 'نو', '09141234567', 'مریم احمدی', '7', 'x'],
      ),
      rules,
    );
    expect(list.headerLine).toBe(2);
    expect(list.rows).toMatchObject([{ line: 3, person: { name: 'مریم احمدی' }, business: { name: 'نو' } }]);
    expect(list.leftOut).toEqual([
      { header: 'کد رهگیری', why: 'ignored' },
      { header: 'City', why: 'twice' },
    ]);
  });

  const PHONES = { mobile: '09141234567', landline: '04133330000' };
  it.each([
    ['تلفن', 'موبایل'],
    ['تلفن', 'تلفن همراه'],
    ['شماره تماس', 'موبایل'],
    ['شماره تماس', 'شماره موبایل (همراه)'],
    ['تلفن ثابت', 'تلفن'],
    ['تلفن ثابت', 'شماره تلفن همراه مدیرعامل'],
    ['تلفن ثابت', 'شماره تماس'],
    ['تلفن محل کار', 'همراه'],
    ['Phone', 'Mobile'],
    ['تلفن ۱', 'تلفن ۲'],
  ])('takes the mobile of the columns «%s» and «%s», whichever comes first', (landline, mobile) => {
    for (const [first, second] of [
      [landline, mobile],
      [mobile, landline],
    ] as const) {
      const of = (header: string) => PHONES[header === mobile ? 'mobile' : 'landline'];
      const list = readList(
        table(['نام', first, second, 'نام تجاری', 'شهر'], ['مریم احمدی', of(first), of(second), 'نو', 'تبریز']),
        rules,
      );
      expect(list.rows[0]?.person?.phone).toBe('+989141234567');
      expect(list.rows[0]?.business?.name).toBe('نو');
      expect(list.leftOut).toHaveLength(1);
      expect(list.leftOut[0]?.why).toMatch(/otherPhone|landlines/);
    }
  });

  it('without headers is refused', () => {
    expect(() => readList(table(['09141234567', 'مریم']), rules)).toThrow(HeaderError);
  });
});
