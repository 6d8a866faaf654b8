import { randomInt } from 'node:crypto';
import { compactDigits } from '../../language/persian-text.ts';
import { dammDigit } from '../../language/tracking-code.ts';

/**
 * Twelve digits: eleven drawn at random, so that nobody finds a letter by trying, and a check digit. They neither look
 * like a case's code (eight) nor like a mobile number with its country code, which begins with 98.
 */
const CODE = /^[1-8]\d{11}$/;
const BLOCK = 100_000;

/** Drawn anew at each call; ASCII digits. */
export function newRecognitionCode(): string {
  const digits = String(randomInt(1, 9)) + fiveDigits() + fiveDigits();
  return digits + String(dammDigit(digits));
}

const fiveDigits = (): string => String(randomInt(0, BLOCK)).padStart(5, '0');

export type ParsedRecognitionCode = { ok: true; code: string } | { ok: false; reason: 'check-digit' | 'not-a-code' };

/** Reads a code as typed or pasted: Persian and Arabic digits, spaces and dashes are taken. */
export function parseRecognitionCode(typed: string): ParsedRecognitionCode {
  const code = compactDigits(typed);
  if (!CODE.test(code)) return { ok: false, reason: 'not-a-code' };
  return dammDigit(code) === 0 ? { ok: true, code } : { ok: false, reason: 'check-digit' };
}
