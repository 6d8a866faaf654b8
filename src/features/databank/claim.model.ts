import { Schema, type Connection, type Types } from 'mongoose';
import { modelOn } from '../../database/model.ts';

/** `accepted` is being worked; cut off, it is taken up again. */
export type ClaimState = 'offered' | 'accepted' | 'done' | 'refused';

/** «Is this you?»: an imported person offered to a member who has proved the same phone. */
export interface ClaimDocument {
  _id: Types.ObjectId;
  importedId: Types.ObjectId;
  memberId: Types.ObjectId;
  /** Proved by this member's own contact. */
  phone: string;
  /** When it was proved; null in claims from before it was kept. */
  provedAt: Date | null;
  state: ClaimState;
  offeredAt: Date;
  answeredAt: Date | null;
}

const claimSchema = new Schema<ClaimDocument>(
  {
    importedId: { type: Schema.Types.ObjectId, required: true },
    memberId: { type: Schema.Types.ObjectId, required: true },
    phone: { type: String, required: true },
    provedAt: { type: Date, default: null },
    state: { type: String, enum: ['offered', 'accepted', 'done', 'refused'], required: true },
    offeredAt: { type: Date, required: true },
    answeredAt: { type: Date, default: null },
  },
  { collection: 'claims', versionKey: false },
);
claimSchema.index({ importedId: 1, memberId: 1 }, { unique: true });
// However many accounts say yes at once, one of them has it.
claimSchema.index(
  { importedId: 1 },
  { unique: true, partialFilterExpression: { state: { $in: ['accepted', 'done'] } }, name: 'one_claimer' },
);
claimSchema.index({ memberId: 1 });
claimSchema.index({ state: 1, answeredAt: -1 });

export function claimModel(connection: Connection) {
  return modelOn(connection, 'Claim', claimSchema);
}
