import { Schema, type Connection, type Types } from 'mongoose';
import type { Expiry } from '../../database/indexes.ts';
import { modelOn } from '../../database/model.ts';

/** One act of somebody with authority. Appended, never edited; only the values of a deleted person are taken out. */
export interface AuditDocument {
  _id: Types.ObjectId;
  at: Date;
  /** Null: the system itself, a job for instance. */
  actorId: Types.ObjectId | null;
  act: string;
  subject: { kind: string; id: string };
  /** JSON, so that nothing in it can be taken for an operator or a path. */
  before: string;
  after: string;
  /** The update or draft that asked for it: worked again, it is recorded once. */
  source: string | null;
}

const auditSchema = new Schema<AuditDocument>(
  {
    at: { type: Date, required: true },
    actorId: { type: Schema.Types.ObjectId, default: null },
    act: { type: String, required: true },
    subject: {
      type: new Schema(
        { kind: { type: String, required: true }, id: { type: String, required: true } },
        { _id: false },
      ),
      required: true,
    },
    before: { type: String, required: true },
    after: { type: String, required: true },
    source: { type: String, default: null },
  },
  { collection: 'audit', versionKey: false },
);
// In the order of the log's pages, so that none is sorted anew.
auditSchema.index({ 'subject.kind': 1, 'subject.id': 1, at: -1, _id: -1 });
auditSchema.index({ at: -1, _id: -1 });
auditSchema.index({ actorId: 1, at: -1, _id: -1 });
auditSchema.index(
  { source: 1, act: 1, 'subject.id': 1 },
  { unique: true, partialFilterExpression: { source: { $type: 'string' } }, name: 'once_by_source' },
);

/** How long acts stay in the log; for good unless a setting says otherwise. */
export const auditExpiry = (seconds: number | null): Expiry => ({ collection: 'audit', field: 'at', seconds });

export function auditModel(connection: Connection) {
  return modelOn(connection, 'Audit', auditSchema);
}
