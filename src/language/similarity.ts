import { searchKey } from './persian-text.ts';

/**
 * Finds the same problem told again in other words and spellings: letter trigrams of roughly stemmed words, weighted by
 * rarity. In a trial with re-typed reports whole words found far fewer. From a score of about 0.40 ask the person;
 * never merge by score alone.
 */

/** Stored beside grams: when `searchKey` or the stems change, this goes up and stored grams are made anew. */
export const GRAMS_VERSION = 1;

const GRAM_LENGTH = 3;
const SHORTEST_STEM = 3;

const STOP_WORDS = new Set(
  searchKey(
    'و در به از که این آن را با است برای ما من شما می نمی شده شود نشده شد نشد کرد کرده کند کنند هم یا تا هر بر ها های ' +
      'خیلی بخاطر خاطر دلیل بدون نیست دارد ندارد دارند ای هی باید اما ولی چون',
  ).split(' '),
);
const PREFIXES = ['نمی', 'می'];
/** Longest first, so that هایشان is not taken for ها or ان. */
const SUFFIXES = 'هایشان هایمان هایی های ها ترین تر ان ات ای ند یم ی م ه'.split(' ');

function stem(word: string): string {
  const prefix = PREFIXES.find((start) => word.startsWith(start) && word.length - start.length >= SHORTEST_STEM) ?? '';
  const rest = word.slice(prefix.length);
  const suffix = SUFFIXES.find((end) => rest.endsWith(end) && rest.length - end.length >= SHORTEST_STEM) ?? '';
  return rest.slice(0, rest.length - suffix.length);
}

/** The trigrams of a text, each once; `^` and `$` mark where a word starts and ends. About 34 for a report. */
export function grams(text: string): string[] {
  const found = new Set<string>();
  for (const word of searchKey(text).split(' ')) {
    if (word === '' || STOP_WORDS.has(word)) continue;
    const bounded = `^${stem(word)}$`;
    for (let start = 0; start + GRAM_LENGTH <= bounded.length; start++) {
      found.add(bounded.slice(start, start + GRAM_LENGTH));
    }
  }
  return [...found];
}

/** In how many of `texts` texts each gram occurs. */
export interface GramStatistics {
  texts: number;
  textsWith: ReadonlyMap<string, number>;
}

/** 0 for nothing in common to 1 for the same grams: the cosine of the two sets, each gram weighted by its rarity. */
export function similarity(
  one: readonly string[],
  other: readonly string[],
  { texts, textsWith }: GramStatistics,
): number {
  const weight = (gram: string): number => Math.log(1 + (texts + 1) / ((textsWith.get(gram) ?? 0) + 0.5)) ** 2;
  const total = (gramsOf: readonly string[]): number => gramsOf.reduce((sum, gram) => sum + weight(gram), 0);
  const inOther = new Set(other);
  const shared = total(one.filter((gram) => inOther.has(gram)));
  return shared === 0 ? 0 : shared / Math.sqrt(total(one) * total(other));
}
