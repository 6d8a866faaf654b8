import type { SheetCell } from './write-xlsx.ts';

const MARK = '\uFEFF';

/**
 * Rows of RFC 4180 with a byte order mark, as spreadsheet programs read Persian. What would be taken for a formula gets
 * an apostrophe before it.
 */
export function csv(rows: Iterable<readonly SheetCell[]>): string {
  return MARK + Array.from(rows, (cells) => `${cells.map(cellText).join(',')}\r\n`).join('');
}

function cellText(cell: SheetCell): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return String(cell);
  if (cell instanceof Date) return cell.toISOString();
  const harmless = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",;\t\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
