import { createHash } from 'node:crypto';
import { trusted, type Connection, type UpdateQuery } from 'mongoose';
import { insertMissing } from '../../database/insert.ts';
import type { Language } from '../../language/languages.ts';
import type { Audit } from '../audit/audit.service.ts';
import {
  categoryModel,
  type CategoryDocument,
  type ChecklistItem,
  type Labels,
  type OwnDeadlines,
  type OwnQuestion,
} from './category.model.ts';

export { OWN_QUESTION_KINDS } from './category.model.ts';
export type { ChecklistItem, Labels, OwnDeadlines, OwnQuestion, OwnQuestionKind } from './category.model.ts';

export interface Category extends Omit<CategoryDocument, '_id'> {
  code: string;
}

/** Who acts, by what the database says of them now. */
export interface Actor {
  id: string;
  roles: readonly string[];
}

/** `full`: there is no room for one more. `gone`: there is no such category, question or item. */
export type EditOutcome = 'done' | 'forbidden' | 'gone' | 'full';

export const MOST_QUESTIONS = 3;
export const MOST_ITEMS = 12;
/** What a list on the desk, and a choice in the report, can hold. */
const MOST_CATEGORIES = 60;

/** A seed says nothing of an existing category: what was edited stays. */
export type SeedCategory = Pick<Category, 'code' | 'parent' | 'labels'> &
  Partial<Pick<Category, 'questions' | 'notice' | 'checklist' | 'deadlines'>>;

/** The words of a language, else the Persian ones. */
export const labelIn = (labels: Labels, language: Language): string => labels[language] ?? labels.fa;

/** A name that follows from what made it: made again after a crash, it is the same. */
const nameFrom = (source: string): string => createHash('sha256').update(source).digest('hex').slice(0, 8);

export type Categories = ReturnType<typeof createCategories>;

/**
 * What reports are sorted by, in two levels, as data that an admin edits. Everything is read from the database when it is
 * asked for, so that an edit holds for the next report, in every process.
 * @param named hears the names of what was read, for whoever shows a code by name
 */
export function createCategories({
  connection,
  audit,
  named = () => {},
}: {
  connection: Connection;
  audit: Pick<Audit, 'record'>;
  named?: (categories: readonly Category[]) => void;
}) {
  const Category = categoryModel(connection);

  async function read(filter: Partial<Pick<CategoryDocument, '_id' | 'parent' | 'active'>>): Promise<Category[]> {
    const found = (await Category.find(filter).sort({ order: 1, _id: 1 }).lean()).map(toCategory);
    named(found);
    return found;
  }

  async function find(code: string): Promise<Category | null> {
    const [found] = await read({ _id: code });
    return found ?? null;
  }

  /** One guarded update by an admin, recorded with what it changed. */
  async function edit(
    actor: Actor,
    code: string,
    change: {
      act: string;
      source: string;
      update: UpdateQuery<CategoryDocument>;
      field: keyof CategoryDocument;
      guard?: Record<string, unknown>;
    },
  ): Promise<EditOutcome> {
    if (!actor.roles.includes('admin')) return 'forbidden';
    const { act, source, update, field, guard = {} } = change;
    const before = await Category.findOneAndUpdate({ _id: code, ...guard }, update, {
      returnDocument: 'before',
      lean: true,
    });
    if (!before) return 'gone';
    const after = await find(code);
    await audit.record({
      actorId: actor.id,
      act: `category.${act}`,
      subject: { kind: 'category', id: code },
      before: { [field]: before[field] },
      after: { [field]: field === '_id' ? code : after?.[field] },
      source,
    });
    return 'done';
  }

  return {
    find,

    /** Adds what is missing; what is there stays as it is. */
    async seed(categories: readonly SeedCategory[]): Promise<void> {
      const there = new Set((await Category.find({}, { _id: 1 }).lean()).map(({ _id }) => _id));
      const missing = categories.flatMap(({ code, ...category }, index) =>
        there.has(code) ? [] : [{ _id: code, ...category, order: (index + 1) * 10 }],
      );
      // Two processes may start at once: what this one does not add, the other does.
      await insertMissing(Category, missing);
      await read({});
    },

    /** What a report may choose: of the first level, or of one category. */
    offered: (parent: string | null): Promise<Category[]> => read({ parent, active: true }),

    /** The same with what was retired, for the desk. */
    all: (parent: string | null): Promise<Category[]> => read({ parent }),

    /** Reads every name, for processes that did not make the change. */
    async rename(): Promise<void> {
      await read({});
    },

    async deadlinesOf(code: string): Promise<OwnDeadlines | null> {
      return (await find(code))?.deadlines ?? null;
    },

    async checklistOf(code: string): Promise<ChecklistItem[]> {
      return (await find(code))?.checklist ?? [];
    },

    /** @param source gives the code: asked for again, it is the same category */
    async add(
      actor: Actor,
      { parent, labels, source }: { parent: string | null; labels: Labels; source: string },
    ): Promise<EditOutcome> {
      if (!actor.roles.includes('admin')) return 'forbidden';
      const whole = parent === null ? null : await find(parent);
      if (parent !== null && whole?.parent !== null) return 'gone';
      const beside = await read({ parent });
      const own = nameFrom(source);
      const code = parent === null ? `c${own}` : `${parent}.${own}`;
      const isThere = beside.some((category) => category.code === code);
      if (!isThere && beside.length >= MOST_CATEGORIES) return 'full';
      if (!isThere) {
        const order = Math.max(0, ...beside.map((category) => category.order)) + 10;
        const made = new Category({ _id: code, parent, labels, order }).toObject();
        await Category.updateOne({ _id: code }, { $setOnInsert: made }, { upsert: true });
      }
      const subject = { kind: 'category', id: code };
      await audit.record({ actorId: actor.id, act: 'category.add', subject, after: { parent, labels }, source });
      await find(code);
      return 'done';
    },

    /** Gives other names; a language that is not named keeps its own. */
    relabel: (actor: Actor, code: string, { labels, source }: { labels: Labels; source: string }) =>
      edit(actor, code, {
        act: 'rename',
        source,
        field: 'labels',
        update: {
          $set: Object.fromEntries(Object.entries(labels).map(([language, label]) => [`labels.${language}`, label])),
        },
      }),

    /** Retires a category, or brings it back. */
    setActive: (actor: Actor, code: string, { active, source }: { active: boolean; source: string }) =>
      edit(actor, code, {
        act: active ? 'bring-back' : 'retire',
        source,
        field: 'active',
        update: { $set: { active } },
      }),

    async addQuestion(
      actor: Actor,
      code: string,
      { question, source }: { question: Omit<OwnQuestion, 'key'>; source: string },
    ): Promise<EditOutcome> {
      const key = `q_${nameFrom(source)}`;
      const outcome = await edit(actor, code, {
        act: 'question.add',
        source,
        field: 'questions',
        update: { $push: { questions: { key, ...question } } },
        guard: {
          'questions.key': trusted({ $ne: key }),
          [`questions.${MOST_QUESTIONS - 1}`]: trusted({ $exists: false }),
        },
      });
      if (outcome !== 'gone') return outcome;
      const there = await find(code);
      if (!there) return 'gone';
      return there.questions.some((one) => one.key === key) ? 'done' : 'full';
    },

    removeQuestion: (actor: Actor, code: string, { key, source }: { key: string; source: string }) =>
      edit(actor, code, {
        act: 'question.remove',
        source,
        field: 'questions',
        update: { $pull: { questions: { key } } },
        guard: { 'questions.key': key },
      }),

    /** @param notice null takes it away */
    setNotice: (actor: Actor, code: string, { notice, source }: { notice: Labels | null; source: string }) =>
      edit(actor, code, { act: 'notice', source, field: 'notice', update: { $set: { notice } } }),

    /** Puts these items in place of all; an item of the same words stays ticked where it is ticked. */
    async setChecklist(
      actor: Actor,
      code: string,
      { items, source }: { items: readonly string[]; source: string },
    ): Promise<EditOutcome> {
      if (items.length > MOST_ITEMS) return 'full';
      const there = await this.checklistOf(code);
      const checklist = items.map(
        (fa): ChecklistItem =>
          there.find(({ labels }) => labels.fa === fa) ?? { code: `i${nameFrom(`${source}:${fa}`)}`, labels: { fa } },
      );
      return edit(actor, code, { act: 'checklist', source, field: 'checklist', update: { $set: { checklist } } });
    },

    setDeadlines: (
      actor: Actor,
      code: string,
      { deadlines, source }: { deadlines: OwnDeadlines | null; source: string },
    ) => edit(actor, code, { act: 'deadlines', source, field: 'deadlines', update: { $set: { deadlines } } }),
  };
}

function toCategory({ _id, ...category }: CategoryDocument): Category {
  const { parent, labels, questions, notice, checklist, deadlines, order, active } = category;
  return { code: _id, parent, labels, questions, notice, checklist, deadlines, order, active };
}
