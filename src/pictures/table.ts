import { RUNNING, lineHeightOf, type Block } from './block.ts';
import type { Align, Box, Font, Pen } from './pen.ts';

export interface Column {
  head: string;
  /** Its share of the width, against the others'. */
  share: number;
  /** Numbers stand at the end, so that they can be compared. Default `start`. */
  align?: Align | undefined;
}

export interface Table {
  columns: readonly Column[];
  /** A cell for each column; a cell takes as many lines as it needs, up to 12. */
  rows: readonly (readonly string[])[];
}

const MOST_LINES = 12;
const CELL: Font = { size: RUNNING.size * 0.92 };
const HEAD: Font = { size: CELL.size, bold: true };
const PAD = 0.45;

/** A row for each block, so that a document can begin a new page between two of them; the head is repeated there. */
export function table({ columns, rows }: Table): Block[] {
  const head: Block = {
    ...tableRow(
      columns,
      columns.map((column) => column.head),
      { font: HEAD, ground: 'line' },
    ),
    keepsWithNext: true,
  };
  return [
    head,
    ...rows.map((cells, index) => ({
      ...tableRow(columns, cells, { font: CELL, ground: index % 2 === 1 ? 'stripe' : 'ground' }),
      repeats: head,
    })),
  ];
}

function tableRow(
  columns: readonly Column[],
  cells: readonly string[],
  { font, ground }: { font: Font; ground: 'line' | 'stripe' | 'ground' },
): Block {
  const shares = columns.reduce((sum, { share }) => sum + share, 0);
  const widthOf = (share: number, width: number): number => (share / shares) * width;
  const linesOf = (pen: Pen, width: number): string[][] =>
    columns.map(({ share }, index) =>
      pen.wrap(cells[index] ?? '', font, widthOf(share, width) - pen.em * PAD * 2, MOST_LINES),
    );
  return {
    height: (pen, width) =>
      Math.max(1, ...linesOf(pen, width).map(({ length }) => length)) * lineHeightOf(pen, font) + pen.em * PAD,
    draw(pen, box) {
      pen.paint(box, pen.theme[ground]);
      pen.paint({ ...box, y: box.y + box.height - pen.em * 0.05, height: pen.em * 0.05 }, pen.theme.line);
      let at = 0;
      for (const [index, lines] of linesOf(pen, box.width).entries()) {
        const { share = 1, align = 'start' } = columns[index] ?? {};
        const cell = pen.part(box, at, widthOf(share, box.width));
        writeLines(pen, cell, { lines, font, align });
        at += cell.width;
      }
    },
  };
}

function writeLines(
  pen: Pen,
  cell: Box,
  { lines, font, align }: { lines: readonly string[]; font: Font; align: Align },
): void {
  const pad = pen.em * PAD;
  const x = pen.from(cell, align === 'start' ? pad : align === 'end' ? cell.width - pad : cell.width / 2);
  const step = lineHeightOf(pen, font);
  for (const [index, line] of lines.entries())
    pen.write(line, { x, y: cell.y + pad / 2 + (index + 0.5) * step, align, font });
}
