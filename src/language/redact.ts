import { tidy } from './persian-text.ts';

/** What stands where something was taken out. */
export const TAKEN_OUT = '•••';

const DIGIT = '[0-9\\u06F0-\\u06F9\\u0660-\\u0669]';
/** `۱۴۰۴/۰۲/۱۵` names a day and nobody. */
const JALALI_DAY = new RegExp(`(?<!${DIGIT})${DIGIT}{4}[/-]${DIGIT}{1,2}[/-]${DIGIT}{1,2}(?!${DIGIT})`, 'g');
/** Seven digits or more, however they are parted: phones, national codes, card and licence numbers. Grouped amounts have ٬ or , between them and stay. */
const LONG_NUMBER = new RegExp(`[+]?${DIGIT}(?:[\\s\\-–—_./()\\u200C]{0,3}${DIGIT}){6,}`, 'g');
const E_MAIL = /(?<![\w.+-])[\w.+-]+\s?@\s?[\w-]+(?:\.[\w-]+)+/g;
const HANDLE = /(?<![\w@])@\w{3,}/g;
const CHAT_LINK = /(?:https?:\/\/)?(?:www\.)?(?:t\.me|telegram\.me|ble\.ir|wa\.me|eitaa\.com|rubika\.ir)\/\S+/gi;

/**
 * People's words as strangers may read them: without phones, national codes, e-mail addresses and handles, and without
 * `names`, where they stand as whole words. What somebody can be known by in other ways stays: no list can hold it.
 */
export function redact(text: string, names: readonly string[] = []): string {
  const days: string[] = [];
  let out = text.replace(JALALI_DAY, (day) => `\u0000${days.push(day) - 1}\u0001`);
  out = out.replace(E_MAIL, TAKEN_OUT).replace(CHAT_LINK, TAKEN_OUT).replace(HANDLE, TAKEN_OUT);
  out = out.replace(LONG_NUMBER, TAKEN_OUT);
  for (const name of names) {
    const words = tidy(name, { multiline: false })
      .split(/[\s\u200C]+/)
      .filter((word) => word !== '');
    if (words.join('').length < 3) continue;
    const pattern = words.map((word) => word.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')).join('[\\s\\u200C]*');
    out = out.replace(new RegExp(`(?<![\\p{L}\\p{N}])${pattern}(?![\\p{L}\\p{N}])`, 'giu'), TAKEN_OUT);
  }
  return out.replace(/\u0000(\d+)\u0001/g, (_, index: string) => days[Number(index)] ?? '');
}
