import { describe, expect, test } from 'vitest';
import { searchKey, tidy } from '../../src/language/persian-text.ts';
import { citiesOf, findCity, placeName, provinces } from '../../src/language/places.ts';

const allCities = provinces().flatMap((province) => citiesOf(province.code));
const codes = (typed: string, provinceCode?: string) => findCity(typed, { provinceCode }).map((city) => city.code);

describe('the table', () => {
  test('has every province once, by its official code', () => {
    expect(provinces().map((province) => province.code)).toEqual(
      Array.from({ length: 31 }, (_, index) => String(index).padStart(2, '0')),
    );
    expect(provinces()[3]).toEqual({
      code: '03',
      iso: 'IR-03',
      fa: 'آذربایجان شرقی',
      en: 'East Azerbaijan',
      tel: '041',
      capital: { code: '03-tabriz', provinceCode: '03', fa: 'تبریز', en: 'Tabriz' },
    });
    for (const column of ['fa', 'en', 'tel'] as const)
      expect(new Set(provinces().map((province) => province[column])).size).toBe(31);
  });

  test('has cities with codes of their province, each once', () => {
    expect(allCities.length).toBeGreaterThanOrEqual(306);
    expect(new Set(allCities.map((city) => city.code)).size).toBe(allCities.length);
    for (const city of allCities) expect(city.code).toMatch(new RegExp(`^${city.provinceCode}-[a-z]+(?:-[a-z]+)*$`));
  });

  test('is written in tidy letters, and no province has a city twice', () => {
    for (const { fa } of [...provinces(), ...allCities]) expect(tidy(fa)).toBe(fa);
    for (const { code } of provinces()) {
      const names = citiesOf(code).map((city) => searchKey(city.fa));
      expect(new Set(names).size).toBe(names.length);
    }
  });
});

describe('a typed city', () => {
  test.each([
    ['تبریز', '03-tabriz'],
    ['تبريز', '03-tabriz'],
    ['TABRIZ', '03-tabriz'],
    ['بندرماهشهر', '06-bandar-e-mahshahr'],
    ['بندر ماهشهر', '06-bandar-e-mahshahr'],
    ['ماهشهر', '06-bandar-e-mahshahr'],
    ['مسجد سلیمان', '06-masjed-soleyman'],
    ['عجب شير', '03-ajab-shir'],
    ['بندرعباس', '22-bandar-abbas'],
    ['Bandar-e Abbas', undefined],
    ['آبادا', '06-abadan'],
  ])('«%s» is found as %s', (typed, code) => {
    expect(codes(typed)[0]).toBe(code);
  });

  test('has the same name first, then the beginning, then the middle', () => {
    const found = codes('شوش');
    expect(found.slice(0, 2)).toEqual(['06-shush', '06-shushtar']);
    expect(codes('شهر').indexOf('23-shahriar')).toBeLessThan(codes('شهر').indexOf('06-khorramshahr'));
  });

  test('may be looked for in one province', () => {
    expect(codes('نورآباد')).toEqual(['07-nurabad', '15-nurabad']);
    expect(codes('نورآباد', '15')).toEqual(['15-nurabad']);
  });

  test('may be none', () => {
    expect(codes('لندن')).toEqual([]);
    expect(codes(' - ')).toEqual([]);
    expect(citiesOf('99')).toEqual([]);
  });
});

test('places are named in the language, typed names as they are', () => {
  expect(placeName('03', 'fa')).toBe('آذربایجان شرقی');
  expect(placeName('03', 'en')).toBe('East Azerbaijan');
  expect(placeName('06-ahvaz', 'ar')).toBe('اهواز');
  expect(placeName('روستای کندوان', 'en')).toBe('روستای کندوان');
});
