import { TAKEN_OUT } from './redact.ts';

/**
 * Endings by which messengers take a word for an address: all of two letters but those of programs (Node.js), and the
 * common longer ones. What is none stays: «آ.ب.پ», «v2.5», a date.
 */
const ENDING =
  '(?:(?!(?:js|ts|vb)(?![a-z]))[a-z]{2}|com|net|org|info|biz|name|mobi|asia|edu|gov|mil|int|pro|app|dev|site|online|shop|store|xyz|top|club|link|click|live|tech|news|blog|web|wiki|website|cloud|space|fun|icu|vip|life|world|digital|agency|company|group|email|chat|bot|zip|mov|xn--[a-z0-9-]{2,20}|ایران)';
const LABELS = '(?:[\\p{L}\\p{N}](?:[\\p{L}\\p{M}\\p{N}\\u200C-]{0,62}))';
const REST = '(?:[:/?#][^\\s<>«»"]{0,500})?';
const ADDRESS = new RegExp(
  [
    // With a scheme: http://…, tg://…
    '(?<![a-z0-9])[a-z][a-z0-9+.-]{1,15}:/{2}[^\\s<>«»"]{1,500}',
    // With a domain, also as the second half of an e-mail address.
    `(?<![\\p{L}\\p{N}.-])(?:[\\w.+-]{1,64}@)?(?:${LABELS}\\.){1,6}${ENDING}(?![\\p{L}\\p{N}-])${REST}`,
    `(?<![\\d.])\\d{1,3}(?:\\.\\d{1,3}){3}(?![\\d.])${REST}`,
    // Somebody's name on a messenger.
    '(?<![\\w@])@[a-z0-9_]{3,64}',
  ].join('|'),
  'giu',
);

/** Messengers make a link of every address in a text, for everybody who reads it. */
export const hasAddress = (text: string): boolean => text.search(ADDRESS) >= 0;

/** Words of people as others read them: what would become a link is taken out. */
export const withoutAddresses = (text: string): string => text.replace(ADDRESS, TAKEN_OUT);
