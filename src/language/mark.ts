import { createHash } from 'node:crypto';

/** Of 64 letters each: 48 bits, so no two states of one thing are taken for each other by chance. */
const MARK_LETTERS = 8;

/**
 * A mark of what somebody was shown, for a button that must not act on anything else: the same values give the same
 * mark, any other give another. Letters, digits, `-` and `_`, short enough for a button beside two ids.
 */
export function markOf(...shown: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(shown)).digest('base64url').slice(0, MARK_LETTERS);
}
