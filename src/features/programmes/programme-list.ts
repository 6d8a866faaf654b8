import { createHash } from 'node:crypto';
import { parseAmount } from '../../language/amount.ts';
import { parseAnyDay, parseJalali } from '../../language/jalali-parse.ts';
import { toIsoDay } from '../../language/jalali.ts';
import { searchKey, tidy, toAsciiDigits } from '../../language/persian-text.ts';
import { saysNone } from '../../language/sheet-columns.ts';
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

/** A title may stand above the headers. */
const HEADER_WITHIN = 10;
const MOST_MILESTONES = 20;
export const MOST_PARTNERS = 20;

export interface ProgrammeList {
  programmes: GivenProgramme[];
  /** Rows that can't be taken, by the line that the spreadsheet program shows. */
  faults: LineNote[];
  /** Cells that may be empty and were left so, because what stands there can't be read. */
  remarks: LineNote[];
}

export interface LineNote {
  line: number;
  what: string;
}

const DATED = /^(.*?)[\s:،\-–(]*((?:1[345]\d\d)[/-]\d{1,2}[/-]\d{1,2})\)?$/;

/** Milestones as they are typed, one on a line: «برگزاری نشست ۱۴۰۵/۰۸/۱۵»; the day may be missing. Null: a day that is none. */
export function readMilestones(typed: string): { title: string; dueOn: string | null }[] | null {
  const milestones: { title: string; dueOn: string | null }[] = [];
  for (const line of typed.split(/[\n؛;]/).map((one) => tidy(one, { multiline: false }))) {
    if (line === '') continue;
    // Digits take one unit each in every script: what was found in the one is at the same place in the other.
    const [, title = '', day = ''] = DATED.exec(toAsciiDigits(line)) ?? [];
    if (day === '') {
      milestones.push({ title: line, dueOn: null });
      continue;
    }
    const parsed = parseJalali(day);
    if (!parsed.ok || title === '') return null;
    milestones.push({ title: line.slice(0, title.length), dueOn: toIsoDay(parsed.day) });
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
 * All else is left empty where it can't be read, with a remark. A row's origin is its title and start, so the same list again
 * makes nothing new.
 */
export function readProgrammes(rows: readonly { line: number; cells: readonly string[] }[]): ProgrammeList {
  const list: ProgrammeList = { programmes: [], faults: [], remarks: [] };
  const at = rows.slice(0, HEADER_WITHIN).findIndex(({ cells }) => columnsOf(cells).includes('title'));
  const [head, ...body] = rows.slice(Math.max(0, at));
  const columns = columnsOf(head?.cells ?? []);
  const missing = (['title', 'start', 'end'] as const).filter((column) => !columns.includes(column));
  if (missing.length > 0) {
    list.faults.push({
      line: head?.line ?? 1,
      what: `no column ${missing.map((column) => `«${COLUMNS[column][0]}»`).join(', ')}: name the columns in the first row`,
    });
    return list;
  }
  for (const { line, cells } of body) {
    const remark = (what: string): void => void list.remarks.push({ line, what });
    const typed = new Map<Column, string>();
    for (const [place, column] of columns.entries()) {
      if (column === null || typed.has(column)) continue;
      const text = tidy(cells[place] ?? '', { multiline: column === 'aim' || column === 'milestones' });
      const isNone = saysNone(text) && !isZero(text);
      if (isNone) remark(`«${text}» under «${COLUMNS[column][0]}» is taken for nothing`);
      typed.set(column, isNone ? '' : text);
    }
    const read = readRow((column) => typed.get(column) ?? '', remark);
    if (typeof read === 'string') list.faults.push({ line, what: read });
    else list.programmes.push(read);
  }
  return list;
}

/** Nothing of a budget or a progress is an answer. */
const isZero = (typed: string): boolean => /^0+$/.test(toAsciiDigits(typed));

const columnsOf = (headers: readonly string[]): (Column | null)[] =>
  headers.map((header) => BY_HEADER.get(key(header)) ?? null);

function readRow(cell: (column: Column) => string, remark: (what: string) => void): GivenProgramme | string {
  const title = cell('title');
  if (title.length < 3 || title.length > 120) return 'the title has 3 to 120 letters';
  const [start, end] = [parseAnyDay(cell('start')), parseAnyDay(cell('end'))];
  if (start === null || end === null) return 'start and end are days such as 1405/01/15';
  const [startOn, endOn] = [toIsoDay(start.day), toIsoDay(end.day)];
  if (endOn < startOn) return 'the end is before the start';
  const leftOut = (column: Column, right: string): null => {
    remark(`${right}: «${cell(column)}» is left out`);
    return null;
  };
  const upTo = (column: Column, most: number): string => {
    const letters = Array.from(cell(column));
    if (letters.length > most) remark(`the ${column} is cut after ${most} letters`);
    return letters.slice(0, most).join('').trim();
  };
  const progress = cell('progress') === '' ? 0 : parseAmount(cell('progress').replace(/[٪%]/g, ''), { درصد: 1 });
  const isPart = progress !== null && progress >= 0 && progress <= 100;
  if (!isPart) leftOut('progress', 'the progress is a whole number from 0 to 100');
  const budget = cell('budget') === '' ? null : parseAmount(cell('budget'), { ریال: 1, تومان: 10 });
  const isBudget = budget !== null && budget >= 0;
  if (!isBudget && cell('budget') !== '') leftOut('budget', 'the budget is a number of rials');
  const milestones = readMilestones(cell('milestones'));
  const areMilestones = milestones !== null && milestones.length <= MOST_MILESTONES;
  if (!areMilestones)
    leftOut('milestones', `milestones are up to ${MOST_MILESTONES} lines such as «نشست آغاز 1405/02/01»`);
  const partners = readPartners(cell('partners'));
  if (partners.length > MOST_PARTNERS) remark(`only the first ${MOST_PARTNERS} partners are kept`);
  const state = STATE_NAMES.get(key(cell('state')));
  if (state === undefined) return `no such state: ${cell('state')}`;
  return {
    origin: `list:${createHash('sha256')
      .update(`${searchKey(title)}\n${startOn}`)
      .digest('hex')
      .slice(0, 24)}`,
    title,
    aim: upTo('aim', 1000),
    section: upTo('section', 80),
    body: upTo('body', 120),
    partners: partners.slice(0, MOST_PARTNERS),
    startOn,
    endOn,
    milestones: areMilestones ? milestones : [],
    budgetRials: isBudget ? budget : null,
    progress: isPart ? progress : 0,
    state,
  };
}
