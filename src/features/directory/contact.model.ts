import { Schema, type Connection, type Types } from 'mongoose';
import { modelOn } from '../../database/model.ts';

export const SIDES = ['asker', 'business'] as const;
export type Side = (typeof SIDES)[number];

/** A conversation of one person with one business, through the bot. */
export interface ThreadDocument {
  _id: Types.ObjectId;
  businessId: Types.ObjectId;
  askerId: Types.ObjectId;
  /** Who wants no further message from the other. */
  blockedBy: Side[];
  createdAt: Date;
}

export interface ContactMessageDocument {
  /** The draft that it was written in: sent twice, it is one message. */
  _id: string;
  threadId: Types.ObjectId;
  from: Side;
  authorId: Types.ObjectId;
  text: string;
  at: Date;
  expiresAt: Date;
}

const threadSchema = new Schema<ThreadDocument>(
  {
    businessId: { type: Schema.Types.ObjectId, required: true },
    askerId: { type: Schema.Types.ObjectId, required: true },
    blockedBy: { type: [{ type: String, enum: SIDES }], default: [] },
    createdAt: { type: Date, required: true },
  },
  { collection: 'contactThreads', versionKey: false },
);
threadSchema.index({ askerId: 1, businessId: 1 }, { unique: true });
threadSchema.index({ askerId: 1, createdAt: 1 });

const messageSchema = new Schema<ContactMessageDocument>(
  {
    _id: String,
    threadId: { type: Schema.Types.ObjectId, required: true },
    from: { type: String, enum: SIDES, required: true },
    authorId: { type: Schema.Types.ObjectId, required: true },
    text: { type: String, required: true },
    at: { type: Date, required: true },
    expiresAt: { type: Date, required: true },
  },
  { collection: 'contactMessages', versionKey: false },
);
messageSchema.index({ authorId: 1, at: 1 });
messageSchema.index({ threadId: 1 });
messageSchema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 });

export function threadModel(connection: Connection) {
  return modelOn(connection, 'ContactThread', threadSchema);
}

export function contactMessageModel(connection: Connection) {
  return modelOn(connection, 'ContactMessage', messageSchema);
}
