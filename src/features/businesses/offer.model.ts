import { Schema, type Connection, type Types } from 'mongoose';
import { modelOn } from '../../database/model.ts';
import { BUSINESS_ROLES, type BusinessRole } from './business.model.ts';

/**
 * `invitation`: whoever has the link may take the role · `transfer`: an owner gives the ownership to somebody in the
 * business · `join`: somebody asks the business's people to be taken in
 */
export const OFFER_KINDS = ['invitation', 'transfer', 'join'] as const;
export type OfferKind = (typeof OFFER_KINDS)[number];
/** `accepting` is being carried out; cut off, it is taken up again. From `accepted` on nothing is done any more. */
export const OFFER_STATUSES = ['open', 'accepting', 'accepted', 'declined', 'cancelled'] as const;
export type OfferStatus = (typeof OFFER_STATUSES)[number];

/** What takes two to happen: one side has said yes, the other is asked. */
export interface OfferDocument {
  _id: Types.ObjectId;
  kind: OfferKind;
  businessId: Types.ObjectId;
  /** What the joining side becomes. */
  role: BusinessRole;
  fromId: Types.ObjectId;
  /** With `transfer`: who is asked. */
  toId: Types.ObjectId | null;
  /** With `invitation`: SHA-256 of the link's token; the token itself is kept nowhere. */
  tokenHash: string | null;
  /** With `join`: what the asker registered anew; accepted, it is merged into the business. */
  otherBusinessId: Types.ObjectId | null;
  status: OfferStatus;
  answeredBy: Types.ObjectId | null;
  createdAt: Date;
  expiresAt: Date;
  /** When the database forgets it. */
  forgetAt: Date;
}

const offer = new Schema<OfferDocument>(
  {
    kind: { type: String, enum: OFFER_KINDS, required: true },
    businessId: { type: Schema.Types.ObjectId, required: true },
    role: { type: String, enum: BUSINESS_ROLES, required: true },
    fromId: { type: Schema.Types.ObjectId, required: true },
    toId: { type: Schema.Types.ObjectId, default: null },
    tokenHash: { type: String, default: null },
    otherBusinessId: { type: Schema.Types.ObjectId, default: null },
    status: { type: String, enum: OFFER_STATUSES, default: 'open' },
    answeredBy: { type: Schema.Types.ObjectId, default: null },
    createdAt: { type: Date, required: true },
    expiresAt: { type: Date, required: true },
    forgetAt: { type: Date, required: true },
  },
  { collection: 'offers' },
);
offer.index({ tokenHash: 1 }, { unique: true, partialFilterExpression: { tokenHash: { $type: 'string' } } });
offer.index({ businessId: 1, kind: 1, status: 1 });
// Somebody asks a business once at a time.
offer.index(
  { businessId: 1, fromId: 1 },
  { unique: true, partialFilterExpression: { kind: 'join', status: 'open' }, name: 'one_join' },
);
offer.index({ forgetAt: 1 }, { expireAfterSeconds: 0 });

export function offerModel(connection: Connection) {
  return modelOn(connection, 'Offer', offer);
}
