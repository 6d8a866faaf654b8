export interface TableRow {
  /** As the spreadsheet program counts: the first is 1. */
  line: number;
  /** Missing cells at the end are left out, others are empty. */
  cells: string[];
}

/** What a file holds as a table, and what of it was not read or is not seen in the spreadsheet program. */
export interface Table {
  /** Those that are not empty, hidden ones too. */
  rows: TableRow[];
  /** The sheet that was read; null for CSV, which has no sheets. */
  sheet: string | null;
  /** Sheets that were not read. */
  others: { name: string; hidden: boolean }[];
  /** Lines of `rows` that the program does not show. */
  hiddenLines: number[];
  /** Letters of columns that the program does not show. */
  hiddenColumns: string[];
}

export interface TableLimits {
  bytes: number;
  /** Of a workbook, unpacked: a small file may hold a large one. */
  unpackedBytes: number;
  rows: number;
  columns: number;
}
