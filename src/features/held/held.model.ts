import { Schema, type Connection, type Types } from 'mongoose';
import { modelOn } from '../../database/model.ts';

/** `waiting`: the member has not said yet what becomes of it. */
export const HELD_STATES = ['waiting', 'report', 'added', 'nothing'] as const;
export type HeldState = (typeof HELD_STATES)[number];

type FileKind = 'photo' | 'document' | 'voice' | 'audio' | 'video';

/** What a messenger has and is told to give by its id. */
export interface SentFile {
  kind: FileKind;
  sentAs: FileKind;
  fileId: string;
  uniqueId: string;
  fileName?: string;
  mimeType?: string;
  size?: number;
}

/** A file that is kept; of somebody who has not registered only where the messenger has it, until they have. */
export interface HeldFile {
  storedId: string | null;
  kind: FileKind;
  sent?: SentFile;
}

/** One message; an album has several. */
export interface HeldPart {
  messageId: number;
  /** The update that brought it. */
  source: string;
  /** What it said, the newest last: an edit takes nothing away. */
  texts: { at: Date; text: string; source: string }[];
  /** What came with it, the newest last. */
  files: HeldFile[];
}

export interface HeldDocument {
  _id: Types.ObjectId;
  /** Messenger, chat, and the album or the message. */
  key: string;
  memberId: Types.ObjectId;
  messenger: 'telegram' | 'bale';
  chatId: number;
  parts: HeldPart[];
  state: HeldState;
  /** The form that it became, and the case that it was added to. */
  draftId: string | null;
  obstacleId: Types.ObjectId | null;
  at: Date;
  expiresAt: Date;
}

const part = <Entity>(definition: Record<keyof Entity & string, unknown>) =>
  new Schema<Entity>(definition as never, { _id: false });

const heldSchema = new Schema<HeldDocument>(
  {
    key: { type: String, required: true },
    memberId: { type: Schema.Types.ObjectId, required: true },
    messenger: { type: String, required: true },
    chatId: { type: Number, required: true },
    parts: {
      type: [
        part<HeldPart>({
          messageId: Number,
          source: String,
          texts: { type: [part<HeldPart['texts'][number]>({ at: Date, text: String, source: String })] },
          files: { type: [part<HeldFile>({ storedId: String, kind: String, sent: Schema.Types.Mixed })] },
        }),
      ],
      default: [],
    },
    state: { type: String, enum: HELD_STATES, required: true },
    draftId: { type: String, default: null },
    obstacleId: { type: Schema.Types.ObjectId, default: null },
    at: { type: Date, required: true },
    expiresAt: { type: Date, required: true },
  },
  { collection: 'held' },
);
heldSchema.index({ key: 1 }, { unique: true });
heldSchema.index({ memberId: 1, state: 1, at: 1 });
heldSchema.index({ chatId: 1, 'parts.messageId': 1 });
heldSchema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 });

export function heldModel(connection: Connection) {
  return modelOn(connection, 'Held', heldSchema);
}
