import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createCanvas } from '@napi-rs/canvas';
import type { ProcurementFile } from '../src/features/procurement/procurement.service.ts';
import { letterBlocks as procurementLetter } from '../src/features/procurement/letter.views.ts';
import { programmesPicture } from '../src/features/programmes/programmes.views.ts';
import type { GivenProgramme, Programme } from '../src/features/programmes/programmes.service.ts';
import { letterBlocks as recognitionLetter, type Lettered } from '../src/features/recognition/letter.views.ts';
import type { Weekly } from '../src/features/weekly/weekly.service.ts';
import { weeklyBlocks } from '../src/features/weekly/weekly.views.ts';
import { createTranslations, type TextKey } from '../src/language/translator.ts';
import { barChart, type BarChart } from '../src/pictures/bars.ts';
import { stacked, type Block } from '../src/pictures/block.ts';
import { createPen } from '../src/pictures/pen.ts';
import { picture } from '../src/pictures/picture.ts';
import { table, type Table } from '../src/pictures/table.ts';
import { THEMES, type ThemeName } from '../src/pictures/theme.ts';
import { lines, stackedColumns, type TimeChart } from '../src/pictures/time-charts.ts';
import { systemNow } from '../src/system-clock.ts';

/** Draws the pictures of the README from sample data: to be looked at after every change of src/pictures/. */

const root = new URL('../', import.meta.url);
const FOLDER = new URL('docs/pictures/', root);
/** Small: a page shows them side by side. */
const WIDTH = 560;
const SHOWN_PROGRAMMES = 4;
/** A day of the sample year. */
const TODAY = '2026-11-22';

interface Sample {
  obstacles: BarChart;
  months: TimeChart;
  ends: TimeChart;
  table: Table;
  procurement: ProcurementFile;
  weekly: Pick<Weekly, 'categories' | 'otherCategories' | 'cities' | 'otherCities'>;
  recognition: Pick<Lettered, 'code'> & { facts: Omit<Lettered['facts'], 'registeredAt'> };
}

const read = async <T>(name: string): Promise<T> => JSON.parse(await readFile(new URL(name, root), 'utf8')) as T;

const t = createTranslations({
  onProblem: ({ key, what }) => {
    throw new Error(`The text ${key} is not right (${what}): take locales/ from the repository again`);
  },
}).translator('fa');
const sample = await read<Sample>('scripts/pictures-sample.json');
const programmes = (await read<GivenProgramme[]>('seed/programmes.json')).map((one, index): Programme => ({
  ...one,
  id: one.origin,
  number: index + 1,
  partners: [...one.partners],
  milestones: [],
  notes: [],
  cases: [],
  sample: true,
  createdAt: systemNow(),
}));

const week = weeklyBlocks(
  t,
  {
    ...sample.weekly,
    from: new Date('2026-11-14T04:30:00Z'),
    to: new Date('2026-11-21T04:30:00Z'),
    fresh: 98,
    solved: 41,
    closed: 12,
    declined: 7,
    open: 214,
    overdue: 9,
    registrations: 23,
    firstAnswerHours: 20,
    solutionHours: 260,
    byPeople: [],
    byCost: [],
    news: { campaigns: 0, messengers: [], unreachable: 0 },
  },
  { categoryText: (_t, category) => t.text(`taxonomy.categories.${category}` as TextKey) },
);

const drawings: [name: string, theme: ThemeName, blocks: Block[]][] = [
  ['programmes', 'light', programmesPicture(t, programmes.slice(0, SHOWN_PROGRAMMES), TODAY)],
  ['obstacles', 'light', [barChart(sample.obstacles)]],
  ['months', 'dark', [lines(sample.months)]],
  ['ends', 'dark', [stackedColumns(sample.ends)]],
  ['table', 'light', table(sample.table)],
  ['week', 'light', week],
  ['week-dark', 'dark', week],
];

await mkdir(FOLDER, { recursive: true });
for (const [name, theme, blocks] of drawings) {
  const bytes = await picture(blocks, { language: 'fa', theme, width: WIDTH });
  await writeFile(new URL(`${name}.png`, FOLDER), bytes);
  console.log(`docs/pictures/${name}.png: ${Math.ceil(bytes.length / 1024)} KB`);
}

/** As on A4: the width, margins and letters of src/pictures/document.ts, a fifth larger; as high as the letter. */
const PAGE = { width: 595, margin: 48, em: 10.5, scale: 1.2 };

async function page(blocks: readonly Block[]): Promise<Uint8Array> {
  const [width, margin, em] = [PAGE.width, PAGE.margin, PAGE.em].map((points) => points * PAGE.scale) as [
    number,
    number,
    number,
  ];
  const look = { theme: THEMES.light, em, language: 'fa' } as const;
  const whole = stacked(blocks);
  const inner = width - 2 * margin;
  const height = whole.height(createPen(createCanvas(1, 1).getContext('2d'), look), inner);
  const canvas = createCanvas(Math.round(width), Math.ceil(height + 2 * margin));
  const pen = createPen(canvas.getContext('2d'), look);
  pen.paint({ x: 0, y: 0, width: canvas.width, height: canvas.height }, look.theme.ground);
  whole.draw(pen, { x: margin, y: margin, width: inner, height });
  return canvas.encode('png');
}

const at = new Date('2026-11-22T08:00:00Z');
const registeredAt = new Date('2026-10-01T08:00:00Z');
const expiresAt = new Date('2027-11-22T08:00:00Z');
const { code, facts } = sample.recognition;
const letters: [name: string, blocks: Block[]][] = [
  ['procurement', procurementLetter(t, sample.procurement, at)],
  [
    'recognition',
    recognitionLetter(
      t,
      { code, facts: { ...facts, registeredAt }, issuedAt: at, expiresAt },
      `https://t.me/example_bot?start=v_${code}`,
    ),
  ],
];
for (const [name, blocks] of letters) {
  const bytes = await page(blocks);
  await writeFile(new URL(`${name}.png`, FOLDER), bytes);
  console.log(`docs/pictures/${name}.png: ${Math.ceil(bytes.length / 1024)} KB`);
}
