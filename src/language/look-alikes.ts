/** Scripts whose letters are drawn alike: а is Cyrillic, ο Greek, and neither can be told from the Latin one. */
const ALIKE = [/\p{Script=Latin}/u, /\p{Script=Cyrillic}/u, /\p{Script=Greek}/u] as const;
const WORD = /[\p{L}\p{M}]+/gu;

/**
 * Whether a word holds letters of two scripts that look alike, as a name does that wants to be taken for another. No
 * language writes so; Persian and Latin letters in one word (وبSite) can't be mistaken for each other and don't count.
 * The rule is the narrow part of "mixed script" in Unicode's UTS #39; a word wholly in another script is not found.
 */
export function looksForged(name: string): boolean {
  return (name.match(WORD) ?? []).some((word) => ALIKE.filter((script) => script.test(word)).length > 1);
}
