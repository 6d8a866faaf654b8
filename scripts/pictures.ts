import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { programmesPicture } from '../src/features/programmes/programmes.views.ts';
import type { GivenProgramme, Programme } from '../src/features/programmes/programmes.service.ts';
import { createTranslations } from '../src/language/translator.ts';
import { barChart, type BarChart } from '../src/pictures/bars.ts';
import type { Block } from '../src/pictures/block.ts';
import { picture } from '../src/pictures/picture.ts';
import { table, type Table } from '../src/pictures/table.ts';
import type { ThemeName } from '../src/pictures/theme.ts';
import { lines, stackedColumns, type TimeChart } from '../src/pictures/time-charts.ts';

/** Draws the pictures of the README from sample data: to be looked at after every change of src/pictures/. */

const root = new URL('../', import.meta.url);
const FOLDER = new URL('docs/pictures/', root);
/** Small: a page shows them side by side. */
const WIDTH = 560;
const SHOWN_PROGRAMMES = 4;

interface Sample {
  obstacles: BarChart;
  months: TimeChart;
  ends: TimeChart;
  table: Table;
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
  milestones: one.milestones.map((milestone) => ({ ...milestone, doneAt: null })),
  notes: [],
  cases: [],
  sample: true,
  createdAt: new Date(),
}));

const drawings: [name: string, theme: ThemeName, blocks: Block[]][] = [
  ['programmes', 'light', programmesPicture(t, programmes.slice(0, SHOWN_PROGRAMMES))],
  ['obstacles', 'light', [barChart(sample.obstacles)]],
  ['months', 'dark', [lines(sample.months)]],
  ['ends', 'dark', [stackedColumns(sample.ends)]],
  ['table', 'light', table(sample.table)],
];

await mkdir(FOLDER, { recursive: true });
for (const [name, theme, blocks] of drawings) {
  const bytes = await picture(blocks, { language: 'fa', theme, width: WIDTH });
  await writeFile(new URL(`${name}.png`, FOLDER), bytes);
  console.log(`docs/pictures/${name}.png: ${Math.ceil(bytes.length / 1024)} KB`);
}
