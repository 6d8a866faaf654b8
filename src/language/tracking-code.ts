import { compactDigits } from './persian-text.ts';

/**
 * Eight digits that a member reads out on the phone: a running number and a check digit by H. M. Damm
 * ("Total anti-symmetrische Quasigruppen", Marburg 2004), which finds every wrong digit and every swap of neighbours.
 */
const NUMBER_DIGITS = 7;
const CODE_DIGITS = NUMBER_DIGITS + 1;
const LARGEST_NUMBER = 10 ** NUMBER_DIGITS - 1;

/** Damm's totally anti-symmetric quasigroup of order 10; the diagonal of zeros makes a good code come out as 0. */
const QUASIGROUP = [
  [0, 3, 1, 7, 5, 9, 8, 6, 4, 2],
  [7, 0, 9, 2, 1, 5, 4, 8, 6, 3],
  [4, 2, 0, 6, 8, 7, 1, 3, 5, 9],
  [1, 7, 5, 0, 9, 8, 3, 4, 2, 6],
  [6, 1, 2, 3, 0, 4, 5, 9, 7, 8],
  [3, 6, 7, 4, 2, 0, 9, 5, 8, 1],
  [5, 8, 6, 9, 7, 2, 0, 1, 3, 4],
  [8, 9, 4, 5, 3, 6, 2, 0, 1, 7],
  [9, 4, 3, 8, 6, 1, 7, 2, 0, 5],
  [2, 5, 8, 1, 4, 3, 6, 7, 9, 0],
];

/** The check digit of ASCII digits; of digits that end in their own check digit it is 0. */
export function dammDigit(digits: string): number {
  let interim = 0;
  for (const digit of digits) interim = QUASIGROUP[interim]?.[Number(digit)] ?? 0;
  return interim;
}

/** Takes 0–9,999,999; throws RangeError outside. ASCII digits: show it through the translator. */
export function formatTrackingCode(n: number): string {
  if (!Number.isInteger(n) || n < 0 || n > LARGEST_NUMBER)
    throw new RangeError(`${n} has no tracking code; number cases with whole numbers from 0 to ${LARGEST_NUMBER}`);
  const digits = String(n).padStart(NUMBER_DIGITS, '0');
  return digits + String(dammDigit(digits));
}

export type ParsedTrackingCode =
  | { ok: true; code: string }
  | { ok: false; reason: 'length' | 'check-digit' | 'not-a-code' };

/** Reads a code as typed or pasted: Persian and Arabic digits, spaces and dashes are taken. */
export function parseTrackingCode(typed: string): ParsedTrackingCode {
  const code = compactDigits(typed);
  if (!/^\d+$/.test(code)) return { ok: false, reason: 'not-a-code' };
  if (code.length !== CODE_DIGITS) return { ok: false, reason: 'length' };
  return dammDigit(code) === 0 ? { ok: true, code } : { ok: false, reason: 'check-digit' };
}
