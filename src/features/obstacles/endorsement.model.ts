import { Schema, type Connection, type Types } from 'mongoose';
import { modelOn } from '../../database/model.ts';
import type { Cost, EvidenceDocument } from './obstacle.model.ts';

/** «Me too»: one member has the problem of a case as well. */
export interface EndorsementDocument {
  _id: Types.ObjectId;
  obstacleId: Types.ObjectId;
  memberId: Types.ObjectId;
  cost: Cost;
  /** For the secretariat only, as the files are. */
  comment: string;
  evidence: EvidenceDocument[];
  /** The updates and drafts that it was made of: worked again, they add nothing. */
  sources: string[];
  at: Date;
}

/** Who hears what becomes of a case. Off is kept: it outlives the notices that were queued before. */
export interface FollowingDocument {
  _id: Types.ObjectId;
  obstacleId: Types.ObjectId;
  memberId: Types.ObjectId;
  on: boolean;
}

const costSchema = new Schema<Cost>(
  {
    days: { type: Number, default: null },
    rials: { type: Number, default: null },
    people: { type: Number, default: null },
  },
  { _id: false },
);
const evidenceSchema = new Schema<EvidenceDocument>({ fileId: String, kind: String, caption: String }, { _id: false });

const endorsementSchema = new Schema<EndorsementDocument>(
  {
    obstacleId: { type: Schema.Types.ObjectId, required: true },
    memberId: { type: Schema.Types.ObjectId, required: true },
    cost: { type: costSchema, required: true },
    comment: { type: String, default: '' },
    evidence: { type: [evidenceSchema], default: [] },
    sources: { type: [String], default: [] },
    at: { type: Date, required: true },
  },
  { collection: 'endorsements' },
);
endorsementSchema.index({ obstacleId: 1, memberId: 1 }, { unique: true });
endorsementSchema.index({ memberId: 1 });
endorsementSchema.index({ 'evidence.fileId': 1 });

const followingSchema = new Schema<FollowingDocument>(
  {
    obstacleId: { type: Schema.Types.ObjectId, required: true },
    memberId: { type: Schema.Types.ObjectId, required: true },
    on: { type: Boolean, required: true },
  },
  { collection: 'followings' },
);
followingSchema.index({ obstacleId: 1, memberId: 1 }, { unique: true });
followingSchema.index({ memberId: 1 });

export const endorsementModel = (connection: Connection) => modelOn(connection, 'Endorsement', endorsementSchema);
export const followingModel = (connection: Connection) => modelOn(connection, 'Following', followingSchema);
