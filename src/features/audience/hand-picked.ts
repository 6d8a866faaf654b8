import { mobile } from '../../language/identifiers.ts';
import { tidy, toAsciiDigits } from '../../language/persian-text.ts';

/** What was typed or pasted, split up: a phone as E.164, everything else as it was written, digits made Latin. */
export function readPicked(typed: string): { typed: string; key: string }[] {
  const tokens = tidy(typed)
    .split(/[\n،,;؛\t]+/u)
    // A phone may be written in groups: only what is no number in one piece falls apart at its spaces.
    .flatMap((part) => (mobile(part).ok ? [part] : part.split(/\s+/u)))
    .map((part) => part.trim())
    .filter((part) => part !== '');
  return [...new Set(tokens)].map((token) => {
    const phone = mobile(token);
    return { typed: token, key: phone.ok ? phone.value : toAsciiDigits(token) };
  });
}
