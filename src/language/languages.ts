/** Persian first: the others may be partial and fall back to it. azb is Azerbaijani Turkish in Arabic script. */
export const LANGUAGES = ['fa', 'en', 'azb', 'ar'] as const;
export type Language = (typeof LANGUAGES)[number];

/** i18next calls azb left-to-right, so the map is our own. */
export const DIRECTIONS = { fa: 'rtl', en: 'ltr', azb: 'rtl', ar: 'rtl' } as const satisfies Record<Language, string>;

/**
 * Locales that Intl knows. It has no azb and would answer with the server's own locale; its readers read
 * Persian numbers. Arabic takes the digits that Iran's Arabs read (۱۲۳), not ١٢٣.
 */
export const NUMBER_LOCALES = {
  fa: 'fa-IR',
  en: 'en',
  azb: 'fa-IR',
  ar: 'ar-u-nu-arabext',
} as const satisfies Record<Language, string>;

/** Whose plural rules a language takes. */
export const PLURAL_LOCALES = { fa: 'fa', en: 'en', azb: 'az', ar: 'ar' } as const satisfies Record<Language, string>;
