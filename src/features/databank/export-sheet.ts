import type { Buffer } from 'node:buffer';
import { maskPhone } from '../../language/identifiers.ts';
import { inTehran } from '../../language/jalali.ts';
import { placeName } from '../../language/places.ts';
import type { TextKey, Translator } from '../../language/translator.ts';
import { writeXlsx, type SheetCell } from '../../sheets/write-xlsx.ts';
import { columnsOf, type ExportColumn, type ExportView } from './export-columns.ts';
import type { ExportRow } from './export.service.ts';

/** A workbook of the data bank, chunk by chunk. */
export function exportSheet(
  { view, rows }: { view: ExportView; rows: AsyncIterable<ExportRow> },
  t: Translator,
): AsyncGenerator<Buffer> {
  const columns = columnsOf(view);
  const label = labels(t);
  async function* cells(): AsyncGenerator<SheetCell[]> {
    for await (const row of rows) yield columns.map(({ key }) => cellOf(key, row, { view, t, label }));
  }
  return writeXlsx({
    name: t.text('databank.export.sheet'),
    columns: columns.map(({ key, width }) => ({ header: t.text(`databank.column.${key}`), width })),
    rows: cells(),
    rightToLeft: t.direction === 'rtl',
  });
}

function cellOf(
  column: ExportColumn,
  { person, business, role }: ExportRow,
  { view, t, label }: { view: ExportView; t: Translator; label: Label },
): SheetCell {
  const listed = (group: string, codes: readonly string[] = []): string =>
    codes.map((code) => label(group, code)).join(label('bot', 'listComma'));
  switch (column) {
    case 'name':
      return person?.name ?? '';
    case 'phone':
      return person?.phone ? phoneCell(person.phone, view) : '';
    case 'membershipNumber':
      return person?.membershipNumber ?? '';
    case 'province':
      return placeName(business?.provinceCode ?? person?.provinceCode ?? '', t.language);
    case 'city':
      return placeName(business?.cityCode ?? person?.cityCode ?? '', t.language);
    case 'role':
      return label('businesses.role', role);
    case 'business':
      return business?.name ?? '';
    case 'kind':
      return label('taxonomy.kinds', business?.kind);
    case 'fields':
      return listed('taxonomy.fields', business?.fields);
    case 'workplace':
      return label('taxonomy.workplaces', business?.workplace);
    case 'documents':
      return listed(
        'taxonomy.documents',
        business?.documents.map(({ kind }) => kind),
      );
    case 'headcount':
      return business?.headcount ?? null;
    case 'since':
      return business?.since ? String(business.since) : '';
    case 'companyId':
      return business?.companyId ?? '';
    case 'website':
      return business?.website ?? '';
    case 'status':
      return label('databank.status', business?.status);
    case 'listed':
      return business ? label('databank.listed', business.listed ? 'yes' : 'no') : '';
    case 'source':
      return label('databank.source', person?.source);
    case 'registeredAt':
      return jalali(business?.registeredAt ?? person?.registeredAt ?? null);
  }
}

type Label = (group: string, code: string | null | undefined) => string;

/** A sheet has the same few labels a million times. */
function labels(t: Translator): Label {
  const known = new Map<string, string>();
  return (group, code) => {
    if (!code) return '';
    const key = `${group}.${code}`;
    const label = known.get(key) ?? t.text(key as TextKey);
    known.set(key, label);
    return label;
  };
}

/** As people dial it: 0914…; text, so that no zero is lost. */
const phoneCell = (phone: string, view: ExportView): string =>
  view === 'full' ? phone.replace(/^\+98/, '0') : maskPhone(phone);

/** 1403/04/02 in Latin digits sorts right as text. */
function jalali(at: Date | null): string {
  if (at === null) return '';
  const { year, month, day } = inTehran(at);
  return `${year}/${String(month).padStart(2, '0')}/${String(day).padStart(2, '0')}`;
}
