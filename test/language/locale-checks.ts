import { PLURAL_LOCALES, type Language } from '../../src/language/languages.ts';
import { parseTemplate } from '../../src/language/template.ts';
import { lintCopy } from './copy-linter.ts';

/** The texts of one language, by their keys with plural forms: `bot.found_one`. */
export type Texts = ReadonlyMap<string, string>;

const PLURAL_FORM = /_(zero|one|two|few|many|other)$/;
const BUTTON = /(?:^|\.)(?:button|menu)[^.]*(?:\.(?!prompt$)|$)/;
/** What fits one row of a phone. */
const LONGEST_BUTTON = 30;

export function flatten(texts: object, before = ''): Map<string, string> {
  const flat = new Map<string, string>();
  for (const [name, value] of Object.entries(texts) as [string, unknown][]) {
    const key = before === '' ? name : `${before}.${name}`;
    if (typeof value === 'string') flat.set(key, value);
    else if (typeof value === 'object' && value !== null) for (const [k, v] of flatten(value, key)) flat.set(k, v);
    else throw new TypeError(`${key} is neither a text nor a group of texts`);
  }
  return flat;
}

/** `bot.found` for `bot.found_one` where there is a `bot.found_other`; other keys as they are. */
function baseOf(key: string, texts: Texts): string {
  const base = key.replace(PLURAL_FORM, '');
  return texts.has(`${base}_other`) ? base : key;
}

const keysOf = (texts: Texts): Set<string> => new Set([...texts.keys()].map((key) => baseOf(key, texts)));
const sourceOf = (texts: Texts, base: string): string | undefined => texts.get(base) ?? texts.get(`${base}_other`);

function variablesOf(source: string): string {
  const names = parseTemplate(source).placeholders.map(({ name, format }) => (format ? `${name}, ${format}` : name));
  return [...new Set(names)].toSorted().join(' | ');
}

const tagsOf = (source: string): string =>
  parseTemplate(source)
    .pieces.flatMap((piece) => (piece.kind === 'open' ? [piece.style] : []))
    .toSorted()
    .join(' ');

/** What a language has too much, too little (where it must be complete) or otherwise than Persian. */
export function faultsAgainstPersian(texts: Texts, persian: Texts, { complete }: { complete: boolean }): string[] {
  const faults: string[] = [];
  const known = keysOf(persian);
  const own = keysOf(texts);
  for (const key of own) if (!known.has(key)) faults.push(`${key} is not a Persian text`);
  for (const key of known) {
    const [source, original] = [sourceOf(texts, key), sourceOf(persian, key)];
    if (original === undefined) continue;
    if (source === undefined) {
      if (complete) faults.push(`${key} is missing`);
      continue;
    }
    if (variablesOf(source) !== variablesOf(original))
      faults.push(`${key} has values (${variablesOf(source)}), Persian has (${variablesOf(original)})`);
    if (tagsOf(source) !== tagsOf(original))
      faults.push(`${key} has styles (${tagsOf(source)}), Persian has (${tagsOf(original)})`);
  }
  return faults;
}

const isCount = (variable: string): boolean => /^count\b/.test(variable);

/** Missing plural forms do not fall back to `_other` but to Persian, in the middle of a foreign text. */
export function pluralFaults(texts: Texts, language: Language): string[] {
  const faults: string[] = [];
  const { pluralCategories } = new Intl.PluralRules(PLURAL_LOCALES[language]).resolvedOptions();
  for (const key of texts.keys()) {
    if (PLURAL_FORM.test(key) && baseOf(key, texts) === key) faults.push(`${key} has no _other beside it`);
    if (!key.endsWith('_other')) continue;
    const base = baseOf(key, texts);
    for (const category of pluralCategories)
      if (!texts.has(`${base}_${category}`)) faults.push(`${base}_${category} is missing`);
    const other = variablesOf(texts.get(key) ?? '').split(' | ');
    for (const category of [...pluralCategories, 'zero']) {
      const form = texts.get(`${base}_${category}`);
      const own = form === undefined ? [] : variablesOf(form).split(' | ');
      for (const variable of own)
        if (variable !== '' && !other.includes(variable)) faults.push(`${base}_${category} alone has ${variable}`);
    }
    // Persian's "one" is for 0 and 1: a fixed «یک» would be wrong for none.
    const one = texts.get(`${base}_one`);
    if (language === 'fa' && one !== undefined && other.some(isCount) && !variablesOf(one).split(' | ').some(isCount))
      faults.push(`${base}_one does not show {{count}}`);
  }
  return faults;
}

export function templateFaults(texts: Texts): string[] {
  return [...texts].flatMap(([key, source]) => {
    const { problems, pieces } = parseTemplate(source);
    const prose = pieces.map((piece) => (piece.kind === 'text' ? piece.text : '')).join('');
    const leftovers = prose.match(/<\/?\w+[^>]*>|[{}]/g) ?? [];
    return [
      ...problems.map((problem) => `${key}: ${problem}`),
      ...leftovers.map((leftover) => `${key}: ${leftover} is not in the syntax`),
      ...(source.trim() === '' ? [`${key} is empty`] : []),
    ];
  });
}

/** Keys named `button…` or `menu…`, or in a group of such a name; `prompt` there is the message above the buttons. */
export function buttonFaults(texts: Texts): string[] {
  return [...texts]
    .filter(([key]) => BUTTON.test(key))
    .flatMap(([key, source]) => {
      const letters = [...new Intl.Segmenter().segment(source.replace(/\{\{[^}]*\}\}/g, ''))].length;
      return [
        ...(letters > LONGEST_BUTTON ? [`${key} has ${letters} letters, at most ${LONGEST_BUTTON}`] : []),
        ...(tagsOf(source) === '' ? [] : [`${key} has a style: buttons are plain`]),
      ];
    });
}

export function copyFaults(texts: Texts): string[] {
  return [...texts].flatMap(([key, source]) => lintCopy(source).map((rule) => `${key}: ${rule}: ${source}`));
}
