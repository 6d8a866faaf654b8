import type { Language } from './languages.ts';
import { searchKey } from './persian-text.ts';
import rows from './places.json' with { type: 'json' };

/**
 * places.json holds the 31 provinces by the official statistical code, which is also ISO 3166-2:IR of 2020 (older tables
 * count otherwise), and the cities offered to choose from, the capital first. Codes are stored with members: a name may
 * be mended, a code never changes and never goes. A city is not its county: the two carry different names in places.
 */
export interface Province {
  /** "03" */
  readonly code: string;
  /** "IR-03" */
  readonly iso: string;
  readonly fa: string;
  readonly en: string;
  readonly capital: City;
  /** Telephone area code: "041" */
  readonly tel: string;
}

export interface City {
  /** "03-tabriz" */
  readonly code: string;
  readonly provinceCode: string;
  readonly fa: string;
  readonly en: string;
}

const CITIES: readonly City[] = rows.flatMap(({ code, cities }) =>
  cities.map((city) => ({ ...city, provinceCode: code })),
);
const CITIES_BY_PROVINCE = Map.groupBy(CITIES, (city) => city.provinceCode);
const PROVINCES: readonly Province[] = rows.flatMap(({ code, fa, en, tel }) => {
  const [capital] = citiesOf(code);
  return capital === undefined ? [] : [{ code, iso: `IR-${code}`, fa, en, tel, capital }];
});
const BY_CODE = new Map<string, Province | City>([...PROVINCES, ...CITIES].map((place) => [place.code, place]));

/** UTF-16 units of a city's name. */
const LONGEST_NAME = 100;

/** Members type بندر ماهشهر, بندرماهشهر and بندر‌ماهشهر. */
const nameKey = (name: string): string => searchKey(name).replaceAll(' ', '');
const CITY_KEYS = CITIES.map((city) => ({ city, keys: [nameKey(city.fa), nameKey(city.en)] }));

const PERSIAN_KEYS = new Set([...PROVINCES, ...CITIES].map(({ fa }) => nameKey(fa)));

/** Whether a Persian word is the name of a province or city. */
export const isPlace = (word: string): boolean => PERSIAN_KEYS.has(nameKey(word));

/** In the order of their codes. */
export function provinces(): readonly Province[] {
  return PROVINCES;
}

/** The capital first; empty for a code that is none. */
export function citiesOf(provinceCode: string): readonly City[] {
  return CITIES_BY_PROVINCE.get(provinceCode) ?? [];
}

/**
 * Cities by a name typed in Persian or Latin letters: the same name first, then those that begin with it, then those
 * that hold it. Empty when none does, as none does over {@link LONGEST_NAME} units: take the typed name as it is.
 */
export function findCity(typed: string, { provinceCode }: { provinceCode?: string | undefined } = {}): City[] {
  if (typed.length > LONGEST_NAME) return [];
  const wanted = nameKey(typed);
  if (wanted === '') return [];
  const rank = (key: string): number => {
    if (key === wanted) return 0;
    if (key.startsWith(wanted)) return 1;
    return key.includes(wanted) ? 2 : 3;
  };
  return CITY_KEYS.filter(({ city }) => provinceCode === undefined || city.provinceCode === provinceCode)
    .map(({ city, keys }) => ({ city, rank: Math.min(...keys.map(rank)) }))
    .filter(({ rank }) => rank < 3)
    .sort((one, other) => one.rank - other.rank)
    .map(({ city }) => city);
}

/** The name of a province or city. What is no code is a name that was typed freely, and comes back as it is. */
export function placeName(code: string, language: Language): string {
  const place = BY_CODE.get(code);
  if (place === undefined) return code;
  return language === 'en' ? place.en : place.fa;
}
