/** Deeper than any update is; a parser of ours that recurses must not be led down for ever. */
const DEEPEST = 32;

/** Names that would reach an object's prototype if they were copied by assignment. */
const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype']);

export class TooDeepError extends Error {
  override readonly name = 'TooDeepError';
}

/**
 * A copy of parsed JSON without `null` members (Bale writes them where Telegram leaves the field out) and without names
 * that touch prototypes.
 *
 * @throws {TooDeepError} beyond 32 levels.
 */
export function withoutNulls(value: unknown, depth = 0): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (depth > DEEPEST) throw new TooDeepError(`More than ${DEEPEST} levels deep`);
  if (Array.isArray(value)) {
    return value.filter((item) => item !== null).map((item: unknown) => withoutNulls(item, depth + 1));
  }
  const copy: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) {
    if (item !== null && !FORBIDDEN_KEYS.has(key)) copy[key] = withoutNulls(item, depth + 1);
  }
  return copy;
}
