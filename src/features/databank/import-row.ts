import { companyId, mobile } from '../../language/identifiers.ts';
import { inTehran } from '../../language/jalali.ts';
import { parseJalali } from '../../language/jalali-parse.ts';
import { compactDigits, searchKey, tidy, toAsciiDigits } from '../../language/persian-text.ts';
import { yesOrNo, type SheetColumn } from '../../language/sheet-columns.ts';
import { placeOf } from './import-place.ts';
import type { Taxonomy } from './taxonomy.ts';

/**
 * What is said of a cell. An error keeps the row out; a remark says how a cell was taken.
 * Texts: `databank.remark.*`
 */
export type RemarkCode =
  | 'nothing'
  | 'name'
  | 'nameMissing'
  | 'phone'
  | 'phoneMissing'
  | 'morePhones'
  | 'zeroAdded'
  | 'province'
  | 'provinceMissing'
  | 'cityMissing'
  | 'cityUnknown'
  | 'cityLong'
  | 'businessName'
  | 'kindUnknown'
  | 'kindGuessed'
  | 'fieldUnknown'
  | 'fieldGuessed'
  | 'fieldsMissing'
  | 'fieldsMany'
  | 'workplace'
  | 'headcount'
  | 'since'
  | 'gregorian'
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

export type Cells = Partial<Record<SheetColumn, string>>;

export interface RowRules {
  taxonomy: Taxonomy;
  /** An address as it is kept, or null for what is none. */
  tidyWebsite: (typed: string) => string | null;
  now: Date;
}

const NAME = /^[\p{L}\p{M}\u200c' .-]{3,80}$/u;
const LONGEST_BUSINESS = 100;
const LONGEST_DESCRIPTION = 500;
const MOST_PEOPLE = 100_000;
const MOST_FIELDS = 10;
const FIRST_YEAR = 1300;
/** How much later the Gregorian count is, from spring on. */
const GREGORIAN_AHEAD = 621;

/** Reads one row by the rules of registration: whoever types it, the data bank holds the same. */
export function readRow(line: number, cells: Cells, rules: RowRules): ReadRow {
  const remarks: Remark[] = [];
  const cell = (column: SheetColumn): string => tidy(cells[column] ?? '', { multiline: false });
  const note = (column: SheetColumn | null, code: RemarkCode, value = column ? cell(column) : ''): void =>
    void remarks.push({ column, code, value, error: false });
  const refuse = (column: SheetColumn | null, code: RemarkCode): null => {
    remarks.push({ column, code, value: column ? cell(column) : '', error: true });
    return null;
  };
  const reader: Reader = { cell, note, refuse, ...rules };

  if (cell('nationalCode') !== '') note('nationalCode', 'nationalCode', '');
  const place = placeOf(cell('province'), cell('city'));
  if (place.kind === 'no-such-province') refuse('province', 'province');
  if (place.kind === 'long-city') refuse('city', 'cityLong');
  if (place.kind === 'found' && place.freeCity) note('city', 'cityUnknown');

  const person = readPerson(reader, place.kind === 'found' ? place : null);
  const business = cell('business') === '' ? null : readBusiness(reader, place);
  if (!person && !business && !remarks.some(({ error }) => error)) refuse(null, 'nothing');
  return { line, person, business, remarks };
}

interface Reader extends RowRules {
  cell: (column: SheetColumn) => string;
  note: (column: SheetColumn | null, code: RemarkCode, value?: string) => void;
  refuse: (column: SheetColumn | null, code: RemarkCode) => null;
}

type Place = ReturnType<typeof placeOf>;

function readPerson(reader: Reader, place: { provinceCode: string; cityCode: string } | null): ImportedPerson | null {
  const { cell, note, refuse } = reader;
  const name = cell('name') || `${cell('firstName')} ${cell('lastName')}`.trim();
  if (cell('phone') === '') {
    // Without a phone nobody could ever be found to be this person.
    if (name !== '') note('phone', 'phoneMissing');
    return null;
  }
  const phone = readPhone(reader);
  if (name === '') return refuse('name', 'nameMissing');
  if (!NAME.test(name)) return refuse('name', 'name');
  if (phone === null) return null;
  return { name, phone, provinceCode: place?.provinceCode ?? null, cityCode: place?.cityCode ?? null };
}

function readPhone({ cell, note, refuse }: Reader): string | null {
  const [first = '', ...more] = cell('phone')
    .split(/[,،;؛/|\n]| و | - /)
    .map((part) => part.trim())
    .filter((part) => part !== '');
  const phone = mobile(first);
  if (!phone.ok) return refuse('phone', 'phone');
  if (more.length > 0) note('phone', 'morePhones');
  else if (/^9\d{9}$/.test(compactDigits(first))) note('phone', 'zeroAdded');
  return phone.value;
}

function readBusiness(reader: Reader, place: Place): ImportedBusiness | null {
  const { cell, note, refuse, taxonomy } = reader;
  const name = cell('business');
  if (name.length < 2 || name.length > LONGEST_BUSINESS || !/\p{L}/u.test(name)) refuse('business', 'businessName');
  if (place.kind === 'no-province') refuse('province', 'provinceMissing');
  if (place.kind === 'no-city') refuse('city', 'cityMissing');

  const company = readCompanyId(reader);
  const kind = taxonomy.kind(cell('kind')) ?? (company === null ? 'other' : 'company');
  if (taxonomy.kind(cell('kind')) === null) note('kind', cell('kind') === '' ? 'kindGuessed' : 'kindUnknown');
  const workplace = cell('workplace') === '' ? null : taxonomy.workplace(cell('workplace'));
  if (cell('workplace') !== '' && workplace === null) refuse('workplace', 'workplace');
  const website = cell('website') === '' ? null : reader.tidyWebsite(cell('website'));
  if (cell('website') !== '' && website === null) refuse('website', 'website');
  if (cell('description').length > LONGEST_DESCRIPTION) refuse('description', 'tooLong');
  const listed = yesOrNo(cell('listed'));
  if (listed === null) refuse('listed', 'listed');

  const facts = {
    name,
    kind,
    fields: readFields(reader),
    workplace,
    headcount: readHeadcount(reader),
    since: readSince(reader),
    documents: readDocuments(reader),
    companyId: company,
    website,
    description: cell('description') || null,
    listed: listed ?? false,
  };
  return place.kind === 'found' ? { ...facts, provinceCode: place.provinceCode, cityCode: place.cityCode } : null;
}

function readCompanyId({ cell, note, refuse }: Reader): string | null {
  const typed = cell('companyId');
  if (typed === '') return null;
  const read = companyId(typed);
  if (read.ok) return read.value;
  const digits = compactDigits(typed);
  // A spreadsheet takes a leading zero off what it holds for a number.
  const padded = /^\d{10}$/.test(digits) ? companyId(`0${digits}`) : read;
  if (padded.ok) {
    note('companyId', 'zeroAdded');
    return padded.value;
  }
  if (read.reason !== 'check-digit') return refuse('companyId', 'companyId');
  note('companyId', 'checkDigit');
  return digits;
}

function readFields({ cell, note, taxonomy }: Reader): string[] {
  const typed = cell('fields');
  if (typed === '') {
    note('fields', 'fieldsMissing');
    return ['other'];
  }
  const codes = new Set<string>();
  for (const part of taxonomy.fields(typed)) {
    if (part.code !== null) codes.add(part.code);
    if (part.code === null || !part.exact)
      note('fields', part.code === null ? 'fieldUnknown' : 'fieldGuessed', part.typed);
  }
  if (codes.size > MOST_FIELDS) note('fields', 'fieldsMany');
  return codes.size > 0 ? [...codes].slice(0, MOST_FIELDS) : ['other'];
}

function readDocuments({ cell, note, taxonomy }: Reader): string[] {
  const typed = cell('documents');
  if (typed === '' || yesOrNo(typed) === false) return [];
  const codes = new Set<string>();
  for (const part of taxonomy.documents(typed)) {
    if (part.code === null) note('documents', 'document', part.typed);
    else codes.add(part.code);
  }
  return [...codes];
}

function readHeadcount({ cell, refuse }: Reader): number | null {
  if (cell('headcount') === '') return null;
  const [digits] = /^\d{1,6}(?=$| (?:نفر|people)$)/.exec(toAsciiDigits(cell('headcount')).replace(/[٬,]/g, '')) ?? [];
  const count = Number(digits);
  return digits !== undefined && count >= 1 && count <= MOST_PEOPLE ? count : refuse('headcount', 'headcount');
}

function readSince({ cell, note, refuse, now }: Reader): number | null {
  const typed = searchKey(cell('since')).replace(/^سال /, '');
  if (typed === '') return null;
  const thisYear = inTehran(now).year;
  const written = /^(?:\d{2}|\d{4})$/.test(typed) ? Number(typed) : yearOfDay(cell('since'));
  const year = written < 100 ? written + (written + 1400 <= thisYear ? 1400 : FIRST_YEAR) : written;
  if (year >= FIRST_YEAR && year <= thisYear) return year;
  const jalali = year - GREGORIAN_AHEAD;
  if (jalali < FIRST_YEAR || jalali > thisYear) return refuse('since', 'since');
  note('since', 'gregorian');
  return jalali;
}

function yearOfDay(typed: string): number {
  const day = parseJalali(typed);
  return day.ok ? day.day.year : Number.NaN;
}
