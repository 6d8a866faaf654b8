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
    ['ten digits of a company ID that fit nothing', { ...business, companyId: '123456789' }, 'companyId:companyId'],
    ['letters in a company ID', { ...business, companyId: 'الف' }, 'companyId:companyId'],
    ['a headcount in words', { ...business, headcount: 'زیاد' }, 'headcount:headcount'],
    ['a year that has not come', { ...business, since: '1450' }, 'since:since'],
    ['a script for a website', { ...business, website: 'javascript:alert(1)' }, 'website:website'],
    ['neither yes nor no', { ...business, listed: 'شاید' }, 'listed:listed'],
    ['nothing in it', { city: 'تبریز' }, 'null:nothing'],
  ])('is refused for %s, with the column', (_what, cells, error) => {
    expect(errorsOf(read(cells))).toContain(error);
  });

  it.each<[string, Cells, string]>([
    ['a check digit that does not fit', { ...business, companyId: '99901187851' }, 'companyId:checkDigit'],
    ['a Gregorian year', { ...business, since: '2016' }, 'since:gregorian'],
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

  it('without headers is refused', () => {
    expect(() => readList(table(['09141234567', 'مریم']), rules)).toThrow(HeaderError);
  });
});
