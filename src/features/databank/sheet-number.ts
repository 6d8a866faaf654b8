import { toAsciiDigits } from '../../language/persian-text.ts';

/**
 * The digits of a number as spreadsheets leave it in a text: behind an apostrophe or `="…"`, with an exponent (9.123456789E9)
 * or an empty fraction (9123456789.0). What is no such number stays as it was typed. `cut`: the program wrote fewer digits
 * than there were (9.12E+09), and nobody knows the others.
 */
export function sheetNumber(typed: string): { digits: string; cut: boolean } {
  const bare = toAsciiDigits(typed)
    .replace(/^=?["'’‘`´]+|(?<!["'’])["'’]+$/g, '')
    .replace(/٫/g, '.')
    .trim();
  if (/^\+?\d{2,}\.0+$/.test(bare)) return { digits: bare.replace(/\.0+$/, ''), cut: false };
  const [, whole, fraction = '', plus, power] = /^(\d)(?:\.(\d+))?E(\+?)(\d{1,2})$/i.exec(bare) ?? [];
  if (whole === undefined) return { digits: bare === toAsciiDigits(typed) ? typed : bare, cut: false };
  const missing = Number(power) - fraction.length;
  // Programs that write no plus write every digit; spreadsheets write as many as the column is wide.
  return {
    digits: whole + fraction + '0'.repeat(Math.max(0, missing)),
    cut: missing < 0 || (plus === '+' && missing > 0),
  };
}
