/**
 * Two forms of what people type: `tidy` is stored and shown, `searchKey` is compared and never shown.
 * Both are idempotent, and `searchKey(tidy(x)) === searchKey(x)`: a key computed before or after storing is the same.
 *
 * Nothing here guesses at spelling: no ZWNJ is put into people's words and digits in prose stay as typed.
 */

/** Zero-width non-joiner, the Persian half space: ends a letter's joining without a gap (می‌شود). */
export const ZWNJ = '\u200C';
export const ZWJ = '\u200D';
export const LRM = '\u200E';
export const RLM = '\u200F';
/** Isolates (UAX #9): what stands between an opening mark and PDI can't reorder the line around it. */
export const LRI = '\u2066';
export const FSI = '\u2068';
export const PDI = '\u2069';

const ARABIC_LETTER =
  '[\\u0620-\\u063F\\u0641-\\u064A\\u066E-\\u06D3\\u06D5\\u06EE\\u06EF\\u06FA-\\u06FF\\u0750-\\u077F]';
const VOWEL_MARK = '[\\u064B-\\u065F\\u0670]';
const HAMZA_ABOVE = '\u0654';
const KASHIDA = '\u0640';

const LONE_SURROGATE = /\p{Surrogate}/gu;
/** Ligatures and letter shapes of old fonts: ﻻ, ﷼. NFKC of the whole text would also change ½, … and ①. */
const PRESENTATION_FORMS = /[\uFB50-\uFDFC\uFE70-\uFEFC]+/g;
const LINE_BREAKS = /\r\n?|[\u0085\u2028\u2029]/g;
/** All controls but tab and line feed. */
const CONTROLS = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F]/g;
/**
 * Bidi controls, byte order mark, soft hyphen, zero-width space, tags, fillers, and all else that Unicode says to show
 * nothing for: a name must not turn the line around it, nor be one that nobody sees. The half space, the joiner and the
 * two selectors of emoji are looked at apart.
 */
const INVISIBLE = /(?!\u200C|\u200D|\uFE0E|\uFE0F)\p{Default_Ignorable_Code_Point}|[\uFFF9-\uFFFB]/gu;
const BLANKS = /[\t\u00A0\u1680\u2000-\u200A\u202F\u205F\u2800\u3000]/g;
const KASHIDA_IN_A_WORD = new RegExp(
  `(?<=${ARABIC_LETTER}|${VOWEL_MARK})${KASHIDA}+|(?<!${KASHIDA})${KASHIDA}+(?=${ARABIC_LETTER})`,
  'g',
);
const ZWJ_OUTSIDE_EMOJI =
  /(?<!\p{Extended_Pictographic}\uFE0F?|\p{Emoji_Modifier})\u200D|\u200D(?!\p{Extended_Pictographic})/gu;
/**
 * Windows layouts of the 1990s typed ¬ where the half space is meant. A run is looked at once, from its beginning: tried from
 * each of its places, one message of 4,096 of them stopped everything for minutes.
 */
const OLD_HALF_SPACE = /(?<![\u00AC\u200C])[\u00AC\u200C]+(?=[\u0600-\u06FF])/g;
const ZWNJ_NOT_BETWEEN_LETTERS = new RegExp(
  `(?<!${ARABIC_LETTER}|${VOWEL_MARK})${ZWNJ}|${ZWNJ}(?!${ARABIC_LETTER})`,
  'g',
);

export interface TidyOptions {
  /** Arabic and Urdu keyboards' ي ى ك ہ ھ become ی ک ه, ٠–٩ become ۰–۹. Default true; false for Arabic or azb text, where they are right. */
  persianLetters?: boolean;
  /** Keeps line breaks, at most one blank line in a row. Default true; false makes one line. */
  multiline?: boolean;
}

/** The one form that is stored and shown: hamza, آ, ZWNJ, vowel marks and digits stay; what can't be seen goes. */
export function tidy(input: string, { persianLetters = true, multiline = true }: TidyOptions = {}): string {
  const visible = input
    .replace(LONE_SURROGATE, '')
    .replace(PRESENTATION_FORMS, (shapes) => shapes.normalize('NFKC'))
    .replace(LINE_BREAKS, '\n')
    .replace(CONTROLS, '')
    .replace(INVISIBLE, '')
    .replace(BLANKS, ' ')
    .normalize('NFC');
  const lettered = persianLetters ? toPersianLetters(visible) : visible;
  const joined = lettered
    .replace(KASHIDA_IN_A_WORD, '')
    .replace(/\u0640+/g, '-')
    .replace(ZWJ_OUTSIDE_EMOJI, '')
    .replace(OLD_HALF_SPACE, ZWNJ)
    .replace(/\u200C{2,}/g, ZWNJ)
    .replace(ZWNJ_NOT_BETWEEN_LETTERS, '')
    .normalize('NFC')
    // NFC composes neither ی + hamza nor unites ۀ and ە + hamza with ه + hamza.
    .replace(/[\u06CC\u0649]\u0654/g, 'ئ')
    .replace(/\u06C0|\u06D5\u0654/g, `ه${HAMZA_ABOVE}`);
  const spaced = multiline
    ? joined
        .replace(/ +/g, ' ')
        .replace(/ ?\n ?/g, '\n')
        .replace(/\n{3,}/g, '\n\n')
    : joined.replace(/[ \n]+/g, ' ');
  return spaced.normalize('NFC').trim();
}

function toPersianLetters(text: string): string {
  return text
    .replace(/[\u064A\u0649\u06D2]/g, 'ی')
    .replace(/\u06D3/g, 'ئ')
    .replace(/[\u0643\u06AA]/g, 'ک')
    .replace(/[\u06C1\u06BE]/g, 'ه')
    .replace(/\u06C2/g, `ه${HAMZA_ABOVE}`)
    .replace(/[\u0660-\u0669]/g, (digit) => toPersianDigits(toAsciiDigits(digit)));
}

/** Persian, Arabic-Indic and full-width digits to 0–9: for structured fields, never for prose that is shown again. */
export function toAsciiDigits(text: string): string {
  return text.replace(/[\u06F0-\u06F9\u0660-\u0669\uFF10-\uFF19]/g, (digit) => {
    const zero = digit >= '\uFF10' ? 0xff10 : digit >= '\u06F0' ? 0x06f0 : 0x0660;
    return String(digit.charCodeAt(0) - zero);
  });
}

/** 0–9 to ۰–۹. */
export function toPersianDigits(text: string | number): string {
  return String(text).replace(/[0-9]/g, (digit) => String.fromCharCode(0x06f0 + Number(digit)));
}

/** UTF-16 units: no number or code of ours is longer, however widely it is typed. */
const LONGEST_CODE = 40;

/**
 * What was typed for a number or code, with ASCII digits and without the spaces, dashes, dots, slashes and brackets between
 * them. Empty for more than {@link LONGEST_CODE} units, which are looked at no further.
 */
export function compactDigits(typed: string): string {
  if (typed.length > LONGEST_CODE) return '';
  return toAsciiDigits(tidy(typed, { multiline: false })).replace(/[\s\-–—_./\\()]/g, '');
}

/** Letters that the same word is typed with on other keyboards (Arabic, Urdu, Kurdish, Pashto, Azerbaijani). */
const TYPED_AS: Record<string, string> = {
  ا: 'ٱٲٳٵإأآ',
  ی: 'يىئېۍێےۓۑٸؠ',
  ک: 'كڪګڬڭ',
  گ: 'ڰڲڳ',
  ه: 'ةہھەۂۃۀۿ',
  و: 'ؤۆۇۈۋۊۉۏٷٶ',
  ن: 'ںڼ',
  ل: 'ڵ',
  ر: 'ڕړ',
  ت: 'ټ',
  د: 'ډ',
  ژ: 'ږ',
};
/** The letters that are one letter on some keyboard: its own class for a regular expression, what folds to it included. */
export const lettersLike = (letter: string): string => `${letter}${TYPED_AS[letter] ?? ''}${letter === 'ا' ? 'آ' : ''}`;

const FOLDED = new Map(Object.entries(TYPED_AS).flatMap(([to, from]) => from.split('').map((letter) => [letter, to])));
const FOLDABLE = new RegExp(`[${[...FOLDED.keys()].join('')}]`, 'g');

/**
 * What is compared: the same for every common way to type the same words, also without ZWNJ, hamza and vowel marks.
 * Words parted by a plain space stay parted (می خواهم is not میخواهم); similarity.ts is for that.
 */
export function searchKey(input: string): string {
  return (
    toAsciiDigits(tidy(input).normalize('NFKC').normalize('NFKD'))
      // خانهٔ and خانه‌ی are خانه with the ezafe.
      .replace(/ه\u200C?[\u0654\u0621](?=\P{L}|$)/gu, 'ه')
      .replace(/ه\u200C[یيى](?=\P{L}|$)/gu, 'ه')
      .replace(/\p{Mn}/gu, '')
      .replace(/[\u00AC\p{Cf}\u0640]/gu, '')
      .replace(FOLDABLE, (letter) => FOLDED.get(letter) ?? letter)
      // A bare hamza comes and goes at a word's end: جزء, املاء.
      .replace(/\u0621/g, '')
      .toLowerCase()
      .replace(/ı/g, 'i')
      .replace(/[^\p{L}\p{N}]+/gu, ' ')
      .trim()
  );
}
