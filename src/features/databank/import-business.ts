import { companyId } from '../../language/identifiers.ts';
import { parseAnyDay } from '../../language/jalali-parse.ts';
import { inTehran } from '../../language/jalali.ts';
import { compactDigits, searchKey, toAsciiDigits } from '../../language/persian-text.ts';
import { saysNone, yesOrNo } from '../../language/sheet-columns.ts';
import type { Place } from './import-place.ts';
import type { ImportedBusiness, Reader } from './import-reader.ts';
import { sheetNumber } from './sheet-number.ts';

const LONGEST_BUSINESS = 100;
const LONGEST_DESCRIPTION = 500;
const MOST_FIELDS = 10;
const MOST_PEOPLE = 100_000;
const FIRST_YEAR = 1300;
/** How much later the Gregorian count is, from spring on. */
const GREGORIAN_AHEAD = 621;

/** The business of a row; null where its name or its place can't be kept. All else may be missing or wrong. */
export function readBusiness(reader: Reader, place: Place): ImportedBusiness | null {
  const { cell, note, refuse, taxonomy } = reader;
  const name = cell('business');
  const isName = name.length >= 2 && name.length <= LONGEST_BUSINESS && /\p{L}/u.test(name);
  if (!isName) refuse('business', 'businessName');
  if (place.kind === 'no-province') refuse('province', 'provinceMissing');
  if (place.kind === 'no-city') refuse('city', 'cityMissing');
  if (place.kind === 'long-city') refuse('city', 'cityLong');

  const company = readCompanyId(reader);
  const kind = taxonomy.kind(cell('kind')) ?? (company === null ? 'other' : 'company');
  if (taxonomy.kind(cell('kind')) === null) note('kind', cell('kind') === '' ? 'kindGuessed' : 'kindUnknown');
  const facts = {
    name,
    kind,
    fields: readFields(reader),
    workplace:
      cell('workplace') === '' ? null : (taxonomy.workplace(cell('workplace')) ?? note('workplace', 'workplace')),
    headcount: readHeadcount(reader),
    since: readSince(reader),
    documents: readDocuments(reader),
    companyId: company,
    website: cell('website') === '' ? null : (reader.tidyWebsite(cell('website')) ?? note('website', 'website')),
    description: readDescription(reader),
    listed: readListed(reader),
  };
  if (!isName || place.kind !== 'found') return null;
  return { ...facts, provinceCode: place.provinceCode, cityCode: place.cityCode };
}

function readListed({ cell, note }: Reader): boolean {
  const typed = cell('listed');
  const answer = saysNone(typed) ? false : yesOrNo(typed);
  if (answer === null) note('listed', 'listed');
  return answer ?? false;
}

function readDescription({ cell, note }: Reader): string | null {
  const letters = Array.from(cell('description'));
  if (letters.length > LONGEST_DESCRIPTION) note('description', 'tooLong');
  return letters.slice(0, LONGEST_DESCRIPTION).join('').trim() || null;
}

function readCompanyId({ cell, note }: Reader): string | null {
  const { digits: typed, cut } = sheetNumber(cell('companyId'));
  if (typed === '') return null;
  if (cut) return note('companyId', 'companyId');
  const read = companyId(typed);
  if (read.ok) return read.value;
  const digits = compactDigits(typed);
  // A spreadsheet takes a leading zero off what it holds for a number.
  const padded = /^\d{10}$/.test(digits) ? companyId(`0${digits}`) : read;
  if (padded.ok) {
    note('companyId', 'zeroAdded');
    return padded.value;
  }
  if (read.reason !== 'check-digit') return note('companyId', 'companyId');
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
  if (codes.size > MOST_FIELDS) note('fields', 'moreFields');
  return codes.size > 0 ? [...codes].slice(0, MOST_FIELDS) : ['other'];
}

function readDocuments({ cell, note, taxonomy }: Reader): string[] {
  const typed = cell('documents');
  if (typed === '' || saysNone(typed) || yesOrNo(typed) === false) return [];
  const codes = new Set<string>();
  for (const part of taxonomy.documents(typed)) {
    if (part.code === null) note('documents', 'document', part.typed);
    else codes.add(part.code);
  }
  return [...codes];
}

function readHeadcount({ cell, note }: Reader): number | null {
  const typed = sheetNumber(cell('headcount')).digits;
  if (typed === '') return null;
  const [digits] = /^\d{1,6}(?=$| (?:نفر|people)$)/.exec(toAsciiDigits(typed).replace(/[٬,]/g, '')) ?? [];
  const count = digits === undefined ? null : Number(digits);
  return count !== null && count >= 1 && count <= MOST_PEOPLE ? count : note('headcount', 'headcount');
}

/** A year, or a day in it, of either calendar. */
function readSince(reader: Reader): number | null {
  const { cell, note, now } = reader;
  const typed = sheetNumber(cell('since')).digits;
  if (typed === '') return null;
  const thisYear = inTehran(now).year;
  const isPossible = (year: number): boolean => year >= FIRST_YEAR && year <= thisYear;

  const [year] = /^(?:\d{2}|\d{4})$/.exec(searchKey(typed).replace(/^سال /, '')) ?? [];
  if (year === undefined) {
    const read = parseAnyDay(typed);
    if (read === null || !isPossible(read.day.year)) return note('since', 'since');
    if (read.gregorian) note('since', 'gregorianDay');
    return read.day.year;
  }
  const written = Number(year);
  const jalali = written < 100 ? written + (written + 1400 <= thisYear ? 1400 : FIRST_YEAR) : written;
  if (isPossible(jalali)) return jalali;
  if (!isPossible(written - GREGORIAN_AHEAD)) return note('since', 'since');
  note('since', 'gregorian');
  return written - GREGORIAN_AHEAD;
}
