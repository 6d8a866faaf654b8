import { createHash } from 'node:crypto';
import { parseJalali } from '../../language/jalali-parse.ts';
import { startOfDayTehran } from '../../language/jalali.ts';
import { searchKey, tidy, toAsciiDigits } from '../../language/persian-text.ts';
import { mendHalfSpaces } from './half-space.ts';
import { readTags } from './news-item.ts';
import { LONGEST, type NewContent } from './news.service.ts';

/** What a plain-text press release says, put right and taken apart. */
export interface PressRelease {
  /** The publisher's own number. */
  number: string | null;
  /** In Tehran; midnight where no hour is given. */
  date: Date | null;
  /** The line above the headline that says who speaks; ends with a colon. */
  kicker: string;
  headline: string;
  lead: string;
  /** Paragraphs parted by an empty line. */
  body: string;
  tags: string[];
  source: string | null;
}

/** The file is not a press release: it is no text, says nothing, or no body follows its headline. */
export class PressReleaseError extends Error {
  override readonly name = 'PressReleaseError';
}

/** What no text has: it tells a picture or a workbook that happens to be valid UTF-8. Pages may end with a form feed. */
const NO_TEXT = /[\u0000-\u0008\u000B\u000E-\u001F\u007F]/;

/**
 * The text of a press release's file.
 * @throws PressReleaseError where it is a Word file, a picture, or a text in another encoding
 */
export function decodePressRelease(bytes: Uint8Array): string {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    if (!NO_TEXT.test(text)) return text;
  } catch {
    // Said below.
  }
  throw new PressReleaseError(
    'This is not plain text in UTF-8: save the press release as such (.txt, UTF-8) and try again',
  );
}

/**
 * Reads a press release as portals print them: lines of a header («شماره خبر : 32075»), a line above the headline, the
 * headline (sometimes twice), and a text whose paragraphs may be broken at every line of print. Nothing is left out but the
 * header, a repeated headline and the words that end it; nothing is put in.
 * @throws PressReleaseError
 */
export function readPressRelease(text: string): PressRelease {
  const lines = tidy(text)
    .split('\n')
    .map((line) => ({ text: line.trim() }))
    .filter(({ text: line }) => line !== '');
  const header = takeHeader(lines.map(({ text: line }) => line));
  const { fields, rest } = takeFooter(header);
  const { kicker, headline, after } = takeHeadline(rest);
  const paragraphs = paragraphsOf(after);
  if (headline === '' || paragraphs.length === 0)
    throw new PressReleaseError('There is no headline with a text below it: put the headline on a line of its own');
  const hasLead = paragraphs.length > 1 && (paragraphs[0]?.length ?? 0) <= LONGEST_LEAD;
  const body = (hasLead ? paragraphs.slice(1) : paragraphs).map(mend).join('\n\n');
  return {
    number: fields.number ?? null,
    date: dateOf(fields),
    kicker: mend(kicker),
    headline: mend(headline),
    lead: hasLead ? mend(paragraphs[0] ?? '') : '',
    body,
    tags: readTags(fields.tags ?? '').map(mend),
    source: fields.source ?? sourceIn(paragraphs.map(mend).join('\n')),
  };
}

/** Two files of the same words are one item, whatever became of their spaces on the way. */
export const pressReleaseOrigin = ({ headline, body }: PressRelease): string =>
  `press:${createHash('sha256')
    .update(searchKey(`${headline} ${body}`).replaceAll(' ', ''))
    .digest('hex')
    .slice(0, 32)}`;

/**
 * The draft that a release becomes. Who speaks stands above the lead, as in print.
 * @throws PressReleaseError where it is longer than an item may be
 */
export function pressReleaseDraft(release: PressRelease): NewContent & { origin: string } {
  const { kicker, headline, lead, body, tags, source, date, number } = release;
  const content = { headline, lead: [kicker, lead].filter((line) => line !== '').join('\n'), body };
  for (const [field, longest] of Object.entries(LONGEST) as [keyof typeof LONGEST, number][])
    if (content[field].length > longest)
      throw new PressReleaseError(
        `Its ${field} has ${content[field].length} letters, at most ${longest} have room: shorten it, or make two of it`,
      );
  return {
    ...content,
    tags,
    issued: date && { at: date, number: number ?? '' },
    sources: source === null ? [] : [{ title: source, url: '' }],
    origin: pressReleaseOrigin(release),
  };
}

const LONGEST_LEAD = 800;
/** A header has so many lines at most; further down a colon is part of the text. */
const HEADER_LINES = 8;

type Field = 'number' | 'date' | 'time' | 'tags' | 'source' | 'link';
type Fields = Partial<Record<Field, string>>;

const FIELDS: readonly [Field, string][] = [
  ['number', 'شماره خبر|کد خبر|شناسه خبر'],
  ['date', 'منتشر شده در مورخ|منتشر شده در تاریخ|تاریخ انتشار|تاریخ خبر|تاریخ'],
  ['time', 'ساعت|ساعت انتشار'],
  ['tags', 'برچسب ها|برچسب|برچسبها|کلیدواژه|کلیدواژه ها|کلیدواژهها|کلمات کلیدی'],
  ['source', 'منبع|منبع خبر'],
  ['link', 'لینک خبر|لینک کوتاه|نشانی خبر|پیوند'],
];
const FIELD_OF = new Map<string, Field>(
  FIELDS.flatMap(([field, names]) => names.split('|').map((name) => [searchKey(name), field])),
);
const CLOCK = /(?<![\d:])(\d{1,2}):(\d{2})(?![\d:])/;
/** What ends a release; it is about the release, not part of it. */
const ENDS = new Set(['انتهای پیام', 'پایان پیام', 'پایان خبر'].map((end) => searchKey(end)));

/** `key : value`, where the key is one that portals print. */
function fieldIn(line: string): [Field, string] | null {
  const colon = line.search(/[:：]/);
  const key = line.slice(0, Math.max(0, colon)).trim();
  if (key.length < 2 || key.length > 30) return null;
  const field = FIELD_OF.get(searchKey(key));
  const value = line.slice(colon + 1).trim();
  return field && value !== '' ? [field, value] : null;
}

/** «شنبه 02 تیر 1403 - 07:46»: a line that is a day, and maybe an hour, and nothing else. */
function dayLine(line: string): Fields | null {
  const digits = toAsciiDigits(line);
  const time = CLOCK.exec(digits)?.[0];
  const day = digits
    .replace(time ?? '', '')
    .replace(/ساعت/u, '')
    .replace(/(?<![\s|،-])[\s|،-]+$/u, '')
    .replace(/^[\s|،-]+/u, '');
  if (day.length > 40 || !parseJalali(day).ok) return null;
  return { date: day, ...(time === undefined ? {} : { time }) };
}

function takeHeader(lines: readonly string[]): { fields: Fields; rest: string[] } {
  const fields: Fields = {};
  const rest: string[] = [];
  for (const [index, line] of lines.entries()) {
    const field = index < HEADER_LINES ? fieldIn(line) : null;
    const day = index < HEADER_LINES && fields.date === undefined ? dayLine(line) : null;
    if (field && fields[field[0]] === undefined) fields[field[0]] = field[1];
    else if (day) Object.assign(fields, day);
    else {
      rest.push(...lines.slice(index));
      break;
    }
  }
  return { fields, rest };
}

function takeFooter({ fields, rest }: { fields: Fields; rest: readonly string[] }): { fields: Fields; rest: string[] } {
  const kept = [...rest];
  const found: Fields = { ...fields };
  for (;;) {
    const line = kept.at(-1);
    const field = line === undefined ? null : fieldIn(line);
    if (line !== undefined && ENDS.has(searchKey(line))) kept.pop();
    else if (field && field[0] !== 'date' && field[0] !== 'time' && found[field[0]] === undefined) {
      found[field[0]] = field[1];
      kept.pop();
    } else return { fields: found, rest: kept };
  }
}

const same = (one: string, other: string): boolean =>
  searchKey(one).replaceAll(' ', '') === searchKey(other).replaceAll(' ', '');

/** A line that ends with a colon says whose words the headline is; portals print it above the headline, or between it and its repetition. */
function takeHeadline(lines: readonly string[]): { kicker: string; headline: string; after: string[] } {
  const [first = '', second = '', third = ''] = lines;
  if (first.endsWith(':')) return { kicker: first, headline: second, after: lines.slice(2) };
  if (second.endsWith(':') && same(first, third)) return { kicker: second, headline: first, after: lines.slice(3) };
  if (same(first, second)) return { kicker: '', headline: first, after: lines.slice(2) };
  return { kicker: '', headline: first, after: lines.slice(1) };
}

/** A line of print that does not end a sentence goes on in the next one. */
function paragraphsOf(lines: readonly string[]): string[] {
  const paragraphs: string[] = [];
  let open = false;
  for (const line of lines) {
    if (open) paragraphs.push(`${paragraphs.pop() ?? ''} ${line}`);
    else paragraphs.push(line);
    open = !/[.!?؟…:»]$/u.test(line);
  }
  return paragraphs;
}

/** Spellings that newsrooms write both ways; the key of a word is the same for both. */
const SPELLINGS: readonly [RegExp, string][] = [
  [/(?<![آ-ی])تا(کید|مین|ثیر|سیس|یید|خیر|لیف)/g, 'تأ$1'],
  [/(?<![آ-ی])رییس/g, 'رئیس'],
  [/(?<![آ-ی])مسوول/g, 'مسئول'],
  [/(?<![آ-ی])جزییات/g, 'جزئیات'],
  [/(?<![آ-ی])خبرداد(?![آ-ی])/g, 'خبر داد'],
];

function mend(text: string): string {
  const spelt = SPELLINGS.reduce((mended, [fault, right]) => mended.replace(fault, right), text);
  return tidy(
    mendHalfSpaces(spelt)
      .replace(/(?<! ) +(?=[،؛؟!.:»)])/g, '')
      .replace(/(?<=[«(]) +/g, ''),
  );
}

function dateOf({ date, time }: Fields): Date | null {
  const parsed = date === undefined ? null : parseJalali(date.replace(CLOCK, ''));
  if (!parsed?.ok) return null;
  const [, hour = '0', minute = '0'] = CLOCK.exec(toAsciiDigits(`${time ?? ''} ${date ?? ''}`)) ?? [];
  const [hours, minutes] = [Number(hour), Number(minute)];
  const isTime = hours < 24 && minutes < 60;
  return new Date(startOfDayTehran(parsed.day).getTime() + (isTime ? (hours * 60 + minutes) * 60_000 : 0));
}

/** «به گزارش ایسنا، …» */
const sourceIn = (body: string): string | null =>
  /به گزارش (?!این)([^،:.\n]{2,60})[،:]/u.exec(body)?.[1]?.trim() ?? null;
