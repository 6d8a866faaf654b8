import { Schema, type Connection, type Types } from 'mongoose';
import { modelOn } from '../../database/model.ts';

/** A named audience that is used again and again. */
export interface SegmentDocument {
  _id: Types.ObjectId;
  name: string;
  /** Folded, so that one name is given once. */
  nameKey: string;
  /** JSON, so that nothing in it can be taken for an operator or a path. */
  audience: string;
  by: Types.ObjectId;
  updatedAt: Date;
}

const segmentSchema = new Schema<SegmentDocument>(
  {
    name: { type: String, required: true, maxlength: 40 },
    nameKey: { type: String, required: true },
    audience: { type: String, required: true },
    by: { type: Schema.Types.ObjectId, required: true },
    updatedAt: { type: Date, required: true },
  },
  { collection: 'segments', versionKey: false },
);
segmentSchema.index({ nameKey: 1 }, { unique: true });

export const segmentModel = (connection: Connection) => modelOn(connection, 'Segment', segmentSchema);

/**
 * draft -> awaiting (where a second person approves) -> scheduled -> started -> over. A refused one is a draft again; one
 * that was called off before it began is cancelled.
 */
export const SENDING_STATES = ['draft', 'awaiting', 'scheduled', 'started', 'over', 'cancelled'] as const;
export type SendingState = (typeof SENDING_STATES)[number];

/** A sending, or bringing what was sent up to date: the second person's yes is asked for in the same way. */
export const DOINGS = ['send', 'edit'] as const;
export type Doing = (typeof DOINGS)[number];

export interface SendingDocument {
  _id: Types.ObjectId;
  newsId: string;
  doing: Doing;
  state: SendingState;
  /** From being asked for on until it is over or called off: an item has one open sending at a time. */
  open: boolean;
  /** A scheduled one that waits although its time may come. */
  held: boolean;
  audience: string;
  /** The name of the saved segment that it was taken from. */
  segment: string | null;
  /** When it begins; null: as soon as it may. */
  at: Date | null;
  by: Types.ObjectId;
  /** The item's as it was asked for: what is approved is what is sent. */
  revision: number | null;
  /** Whether the item was urgent when it was asked for or approved. */
  urgent: boolean | null;
  decidedBy: Types.ObjectId | null;
  /** Why it was refused, or did not begin. */
  reason: string;
  campaignId: string | null;
  updatedAt: Date;
}

const sendingSchema = new Schema<SendingDocument>(
  {
    newsId: { type: String, required: true },
    doing: { type: String, enum: DOINGS, default: 'send' },
    state: { type: String, enum: SENDING_STATES, required: true },
    open: { type: Boolean, default: false },
    held: { type: Boolean, default: false },
    audience: { type: String, required: true },
    segment: { type: String, default: null },
    at: { type: Date, default: null },
    by: { type: Schema.Types.ObjectId, required: true },
    revision: { type: Number, default: null },
    urgent: { type: Boolean, default: null },
    decidedBy: { type: Schema.Types.ObjectId, default: null },
    reason: { type: String, default: '', maxlength: 500 },
    campaignId: { type: String, default: null },
    updatedAt: { type: Date, required: true },
  },
  { collection: 'sendings', versionKey: false },
);
sendingSchema.index({ newsId: 1 }, { unique: true, partialFilterExpression: { open: true }, name: 'one_open_sending' });
sendingSchema.index({ newsId: 1, state: 1, by: 1 });
sendingSchema.index({ state: 1, at: 1 });

export const sendingModel = (connection: Connection) => modelOn(connection, 'Sending', sendingSchema);

export type SendingModel = ReturnType<typeof sendingModel>;

export interface SendingRuleDocument {
  _id: 'rule';
  /** A second person approves before anything is sent. */
  approval: boolean;
}

const ruleSchema = new Schema<SendingRuleDocument>(
  { _id: String, approval: { type: Boolean, required: true } },
  { collection: 'sendingRules', versionKey: false },
);

export const sendingRuleModel = (connection: Connection) => modelOn(connection, 'SendingRule', ruleSchema);
