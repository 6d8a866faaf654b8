import { Schema, type Connection } from 'mongoose';
import { modelOn } from '../../database/model.ts';
import type { Language } from '../../language/languages.ts';

/** Persian is what every other language falls back to. */
export type Labels = { fa: string } & Partial<Record<Exclude<Language, 'fa'>, string>>;

export const OWN_QUESTION_KINDS = ['text', 'number', 'choice', 'date'] as const;
export type OwnQuestionKind = (typeof OWN_QUESTION_KINDS)[number];

/** What reports of this category are asked beside what all are asked. */
export interface OwnQuestion {
  /** The answer's name in a draft, for good. */
  key: string;
  kind: OwnQuestionKind;
  text: Labels;
  /** What a card calls the answer. */
  label: Labels;
  /** Of a choice. */
  options: { code: string; labels: Labels }[];
  optional: boolean;
}

export interface ChecklistItem {
  code: string;
  labels: Labels;
}

/** In working days; null is as usual. */
export interface OwnDeadlines {
  firstAnswerDays: number | null;
  nextWordDays: number | null;
}

export interface CategoryDocument {
  /** The code that cases carry: it never changes and is never used again. */
  _id: string;
  /** The category that this is a part of; null: it is one itself. */
  parent: string | null;
  labels: Labels;
  questions: OwnQuestion[];
  /** What members can do by themselves; shown before they go on with the report. */
  notice: Labels | null;
  checklist: ChecklistItem[];
  deadlines: OwnDeadlines | null;
  order: number;
  /** A retired one stays on the cases that have it, and is offered no more. */
  active: boolean;
}

const part = <Entity>(definition: Record<keyof Entity & string, unknown>) =>
  new Schema<Entity>(definition as never, { _id: false });

const labelsSchema = part<Labels>({ fa: { type: String, required: true }, en: String, azb: String, ar: String });

const categorySchema = new Schema<CategoryDocument>(
  {
    _id: { type: String, required: true },
    parent: { type: String, default: null },
    labels: { type: labelsSchema, required: true },
    questions: {
      type: [
        part<OwnQuestion>({
          key: String,
          kind: { type: String, enum: OWN_QUESTION_KINDS },
          text: labelsSchema,
          label: labelsSchema,
          options: { type: [part<{ code: string; labels: Labels }>({ code: String, labels: labelsSchema })] },
          optional: Boolean,
        }),
      ],
      default: [],
    },
    notice: { type: labelsSchema, default: null },
    checklist: { type: [part<ChecklistItem>({ code: String, labels: labelsSchema })], default: [] },
    deadlines: {
      type: part<OwnDeadlines>({
        firstAnswerDays: { type: Number, default: null },
        nextWordDays: { type: Number, default: null },
      }),
      default: null,
    },
    order: { type: Number, required: true },
    active: { type: Boolean, default: true },
  },
  { collection: 'categories' },
);
categorySchema.index({ parent: 1, order: 1 });

export function categoryModel(connection: Connection) {
  return modelOn(connection, 'Category', categorySchema);
}
