import { compactDigits } from './persian-text.ts';
import { provinces } from './places.ts';

/**
 * Numbers that Iranian offices give, as people type them: Persian or Arabic digits, spaces, dashes and brackets are
 * taken. A check digit finds slips, not lies, and lets 1–2 % of slips through: show the number back.
 */
export type Identifier<Warning extends string = never> =
  | { ok: true; value: string; warning?: Warning }
  | { ok: false; reason: IdentifierFault };

/**
 * `not-digits` something else than digits is in it · `length` too short or too long · `repeated` a made-up number ·
 * `check-digit` a slip of the finger · `form` such a number is not given out · `foreign` a phone outside Iran
 */
export type IdentifierFault = 'not-digits' | 'length' | 'repeated' | 'check-digit' | 'form' | 'foreign';

const fault = (reason: IdentifierFault): { ok: false; reason: IdentifierFault } => ({ ok: false, reason });

const isRepeated = (digits: string): boolean => /^(\d)\1*$/.test(digits);

/** Σ digit × weight over the weights' places. */
function weighted(digits: string, weights: readonly number[], added = 0): number {
  return weights.reduce((sum, weight, place) => sum + (Number(digits[place]) + added) * weight, 0);
}

const NATIONAL_CODE_WEIGHTS = [10, 9, 8, 7, 6, 5, 4, 3, 2];

/**
 * کد ملی of a person: 10 digits. The sum mod 11 is the check digit, or 11 minus it from 2 on.
 * The place prefix is not checked: every published list lacks real ones.
 */
export function nationalCode(typed: string): Identifier {
  const digits = compactDigits(typed);
  if (!/^\d+$/.test(digits)) return fault('not-digits');
  if (digits.length !== 10) return fault('length');
  if (isRepeated(digits)) return fault('repeated');
  const rest = weighted(digits, NATIONAL_CODE_WEIGHTS) % 11;
  return Number(digits[9]) === (rest < 2 ? rest : 11 - rest) ? { ok: true, value: digits } : fault('check-digit');
}

const COMPANY_ID_WEIGHTS = [29, 27, 23, 19, 17, 29, 27, 23, 19, 17];

/**
 * شناسهٔ ملی of a company: 11 digits. The tenth digit + 2 is added to each of the first ten; the weighted sum mod 11,
 * 10 read as 0, is the last one. The sum has one published source (aliarash.com, by way of persian-tools), so where only
 * `check-digit` speaks against a number, ask "are you sure?" rather than refuse it.
 */
export function companyId(typed: string): Identifier {
  const digits = compactDigits(typed);
  if (!/^\d+$/.test(digits)) return fault('not-digits');
  if (digits.length !== 11) return fault('length');
  if (isRepeated(digits) || digits.startsWith('000') || digits.slice(3, 9) === '000000') return fault('repeated');
  const rest = weighted(digits, COMPANY_ID_WEIGHTS, Number(digits[9]) + 2) % 11;
  return Number(digits[10]) === rest % 10 ? { ok: true, value: digits } : fault('check-digit');
}

/**
 * A mobile number of Iran in every form that people and messengers give it, as E.164 (+989…).
 * Operator prefixes are not checked: new ones come faster than lists. `+9…` and `009…` without 98 are other countries.
 */
export function mobile(typed: string): Identifier {
  const digits = compactDigits(typed);
  if (!/^\+?\d+$/.test(digits)) return fault('not-digits');
  const national = digits.replace(/^(?:\+98|0098|98(?=0?9\d{9}$))/, '').replace(/^0(?!0)/, '');
  if (/^(?:\+|00)/.test(national)) return fault('foreign');
  if (!national.startsWith('9')) return fault('form');
  if (national.length !== 10) return fault('length');
  return isRepeated(national) ? fault('repeated') : { ok: true, value: `+98${national}` };
}

const AREA_CODES = new Set(provinces().map((province) => province.tel));

/**
 * A landline with its area code, as E.164. A special line (خط ویژه, 4 or 5 digits after the area code) can't be dialled
 * from abroad: it stays as 021… with a warning.
 */
export function landline(typed: string): Identifier<'special-line'> {
  const digits = compactDigits(typed)
    .replace(/^(?:\+98|0098|98(?=\d{10}$))0?/, '0')
    .replace(/^(?=[1-8]\d{9}$)/, '0');
  if (!/^\d+$/.test(digits)) return fault('not-digits');
  const [, area = '', subscriber = ''] = /^(0\d\d)(\d{4,8})$/.exec(digits) ?? [];
  if (!AREA_CODES.has(area)) return fault('form');
  if (subscriber.length <= 5) return { ok: true, value: digits, warning: 'special-line' };
  if (subscriber.length !== 8) return fault('length');
  return /^[01]/.test(subscriber) ? fault('form') : { ok: true, value: `+98${area.slice(1)}${subscriber}` };
}

/**
 * کد پستی: 10 digits. Only what the Post can't have given is refused (a first digit 0 or 2). Popular patterns refuse
 * real codes with a 2 near the end; what merely looks odd (0 or 2 in the first five, a PO box's 5, runs) gets a warning.
 */
export function postalCode(typed: string): Identifier<'unusual'> {
  const digits = compactDigits(typed);
  if (!/^\d+$/.test(digits)) return fault('not-digits');
  if (digits.length !== 10) return fault('length');
  if (isRepeated(digits) || digits === '1234567890') return fault('repeated');
  if (/^[02]/.test(digits)) return fault('form');
  const unusual = /^\d{0,4}[02]|^\d{4}5|^(\d)\1{3}|0000$/.test(digits);
  return unusual ? { ok: true, value: digits, warning: 'unusual' } : { ok: true, value: digits };
}

/** +98999***0001: enough to recognise one's own. Anything short is hidden whole. */
export function maskPhone(phone: string): string {
  return phone.length >= 11 ? `${phone.slice(0, -7)}***${phone.slice(-4)}` : '***';
}

/** 990***3520. Anything but ten digits is hidden whole. */
export function maskNationalCode(code: string): string {
  return /^\d{10}$/.test(code) ? `${code.slice(0, 3)}***${code.slice(-4)}` : '***';
}
