import { searchKey } from './persian-text.ts';

const SHORTEST = 2;

/** The folded words that a text is found by, each once, in the order in which they first stand there. */
export function searchTerms(text: string, most: number): string[] {
  const words = searchKey(text)
    .split(' ')
    .filter((word) => word.length >= SHORTEST);
  return [...new Set(words)].slice(0, most);
}
