import { searchKey } from '../../language/persian-text.ts';
import type { Directory, DirectoryCard } from '../businesses/directory.service.ts';

/** What is said of a supplier beside an item: only what the directory shows everybody. */
export interface Supplier {
  id: string;
  name: string;
  cityCode: string;
}

export interface Bought {
  item: string;
  field: string;
  provinceCode: string | null;
}

const MOST_WORDS = 6;
const LOOKED_AT = 25;
const SHORTEST_WORD = 3;
/** Beside any goods, and of no use for finding who sells them. */
const MEASURES = new Set(
  searchKey('خرید تعداد عدد دستگاه سری بسته مورد نوع مدل جدید پروژه قرارداد انجام ارائه برای همراه').split(' '),
);

/**
 * Listed businesses of the province that could have supplied what was bought: those of its field, best first by how many
 * words of the item they are found by; where nobody is in the field, those that the words find.
 */
export function createSuppliers({ directory }: { directory: Pick<Directory, 'search'> }) {
  const found = async (query: { words: string; field: string | null }, provinceCode: string) =>
    (await directory.search({ ...query, provinceCode, cityCode: null, kind: null }, { page: 0, size: LOOKED_AT }))
      .cards;

  return async function suppliersOf({ item, field, provinceCode }: Bought, most: number): Promise<Supplier[]> {
    // Of a whole country nobody can be called local.
    if (provinceCode === null) return [];
    const words = [...new Set(searchKey(item).split(' '))]
      .filter((word) => word.length >= SHORTEST_WORD && !/^\d+$/.test(word) && !MEASURES.has(word))
      .slice(0, MOST_WORDS);
    const hits = new Map<string, { card: DirectoryCard; count: number }>();
    const count = (cards: readonly DirectoryCard[]): void => {
      for (const card of cards) hits.set(card.id, { card, count: (hits.get(card.id)?.count ?? 0) + 1 });
    };
    const known = field === 'other' ? null : field;
    const inField = known === null ? [] : await found({ words: '', field: known }, provinceCode);
    count(inField);
    // Where the field has somebody, words only order them, and bring in those of the field further down its list.
    const within = inField.length > 0 ? known : null;
    const ofWords = words.map((word) => found({ words: word, field: within }, provinceCode));
    for (const cards of await Promise.all(ofWords)) count(cards);
    return [...hits.values()]
      .toSorted((one, other) => other.count - one.count)
      .slice(0, most)
      .map(({ card: { id, name, cityCode } }) => ({ id, name, cityCode }));
  };
}

export type SuppliersOf = ReturnType<typeof createSuppliers>;
