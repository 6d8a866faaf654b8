import { searchKey } from '../../language/persian-text.ts';
import { placeName } from '../../language/places.ts';
import { taxonomy } from '../../language/locales.ts';

const SHORTEST = 2;
const MOST = 60;

/** In so many names and questions that they find nothing. */
const COMMON = new Set(
  searchKey(
    'شرکت فروشگاه دفتر موسسه گروه کارگاه و در به از با برای که این های ها سایر تولید خدمات فروش company shop group and the of in',
  ).split(' '),
);

const LABELS: Readonly<Record<string, string>> = taxonomy.fields;

/** The words of a text that searching goes by, folded, each once. */
export function searchWords(text: string): string[] {
  const words = searchKey(text)
    .split(' ')
    .filter((word) => word.length >= SHORTEST && !COMMON.has(word));
  return [...new Set(words)].slice(0, MOST);
}

/** What a business is found by in the directory: its own words, its fields' and its city's, as they are spoken of in Persian. */
export function directoryTerms(business: {
  name: string;
  description: string | null;
  fields: readonly string[];
  cityCode: string;
}): string[] {
  const { name, description, fields, cityCode } = business;
  return searchWords(
    [name, placeName(cityCode, 'fa'), ...fields.map((code) => LABELS[code] ?? ''), description ?? ''].join(' '),
  );
}
