import { Schema, type Connection, type Types } from 'mongoose';
import { modelOn } from '../../database/model.ts';

/** The staff group of a messenger. Nothing is kept in it: another one can take its place at any time. */
export interface StaffGroupDocument {
  /** The messenger: it has one group at most. */
  _id: string;
  chatId: number;
  /** Since when the bot can show nothing there; null while it can. Coming back takes it away. */
  lostAt: Date | null;
}

/** Where a case is shown in a group. */
export interface GroupCardDocument {
  _id: Types.ObjectId;
  messenger: string;
  obstacleId: Types.ObjectId;
  chatId: number;
  /** Null while it is being sent, or after that has failed. */
  messageId: number | null;
  /** Not drawn since the case has changed. */
  stale: boolean;
}

/** A file that an officer sent under a card. */
export interface ReplyFile {
  storedId: string;
  kind: 'photo' | 'document' | 'voice' | 'audio' | 'video';
}

/** What an officer has written under a card, until it is sent or called off. */
export interface GroupReplyDocument {
  _id: Types.ObjectId;
  /** The update that brought it. */
  source: string;
  obstacleId: Types.ObjectId;
  officerId: Types.ObjectId;
  text: string;
  file: ReplyFile | null;
  at: Date;
}

const KEEP_REPLY_SECONDS = 7 * 86_400;

const groupSchema = new Schema<StaffGroupDocument>(
  { _id: String, chatId: { type: Number, required: true }, lostAt: { type: Date, default: null } },
  { collection: 'staff_groups', versionKey: false },
);
const cardSchema = new Schema<GroupCardDocument>(
  {
    messenger: { type: String, required: true },
    obstacleId: { type: Schema.Types.ObjectId, required: true },
    chatId: { type: Number, required: true },
    messageId: { type: Number, default: null },
    stale: { type: Boolean, required: true },
  },
  { collection: 'group_cards', versionKey: false },
);
cardSchema.index({ obstacleId: 1, messenger: 1 }, { unique: true });
cardSchema.index({ messenger: 1, chatId: 1, messageId: 1 });
cardSchema.index({ stale: 1 }, { partialFilterExpression: { stale: true } });
const replyFileSchema = new Schema<ReplyFile>({ storedId: String, kind: String }, { _id: false });
const replySchema = new Schema<GroupReplyDocument>(
  {
    source: { type: String, required: true },
    obstacleId: Schema.Types.ObjectId,
    officerId: Schema.Types.ObjectId,
    text: String,
    file: { type: replyFileSchema, default: null },
    at: { type: Date, index: { expireAfterSeconds: KEEP_REPLY_SECONDS } },
  },
  { collection: 'group_replies', versionKey: false },
);
replySchema.index({ source: 1 }, { unique: true });
replySchema.index({ 'file.storedId': 1 }, { partialFilterExpression: { 'file.storedId': { $type: 'string' } } });

export const staffGroupModel = (connection: Connection) => modelOn(connection, 'StaffGroup', groupSchema);
export const groupCardModel = (connection: Connection) => modelOn(connection, 'GroupCard', cardSchema);
export const groupReplyModel = (connection: Connection) => modelOn(connection, 'GroupReply', replySchema);
