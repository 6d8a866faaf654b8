import { existsSync, readFileSync } from 'node:fs';
import { createInstance } from 'i18next';
import type { DateForm } from './jalali-format.ts';
import { DIRECTIONS, LANGUAGES, PLURAL_LOCALES, type Language } from './languages.ts';
import * as persian from './locales.ts';
import { plain, type RichText } from './rich-text.ts';
import { fillTemplate, parseTemplate, type Template } from './template.ts';
import { createValueFormatter, type TextValue } from './text-value.ts';

export { LANGUAGES, type Language } from './languages.ts';
export type { TextValue } from './text-value.ts';

type WithoutPluralForm<Key extends string> = Key extends
  | `${infer Base}_zero`
  | `${infer Base}_one`
  | `${infer Base}_two`
  | `${infer Base}_few`
  | `${infer Base}_many`
  | `${infer Base}_other`
  ? Base
  : Key;
type Paths<Texts, Before extends string = ''> = {
  [Key in keyof Texts & string]: Texts[Key] extends string
    ? `${Before}${WithoutPluralForm<Key>}`
    : Paths<Texts[Key], `${Before}${Key}.`>;
}[keyof Texts & string];

/** `feature.path` of a Persian text; the feature is the file's name, and plural forms share one key. */
export type TextKey = Paths<typeof persian>;

/** The texts of one language. Missing texts are shown in Persian, missing values as a dash; both are reported. */
export interface Translator {
  readonly language: Language;
  readonly direction: 'rtl' | 'ltr';
  /** Without styles, for buttons and toasts. */
  readonly text: (key: TextKey, values?: Record<string, TextValue>) => string;
  /** For messages. */
  readonly rich: (key: TextKey, values?: Record<string, TextValue>) => RichText;
  /** In the language's digits, with thousands separators. */
  readonly number: (n: number) => string;
  /** Solar Hijri, in Tehran. Default `long`. */
  readonly date: (at: Date, form?: DateForm) => string;
}

export interface Translations {
  readonly translator: (language: Language) => Translator;
  readonly languages: readonly Language[];
  /**
   * Gives a key a text while the app runs, in place of the files': names that the desk edits. It is shown as it is, nothing
   * in it is syntax. A language without one shows the Persian one.
   */
  readonly setText: (key: string, language: Language, text: string) => void;
  /** A text in every language, once each: an old keyboard may still show the language of yesterday. */
  readonly labelsOf: (key: TextKey) => readonly string[];
}

export interface TranslationProblem {
  key: string;
  language: Language;
  /** Never holds a value: those are members' words. */
  what: string;
}

/** A text as it was found: null where there is none. */
interface Source {
  template: Template | null;
  isPersian: boolean;
}

/** By feature, as the files of locales/<language>. */
export type LanguageTexts = Record<string, object>;

const MISSING_TEXT = '\u0000';
const DASH = '—';

/**
 * i18next finds the text (plural forms, fallback to Persian); templates are filled here, so that values are isolated,
 * localised and never markup.
 *
 * `onProblem` hears of a key that is nowhere, of a value that is missing or does not fit, and of a broken template.
 * `texts` stands in for the files of locales/.
 */
export function createTranslations({
  onProblem,
  texts = readTexts(),
}: {
  onProblem: (problem: TranslationProblem) => void;
  texts?: Partial<Record<Language, LanguageTexts>>;
}): Translations {
  const i18n = createInstance();
  // With the texts at hand and initAsync off, i18next is ready when this returns.
  void i18n.init({
    initAsync: false,
    fallbackLng: PLURAL_LOCALES.fa,
    load: 'currentOnly',
    resources: Object.fromEntries(
      LANGUAGES.map((language) => [PLURAL_LOCALES[language], texts[language] ?? {}] as const),
    ),
    nsSeparator: false,
    returnObjects: true,
  });
  const templates = new Map<string, Template>();
  const given = new Map<string, string>();
  /** Every button that is pressed is compared with them. */
  const labels = new Map<TextKey, string[]>();

  function templateOf(source: string): Template {
    const known = templates.get(source);
    if (known !== undefined) return known;
    const template = parseTemplate(source);
    templates.set(source, template);
    return template;
  }

  function createTranslator(language: Language): Translator {
    const formatter = createValueFormatter(language);
    // A text that is only there in Persian is Persian to the last digit, with no month of another language in it.
    const persianFormatter = createValueFormatter('fa');

    /** By key; what a count decides is found anew each time. */
    const found = new Map<string, Source>();

    function find(key: TextKey, count?: number): Source {
      const dot = key.indexOf('.');
      const { res, usedLng }: { res: unknown; usedLng: string } = i18n.t(key.slice(dot + 1), {
        lng: PLURAL_LOCALES[language],
        ns: key.slice(0, dot),
        skipInterpolation: true,
        returnDetails: true,
        defaultValue: MISSING_TEXT,
        ...(count === undefined ? {} : { count }),
      });
      return {
        template: typeof res !== 'string' || res === MISSING_TEXT ? null : templateOf(res),
        isPersian: usedLng === PLURAL_LOCALES.fa,
      };
    }

    function sourceOf(key: TextKey, { count }: Record<string, TextValue>): Source {
      if (typeof count === 'number') return find(key, count);
      const known = found.get(key);
      if (known !== undefined) return known;
      const source = find(key);
      // Keys that are nowhere may be without number.
      if (source.template !== null) found.set(key, source);
      return source;
    }

    function rich(key: TextKey, values: Record<string, TextValue> = {}): RichText {
      const own = given.get(`${language}:${key}`) ?? given.get(`fa:${key}`);
      if (own !== undefined) return plain(own);
      const report = (what: string): void => onProblem({ key, language, what });
      const { template, isPersian } = sourceOf(key, values);
      if (template === null) {
        report('no such text');
        return plain(DASH);
      }
      for (const problem of template.problems) report(problem);
      return fillTemplate(template, (placeholder) => {
        const value = values[placeholder.name];
        if (value === undefined) {
          report(`no value for "${placeholder.name}"`);
          return plain(DASH);
        }
        return (isPersian ? persianFormatter : formatter).insert(value, placeholder, report);
      });
    }

    return {
      language,
      direction: DIRECTIONS[language],
      text: (key, values) => rich(key, values).text,
      rich,
      number: formatter.number,
      date: formatter.date,
    };
  }

  const translators: Record<Language, Translator> = {
    fa: createTranslator('fa'),
    en: createTranslator('en'),
    azb: createTranslator('azb'),
    ar: createTranslator('ar'),
  };
  return {
    translator: (language) => translators[language],
    languages: LANGUAGES,
    setText(key, language, text) {
      given.set(`${language}:${key}`, text);
      labels.clear();
    },
    labelsOf(key) {
      const known = labels.get(key);
      if (known !== undefined) return known;
      const all = [...new Set(LANGUAGES.map((language) => translators[language].text(key)))];
      labels.set(key, all);
      return all;
    },
  };
}

/** The texts of locales/: Persian by import, which types the keys; the others' files by the same names, where there are any. */
function readTexts(): Record<Language, LanguageTexts> {
  const features = Object.keys(persian);
  const read = (language: Language): LanguageTexts =>
    Object.fromEntries(
      features
        .map((feature) => ({ feature, file: new URL(`../../locales/${language}/${feature}.json`, import.meta.url) }))
        .filter(({ file }) => existsSync(file))
        .map(({ feature, file }) => [feature, readJson(file)]),
    );
  return { fa: { ...persian }, en: read('en'), azb: read('azb'), ar: read('ar') };
}

function readJson(file: URL): object {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as object;
  } catch (cause) {
    throw new Error(`${file.pathname} is not JSON; mend it or take it from the repository again`, { cause });
  }
}
