import { formatDate, type DateForm } from './jalali-format.ts';
import { NUMBER_LOCALES, type Language } from './languages.ts';
import { FSI, LRI, PDI } from './persian-text.ts';
import { concat, EMPTY, plain, type RichText } from './rich-text.ts';
import type { Placeholder, ValueFormat } from './template.ts';

export type TextValue = string | number | Date | RichText | undefined;

const DATE_FORMS: Partial<Record<ValueFormat, DateForm>> = {
  date: 'long',
  shortDate: 'short',
  time: 'time',
  dateTime: 'dateTime',
};

/** Marks in a value could close the isolate that is put around it. */
const BIDI_CONTROLS = /[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/g;

export interface ValueFormatter {
  readonly number: (n: number) => string;
  readonly date: (at: Date, form?: DateForm) => string;
  /** What stands in a placeholder's place. `onProblem` hears of a value that does not fit; it is shown all the same. */
  readonly insert: (
    value: Exclude<TextValue, undefined>,
    placeholder: Placeholder,
    onProblem: (what: string) => void,
  ) => RichText;
}

export function createValueFormatter(language: Language): ValueFormatter {
  const grouped = new Intl.NumberFormat(NUMBER_LOCALES[language]);
  // Years and step numbers are numbers too: only {{count}} and {{x, number}} get thousands separators.
  const ungrouped = new Intl.NumberFormat(NUMBER_LOCALES[language], { useGrouping: false });

  const number = (n: number): string => grouped.format(n);
  const date = (at: Date, form?: DateForm): string => formatDate(at, language, form);

  function unformatted(value: Exclude<TextValue, undefined>, { name }: Placeholder): RichText {
    if (typeof value === 'number') return plain(name === 'count' ? number(value) : ungrouped.format(value));
    if (value instanceof Date) return plain(date(value));
    if (typeof value === 'string') return plain(value);
    return value;
  }

  function isolated(value: RichText, mark: typeof FSI | typeof LRI): RichText {
    // An isolate ends with its paragraph (UAX #9, BD9): lines of their own need none.
    if (value.text === '' || value.text.includes('\n')) return value;
    return concat(mark, value, PDI);
  }

  return {
    number,
    date,
    insert(value, placeholder, onProblem) {
      const { name, format, insideCode } = placeholder;
      if (format === 'number') {
        if (typeof value === 'number') return plain(number(value));
        onProblem(`"${name}" is not a number`);
      }
      const dateForm = format === undefined ? undefined : DATE_FORMS[format];
      if (dateForm !== undefined) {
        if (value instanceof Date) return plain(date(value, dateForm));
        onProblem(`"${name}" is not a Date`);
      }
      if (format === 'raw') return unformatted(value, placeholder);
      if (format === 'code' && typeof value === 'number') return isolated(plain(String(value)), LRI);

      const shown = unformatted(value, placeholder);
      if (insideCode) return plain(shown.text.replace(BIDI_CONTROLS, ''));
      if (typeof value === 'number' || value instanceof Date) return shown;
      const safe = typeof value === 'string' ? plain(value.replace(BIDI_CONTROLS, '')) : shown;
      return safe.text === '' ? EMPTY : isolated(safe, format === 'code' ? LRI : FSI);
    },
  };
}
