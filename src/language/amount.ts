import { searchKey, tidy, toAsciiDigits } from './persian-text.ts';

/** What a word after a number multiplies it by. */
const MULTIPLIERS = new Map(
  Object.entries({ هزار: 1e3, میلیون: 1e6, ملیون: 1e6, میلیارد: 1e9, thousand: 1e3, million: 1e6, billion: 1e9 }).map(
    ([word, times]) => [searchKey(word), times] as const,
  ),
);
/** UTF-16 units of a number with its words. */
const LONGEST = 100;
/** Persian and ASCII separators of thousands; a space or a half space too. */
const GROUPED = /^\d{1,3}(?:[\s,٬،'’\u200C]\d{3})+(?=\D|$)/;

/**
 * Reads a number as people type it: ۱۲, ١٢, 12, ۱٬۲۰۰٬۰۰۰, «۲٫۵ میلیون», «۳۰۰ هزار تومان». `words` are what may follow it,
 * with what they multiply it by. Null where it is no number, has another word in it, or is not whole in the end; over
 * {@link LONGEST} units it is not looked at.
 */
export function parseAmount(typed: string, words: Readonly<Record<string, number>> = {}): number | null {
  if (typed.length > LONGEST) return null;
  const line = toAsciiDigits(tidy(typed, { multiline: false })).replace(/[\u2212\u2013]/g, '-');
  const grouped = line.replace(GROUPED, (digits) => digits.replace(/\D/g, ''));
  const [, digits = '', rest = ''] = /^(-?\d{1,15}(?:[.٫/]\d{1,6})?)(\P{N}*)$/u.exec(grouped) ?? [];
  if (digits === '') return null;
  const known = new Map([...MULTIPLIERS, ...Object.entries(words).map(([word, by]) => [searchKey(word), by] as const)]);
  let times = 1;
  for (const word of searchKey(rest)
    .split(' ')
    .filter((one) => one !== '')) {
    const by = known.get(word);
    if (by === undefined) return null;
    times *= by;
  }
  // Punctuation that searchKey drops would let «۱۲-» pass for a range's beginning.
  if (/[-+*/=<>%^]/.test(rest)) return null;
  const value = Number(digits.replace(/[٫/]/, '.')) * times;
  const whole = Math.round(value);
  return Math.abs(value - whole) < 1e-6 && Number.isSafeInteger(whole) ? whole : null;
}
