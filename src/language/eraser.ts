import { lettersLike, searchKey } from './persian-text.ts';
import { isPlace } from './places.ts';
import { TAKEN_OUT } from './redact.ts';

/** What a person is known by in other people's words. */
export interface KnownBy {
  /** Whole names, as they are stored. */
  names: readonly string[];
  /** Ten digits each: a mobile number from its 9 on, a national code. */
  numbers: readonly string[];
  /** Their first and last name are taken out where they stand alone, too. Only for what is about this person. */
  alone: boolean;
}

/** Takes a person out of a text; what is not about the person stays letter for letter. */
export type Eraser = (text: string) => string;

/**
 * What may stand inside a word and is not read: vowel marks, kashida, half spaces, hamza. Without U+0345, which is ι in another
 * case: no letter of a name may be read as a mark too, or a name of such letters is read in more ways than can be tried.
 */
const MARKS = '\\u0610-\\u061A\\u064B-\\u065F\\u0670\\u0640\\u0621\\u200C\\u200D\\u0300-\\u0344\\u0346-\\u036F';
const INSIDE = `[${MARKS}]{0,3}`;
/** One run, marks of the letter before included: two that share the half space part it in several ways at every word. */
const BETWEEN_WORDS = `[${MARKS}\\s\\u200E\\u200F\\u2066-\\u2069_\\-–—.·،,]{0,6}`;
const BETWEEN_DIGITS = '[\\s\\-–—_./\\\\()\\u0640\\u200C-\\u200F\\u202A-\\u202E\\u2066-\\u2069]{0,3}';
const DIGITS = '0-9\\u06F0-\\u06F9\\u0660-\\u0669\\uFF10-\\uFF19';
const WORD_BEFORE = '(?<![\\p{L}\\p{N}])';
const WORD_AFTER = '(?![\\p{L}\\p{N}])';
const TITLE = /(?:^|[^\p{L}\p{N}])(?:آقای|اقای|آقا|خانم|مهندس|دکتر|استاد|حاج|سید|جناب|سرکار)[\s\u200C]{1,3}$/u;
/** A name that is an everyday word, alone, most often is that word. */
const EVERYDAY = new Set(
  searchKey(
    'فروردین تیر مرداد شهریور مهر آبان آذر بهمن امید پیمان پیام آزاد نور بهار سحر صبا روشن آرزو ستاره یگانه صادق عادل امین دانا ' +
      'پرواز آینده دریا باران فرصت کار برق آب',
  ).split(' '),
);
const SHORTEST_ALONE = 3;
/** A shorter whole name says nothing of anybody. */
const SHORTEST_NAME = 3;

const digit = (one: string): string =>
  `[${[0x30, 0x6f0, 0x660, 0xff10].map((zero) => String.fromCharCode(zero + Number(one))).join('')}]`;

/** A mobile number in all its forms, +98, 0098, 98 and 0 before it, its digits parted or not; a national code likewise. */
function numberPattern(number: string): string {
  const before = `(?:(?:[+＋]|${digit('0')}${BETWEEN_DIGITS}${digit('0')})?${BETWEEN_DIGITS}${digit('9')}${BETWEEN_DIGITS}${digit('8')}${BETWEEN_DIGITS})?(?:${digit('0')}${BETWEEN_DIGITS})?`;
  return `(?<![${DIGITS}])${before}${Array.from(number, digit).join(BETWEEN_DIGITS)}(?![${DIGITS}])`;
}

/** As the log masks it: what is left of a number still tells it to who knows it. */
const maskPattern = (number: string): string => `\\+98${number.slice(0, 3)}\\*{3}${number.slice(-4)}`;

function wordPattern(word: string): string {
  return Array.from(searchKey(word).replaceAll(' ', ''))
    .map((letter) => `[${lettersLike(letter).replace(/[\\\]^-]/g, '\\$&')}]`)
    .join(INSIDE);
}

/** The words of a name as somebody reads them: parts that a half space joins are one word, and may be written as two. */
const wordsOf = (name: string): string[] => name.split(/\s+/).filter((word) => searchKey(word) !== '');
const joined = (words: readonly string[]): string => {
  const parts = words
    .flatMap((word) => word.split('\u200C'))
    .map(wordPattern)
    .filter((pattern) => pattern !== '');
  return `${parts.join(BETWEEN_WORDS)}${INSIDE}`;
};

/** The name in its order, and with the last name before. */
function namePatterns(name: string): string[] {
  const words = wordsOf(name);
  if (words.join('').length < SHORTEST_NAME) return [];
  const [first = '', ...rest] = words;
  const orders =
    rest.length === 0 ? [words] : [words, [...rest, first], [...rest.slice(-1), first, ...rest.slice(0, -1)]];
  return [...new Set(orders.map(joined))];
}

/**
 * Made once for a person, used on every text that is kept: takes out their names and numbers, however they are written.
 * Names are taken out as whole words only.
 */
export function createEraser({ names, numbers, alone }: KnownBy): Eraser {
  const whole = names.flatMap(namePatterns).map((pattern) => `${WORD_BEFORE}${pattern}${WORD_AFTER}`);
  const counted = numbers.filter((number) => /^\d{10}$/.test(number));
  const patterns = [...whole, ...counted.map(numberPattern), ...counted.map(maskPattern)];
  const all = patterns.length === 0 ? null : new RegExp(patterns.join('|'), 'giu');
  const parts = alone ? [...new Set(names.flatMap(wordsOf))].filter((word) => isTelling(word)) : [];
  const single =
    parts.length === 0
      ? null
      : new RegExp(`${WORD_BEFORE}(?:${parts.map((word) => joined([word])).join('|')})${WORD_AFTER}`, 'giu');

  return (text) => {
    const without = all === null ? text : text.replace(all, TAKEN_OUT);
    if (single === null) return without;
    return without.replace(single, (word, ...rest) => {
      const at = rest.find((one): one is number => typeof one === 'number') ?? 0;
      return isEveryday(word) && !TITLE.test(without.slice(Math.max(0, at - 12), at)) ? word : TAKEN_OUT;
    });
  };
}

const isTelling = (word: string): boolean => searchKey(word).replaceAll(' ', '').length >= SHORTEST_ALONE;

function isEveryday(word: string): boolean {
  return EVERYDAY.has(searchKey(word)) || isPlace(word);
}
