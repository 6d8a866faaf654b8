import { walk } from './xlsx-parts.ts';

/** The forms of dates that need no code in the file (ECMA-376 part 1, 18.8.30), those of other languages with them. */
const BUILT_IN: readonly [from: number, to: number][] = [
  [14, 22],
  [27, 36],
  [45, 47],
  [50, 58],
];

/** For each form of a cell, by its number: whether it shows a number as a date. */
export function dateStyles(stylesXml: string): boolean[] {
  const codes = new Map<number, string>();
  const styles: boolean[] = [];
  let within = '';
  walk(stylesXml, {
    open(name, attribute) {
      if (name === 'cellXfs' || name === 'cellStyleXfs' || name === 'dxfs') within = name;
      // Differential forms have codes of their own, under the same numbers.
      if (name === 'numFmt' && within !== 'dxfs')
        codes.set(Number(attribute('numFmtId')), attribute('formatCode') ?? '');
      if (name !== 'xf' || within !== 'cellXfs') return;
      const id = Number(attribute('numFmtId') ?? 0);
      const code = codes.get(id);
      styles.push(code === undefined ? BUILT_IN.some(([from, to]) => id >= from && id <= to) : isDateCode(code));
    },
    close(name) {
      if (name === within) within = '';
    },
  });
  return styles;
}

/** A year, a month or a day is in it, apart from what is quoted or in brackets (a language, a colour, a condition). */
function isDateCode(code: string): boolean {
  const [first = ''] = code
    .replace(/"[^"]*"|\\.|_.|\*./g, '')
    .replace(/\[[^[\]]*\]/g, '')
    .split(';');
  return (
    !/^(?:general|standard)$/i.test(first.trim()) && (/[yd]/i.test(first) || (/m/i.test(first) && !/[hs]/i.test(first)))
  );
}

const DAY_MS = 86_400_000;
const DAYS_BEFORE_1904 = 1462;
/** 31 December 9999. */
const LAST_DAY = 2_958_465;
/** Excel believes, as Lotus 1-2-3 did, that 1900 had a 29 February. */
const NO_SUCH_DAY = 60;

/**
 * The day that a number of days shows in a cell with a date's form, as ISO text, with the time behind it where there is one;
 * null where it shows none. Calendars differ only in the form: what shows 1403/04/02 is stored as 2024-06-22.
 */
export function cellDate(days: number, { from1904 }: { from1904: boolean }): string | null {
  const since1900 = from1904 ? days + DAYS_BEFORE_1904 : days;
  const whole = Math.floor(since1900);
  if (!(whole >= 1 && whole <= LAST_DAY) || whole === NO_SUCH_DAY) return null;
  const zero = Date.UTC(1899, 11, whole < NO_SUCH_DAY ? 31 : 30);
  const minutes = Math.round((since1900 - whole) * 24 * 60);
  const shown = new Date(zero + whole * DAY_MS + minutes * 60_000).toISOString();
  return minutes === 0 ? shown.slice(0, 10) : shown.slice(0, 16).replace('T', ' ');
}
