import { Schema, type Connection, type Types } from 'mongoose';
import { modelOn } from '../../database/model.ts';
import type { Answers, FileAnswer } from './dialogue.ts';

export const DRAFT_STATUSES = ['open', 'waiting', 'sent', 'discarded'] as const;
export type DraftStatus = (typeof DRAFT_STATUSES)[number];

/** A question and where it was asked or answered. */
export interface Place {
  key: string;
  messenger: 'telegram' | 'bale';
  /** The bot's message that asked, or the member's that answered. */
  messageId: number;
}

export interface DraftDocument {
  _id: Types.ObjectId;
  memberId: Types.ObjectId;
  dialogue: string;
  /** What it is about, where there may be several of one dialogue: the id of a case that is answered. */
  subject: string;
  status: DraftStatus;
  answers: Answers;
  /** The question somebody went back to or edits; null: the first without an answer. */
  at: string | null;
  /** The open question's unfinished business: the page shown, what was typed to search, what is ticked so far. */
  page: number;
  search: string;
  ticked: string[];
  files: FileAnswer[];
  /** The messages of a long text so far. */
  pieces: string[];
  /** What was typed and read, but looks odd: the member is asked whether it is right. */
  doubt: string;
  /** The album whose files come one by one; with `!` at its end, one of them was refused and that was said. */
  album: string;
  /** What the member sees: an answer counts only for a question that was asked, in the chat where it was. */
  asked: Place | null;
  /** The last answer that was typed: editing that message changes it. */
  lastTyped: Place | null;
  /** The last update worked into this draft: worked again, it changes nothing. */
  lastUpdate: string;
  /** The last change's own, by which whoever asked for it knows it again. */
  mark?: Types.ObjectId;
  /** When the database forgets it; moved on by every change. */
  expiresAt: Date;
  updatedAt: Date;
}

const placeSchema = new Schema<Place>(
  {
    key: { type: String, required: true },
    messenger: { type: String, required: true },
    messageId: { type: Number, required: true },
  },
  { _id: false },
);

const draftSchema = new Schema<DraftDocument>(
  {
    memberId: { type: Schema.Types.ObjectId, required: true },
    dialogue: { type: String, required: true },
    subject: { type: String, default: '' },
    status: { type: String, enum: DRAFT_STATUSES, required: true },
    answers: { type: Schema.Types.Mixed, default: {} },
    at: { type: String, default: null },
    page: { type: Number, default: 0 },
    search: { type: String, default: '' },
    ticked: { type: [String], default: [] },
    files: { type: [Schema.Types.Mixed], default: [] } as never,
    pieces: { type: [String], default: [] },
    doubt: { type: String, default: '' },
    album: { type: String, default: '' },
    asked: { type: placeSchema, default: null },
    lastTyped: { type: placeSchema, default: null },
    lastUpdate: { type: String, default: '' },
    mark: { type: Schema.Types.ObjectId },
    expiresAt: { type: Date, required: true },
    updatedAt: { type: Date, required: true },
  },
  { minimize: false, collection: 'drafts' },
);
// One dialogue is filled at a time, whatever the messenger; others wait.
draftSchema.index({ memberId: 1 }, { unique: true, partialFilterExpression: { status: 'open' }, name: 'one_open' });
draftSchema.index({ memberId: 1, status: 1, updatedAt: -1 });
// How many forms there are, counted in the index alone.
draftSchema.index(
  { dialogue: 1, status: 1 },
  { partialFilterExpression: { status: { $in: ['open', 'waiting'] } }, name: 'unfinished_by_dialogue' },
);
draftSchema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 });

export function draftModel(connection: Connection) {
  return modelOn(connection, 'Draft', draftSchema);
}
