import type { Translator } from '../../language/translator.ts';
import { csv } from '../../sheets/write-csv.ts';
import type { Table } from '../../sheets/table.ts';
import { writeXlsx, type SheetCell } from '../../sheets/write-xlsx.ts';
import type { ReadList } from './import-list.ts';
import { countOutcomes, isLeft, type OutcomeNote, type RowOutcome } from './import-outcome.ts';
import type { Remark } from './import-reader.ts';

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
  /** What the file has beside the rows that were read. */
  table: Omit<Table, 'rows'>;
  outcomes: readonly RowOutcome[];
  dryRun: boolean;
  t: Translator;
}

/**
 * The totals, what was said of the file, and a line for each row, with one more for each further thing to be said of it. In
 * the rows' column «result» stands what became of the row, and «note» beside what kept nothing out.
 */
export function* reportRows(options: ReportOptions): Generator<SheetCell[]> {
  const { list, outcomes, dryRun, t } = options;
  yield [
    '',
    dryRun ? t.text('databank.report.dryRun') : '',
    '',
    '',
    t.text('databank.report.total', { ...countOutcomes(outcomes) }),
    '',
  ];
  yield* fileRows(options);
  for (const { header, why } of list.leftOut)
    yield [list.headerLine, '', header, '', t.text(`databank.remark.${why}`), ''];
  const hidden = new Set(options.table.hiddenLines);
  for (const outcome of outcomes) {
    const { line } = outcome.row;
    const result = resultOf(outcome, t);
    const said = saidOf(outcome, t);
    if (hidden.has(line)) said.push({ reason: false, cells: ['', '', t.text('databank.remark.hiddenLine'), ''] });
    if (said.length === 0) said.push({ reason: false, cells: ['', '', '', ''] });
    for (const [index, { reason, cells }] of said.entries())
      yield [line, index === 0 || reason ? result : t.text('databank.result.note'), ...cells];
  }
}

interface Said {
  /** Why the row, or a part of it, is not in the data bank. */
  reason: boolean;
  cells: string[];
}

function saidOf(outcome: RowOutcome, t: Translator): Said[] {
  const said: Said[] = [
    ...outcome.row.remarks.map((one) => ({ reason: one.error, cells: remarkCells(one, t) })),
    ...outcome.notes.map((one) => ({ reason: one.code === 'notStored', cells: noteCells(one, outcome, t) })),
  ];
  // How a cell of it was taken is nothing to say of a row that was not.
  if (outcome.refused) return said.filter(({ reason }) => reason);
  return said.toSorted((one, other) => Number(other.reason) - Number(one.reason));
}

function* fileRows({ table, t }: ReportOptions): Generator<SheetCell[]> {
  const about = (name: string, what: string): SheetCell[] => ['', '', name, '', what, ''];
  if (table.sheet !== null && table.others.length > 0) yield about(table.sheet, t.text('databank.remark.sheetRead'));
  for (const { name, hidden } of table.others)
    yield about(name, t.text(hidden ? 'databank.remark.otherSheetHidden' : 'databank.remark.otherSheet'));
  for (const letters of table.hiddenColumns) yield about(letters, t.text('databank.remark.hiddenColumn'));
}

function resultOf(outcome: RowOutcome, t: Translator): string {
  const { refused, person, business } = outcome;
  if (refused) return t.text('databank.result.refused');
  if (isLeft(outcome)) return t.text('databank.result.left');
  const isNew = person === 'added' && (business === null || business === 'there');
  return t.text(`databank.result.${isNew ? 'added' : (business ?? person ?? 'there')}`);
}

function remarkCells({ column, code, value }: Remark, t: Translator): string[] {
  return [
    column === null ? '' : t.text(`databank.column.${column}`),
    value,
    t.text(`databank.remark.${code}`),
    column === null ? '' : t.text(`databank.example.${column}`),
  ];
}

function noteCells({ code, line }: OutcomeNote, { row }: RowOutcome, t: Translator): string[] {
  const column = code === 'otherName' || code === 'otherNameKnown' || code === 'samePerson' ? 'phone' : 'business';
  const value = (column === 'phone' ? row.person?.phone : row.business?.name) ?? '';
  const what = t.text(`databank.remark.${code}`, { line: line ?? 0 });
  return [t.text(`databank.column.${column}`), value, what, ''];
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
