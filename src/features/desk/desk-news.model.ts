import { Schema, type Connection, type Types } from 'mongoose';
import { modelOn } from '../../database/model.ts';

/** What members do that the desk has to know of. */
export const NEWS = ['report', 'registration', 'answer', 'reopened', 'withdrawn', 'addition'] as const;
export type News = (typeof NEWS)[number];

/** One act of a member, for one of the secretariat. */
export interface DeskNewsDocument {
  /** The hearer and what brought it: told to one person once. */
  _id: string;
  hearerId: Types.ObjectId;
  /** When it is told; what has the same slot goes in one message. */
  slot: Date;
  what: News;
  /** The case, or of a registration the business. */
  subjectId: Types.ObjectId;
  at: Date;
}

/** A message that has waited longer for its messenger says nothing any more. */
const KEPT_SECONDS = 30 * 86_400;

const deskNewsSchema = new Schema<DeskNewsDocument>(
  {
    _id: String,
    hearerId: Schema.Types.ObjectId,
    slot: Date,
    what: { type: String, enum: NEWS },
    subjectId: Schema.Types.ObjectId,
    at: { type: Date, index: { expireAfterSeconds: KEPT_SECONDS } },
  },
  { collection: 'desk_news', versionKey: false },
);
deskNewsSchema.index({ hearerId: 1, slot: 1, at: 1 });

export const deskNewsModel = (connection: Connection) => modelOn(connection, 'DeskNews', deskNewsSchema);
