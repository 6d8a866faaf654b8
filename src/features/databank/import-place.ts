import { findCity, provinces, type City, type Province } from '../../language/places.ts';
import { searchKey } from '../../language/persian-text.ts';

export type Place =
  | { kind: 'found'; provinceCode: string; cityCode: string; freeCity: boolean }
  | { kind: 'no-such-province' }
  /** No province is given, and the city's name does not tell it. */
  | { kind: 'no-province' }
  | { kind: 'no-city' }
  /** No city has so long a name: something else stands there. */
  | { kind: 'long-city' };

const PROVINCE_WORD = 'استان';
/** UTF-16 units of a province's or city's name; a longer one is none. */
const LONGEST_NAME = 60;
const key = (name: string): string => searchKey(name).replaceAll(' ', '');
const named = (typed: string) => {
  const wanted = key(typed);
  return (place: { fa: string; en: string }): boolean => [place.fa, place.en].some((name) => key(name) === wanted);
};

/** Where a row's business is. A city that no table has is kept as it is typed; the secretariat maps it. */
export function placeOf(province: string, city: string): Place {
  const wanted = province.replace(PROVINCE_WORD, '').trim();
  const there = wanted === '' ? null : provinceOf(wanted);
  if (there === undefined) return { kind: 'no-such-province' };
  if (city.length > LONGEST_NAME) return { kind: 'long-city' };
  const cities = city === '' ? [] : findCity(city, { provinceCode: there?.code }).filter(named(city));
  const provinceCode = there?.code ?? onlyProvince(cities);
  if (provinceCode === null) return { kind: 'no-province' };
  if (city === '') return { kind: 'no-city' };
  const [found] = cities;
  return { kind: 'found', provinceCode, cityCode: found?.code ?? city, freeCity: found === undefined };
}

function provinceOf(typed: string): Province | undefined {
  if (typed.length > LONGEST_NAME) return undefined;
  const isNamed = named(typed);
  return provinces().find((one) => one.code === typed || isNamed(one));
}

function onlyProvince(cities: readonly City[]): string | null {
  const codes = new Set(cities.map(({ provinceCode }) => provinceCode));
  const [code] = codes;
  return codes.size === 1 && code !== undefined ? code : null;
}
