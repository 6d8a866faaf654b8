import type { Translator } from '../../language/translator.ts';
import { csv } from '../../sheets/write-csv.ts';
import { writeXlsx, type SheetCell } from '../../sheets/write-xlsx.ts';
import type { ReadList } from './import-list.ts';
import type { Remark } from './import-row.ts';
import { countOutcomes, type RowOutcome } from './import.service.ts';

const COLUMNS = [
  { key: 'line', width: 8 },
  { key: 'result', width: 22 },
  { key: 'column', width: 20 },
  { key: 'value', width: 30 },
  { key: 'what', width: 60 },
  { key: 'example', width: 24 },
] as const;

export interface ReportOptions {
  list: ReadList;
  outcomes: readonly RowOutcome[];
  dryRun: boolean;
  t: Translator;
}

/** A line for each row of the list, and one more for each further thing to be said of it; the totals come first. */
export function* reportRows({ list, outcomes, dryRun, t }: ReportOptions): Generator<SheetCell[]> {
  yield [
    '',
    dryRun ? t.text('databank.report.dryRun') : '',
    '',
    '',
    t.text('databank.report.total', { ...countOutcomes(outcomes) }),
    '',
  ];
  for (const { header, why } of list.leftOut)
    yield [list.headerLine, '', header, '', t.text(`databank.remark.${why}`), ''];
  for (const outcome of outcomes) {
    const result = resultOf(outcome, t);
    const lines = [...outcome.row.remarks.map((remark) => remarkCells(remark, t)), ...sameCells(outcome, t)];
    if (lines.length === 0) lines.push(['', '', '', '']);
    for (const line of lines) yield [outcome.row.line, result, ...line];
  }
}

function resultOf({ refused, person, business }: RowOutcome, t: Translator): string {
  if (refused) return t.text('databank.result.refused');
  return t.text(`databank.result.${business ?? person ?? 'there'}`);
}

function remarkCells({ column, code, value }: Remark, t: Translator): string[] {
  return [
    column === null ? '' : t.text(`databank.column.${column}`),
    value,
    t.text(`databank.remark.${code}`),
    column === null ? '' : t.text(`databank.example.${column}`),
  ];
}

function sameCells({ business, sameAs, row }: RowOutcome, t: Translator): string[][] {
  const about = (column: 'business' | 'phone', what: string): string[][] => [
    [
      t.text(`databank.column.${column}`),
      (column === 'phone' ? row.person?.phone : row.business?.name) ?? '',
      what,
      '',
    ],
  ];
  if (business === 'duplicate') return about('business', t.text('databank.remark.sameKnown'));
  if (sameAs === null) return [];
  return business === 'there' || business === 'joined'
    ? about('business', t.text('databank.remark.sameInFile', { line: sameAs }))
    : about('phone', t.text('databank.remark.otherName', { line: sameAs }));
}

/** The report as the bytes of a file, whose name tells whether it is a workbook or CSV. */
export async function* writeReport(fileName: string, options: ReportOptions): AsyncGenerator<Uint8Array | string> {
  const { t } = options;
  const columns = COLUMNS.map(({ key, width }) => ({ header: t.text(`databank.column.${key}`), width }));
  if (fileName.endsWith('.csv')) {
    yield csv([columns.map(({ header }) => header), ...reportRows(options)]);
    return;
  }
  yield* writeXlsx({
    name: t.text('databank.report.sheet'),
    columns,
    rows: reportRows(options),
    rightToLeft: t.direction === 'rtl',
  });
}
