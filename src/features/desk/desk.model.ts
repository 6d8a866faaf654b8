import { Schema, type Connection, type Types } from 'mongoose';
import { modelOn } from '../../database/model.ts';

/** A text that officers use again and again; its variables are filled when it is chosen. */
export interface TemplateDocument {
  _id: Types.ObjectId;
  name: string;
  /** The act that it is for. */
  act: string;
  body: string;
}

/** The part of the desk that an officer answers for. */
export interface ScopeDocument {
  _id: Types.ObjectId;
  categories: string[];
  cities: string[];
}

/** The cases that an officer has ticked in a queue. */
export interface SelectionDocument {
  _id: Types.ObjectId;
  cases: Types.ObjectId[];
  at: Date;
}

const KEEP_SELECTION_SECONDS = 24 * 3600;

const templateSchema = new Schema<TemplateDocument>(
  {
    name: { type: String, required: true, maxlength: 40 },
    act: { type: String, required: true },
    body: { type: String, required: true, maxlength: 2000 },
  },
  { collection: 'desk_templates', versionKey: false },
);
templateSchema.index({ name: 1 }, { unique: true });

const scopeSchema = new Schema<ScopeDocument>(
  { _id: Schema.Types.ObjectId, categories: [String], cities: [String] },
  { collection: 'desk_scopes', versionKey: false },
);

const selectionSchema = new Schema<SelectionDocument>(
  {
    _id: Schema.Types.ObjectId,
    cases: [Schema.Types.ObjectId],
    at: { type: Date, index: { expireAfterSeconds: KEEP_SELECTION_SECONDS } },
  },
  { collection: 'desk_selections', versionKey: false },
);

export const templateModel = (connection: Connection) => modelOn(connection, 'DeskTemplate', templateSchema);
export const scopeModel = (connection: Connection) => modelOn(connection, 'DeskScope', scopeSchema);
export const selectionModel = (connection: Connection) => modelOn(connection, 'DeskSelection', selectionSchema);
