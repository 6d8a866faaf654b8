import { readFileSync } from 'node:fs';
import { beforeEach, describe, expect, it } from 'vitest';
import { createAudit } from '../../../src/features/audit/audit.service.ts';
import {
  createCategories,
  labelIn,
  type Actor,
  type Categories,
  type Category,
  type OwnQuestion,
} from '../../../src/features/categories/categories.service.ts';
import { ensureIndexes } from '../../../src/database/indexes.ts';
import { OBSTACLE_CATEGORIES } from '../../../src/language/taxonomies.ts';
import { lintCopy } from '../../language/copy-linter.ts';
import { useDatabase } from '../../support/database.ts';
import { newId } from '../obstacles/support.ts';
import { systemNow } from '../../../src/system-clock.ts';

const database = useDatabase();
const admin: Actor = { id: newId(), roles: ['admin'] };
const SEED = [
  { code: 'tax', parent: null, labels: { fa: 'مالیات', en: 'Tax' } },
  { code: 'tax.vat', parent: 'tax', labels: { fa: 'ارزش افزوده' } },
  { code: 'power', parent: null, labels: { fa: 'برق' } },
];

let named: Category[] = [];
const open = (): Categories =>
  createCategories({
    connection: database.connection,
    audit: createAudit({ now: systemNow, connection: database.connection }),
    named: (read) => named.push(...read),
  });
const codes = (categories: readonly Category[]) => categories.map(({ code }) => code);
const question = (fa: string): Omit<OwnQuestion, 'key'> => ({
  kind: 'text',
  text: { fa },
  label: { fa: 'نام' },
  options: [],
  optional: true,
});

describe('categories', () => {
  let categories: Categories;
  beforeEach(async () => {
    categories = open();
    await database.connection.collection('categories').deleteMany({});
    await ensureIndexes(database.connection);
    await categories.seed(SEED);
    named = [];
  });

  it('are seeded once: what was edited stays, and what is new in the program is added', async () => {
    await categories.relabel(admin, 'tax', { labels: { fa: 'امور مالیاتی' }, source: newId() });
    await categories.setActive(admin, 'power', { active: false, source: newId() });
    await Promise.all([
      categories.seed([...SEED, { code: 'guild', parent: null, labels: { fa: 'اتحادیه' } }]),
      open().seed([...SEED, { code: 'guild', parent: null, labels: { fa: 'اتحادیه' } }]),
    ]);
    expect(codes(await categories.offered(null))).toEqual(['tax', 'guild']);
    expect((await categories.find('tax'))?.labels).toMatchObject({ fa: 'امور مالیاتی', en: 'Tax' });
  });

  it('can be changed by an admin only', async () => {
    const before = await categories.all(null);
    for (const roles of [[], ['officer'], ['head'], ['council']]) {
      const actor = { id: newId(), roles };
      const source = newId();
      const outcomes = await Promise.all([
        categories.add(actor, { parent: null, labels: { fa: 'تازه' }, source }),
        categories.relabel(actor, 'tax', { labels: { fa: 'دیگر' }, source }),
        categories.setActive(actor, 'tax', { active: false, source }),
        categories.addQuestion(actor, 'tax', { question: question('چه؟'), source }),
        categories.removeQuestion(actor, 'tax', { key: 'q', source }),
        categories.setNotice(actor, 'tax', { notice: { fa: 'راهنما' }, source }),
        categories.setChecklist(actor, 'tax', { items: ['کار'], source }),
        categories.setDeadlines(actor, 'tax', { deadlines: { firstAnswerDays: 1, nextWordDays: 1 }, source }),
      ]);
      expect(new Set(outcomes)).toEqual(new Set(['forbidden']));
    }
    expect(await categories.all(null)).toEqual(before);
  });

  it('record every edit with what was there before', async () => {
    const audit = createAudit({ now: systemNow, connection: database.connection });
    await categories.setNotice(admin, 'power', { notice: { fa: 'کلید را ببینید' }, source: newId() });
    await categories.setNotice(admin, 'power', { notice: null, source: newId() });
    const [last, first] = await audit.list({ subject: { kind: 'category', id: 'power' }, limit: 2 });
    expect(first).toMatchObject({ act: 'category.notice', actorId: admin.id, before: { notice: null } });
    expect(last).toMatchObject({ before: { notice: { fa: 'کلید را ببینید' } }, after: { notice: null } });
  });

  it('are made once however often the same form makes them, in two levels and no deeper', async () => {
    const source = newId();
    const make = () => categories.add(admin, { parent: null, labels: { fa: 'حمل' }, source });
    expect([await make(), await make()]).toEqual(['done', 'done']);
    const added = (await categories.offered(null)).filter(({ labels }) => labels.fa === 'حمل');
    expect(added).toHaveLength(1);
    expect(named.some(({ code }) => code === added[0]?.code)).toBe(true);
    const part = (parent: string) => categories.add(admin, { parent, labels: { fa: 'بار' }, source: newId() });
    expect(await part(added[0]?.code ?? '')).toBe('done');
    expect(await part('tax.vat')).toBe('gone');
    expect(await part('nowhere')).toBe('gone');
    // What a button must carry.
    for (const { code } of await categories.offered(added[0]?.code ?? '')) expect(code).toMatch(/^[\w.-]{1,18}$/);
  });

  it('have at most three questions of their own, and a repeated form adds none', async () => {
    const source = newId();
    for (const from of [source, source, newId(), newId()])
      expect(await categories.addQuestion(admin, 'tax', { question: question('چه؟'), source: from })).toBe('done');
    expect(await categories.addQuestion(admin, 'tax', { question: question('چه؟'), source: newId() })).toBe('full');
    const there = await categories.find('tax');
    expect(there?.questions).toHaveLength(3);
    const [first] = there?.questions ?? [];
    const drop = () => categories.removeQuestion(admin, 'tax', { key: first?.key ?? '', source: newId() });
    expect([await drop(), await drop()]).toEqual(['done', 'gone']);
    expect(await categories.addQuestion(admin, 'gone', { question: question('چه؟'), source: newId() })).toBe('gone');
  });

  it('keep an item of the checklist ticked where only others change', async () => {
    await categories.setChecklist(admin, 'tax', { items: ['برگه', 'تماس'], source: newId() });
    const [sheet] = await categories.checklistOf('tax');
    await categories.setChecklist(admin, 'tax', { items: ['نامه', 'برگه'], source: newId() });
    expect((await categories.checklistOf('tax')).map(({ labels }) => labels.fa)).toEqual(['نامه', 'برگه']);
    expect((await categories.checklistOf('tax'))[1]?.code).toBe(sheet?.code);
    const many = Array.from({ length: 13 }, (_, index) => `کار ${index}`);
    expect(await categories.setChecklist(admin, 'tax', { items: many, source: newId() })).toBe('full');
  });

  it('say what they are called in the reader’s language, else in Persian', () => {
    expect(labelIn({ fa: 'مالیات', en: 'Tax' }, 'en')).toBe('Tax');
    expect(labelIn({ fa: 'مالیات', en: 'Tax' }, 'ar')).toBe('مالیات');
  });
});

describe('the categories of the first start', () => {
  const text = readFileSync(new URL('../../../seed/categories.json', import.meta.url), 'utf8');
  const furnished = JSON.parse(text) as Record<string, Pick<Category, 'questions' | 'notice' | 'checklist'>>;

  it('are categories that there are, with keys that a draft can hold', () => {
    const known = new Set<string>(OBSTACLE_CATEGORIES.flatMap(({ code, subtopics }) => [code, ...subtopics]));
    for (const [code, { questions = [] }] of Object.entries(furnished)) {
      expect(known).toContain(code);
      expect(questions.length).toBeLessThanOrEqual(3);
      for (const { key, kind, options = [] } of questions) {
        expect(key).toMatch(/^q_\w{1,14}$/);
        expect(options.length > 1).toBe(kind === 'choice');
      }
    }
  });

  it('are in good Persian and in English', () => {
    const faults: string[] = [];
    const look = (value: unknown): void => {
      if (typeof value !== 'object' || value === null) return;
      if ('fa' in value && typeof value.fa === 'string') {
        faults.push(...lintCopy(value.fa).map((rule) => `${rule}: ${String(value.fa)}`));
        if (!('en' in value)) faults.push(`no English: ${value.fa}`);
      }
      Object.values(value).forEach(look);
    };
    look(furnished);
    expect(faults).toEqual([]);
  });
});
