import { landline, mobile } from '../../language/identifiers.ts';
import { compactDigits, tidy } from '../../language/persian-text.ts';
import type { SheetColumn } from '../../language/sheet-columns.ts';
import { readBusiness } from './import-business.ts';
import { placeOf } from './import-place.ts';
import {
  rowReader,
  type Cells,
  type ImportedPerson,
  type Reader,
  type ReadRow,
  type RowRules,
} from './import-reader.ts';
import { sheetNumber } from './sheet-number.ts';

export type {
  Cells,
  ImportedBusiness,
  ImportedPerson,
  ReadRow,
  Remark,
  RemarkCode,
  RowRules,
} from './import-reader.ts';

/** A person's own columns, and those of both. */
const OF_PERSONS: ReadonlySet<SheetColumn> = new Set([
  'name',
  'firstName',
  'lastName',
  'phone',
  'province',
  'city',
  'nationalCode',
]);
const NAME = /^[\p{L}\p{M}\u200c' .-]{3,80}$/u;

/**
 * Reads one row by the rules of registration: whoever types it, the data bank holds the same. What need not be there and
 * can't be read is left empty with a remark; a business that can't be kept does not keep its person out.
 */
export function readRow(line: number, cells: Cells, rules: RowRules): ReadRow {
  const { reader, remarks } = rowReader(cells, rules);
  const { cell, note, refuse } = reader;

  if (cell('nationalCode') !== '') note('nationalCode', 'nationalCode', '');
  const hasBusiness = cell('business') !== '';
  const place = placeOf(cell('province'), cell('city'));
  if (place.kind === 'no-such-province') (hasBusiness ? refuse : note)('province', 'province');
  if (place.kind === 'found' && place.freeCity) note('city', 'cityUnknown');

  const person = readPerson(reader, {
    place: place.kind === 'found' ? place : null,
    otherPhones: cells.otherPhones ?? [],
    hasBusiness,
  });
  // A person who is named with a phone and can't be kept is for the list's owner to put right, with all of the row.
  const isPersonWrong = remarks.some(({ error, column }) => error && (column === 'phone' || column === 'name'));
  const business = hasBusiness ? readBusiness(reader, place) : null;
  if (person && hasBusiness && !business) {
    // How its cells were taken is nothing to say of a business that is not.
    const about = remarks.filter(({ column, error }) => error || column === null || OF_PERSONS.has(column));
    remarks.splice(0, remarks.length, ...about.map((remark) => ({ ...remark, error: false })));
    note('business', 'businessLeft');
  }
  if (!person && !business && !remarks.some(({ error }) => error)) refuse(null, 'nothing');
  return { line, person, business: isPersonWrong ? null : business, remarks };
}

interface PersonOptions {
  place: { provinceCode: string; cityCode: string } | null;
  otherPhones: readonly string[];
  hasBusiness: boolean;
}

function readPerson(reader: Reader, { place, otherPhones, hasBusiness }: PersonOptions): ImportedPerson | null {
  const { cell, note, refuse } = reader;
  const name = cell('name') || `${cell('firstName')} ${cell('lastName')}`.trim();
  const phone = readPhone(reader, { otherPhones, hasBusiness });
  if (phone === 'none') {
    // Without a phone nobody could ever be found to be this person.
    if (name !== '') note('phone', 'phoneMissing');
    return null;
  }
  if (name === '') return refuse('name', 'nameMissing');
  if (!NAME.test(name)) return refuse('name', 'name');
  if (phone === null) return null;
  return { name, phone, provinceCode: place?.provinceCode ?? null, cityCode: place?.cityCode ?? null };
}

const phonesIn = (text: string): string[] =>
  text
    .split(/[,،;؛/|\n]| و | - /)
    .map((part) => part.trim())
    .filter((part) => part !== '');

/** The first mobile number of all that stand there; `none` where there is no number to keep, null where it is a wrong one. */
function readPhone(
  { cell, note, refuse }: Reader,
  { otherPhones, hasBusiness }: Pick<PersonOptions, 'otherPhones' | 'hasBusiness'>,
): string | null {
  const own = phonesIn(cell('phone'));
  const others = otherPhones.flatMap((text) => phonesIn(tidy(text, { multiline: false })));
  const read = [...own, ...others].map((typed) => {
    const { digits, cut } = sheetNumber(typed);
    return { digits, cut, mobile: cut ? null : mobile(digits) };
  });
  const found = read.flatMap(({ digits, mobile: one }) => (one?.ok ? [{ digits, phone: one.value }] : []));
  const [first] = found;
  if (first) {
    if (own.length > 1 || new Set(found.map(({ phone }) => phone)).size > 1) note('phone', 'morePhones');
    else if (/^9\d{9}$/.test(compactDigits(first.digits))) note('phone', 'zeroAdded');
    return first.phone;
  }
  const written = own.length > 0 ? own : others;
  if (written.length === 0) return 'none';
  if (read.some(({ cut }) => cut)) return refuse('phone', 'phoneCut');
  if (hasBusiness && read.every(({ digits }) => landline(digits).ok)) {
    note('phone', 'landline', written.join('، '));
    return 'none';
  }
  return refuse('phone', 'phone');
}
