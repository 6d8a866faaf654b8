import { globSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { rowReader } from '../../src/features/databank/import-reader.ts';
import { createTaxonomy } from '../../src/features/databank/taxonomy.ts';
import { createTranslations } from '../../src/language/translator.ts';
import { createValueFormatter } from '../../src/language/text-value.ts';
import { createEraser } from '../../src/language/eraser.ts';
import { plain } from '../../src/language/rich-text.ts';
import { renderBale } from '../../src/messengers/bale/render.ts';
import { splitRich } from '../../src/messengers/split.ts';

/** What is done with a text; null: it is given none that people write. */
type Use = ((called: Called, text: string) => unknown) | null;
type Called = (...parts: unknown[]) => unknown;

const once: Use = (called, text) => called(text);
const NOW = new Date('2026-06-01T00:00:00Z');
const { translator, labelsOf } = createTranslations({ onProblem: () => {} });
const values = createValueFormatter('fa');
const TAXONOMY = createTaxonomy(labelsOf);
const RULES = { taxonomy: TAXONOMY, tidyWebsite: () => null, now: NOW };
const question = (more: object) => ({ key: 'q', text: 'bot.prompt', label: 'bot.prompt', min: 1, ...more });
const TYPED = [
  question({ kind: 'text', max: 10_000, multiline: true }),
  question({ kind: 'number', max: 9 }),
  question({ kind: 'date' }),
];
const CITY = question({ kind: 'choice', options: () => [{ code: 'a', label: 'اهواز' }], freeText: { max: 9000 } });
const DRAFT = { answers: {}, pieces: [], ticked: [] };
const PLACE = { kind: 'found', provinceCode: '06', cityCode: '06-ahvaz', freeCity: false };
const NO_PHOTO = { name: '', description: null, fields: [], cityCode: '' };

/**
 * Every export of the modules that read what people write. What a module exports besides has to be put here, too, and a
 * module that begins to read texts as well.
 */
const USES: Readonly<Record<string, Readonly<Record<string, Use>>>> = {
  'language/amount': { parseAmount: (called, text) => called(text, { نفر: 1 }) },
  'language/identifiers': {
    nationalCode: once,
    companyId: once,
    mobile: once,
    landline: once,
    postalCode: once,
    maskPhone: once,
    maskNationalCode: once,
  },
  'language/jalali-parse': { parseJalali: once, parseAnyDay: once },
  'language/jalali-time-parse': { parseJalaliTime: (called, text) => called(text, NOW) },
  'language/look-alikes': { looksForged: once },
  'language/persian-text': {
    tidy: once,
    toAsciiDigits: once,
    toPersianDigits: once,
    compactDigits: once,
    searchKey: once,
    lettersLike: null,
  },
  'language/places': {
    provinces: null,
    citiesOf: once,
    findCity: once,
    isPlace: once,
    placeName: (called, text) => called(text, 'fa'),
  },
  'language/redact': { redact: (called, text) => called(text, ['مریم احمدی', text.slice(0, 80)]) },
  'language/rich-text': {
    plain: once,
    styled: (called, text) => called(text, { style: 'bold' }),
    bold: once,
    concat: (called, text) => called(text, text),
    join: (called, text) => called(text.split('\n')),
    slice: (called, text) => called(plain(text), 1),
  },
  'language/search-terms': { searchTerms: (called, text) => called(text, 60) },
  'language/sheet-columns': { columnOf: once, phoneRank: once, yesOrNo: once, saysNone: once },
  'language/shorten': { shorten: (called, text) => called(text, 3000) },
  'language/similarity': {
    grams: once,
    similarity: (called, text) => called([text], [text], { texts: 1, textsWith: new Map() }),
  },
  'language/template': {
    parseTemplate: once,
    fillTemplate: (called, text) => called({ pieces: [{ kind: 'text', text }], placeholders: [] }, () => plain('')),
  },
  'language/text-value': {
    createValueFormatter: (_called, text) =>
      values.insert(text, { name: 'text', format: undefined, insideCode: false }, () => {}),
  },
  'language/tracking-code': { dammDigit: once, formatTrackingCode: null, parseTrackingCode: once },
  'language/translator': {
    createTranslations: (_called, text) => translator('fa').rich('bot.dialogue.value.text', { value: text }),
  },
  'language/holidays': { estimatedLunarHolidays: null },
  'language/jalali-format': { formatDate: null, formatDay: null },
  'language/jalali': {
    isJalaliDay: null,
    wallClockInTehran: null,
    inTehran: null,
    startOfDayTehran: null,
    addDays: null,
    weekdayOf: null,
    toIsoDay: null,
    fromIsoDay: null,
  },
  'language/quiet-hours': { afterQuietHours: null, wakingText: null },
  'language/mark': { markOf: once },
  'language/addresses': { hasAddress: once, withoutAddresses: once },
  'language/eraser': {
    createEraser: (called, text) => {
      const erase = called({
        names: [text.slice(0, 80), 'مریم احمدی'],
        numbers: ['9120000011'],
        alone: true,
      }) as Called;
      return erase(text);
    },
  },
  'bot/callback-data': { buttonKind: (called, text) => (called('a', 1, ['b']) as { read: Called }).read(`a1:${text}`) },
  'bot/dialogue/read-options': {
    buttonValue: once,
    matching: (called, text) => called([{ code: 'a', label: 'اهواز' }], text),
    readPressedOption: (called, text) => called(text, CITY, DRAFT),
    doneTicking: null,
    readTypedOption: (called, text) => called(text, CITY, DRAFT),
  },
  'bot/dialogue/read-typed': {
    isTyped: null,
    isCutByMessenger: once,
    isPiece: (called, text) => called(text, TYPED[0], []),
    checkTyped: (called, text) => TYPED.map((one) => called(text, one, NOW)),
    readTyped: (called, text) => TYPED.map((one) => called(text, one, { now: NOW })),
    joinPieces: (called, text) => called([text, text]),
    readPiece: (called, text) => called(text, TYPED[0], []),
  },
  'bot/dialogue/reading': {
    wrong: null,
    cleanText: (called, text) => called(text, { multiline: true }),
    cleanLine: once,
  },
  'bot/main-menu': { readCommand: (called, text) => called(`/start ${text}`), createMainMenu: null },
  'features/audience/hand-picked': { readPicked: once },
  'features/businesses/directory-terms': {
    searchWords: once,
    directoryTerms: (called, text) => called({ ...NO_PHOTO, name: text }),
  },
  'features/businesses/founding-year': { parseYear: (called, text) => called(text, 1405) },
  'features/businesses/website': { tidyWebsite: once },
  'features/databank/import-list': {
    HeaderError: null,
    readList: (called, text) =>
      called(
        [
          { line: 1, cells: ['business', 'phone', 'city', 'province'] },
          { line: 2, cells: [text, text, text, text] },
        ],
        RULES,
      ),
  },
  'features/databank/import-business': {
    readBusiness: (called, text) => {
      const cells = { business: text, fields: text, documents: text, description: text, website: text, since: text };
      return called(rowReader(cells, RULES).reader, PLACE);
    },
  },
  'features/databank/import-known': { createKnown: null },
  'features/databank/import-reader': { rowReader: (called, text) => called({ name: text, business: text }, RULES) },
  'features/databank/same-person': { mayBeOnePerson: (called, text) => called(text, text) },
  'features/databank/sheet-number': { sheetNumber: once },
  'features/desk/staff-group.replies': { replyButton: null, groupReplies: null },
  'features/databank/import-place': { placeOf: (called, text) => called(text, text) },
  'features/databank/import-row': {
    readRow: (called, text) =>
      called(1, { name: text, phone: text, business: text, fields: text, city: text, description: text }, RULES),
  },
  'features/databank/taxonomy': {
    createTaxonomy: (_called, text) => [TAXONOMY.kind(text), TAXONOMY.fields(text), TAXONOMY.documents(text)],
  },
  'features/news/half-space': { mendHalfSpaces: once },
  'features/news/news-item': {
    isPublished: null,
    textIn: null,
    termsOf: once,
    newsTerms: null,
    readSources: once,
    writeSources: null,
    readTags: once,
    countSources: once,
    countTags: once,
    longestTag: once,
    contentOf: null,
    changedFields: null,
    markOfItem: null,
    toItem: null,
  },
  'features/news/press-release': {
    PressReleaseError: null,
    decodePressRelease: (called, text) => quietly(() => called(Buffer.from(text))),
    readPressRelease: (called, text) => quietly(() => called(`عنوان\n${text}`)),
    pressReleaseOrigin: (called, text) => called({ headline: text, body: text }),
    pressReleaseDraft: null,
  },
  'features/obstacles/public-face': {
    similarityText: (called, text) => called({ title: text, description: text }),
    sideOf: null,
    boardGroupOf: null,
    faceFields: (called, text) =>
      called({ kind: 'obstacle', title: text, description: text, visibility: 'public', status: 'received' }),
    rounded: null,
    shownTotals: null,
    publicFacts: null,
    toPublicCase: null,
  },
  'features/programmes/programme-list': {
    readMilestones: once,
    readPartners: once,
    readProgrammes: (called, text) =>
      called([
        { line: 1, cells: ['title', 'start', 'end', 'milestones', 'progress'] },
        { line: 2, cells: ['عنوان', '1405/01/01', '1405/01/02', text, text] },
      ]),
  },
  'features/recognition/recognition-code': { newRecognitionCode: null, parseRecognitionCode: once },
  'messengers/right-to-left': { rightToLeft: (called, text) => called(plain(`۱ ${text}`)) },
  'messengers/token': { maskToken: once },
  'messengers/split': {
    splitRich: (_called, text) => splitRich(plain(text), 1000, (rich) => renderBale(rich).length),
    clip: (called, text) => called(text, 200),
  },
  'messengers/bale/render': {
    renderBale: (called, text) => called({ text, ranges: [{ offset: 0, length: text.length, style: 'bold' }] }),
    shownByBale: (called, text) => called(plain(text)),
  },
};

/** They keep, show, ask or wire, and read with what stands above. */
const READS_NOTHING_ITSELF = /\.(?:model|service|chat|dialogues?|views|questions)$|^wire-|\/migrations\//;
/** Beside those; each works on the database, a context or a sheet. */
const OTHERS = new Set([
  'bot/dialogue/answering',
  'bot/dialogue/editing',
  'bot/dialogue/read-answer',
  'bot/dialogue/taking',
  'features/databank/export-sheet',
  'features/databank/other-sheets',
  'features/obstacles/obstacle',
  'features/obstacles/similar-cases',
  'features/procurement/suppliers',
]);

const LONGEST_MESSAGE = 4096;
const LONGEST_MS = 20;
/** Cells and files are no messages: a text sixteen times as long may take sixteen times as long. */
const TIMES_LONGER = 16;
/** What leaves is split into messages first. */
const NEVER_LONGER = new Set(['language/rich-text', 'messengers/bale/render', 'messengers/split']);
const CORE = ['\u00AC', '\u200C', '\u200D', 'ـ', ' ', '\n', 'ا', '\u0654', '1', 'a', '👩', '.', '@', '-', '_', ':'];

const read = (name: string): string => readFileSync(new URL(`../../src/${name}.ts`, import.meta.url), 'utf8');
const exportsOf = (name: string): string[] =>
  [...read(name).matchAll(/^export (?:async )?(?:function|class|const) (\w+)/gm)].map(([, exported = '']) => exported);
const isValue = (exported: string): boolean => /^[A-Z\d_]+$/.test(exported);

function quietly(does: () => unknown): void {
  try {
    does();
  } catch {
    // A text that is refused was read all the same.
  }
}

/** The letters that a module speaks of in its expressions, beside those of every text. */
function lettersOf(name: string): string[] {
  const named = [...read(name).matchAll(/\\u([0-9A-F]{4})/g)].map(([, hex = '']) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  const written = [...read(name).matchAll(/\/((?:\\.|\[(?:\\.|[^\]\n])*\]|[^/\n[\\])+)\/[a-z]*[.,;)]/g)].flatMap(
    ([, source = '']) => source.replaceAll(/\\[a-zA-Z]|[\\A-Za-z]/g, '').split(''),
  );
  return [...new Set([...named, ...written])].filter((letter) => !CORE.includes(letter)).slice(0, 10);
}

function* hostile(name: string, length: number): Generator<string> {
  const own = lettersOf(name);
  const few = [...CORE.slice(0, 5), ...own.slice(0, 2)];
  const fill = (unit: string) => unit.repeat(Math.ceil(length / unit.length)).slice(0, length);
  for (const one of [...CORE, ...own]) {
    yield fill(one);
    yield `${fill(one).slice(0, -1)}a`;
    for (const other of [...few, ...own]) if (one !== other) yield fill(one + other);
  }
  for (const one of few) for (const two of few) for (const three of few) yield fill(one + two + three);
}

/** The least of some tries, in the thread's own time: what else the machine does makes neither longer. */
function leastMs(does: () => unknown, enoughMs: number): number {
  let least = Infinity;
  for (let tries = 0; tries < 4 && least > enoughMs; tries += 1) {
    const before = process.threadCpuUsage();
    does();
    const { user, system } = process.threadCpuUsage(before);
    least = Math.min(least, (user + system) / 1000);
  }
  return least;
}

it('every export of a module that reads texts is known here', () => {
  const root = new URL('../../src/', import.meta.url).pathname;
  const modules = globSync('{language,features,bot,messengers}/**/*.ts', { cwd: root }).map((file) =>
    file.slice(0, -3),
  );
  const reading = modules.filter(
    (name) =>
      name.startsWith('language/') ||
      (!READS_NOTHING_ITSELF.test(name) &&
        !OTHERS.has(name) &&
        /from '[^']*\/(?:persian-text|identifiers|search-terms|similarity|redact|places|look-alikes|reading|amount)\.ts'/.test(
          read(name),
        )),
  );
  const missing = [...new Set([...reading, ...Object.keys(USES)])].flatMap((name) =>
    exportsOf(name).flatMap((exported) =>
      isValue(exported) || USES[name]?.[exported] !== undefined ? [] : [`${name}: ${exported}`],
    ),
  );
  expect(missing).toEqual([]);
});

const CASES = Object.entries(USES).flatMap(([name, uses]) =>
  Object.entries(uses).flatMap(([exported, use]) => (use === null ? [] : [[name, exported, use] as const])),
);

it.each(CASES)('%s: %s takes at most 20 ms of any 4,096 letters', async (name, exported, use) => {
  const module = (await import(new URL(`../../src/${name}.ts`, import.meta.url).pathname)) as Record<string, Called>;
  const called = module[exported];
  expect(called, `${name} exports no ${exported}`).toBeTypeOf('function');
  const does = (text: string) => use(called!, text);
  for (let warm = 0; warm < 5; warm += 1) does('متن ساده'.repeat(20));
  const slow: string[] = [];
  for (const text of hostile(name, LONGEST_MESSAGE)) {
    const ms = leastMs(() => does(text), LONGEST_MS);
    if (ms > LONGEST_MS) slow.push(`${JSON.stringify(text.slice(0, 6))}…: ${ms.toFixed(0)} ms`);
  }
  const own = NEVER_LONGER.has(name) ? [] : [...CORE.slice(0, 6), ...lettersOf(name)];
  for (const letter of own) {
    const text = `${letter.repeat(LONGEST_MESSAGE * TIMES_LONGER)}a`;
    const ms = leastMs(() => does(text), LONGEST_MS * TIMES_LONGER);
    if (ms > LONGEST_MS * TIMES_LONGER) slow.push(`${JSON.stringify(letter)} × ${text.length}: ${ms.toFixed(0)} ms`);
  }
  expect(slow).toEqual([]);
});

/** Names whose parts may be read in many ways: what stands between words also stands inside one, ι is also a mark in lower case. */
it.each([
  ['words of one letter', Array(22).fill('ب').join(' '), `${Array(21).fill('ب').join('\u200C')}\u200Cز`],
  ['parts that a half space joins', Array(22).fill('ب').join('\u200C'), `${Array(21).fill('ب').join('\u200C')}\u200Cز`],
  ['a letter that folds to a mark', 'ι'.repeat(14), `${'ι'.repeat(28)}ز`],
])('an eraser of a hostile name takes at most 20 ms: %s', (_what, name, text) => {
  const erase = createEraser({ names: [name], numbers: [], alone: true });
  const long = `${text} `.repeat(Math.floor(LONGEST_MESSAGE / (text.length + 1)));
  erase('متن');
  expect(leastMs(() => erase(text), LONGEST_MS)).toBeLessThanOrEqual(LONGEST_MS);
  expect(leastMs(() => erase(long), LONGEST_MS)).toBeLessThanOrEqual(LONGEST_MS);
});

it('sees a function that is worse than linear', () => {
  const cubic = (text: string) => text.replace(/[\u00AC\u200C]*\u00AC[\u00AC\u200C]*(?=[\u0600-\u06FF])/g, '\u200C');
  expect(leastMs(() => cubic('\u00AC\u200C'.repeat(400)), LONGEST_MS)).toBeGreaterThan(LONGEST_MS);
});
