import { NOTE, lineHeightOf, titled, type Block } from './block.ts';
import type { Box, Pen } from './pen.ts';

/** Numbers along time, of up to six kinds; each as long as the list of moments, and null where nothing is known. */
export interface Series {
  name: string;
  values: readonly (number | null)[];
}

export interface TimeChart {
  title: string;
  subtitle?: string | undefined;
  /** What stands under the axis, the oldest first: months, weeks, days. At most 60. */
  moments: readonly string[];
  series: readonly Series[];
}

const MOST_MOMENTS = 60;
const PLOT_EMS = 11;

/** Lines that run in the direction of reading: in Persian the oldest is at the right, where the scale stands too. */
export function lines(chart: TimeChart): Block {
  return timeChart(chart, {
    most: ({ series }) => Math.max(0, ...series.flatMap(({ values }) => values.map((value) => value ?? 0))),
    draw(pen, { plot, series, xOf, yOf }) {
      const { ctx } = pen;
      for (const [index, { values }] of series.entries()) {
        ctx.strokeStyle = colorOf(pen, index);
        ctx.lineWidth = pen.em * 0.13;
        ctx.lineJoin = 'round';
        ctx.beginPath();
        let isDown = false;
        for (const [at, value] of values.entries()) {
          if (value === null) {
            isDown = false;
          } else if (isDown) {
            ctx.lineTo(xOf(at), yOf(value));
          } else {
            ctx.moveTo(xOf(at), yOf(value));
            isDown = true;
          }
        }
        ctx.stroke();
        if (plot.width / Math.max(1, values.length) < pen.em) continue;
        for (const [at, value] of values.entries()) {
          if (value === null) continue;
          ctx.fillStyle = colorOf(pen, index);
          ctx.beginPath();
          ctx.arc(xOf(at), yOf(value), pen.em * 0.2, 0, Math.PI * 2);
          ctx.fill();
        }
      }
    },
  });
}

/** Columns, of which each is the sum of its parts; the first series stands at the bottom. */
export function stackedColumns(chart: TimeChart): Block {
  const sumAt = (series: readonly Series[], at: number): number =>
    series.reduce((sum, { values }) => sum + (values[at] ?? 0), 0);
  return timeChart(chart, {
    most: ({ series, moments }) => Math.max(0, ...moments.map((_, at) => sumAt(series, at))),
    draw(pen, { plot, series, moments, xOf, yOf }) {
      const thick = Math.min(pen.em * 1.6, (plot.width / moments.length) * 0.7);
      for (const at of moments.keys()) {
        let below = 0;
        for (const [index, { values }] of series.entries()) {
          const value = values[at] ?? 0;
          const [top, bottom] = [yOf(below + value), yOf(below)];
          pen.paint({ x: xOf(at) - thick / 2, y: top, width: thick, height: bottom - top }, colorOf(pen, index));
          below += value;
        }
      }
    },
  });
}

interface Plot {
  plot: Box;
  series: readonly Series[];
  moments: readonly string[];
  xOf: (at: number) => number;
  yOf: (value: number) => number;
}

interface Kind {
  most: (chart: TimeChart) => number;
  draw: (pen: Pen, plot: Plot) => void;
}

const colorOf = (pen: Pen, index: number): string =>
  pen.theme.series[index % pen.theme.series.length] ?? pen.theme.series[0];

function timeChart({ title, subtitle, ...given }: TimeChart, kind: Kind): Block {
  const from = Math.max(0, given.moments.length - MOST_MOMENTS);
  const chart: TimeChart = {
    title,
    subtitle,
    moments: given.moments.slice(from),
    series: given.series.slice(0, 6).map(({ name, values }) => ({ name, values: values.slice(from) })),
  };
  const ticks = ticksUpTo(kind.most(chart));
  const top = ticks.at(-1) ?? 1;
  const legend = (pen: Pen): number => (chart.series.length > 1 ? lineHeightOf(pen, NOTE) : 0);
  const body: Block = {
    height: (pen, width) => legend(pen) * legendRows(pen, chart.series, width).length + pen.em * (PLOT_EMS + 2),
    draw(pen, box) {
      const rows = chart.series.length > 1 ? legendRows(pen, chart.series, box.width) : [];
      for (const [row, entries] of rows.entries())
        drawLegend(pen, { ...box, y: box.y + row * lineHeightOf(pen, NOTE) }, entries);
      const scale = Math.max(...ticks.map((tick) => pen.widthOf(pen.number(tick), NOTE))) + pen.em * 0.5;
      const plot = {
        ...pen.part(box, scale, box.width - scale),
        y: box.y + rows.length * lineHeightOf(pen, NOTE) + pen.em * 0.5,
        height: pen.em * PLOT_EMS,
      };
      const yOf = (value: number): number => plot.y + plot.height * (1 - value / top);
      const slot = plot.width / Math.max(1, chart.moments.length);
      const xOf = (at: number): number => pen.from(plot, (at + 0.5) * slot);
      for (const tick of ticks) {
        pen.paint({ x: plot.x, y: yOf(tick), width: plot.width, height: Math.max(1, pen.em * 0.04) }, pen.theme.line);
        pen.write(pen.number(tick), { x: pen.from(box, 0), y: yOf(tick), font: NOTE, color: pen.theme.faint });
      }
      kind.draw(pen, { plot, series: chart.series, moments: chart.moments, xOf, yOf });
      drawMoments(pen, { plot, moments: chart.moments, xOf });
    },
  };
  return titled({ title, subtitle }, body);
}

/** As many moments as stand beside each other without touching; the newest always. */
function drawMoments(pen: Pen, { plot, moments, xOf }: Pick<Plot, 'plot' | 'moments' | 'xOf'>): void {
  const shown = moments.map((moment) => pen.fit(moment, NOTE, plot.width / 2));
  const widths = shown.map((moment) => pen.widthOf(moment, NOTE));
  const widest = Math.max(0, ...widths) + pen.em * 0.6;
  const step = Math.max(1, Math.ceil(widest / (plot.width / Math.max(1, moments.length))));
  for (const [at, moment] of shown.entries()) {
    if ((moments.length - 1 - at) % step !== 0) continue;
    const half = (widths[at] ?? 0) / 2;
    pen.write(moment, {
      x: Math.min(Math.max(xOf(at), plot.x + half), plot.x + plot.width - half),
      y: plot.y + plot.height + pen.em,
      align: 'middle',
      font: NOTE,
      color: pen.theme.faint,
    });
  }
}

interface LegendEntry {
  name: string;
  index: number;
  at: number;
}

function legendRows(pen: Pen, series: readonly Series[], width: number): LegendEntry[][] {
  const rows: LegendEntry[][] = [[]];
  let at = 0;
  for (const [index, { name }] of series.entries()) {
    const shown = pen.fit(name, NOTE, width - pen.em * 2.2);
    const wide = pen.widthOf(shown, NOTE) + pen.em * 2.2;
    if (at > 0 && at + wide > width) {
      rows.push([]);
      at = 0;
    }
    rows.at(-1)?.push({ name: shown, index, at });
    at += wide;
  }
  return rows;
}

function drawLegend(pen: Pen, box: Box, entries: readonly LegendEntry[]): void {
  const y = box.y + lineHeightOf(pen, NOTE) / 2;
  const side = pen.em * 0.7;
  for (const { name, index, at } of entries) {
    pen.paint({ ...pen.part(box, at, side), y: y - side / 2, height: side }, colorOf(pen, index), side * 0.25);
    pen.write(name, { x: pen.from(box, at + side + pen.em * 0.4), y, font: NOTE });
  }
}

/** Round numbers from 0 to at least `most`: steps of 1, 2 or 5 times a power of ten, whole ones only. */
export function ticksUpTo(most: number): number[] {
  if (!(most > 0)) return [0, 1];
  const rough = most / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max(1, ([1, 2, 5, 10].find((times) => times * power >= rough) ?? 10) * power);
  const count = Math.ceil(most / step);
  return Array.from({ length: count + 1 }, (_, index) => index * step);
}
