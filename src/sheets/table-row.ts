export interface TableRow {
  /** As the spreadsheet program counts: the first is 1. */
  line: number;
  /** Missing cells at the end are left out, others are empty. */
  cells: string[];
}

export interface TableLimits {
  bytes: number;
  /** Of a workbook, unpacked: a small file may hold a large one. */
  unpackedBytes: number;
  rows: number;
  columns: number;
}
