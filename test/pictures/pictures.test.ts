import { createCanvas, loadImage } from '@napi-rs/canvas';
import { describe, expect, it } from 'vitest';
import { barChart, progressList } from '../../src/pictures/bars.ts';
import { heading, stacked } from '../../src/pictures/block.ts';
import { document } from '../../src/pictures/document.ts';
import { picture } from '../../src/pictures/picture.ts';
import { table } from '../../src/pictures/table.ts';
import { THEMES } from '../../src/pictures/theme.ts';
import { lines, stackedColumns, ticksUpTo } from '../../src/pictures/time-charts.ts';

type Image = { width: number; height: number; at: (x: number, y: number) => string };

async function look(png: Uint8Array): Promise<Image> {
  const image = await loadImage(png);
  const canvas = createCanvas(image.width, image.height);
  const ctx = canvas.getContext('2d');
  ctx.drawImage(image, 0, 0);
  const { data } = ctx.getImageData(0, 0, image.width, image.height);
  const { width, height } = image;
  const hex = (n: number | undefined) => (n ?? 0).toString(16).padStart(2, '0');
  return {
    width,
    height,
    at(x, y) {
      const place = (y * width + x) * 4;
      return `#${hex(data[place])}${hex(data[place + 1])}${hex(data[place + 2])}`;
    },
  };
}

/** The columns of pixels that hold a colour. */
function columnsOf(image: Image, color: string): number[] {
  const found: number[] = [];
  for (let x = 0; x < image.width; x += 1)
    for (let y = 0; y < image.height; y += 1)
      if (image.at(x, y) === color) {
        found.push(x);
        break;
      }
  return found;
}

const LONG = 'صدور و تمدید پروانهٔ کسب برای کسب‌وکارهای خانگی (G4B) '.repeat(12);
const SERIES = [
  { name: 'تازه', values: [3, null, 8, 12] },
  { name: LONG, values: [1, 2, 3, 4] },
];
const MOMENTS = ['مرداد', 'شهریور', 'مهر', 'آبان'];

describe('pictures', () => {
  it('grows bars from the side where reading starts', async () => {
    const bars = [
      { label: 'یک', value: 10 },
      { label: 'دو', value: 1 },
    ];
    for (const [language, isRtl] of [
      ['fa', true],
      ['en', false],
    ] as const) {
      const image = await look(await picture([barChart({ title: 'آزمون', bars })], { language, width: 600 }));
      const colored = columnsOf(image, THEMES.light.series[0]);
      const middle = ((colored[0] ?? 0) + (colored.at(-1) ?? 0)) / 2;
      const short = colored.filter((x) => {
        let height = 0;
        for (let y = 0; y < image.height; y += 1) if (image.at(x, y) === THEMES.light.series[0]) height += 1;
        return height > 25;
      });
      expect(short.length).toBeGreaterThan(3);
      expect(short.every((x) => (isRtl ? x > middle : x < middle))).toBe(true);
    }
  });

  it('measures what it writes: nothing runs into the margins, however long', async () => {
    const blocks = [
      barChart({ title: LONG, subtitle: LONG, bars: [{ label: LONG, value: 3, note: LONG }] }),
      progressList({ title: LONG, items: [{ label: LONG, percent: 250, note: LONG }], percentText: (n) => `${n}٪` }),
      lines({ title: LONG, moments: MOMENTS, series: SERIES }),
      stackedColumns({ title: LONG, moments: MOMENTS, series: SERIES }),
      stacked(
        table({
          columns: [
            { head: LONG, share: 1 },
            { head: 'ب', share: 2, align: 'end' },
          ],
          rows: [[LONG, LONG]],
        }),
      ),
    ];
    for (const theme of ['light', 'dark'] as const) {
      for (const block of blocks) {
        const image = await look(await picture([block], { language: 'fa', theme, width: 480 }));
        expect(image.width).toBe(480);
        for (const x of [0, 8, 471, 479])
          for (let y = 0; y < image.height; y += 1) expect(image.at(x, y)).toBe(THEMES[theme].ground);
      }
    }
  });

  it('bears nothing to draw, emoji and marks in names, and refuses what no phone would show', async () => {
    const none = [
      barChart({ title: '', bars: [], empty: 'هنوز چیزی نیست.' }),
      progressList({ title: '🗓 \u202Eوارونه\u202C', items: [], percentText: String }),
      lines({ title: 'خالی', moments: [], series: [] }),
      stackedColumns({ title: 'صفر', moments: ['آبان'], series: [{ name: '', values: [0] }] }),
    ];
    const { height } = await look(await picture(none, { language: 'fa' }));
    expect(height).toBeGreaterThan(300);
    await expect(picture(none, { language: 'fa', width: 1201 })).rejects.toThrow(/320 to 1200/);
    const rows = Array.from({ length: 300 }, () => ['الف']);
    await expect(picture(table({ columns: [{ head: 'نام', share: 1 }], rows }), { language: 'fa' })).rejects.toThrow(
      /show fewer/,
    );
  });

  it('marks the scale at round numbers', () => {
    expect(ticksUpTo(0)).toEqual([0, 1]);
    expect(ticksUpTo(3)).toEqual([0, 1, 2, 3]);
    expect(ticksUpTo(91)).toEqual([0, 50, 100]);
    expect(ticksUpTo(1243).at(-1)).toBe(1500);
  });
});

describe('documents', () => {
  const rows = Array.from({ length: 90 }, (_, index) => [String(index), 'تمدید پروانهٔ کسب']);
  const pagesOf = (pdf: Uint8Array): number =>
    (
      Buffer.from(pdf)
        .toString('latin1')
        .match(/\/Type \/Page\b/g) ?? []
    ).length;

  it('breaks a long table into pages, each with its footer, and carries the fonts', () => {
    const feet: string[] = [];
    const pdf = document(
      [
        heading('دستور جلسه'),
        ...table({
          columns: [
            { head: 'ردیف', share: 1 },
            { head: 'موضوع', share: 4 },
          ],
          rows,
        }),
      ],
      {
        language: 'fa',
        title: 'صورت‌جلسه',
        footer(page, pages) {
          feet.push(`${page}/${pages}`);
          return String(page);
        },
      },
    );
    const text = Buffer.from(pdf).toString('latin1');
    expect(text.startsWith('%PDF-')).toBe(true);
    expect(text).toMatch(/\/FontName \/\w+\+Vazirmatn-Bold/);
    expect(text).toContain('/FontFile2');
    expect(pagesOf(pdf)).toBe(3);
    expect(feet).toEqual(['1/3', '2/3', '3/3']);
  });
});
