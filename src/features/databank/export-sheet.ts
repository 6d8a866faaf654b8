import type { Buffer } from 'node:buffer';
import { maskPhone } from '../../language/identifiers.ts';
import { placeName } from '../../language/places.ts';
import type { TextKey, Translator } from '../../language/translator.ts';
import { writeXlsx, type SheetCell } from '../../sheets/write-xlsx.ts';
import { columnsOf, otherColumnsOf, type ExportColumn, type ExportView } from './export-columns.ts';
import type { Begun, ExportRow } from './export.service.ts';
import { OWN_COLUMNS, jalali, labels, otherRows, type Label } from './other-sheets.ts';

/** A workbook of the data bank, chunk by chunk; `onRow` hears of each row that is read. */
export function exportSheet(begun: Begun, t: Translator, onRow: () => void = () => {}): AsyncGenerator<Buffer> {
  const { view } = begun;
  const label = labels(t);
  const common = { rightToLeft: t.direction === 'rtl' };
  if (begun.sheet !== 'members') {
    const columns = otherColumnsOf(begun.sheet, view);
    return writeXlsx({
      ...common,
      name: t.text(`sheets.name.${begun.sheet}`),
      columns: columns.map(({ key, width }) => ({ header: headOf(key, t), width })),
      rows: counted(otherRows(begun, { t, label }), onRow),
    });
  }
  const columns = columnsOf(view);
  async function* cells(rows: AsyncIterable<ExportRow>): AsyncGenerator<SheetCell[]> {
    for await (const row of rows) yield columns.map(({ key }) => cellOf(key, row, { view, t, label }));
  }
  return writeXlsx({
    ...common,
    name: t.text('databank.export.sheet'),
    columns: columns.map(({ key, width }) => ({ header: headOf(key, t), width })),
    rows: counted(cells(begun.rows), onRow),
  });
}

/** A column that a list may have as well keeps its name. */
function headOf(key: string, t: Translator): string {
  const own = `sheets.column.${key}` as TextKey;
  return OWN_COLUMNS.has(key) ? t.text(own) : t.text(`databank.column.${key}` as TextKey);
}

async function* counted<Row>(rows: AsyncIterable<Row>, onRow: () => void): AsyncGenerator<Row> {
  for await (const row of rows) {
    onRow();
    yield row;
  }
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
    case 'registeredOn':
      return business?.registeredAt ?? person?.registeredAt ?? null;
  }
}

/** As people dial it: 0914…; text, so that no zero is lost. */
const phoneCell = (phone: string, view: ExportView): string =>
  view === 'full' ? phone.replace(/^\+98/, '0') : maskPhone(phone);
