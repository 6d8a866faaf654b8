import { findCity, provinces, type City } from '../../language/places.ts';
import { searchKey } from '../../language/persian-text.ts';

export type Place =
  | { kind: 'found'; provinceCode: string; cityCode: string; freeCity: boolean }
  | { kind: 'no-such-province' }
  /** No province is given, and the city's name does not tell it. */
  | { kind: 'no-province' }
  | { kind: 'no-city' }
  /** No city has so long a name: something else stands there. */
  | { kind: 'long-city' };

const LONGEST_CITY = 60;
const PROVINCE_WORD = 'استان';
const key = (name: string): string => searchKey(name).replaceAll(' ', '');
const named = (place: { fa: string; en: string }, typed: string): boolean =>
  [place.fa, place.en].some((name) => key(name) === key(typed));

/** Where a row's business is. A city that no table has is kept as it is typed; the secretariat maps it. */
export function placeOf(province: string, city: string): Place {
  const wanted = province.replace(PROVINCE_WORD, '').trim();
  const there = wanted === '' ? null : provinces().find((one) => one.code === wanted || named(one, wanted));
  if (there === undefined) return { kind: 'no-such-province' };
  const cities = city === '' ? [] : findCity(city, { provinceCode: there?.code }).filter((one) => named(one, city));
  const provinceCode = there?.code ?? onlyProvince(cities);
  if (provinceCode === null) return { kind: 'no-province' };
  if (city === '') return { kind: 'no-city' };
  if (city.length > LONGEST_CITY) return { kind: 'long-city' };
  const [found] = cities;
  return { kind: 'found', provinceCode, cityCode: found?.code ?? city, freeCity: found === undefined };
}

function onlyProvince(cities: readonly City[]): string | null {
  const codes = new Set(cities.map(({ provinceCode }) => provinceCode));
  const [code] = codes;
  return codes.size === 1 && code !== undefined ? code : null;
}
