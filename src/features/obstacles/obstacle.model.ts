import { Schema, type Connection, type Types } from 'mongoose';
import { STATUSES, type Party, type Status } from './obstacle-status.ts';

export interface EvidenceDocument {
  fileId: string;
  kind: 'photo' | 'document' | 'voice' | 'audio' | 'video';
  caption: string;
}

/** One change of a case. Appended, never edited. */
export interface ChangeDocument {
  at: Date;
  party: Party;
  actorId: Types.ObjectId | null;
  from: Status | null;
  to: Status;
  /** What the reporter reads. */
  reason: string;
  /** The update that asked for it: worked again, it changes nothing. */
  source: string;
}

export interface ObstacleDocument {
  _id: Types.ObjectId;
  draftId: string;
  /** The tracking code, digits with a check digit. */
  code: string;
  reporterId: Types.ObjectId;
  businessId: Types.ObjectId | null;
  category: string;
  title: string;
  titleKey: string;
  description: string;
  evidence: EvidenceDocument[];
  status: Status;
  assigneeId: Types.ObjectId | null;
  history: ChangeDocument[];
  /** By when the secretariat has promised its first answer. */
  firstAnswerDue: Date;
  reportedAt: Date;
  updatedAt: Date;
}

const obstacleSchema = new Schema<ObstacleDocument>(
  {
    draftId: { type: String, required: true },
    code: { type: String, required: true },
    reporterId: { type: Schema.Types.ObjectId, required: true },
    businessId: { type: Schema.Types.ObjectId, default: null },
    category: { type: String, required: true },
    title: { type: String, required: true, maxlength: 120 },
    titleKey: { type: String, required: true },
    description: { type: String, required: true, maxlength: 3000 },
    evidence: {
      type: [new Schema<EvidenceDocument>({ fileId: String, kind: String, caption: String }, { _id: false })],
      default: [],
    },
    status: { type: String, enum: STATUSES, required: true },
    assigneeId: { type: Schema.Types.ObjectId, default: null },
    history: {
      type: [
        new Schema<ChangeDocument>(
          {
            at: Date,
            party: String,
            actorId: Schema.Types.ObjectId,
            from: String,
            to: String,
            reason: String,
            source: String,
          },
          { _id: false },
        ),
      ],
      required: true,
    },
    firstAnswerDue: { type: Date, required: true },
    reportedAt: { type: Date, required: true },
    updatedAt: { type: Date, required: true },
  },
  { collection: 'obstacles' },
);
obstacleSchema.index({ draftId: 1 }, { unique: true });
obstacleSchema.index({ code: 1 }, { unique: true });
obstacleSchema.index({ reporterId: 1, reportedAt: -1 });
obstacleSchema.index({ status: 1, reportedAt: 1 });
obstacleSchema.index({ assigneeId: 1, status: 1, reportedAt: 1 });

export function obstacleModel(connection: Connection) {
  return connection.model('Obstacle', obstacleSchema);
}
