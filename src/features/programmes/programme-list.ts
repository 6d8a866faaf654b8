import { createHash } from 'node:crypto';
import { parseAmount } from '../../language/amount.ts';
import { parseJalali } from '../../language/jalali-parse.ts';
import { toIsoDay } from '../../language/jalali.ts';
import { searchKey, tidy, toAsciiDigits } from '../../language/persian-text.ts';
import type { GivenProgramme, State } from './programmes.service.ts';

const COLUMNS = {
  title: ['عنوان', 'نام برنامه', 'برنامه', 'title', 'programme'],
  aim: ['هدف', 'شرح', 'aim', 'goal'],
  section: ['بخش', 'حوزه', 'section'],
  body: ['متولی', 'مجری', 'دستگاه متولی', 'مسئول', 'body', 'in charge'],
  partners: ['همکاران', 'همکار', 'شرکا', 'partners'],
  start: ['شروع', 'آغاز', 'تاریخ شروع', 'تاریخ آغاز', 'start'],
  end: ['پایان', 'تاریخ پایان', 'end'],
  progress: ['پیشرفت', 'درصد پیشرفت', 'progress'],
  budget: ['بودجه', 'بودجه به ریال', 'اعتبار', 'budget'],
  milestones: ['مرحله‌ها', 'مراحل', 'milestones'],
  state: ['وضعیت', 'state', 'status'],
} as const;
type Column = keyof typeof COLUMNS;

const key = (text: string): string => searchKey(text).replaceAll(' ', '');
const BY_HEADER = new Map(
  Object.entries(COLUMNS).flatMap(([column, names]) => names.map((name) => [key(name), column as Column] as const)),
);
const STATE_NAMES = new Map<string, State>(
  Object.entries({
    '': 'running',
    'در حال اجرا': 'running',
    جاری: 'running',
    running: 'running',
    پیش‌نویس: 'draft',
    draft: 'draft',
    پایان‌یافته: 'finished',
    finished: 'finished',
    متوقف: 'stopped',
    stopped: 'stopped',
  } as const).map(([name, state]) => [key(name), state]),
);

/** As the form has it. */
const LONGEST = { aim: 1000, section: 80, body: 120 } as const;
export const MOST_PARTNERS = 20;

export interface ProgrammeList {
  programmes: GivenProgramme[];
  /** Rows that can't be taken, by the line that the spreadsheet program shows. */
  faults: { line: number; what: string }[];
}

/** The day at a line's end, and what may part it from the title. */
const DAY_AT_END = /(1[345]\d\d[/-]\d{1,2}[/-]\d{1,2})\)?$/;
const BEFORE_DAY = /(?<![\s:،\-–(])[\s:،\-–(]+$/u;

/** Milestones as they are typed, one on a line: «برگزاری نشست ۱۴۰۵/۰۸/۱۵»; the day may be missing. Null: a day that is none. */
export function readMilestones(typed: string): { title: string; dueOn: string | null }[] | null {
  const milestones: { title: string; dueOn: string | null }[] = [];
  for (const line of typed.split(/[\n؛;]/).map((one) => tidy(one, { multiline: false }))) {
    if (line === '') continue;
    // Digits take one unit each in every script: what was found in the one is at the same place in the other.
    const found = DAY_AT_END.exec(toAsciiDigits(line));
    if (!found) {
      milestones.push({ title: line, dueOn: null });
      continue;
    }
    const title = line.slice(0, found.index).replace(BEFORE_DAY, '');
    const parsed = parseJalali(found[1] ?? '');
    if (!parsed.ok || title === '') return null;
    milestones.push({ title, dueOn: toIsoDay(parsed.day) });
  }
  return milestones;
}

export const readPartners = (typed: string): string[] =>
  typed
    .split(/[\n،؛,;]/)
    .map((one) => tidy(one, { multiline: false }))
    .filter((one) => one !== '');

/**
 * Reads a table of programmes: columns by their headers, in Persian or English; a title, a start and an end are needed.
 * A row's origin is its title and start, so the same list again makes nothing new.
 */
export function readProgrammes(rows: readonly { line: number; cells: readonly string[] }[]): ProgrammeList {
  const list: ProgrammeList = { programmes: [], faults: [] };
  const [head, ...body] = rows;
  const columns = (head?.cells ?? []).map((header) => BY_HEADER.get(key(header)) ?? null);
  const missing = (['title', 'start', 'end'] as const).filter((column) => !columns.includes(column));
  if (missing.length > 0) {
    list.faults.push({
      line: head?.line ?? 1,
      what: `no column ${missing.map((column) => `«${COLUMNS[column][0]}»`).join(', ')}: name the columns in the first row`,
    });
    return list;
  }
  for (const { line, cells } of body) {
    const cell = (column: Column): string => {
      const at = columns.indexOf(column);
      return at < 0 ? '' : tidy(cells[at] ?? '', { multiline: column === 'aim' || column === 'milestones' });
    };
    const read = readRow(cell);
    if (typeof read === 'string') list.faults.push({ line, what: read });
    else list.programmes.push(read);
  }
  return list;
}

function readRow(cell: (column: Column) => string): GivenProgramme | string {
  const title = cell('title');
  if (title.length < 3 || title.length > 120) return 'the title has 3 to 120 letters';
  const [start, end] = [parseJalali(cell('start')), parseJalali(cell('end'))];
  if (!start.ok || !end.ok) return 'start and end are days such as 1405/01/15';
  const [startOn, endOn] = [toIsoDay(start.day), toIsoDay(end.day)];
  if (endOn < startOn) return 'the end is before the start';
  const progress = cell('progress') === '' ? 0 : parseAmount(cell('progress').replace(/[٪%]/g, ''), { درصد: 1 });
  if (progress === null || progress < 0 || progress > 100) return 'the progress is a whole number from 0 to 100';
  const budgetRials = cell('budget') === '' ? null : parseAmount(cell('budget'), { ریال: 1, تومان: 10 });
  if (cell('budget') !== '' && (budgetRials === null || budgetRials < 0)) return 'the budget is a number of rials';
  const milestones = readMilestones(cell('milestones'));
  if (milestones === null || milestones.length > 20)
    return 'milestones are up to 20 lines such as «نشست آغاز 1405/02/01»';
  const long = (['aim', 'section', 'body'] as const).find((column) => cell(column).length > LONGEST[column]);
  if (long !== undefined) return `the column «${COLUMNS[long][0]}» has at most ${LONGEST[long]} letters`;
  const partners = readPartners(cell('partners'));
  if (partners.length > MOST_PARTNERS) return `there are at most ${MOST_PARTNERS} partners`;
  const state = STATE_NAMES.get(key(cell('state')));
  if (state === undefined) return `no such state: ${cell('state')}`;
  return {
    origin: `list:${createHash('sha256')
      .update(`${searchKey(title)}\n${startOn}`)
      .digest('hex')
      .slice(0, 24)}`,
    title,
    aim: cell('aim'),
    section: cell('section'),
    body: cell('body'),
    partners,
    startOn,
    endOn,
    milestones,
    budgetRials,
    progress,
    state,
  };
}
