import { tidy } from '../../language/persian-text.ts';
import { saysNone, SHEET_COLUMNS, type SheetColumn } from '../../language/sheet-columns.ts';
import type { Taxonomy } from './taxonomy.ts';

/**
 * What is said of a cell. An error is a reason why nothing of the row is kept; a remark says how a cell was taken, or that
 * it is left empty.
 * Texts: `databank.remark.*`
 */
export type RemarkCode =
  | 'nothing'
  | 'none'
  | 'name'
  | 'nameMissing'
  | 'phone'
  | 'phoneMissing'
  | 'phoneCut'
  | 'landline'
  | 'morePhones'
  | 'zeroAdded'
  | 'province'
  | 'provinceMissing'
  | 'cityMissing'
  | 'cityUnknown'
  | 'cityLong'
  | 'businessName'
  | 'businessLeft'
  | 'kindUnknown'
  | 'kindGuessed'
  | 'fieldUnknown'
  | 'fieldGuessed'
  | 'fieldsMissing'
  | 'moreFields'
  | 'workplace'
  | 'headcount'
  | 'since'
  | 'gregorian'
  | 'gregorianDay'
  | 'document'
  | 'companyId'
  | 'checkDigit'
  | 'website'
  | 'tooLong'
  | 'listed'
  | 'nationalCode';

export interface Remark {
  column: SheetColumn | null;
  code: RemarkCode;
  /** What stands in the cell. */
  value: string;
  error: boolean;
}

export interface ImportedPerson {
  name: string;
  /** E.164 */
  phone: string;
  provinceCode: string | null;
  cityCode: string | null;
}

export interface ImportedBusiness {
  name: string;
  kind: string;
  fields: string[];
  provinceCode: string;
  cityCode: string;
  workplace: string | null;
  headcount: number | null;
  /** Jalali year. */
  since: number | null;
  documents: string[];
  companyId: string | null;
  website: string | null;
  description: string | null;
  listed: boolean;
}

export interface ReadRow {
  line: number;
  person: ImportedPerson | null;
  business: ImportedBusiness | null;
  remarks: Remark[];
}

export type Cells = Partial<Record<SheetColumn, string>> & {
  /** What stands in further columns of phones, the likeliest first. */
  otherPhones?: readonly string[];
};

export interface RowRules {
  taxonomy: Taxonomy;
  /** An address as it is kept, or null for what is none. */
  tidyWebsite: (typed: string) => string | null;
  now: Date;
}

/** What reads one row: its cells, and what is to be said of them. */
export interface Reader extends RowRules {
  /** As it is kept, empty where the cell says that there is nothing. */
  cell: (column: SheetColumn) => string;
  note: (column: SheetColumn | null, code: RemarkCode, value?: string) => null;
  refuse: (column: SheetColumn | null, code: RemarkCode) => null;
}

/** What «none» means to these is theirs to say. */
const FULL_ANSWERS: ReadonlySet<SheetColumn> = new Set(['documents', 'listed', 'nationalCode']);

/** The reader of a row, with the remarks that it gathers. Cells that say «nothing» in some word are empty, with a remark. */
export function rowReader(cells: Cells, rules: RowRules): { reader: Reader; remarks: Remark[] } {
  const remarks: Remark[] = [];
  const typed = new Map(
    SHEET_COLUMNS.map((column) => [column, tidy(cells[column] ?? '', { multiline: false })] as const),
  );
  const say =
    (error: boolean) =>
    (column: SheetColumn | null, code: RemarkCode, value = column ? (typed.get(column) ?? '') : ''): null => {
      remarks.push({ column, code, value, error });
      return null;
    };
  const note = say(false);
  for (const [column, text] of typed) {
    if (FULL_ANSWERS.has(column) || !saysNone(text)) continue;
    note(column, 'none');
    typed.set(column, '');
  }
  const cell = (column: SheetColumn): string => typed.get(column) ?? '';
  return { reader: { ...rules, cell, note, refuse: say(true) }, remarks };
}
