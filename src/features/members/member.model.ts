import { Schema, type Connection, type Types } from 'mongoose';
import { modelOn } from '../../database/model.ts';

export const ROLES = ['officer', 'head', 'council', 'admin'] as const;
export type Role = (typeof ROLES)[number];

export interface AccountDocument {
  messenger: 'telegram' | 'bale';
  userId: number;
  chatId: number;
  /** False after the messenger said so; true again when the person writes. */
  reachable: boolean;
  /** The conversations plugin's state of this chat; holds what the person last typed, so it is personal data. */
  conversation: string | null;
}

export interface MemberDocument {
  _id: Types.ObjectId;
  accounts: AccountDocument[];
  name: string | null;
  /** Folded for search and sorting (language/persian-text.ts). */
  nameKey: string | null;
  /** E.164, proved by the member's own contact. */
  phone: string | null;
  phoneVerifiedAt: Date | null;
  provinceCode: string | null;
  cityCode: string | null;
  language: 'fa' | 'en' | 'azb' | 'ar' | null;
  roles: Role[];
  membershipNumber: string | null;
  consent: { version: number; at: Date } | null;
  registeredAt: Date | null;
  createdAt: Date;
}

const accountSchema = new Schema<AccountDocument>(
  {
    messenger: { type: String, enum: ['telegram', 'bale'], required: true },
    userId: { type: Number, required: true },
    chatId: { type: Number, required: true },
    reachable: { type: Boolean, default: true },
    conversation: { type: String, default: null },
  },
  { _id: false },
);

const memberSchema = new Schema<MemberDocument>(
  {
    accounts: { type: [accountSchema], default: [] },
    membershipNumber: { type: String, default: null },
    name: { type: String, default: null, maxlength: 100 },
    nameKey: { type: String, default: null },
    phone: { type: String, default: null },
    phoneVerifiedAt: { type: Date, default: null },
    provinceCode: { type: String, default: null },
    cityCode: { type: String, default: null },
    language: { type: String, enum: ['fa', 'en', 'azb', 'ar', null], default: null },
    roles: { type: [{ type: String, enum: ROLES }], default: [] },
    consent: { type: new Schema({ version: Number, at: Date }, { _id: false }), default: null },
    registeredAt: { type: Date, default: null },
  },
  { timestamps: { createdAt: true, updatedAt: false }, collection: 'members' },
);
memberSchema.index(
  { 'accounts.messenger': 1, 'accounts.userId': 1 },
  { unique: true, partialFilterExpression: { 'accounts.userId': { $exists: true } } },
);
memberSchema.index({ roles: 1 });
memberSchema.index({ phone: 1 }, { partialFilterExpression: { phone: { $type: 'string' } } });
memberSchema.index(
  { membershipNumber: 1 },
  { unique: true, partialFilterExpression: { membershipNumber: { $type: 'string' } } },
);
memberSchema.index({ registeredAt: 1, _id: 1 });

export function memberModel(connection: Connection) {
  return modelOn(connection, 'Member', memberSchema);
}
