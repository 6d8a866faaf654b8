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
  /** Reachable again, or with another's past since: what could go nowhere meanwhile has not been taken up yet. */
  returned?: boolean;
  /** The conversations plugin's state of this chat; holds what the person last typed, so it is personal data. */
  conversation: string | null;
}

/** How a person came into the data bank: by talking to the bot, in a list, or through an officer on the phone. */
export const SOURCES = ['chat', 'import', 'assisted'] as const;
export type Source = (typeof SOURCES)[number];

/**
 * A national code, readable only with the key of that id; `hash` is keyed as well, and tells two equal codes. Without it,
 * another member had given the same code first.
 */
export interface NationalCodeDocument {
  cipher: string;
  keyId: string;
  hash?: string;
}

export interface DeletionDocument {
  requestedAt: Date;
  /** Until then it can be undone. */
  dueAt: Date;
  /** The work has begun and can't be undone; it goes on until the document itself is gone. */
  begun: boolean;
  /** They were deleted before, and a restored backup brought them back: what is theirs is known, and looked for no more. */
  again?: boolean;
  /** The chats that the person had, kept for the work only. */
  chats: Pick<AccountDocument, 'messenger' | 'chatId'>[];
}

export interface MemberDocument {
  _id: Types.ObjectId;
  /** Empty for people who were imported or entered by an officer, and for a shell (`mergedInto`). */
  accounts: AccountDocument[];
  /** Which account is written to first; null: the one that was there first. */
  preferredMessenger: AccountDocument['messenger'] | null;
  source: Source;
  membershipNumber: string | null;
  name: string | null;
  /** Folded for search and sorting (language/persian-text.ts). */
  nameKey: string | null;
  /** E.164; proved by the member's own contact where `phoneVerifiedAt` says when. */
  phone: string | null;
  phoneVerifiedAt: Date | null;
  /** When another member proved the same number: from then on it speaks for this one no more, until it is proved anew. */
  phoneLostAt: Date | null;
  provinceCode: string | null;
  cityCode: string | null;
  language: 'fa' | 'en' | 'azb' | 'ar' | null;
  roles: Role[];
  nationalCode: NationalCodeDocument | null;
  /** When a code was last given, for the bound on trying; the newest few. */
  nationalCodeTries: Date[];
  consent: { version: number; at: Date } | null;
  /** The version of the notice that was last shown for agreement. */
  consentAsked: number;
  deletion: DeletionDocument | null;
  /** Set on the emptied document of two that became one. */
  mergedInto: Types.ObjectId | null;
  registeredAt: Date | null;
  createdAt: Date;
}

const accountSchema = new Schema<AccountDocument>(
  {
    messenger: { type: String, enum: ['telegram', 'bale'], required: true },
    userId: { type: Number, required: true },
    chatId: { type: Number, required: true },
    reachable: { type: Boolean, default: true },
    returned: Boolean,
    conversation: { type: String, default: null },
  },
  { _id: false },
);

const nationalCodeSchema = new Schema<NationalCodeDocument>(
  {
    cipher: { type: String, required: true },
    keyId: { type: String, required: true },
    hash: { type: String },
  },
  { _id: false },
);

const deletionSchema = new Schema<DeletionDocument>(
  {
    requestedAt: { type: Date, required: true },
    dueAt: { type: Date, required: true },
    begun: { type: Boolean, default: false },
    again: Boolean,
    chats: { type: [new Schema({ messenger: String, chatId: Number }, { _id: false })], default: [] },
  },
  { _id: false },
);

const memberSchema = new Schema<MemberDocument>(
  {
    accounts: { type: [accountSchema], default: [] },
    preferredMessenger: { type: String, enum: ['telegram', 'bale', null], default: null },
    source: { type: String, enum: SOURCES, default: 'chat' },
    membershipNumber: { type: String, default: null },
    name: { type: String, default: null, maxlength: 100 },
    nameKey: { type: String, default: null },
    phone: { type: String, default: null },
    phoneVerifiedAt: { type: Date, default: null },
    phoneLostAt: { type: Date, default: null },
    provinceCode: { type: String, default: null },
    cityCode: { type: String, default: null },
    language: { type: String, enum: ['fa', 'en', 'azb', 'ar', null], default: null },
    roles: { type: [{ type: String, enum: ROLES }], default: [] },
    nationalCode: { type: nationalCodeSchema, default: null },
    nationalCodeTries: { type: [Date], default: [] },
    consentAsked: { type: Number, default: 0 },
    deletion: { type: deletionSchema, default: null },
    mergedInto: { type: Schema.Types.ObjectId, default: null },
    consent: { type: new Schema({ version: Number, at: Date }, { _id: false }), default: null },
    registeredAt: { type: Date, default: null },
    createdAt: { type: Date, required: true },
  },
  { collection: 'members' },
);
memberSchema.index(
  { 'accounts.messenger': 1, 'accounts.userId': 1 },
  { unique: true, partialFilterExpression: { 'accounts.userId': { $exists: true } } },
);
// Whom a messenger says to be out of reach, by the chat.
memberSchema.index({ 'accounts.chatId': 1 });
memberSchema.index({ roles: 1, _id: 1 });
// Audiences of news (member-pages.service.ts), page by page in order of their ids.
memberSchema.index({ cityCode: 1, _id: 1 });
memberSchema.index({ provinceCode: 1, _id: 1 });
memberSchema.index({ phone: 1 }, { partialFilterExpression: { phone: { $type: 'string' } } });
memberSchema.index(
  { 'nationalCode.hash': 1 },
  { unique: true, partialFilterExpression: { 'nationalCode.hash': { $type: 'string' } }, name: 'one_national_code' },
);
memberSchema.index(
  { membershipNumber: 1 },
  { unique: true, partialFilterExpression: { membershipNumber: { $type: 'string' } } },
);
memberSchema.index({ 'deletion.dueAt': 1 }, { partialFilterExpression: { 'deletion.dueAt': { $type: 'date' } } });
memberSchema.index({ mergedInto: 1 }, { partialFilterExpression: { mergedInto: { $type: 'objectId' } } });
memberSchema.index({ registeredAt: 1, _id: 1 });
// How many live in each city.
memberSchema.index({ registeredAt: 1, cityCode: 1 });

export function memberModel(connection: Connection) {
  return modelOn(connection, 'Member', memberSchema);
}
