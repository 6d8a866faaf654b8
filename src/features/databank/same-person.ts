import { searchKey } from '../../language/persian-text.ts';

const TITLES: ReadonlySet<string> = new Set(
  'آقای آقا خانم جناب سرکار مهندس دکتر حاج حاجی سید سیده mr mrs ms dr eng'.split(' ').map(searchKey),
);

/**
 * Whether two names under one phone may be one person's: the same, or the one with more words than the other, titles apart.
 * Numbers change hands and are shared; a business is not given to somebody on the number's word alone.
 */
export function mayBeOnePerson(one: string, other: string): boolean {
  if (joined(one) === joined(other)) return true;
  const [fewer, more] = [wordsOf(one), wordsOf(other)].toSorted((a, b) => a.length - b.length);
  return fewer !== undefined && fewer.length > 0 && fewer.every((word) => more?.includes(word));
}

const wordsOf = (name: string): string[] =>
  searchKey(name)
    .split(' ')
    .filter((word) => word !== '' && !TITLES.has(word));
const joined = (name: string): string => wordsOf(name).join('');
