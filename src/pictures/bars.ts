import { NOTE, RUNNING, lineHeightOf, stacked, titled, type Block } from './block.ts';
import type { Box, Font, Pen } from './pen.ts';

export interface Bar {
  label: string;
  /** At least 0. Null: there is a bar of no length, and `shown` says why. */
  value: number | null;
  /** In place of the number at the bar's end: with a unit, or «—» for what is too few to be said. */
  shown?: string | undefined;
  /** Small, under the label: the base of a rate. */
  note?: string | undefined;
}

export interface BarChart {
  title: string;
  subtitle?: string | undefined;
  /** In the order in which they are drawn; the largest first reads best. At most 30. */
  bars: readonly Bar[];
  /** Instead of bars, where there are none. */
  empty?: string | undefined;
}

const MOST_BARS = 30;
const STRONG: Font = { size: 1, bold: true };
/** The part of the width that labels may take. */
const LABELS = 0.42;
const SPACE = 0.7;

/** Bars that grow from where reading starts, each with its label before it and its number at its end. */
export function barChart({ bars, empty = '', ...heads }: BarChart): Block {
  const shown = bars.slice(0, MOST_BARS);
  const most = Math.max(0, ...shown.map(({ value }) => value ?? 0));
  const textOf = (pen: Pen, { value, shown: text }: Bar): string => text ?? pen.number(value ?? 0);
  const widest = (pen: Pen, widthOf: (bar: Bar) => number): number =>
    Math.max(0, ...shown.map(widthOf)) + pen.em * SPACE;

  const rows = shown.map((bar): Block => {
    const lines = (pen: Pen, width: number): string[] => pen.wrap(bar.label, RUNNING, width * LABELS, 2);
    const noteHeight = (pen: Pen): number => (bar.note ? lineHeightOf(pen, NOTE) : 0);
    return {
      height: (pen, width) => lines(pen, width).length * lineHeightOf(pen, RUNNING) + noteHeight(pen) + pen.em * 0.45,
      draw(pen, box) {
        const labels = Math.min(
          box.width * LABELS + pen.em * SPACE,
          widest(pen, ({ label, note = '' }) => Math.max(pen.widthOf(label, RUNNING), pen.widthOf(note, NOTE))),
        );
        const step = lineHeightOf(pen, RUNNING);
        const written = lines(pen, box.width);
        for (const [index, line] of written.entries())
          pen.write(line, { x: pen.from(box, 0), y: box.y + (index + 0.5) * step, font: RUNNING });
        if (bar.note)
          pen.write(pen.fit(bar.note, NOTE, labels), {
            x: pen.from(box, 0),
            y: box.y + written.length * step + lineHeightOf(pen, NOTE) * 0.4,
            font: NOTE,
            color: pen.theme.faint,
          });
        const space = box.width - labels - widest(pen, (one) => pen.widthOf(textOf(pen, one), STRONG));
        const thick = pen.em * 0.95;
        const middle = box.y + (written.length * step) / 2;
        const length = bar.value === null || most === 0 ? 0 : Math.max((bar.value / most) * space, pen.em * 0.12);
        const line = { ...pen.part(box, labels, length), y: middle - thick / 2, height: thick };
        pen.paint(line, pen.theme.series[0], pen.em * 0.2);
        pen.write(textOf(pen, bar), {
          x: pen.from(box, labels + length + pen.em * SPACE * 0.6),
          y: middle,
          font: STRONG,
        });
      },
    };
  });
  return titled(heads, rows.length === 0 ? emptyLine(empty) : stacked(rows));
}

export interface Progress {
  label: string;
  /** 0–100. */
  percent: number;
  note?: string | undefined;
  /** Drawn in another colour: what stands still. */
  quiet?: boolean | undefined;
}

/** One bar for each, filled as far as its part of the whole, under its own name. */
export function progressList({
  items,
  percentText,
  empty = '',
  ...heads
}: {
  title: string;
  subtitle?: string | undefined;
  items: readonly Progress[];
  /** How a percentage is written: «۶۰٪». */
  percentText: (percent: number) => string;
  empty?: string | undefined;
}): Block {
  const rows = items.map((item): Block => {
    const lines = (pen: Pen, width: number): string[] => pen.wrap(item.label, RUNNING, width, 2);
    return {
      height: (pen, width) =>
        lines(pen, width).length * lineHeightOf(pen, RUNNING) +
        pen.em * 1.25 +
        (item.note ? lineHeightOf(pen, NOTE) : 0) +
        pen.em * 0.6,
      draw(pen, box) {
        const step = lineHeightOf(pen, RUNNING);
        const written = lines(pen, box.width);
        for (const [index, line] of written.entries())
          pen.write(line, { x: pen.from(box, 0), y: box.y + (index + 0.5) * step, font: RUNNING });
        const top = box.y + written.length * step;
        const numbers = pen.widthOf(percentText(100), STRONG) + pen.em * SPACE;
        drawProgress(
          pen,
          { ...pen.part(box, 0, box.width - numbers), y: top + pen.em * 0.2, height: pen.em * 0.8 },
          item,
        );
        pen.write(percentText(item.percent), {
          x: pen.from(box, box.width),
          y: top + pen.em * 0.6,
          align: 'end',
          font: STRONG,
        });
        if (item.note)
          pen.write(pen.fit(item.note, NOTE, box.width), {
            x: pen.from(box, 0),
            y: top + pen.em * 1.25 + lineHeightOf(pen, NOTE) * 0.45,
            font: NOTE,
            color: pen.theme.faint,
          });
      },
    };
  });
  return titled(heads, rows.length === 0 ? emptyLine(empty) : stacked(rows));
}

function drawProgress(pen: Pen, box: Box, { percent, quiet }: Progress): void {
  const radius = box.height / 2;
  pen.paint(box, pen.theme.line, radius);
  if (percent <= 0) return;
  // Never shorter than it is thick, so that its ends stay round.
  const full = Math.max((Math.min(100, percent) / 100) * box.width, box.height);
  pen.paint(pen.part(box, 0, full), quiet ? pen.theme.faint : pen.theme.series[2], radius);
}

/** What is said where there is nothing to draw. */
function emptyLine(text: string): Block {
  return {
    height: (pen) => lineHeightOf(pen, RUNNING),
    draw: (pen, box) =>
      pen.write(text, { x: pen.from(box, 0), y: box.y + box.height / 2, font: RUNNING, color: pen.theme.faint }),
  };
}
