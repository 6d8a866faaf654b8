import { Schema, type Connection, type Types } from 'mongoose';
import { modelOn } from '../../database/model.ts';

/** What a person is to a business, the strongest first. */
export const BUSINESS_ROLES = ['owner', 'manager', 'employee'] as const;
export type BusinessRole = (typeof BUSINESS_ROLES)[number];

/** `merged`: it was the same as another one, which `mergedInto` names. */
export const BUSINESS_STATUSES = ['waiting', 'approved', 'correction', 'refused', 'merged'] as const;
export type BusinessStatus = (typeof BUSINESS_STATUSES)[number];

/** The indexes of the directory, by what is searched. */
export const DIRECTORY_INDEXES = {
  words: 'directory_words',
  fields: 'directory_fields',
  places: 'directory_places',
  kinds: 'directory_kinds',
} as const;

export interface HeldDocument {
  kind: string;
  number: string | null;
  issuer: string | null;
  /** A day as ISO text, never somebody's midnight. */
  expiresOn: string | null;
}

export interface PersonInBusiness {
  memberId: Types.ObjectId;
  role: BusinessRole;
  since: Date;
}

export interface ReviewDocument {
  by: Types.ObjectId;
  at: Date;
  reason: string;
  /** With `correction`: what the member is asked to put right, by question key. */
  fields: string[];
  /** The update or draft that decided: worked again, it decides once. */
  source: string;
}

export interface BusinessDocument {
  _id: Types.ObjectId;
  /** The registration that made it: sent twice, it makes one business. */
  draftId: string;
  people: PersonInBusiness[];
  name: string;
  nameKey: string;
  kind: string;
  fields: string[];
  provinceCode: string;
  cityCode: string;
  workplace: string | null;
  headcount: number | null;
  /** Jalali year. */
  since: number | null;
  /** Empty says «none», which is a full answer. */
  documents: HeldDocument[];
  /** شناسهٔ ملی, 11 digits. */
  companyId: string | null;
  website: string | null;
  description: string | null;
  /** Whether its people want it in the directory. */
  listed: boolean;
  status: BusinessStatus;
  /** The last decision of the secretariat. */
  review: ReviewDocument | null;
  /** Counts changes of what the secretariat approves: a decision on an older version decides nothing. */
  version: number;
  mergedInto: Types.ObjectId | null;
  /** Folded words of the name, for the directory and for duplicates. */
  terms: string[];
  registeredAt: Date;
}

const business = new Schema<BusinessDocument>(
  {
    draftId: { type: String, required: true },
    people: {
      type: [
        new Schema<PersonInBusiness>(
          {
            memberId: { type: Schema.Types.ObjectId, required: true },
            role: { type: String, enum: BUSINESS_ROLES, required: true },
            since: { type: Date, required: true },
          },
          { _id: false },
        ),
      ],
      default: [],
    },
    name: { type: String, required: true, maxlength: 120 },
    nameKey: { type: String, required: true },
    kind: { type: String, required: true },
    fields: { type: [String], required: true },
    provinceCode: { type: String, required: true },
    cityCode: { type: String, required: true },
    workplace: { type: String, default: null },
    headcount: { type: Number, default: null },
    since: { type: Number, default: null },
    documents: {
      type: [
        new Schema<HeldDocument>(
          {
            kind: { type: String, required: true },
            number: { type: String, default: null },
            issuer: { type: String, default: null },
            expiresOn: { type: String, default: null },
          },
          { _id: false },
        ),
      ],
      default: [],
    },
    companyId: { type: String, default: null },
    website: { type: String, default: null },
    description: { type: String, default: null, maxlength: 1000 },
    listed: { type: Boolean, default: false },
    status: { type: String, enum: BUSINESS_STATUSES, default: 'waiting' },
    review: {
      type: new Schema<ReviewDocument>(
        {
          by: { type: Schema.Types.ObjectId, required: true },
          at: { type: Date, required: true },
          reason: { type: String, default: '' },
          fields: { type: [String], default: [] },
          source: { type: String, required: true },
        },
        { _id: false },
      ),
      default: null,
    },
    version: { type: Number, default: 1 },
    mergedInto: { type: Schema.Types.ObjectId, default: null },
    terms: { type: [String], default: [] },
    registeredAt: { type: Date, required: true },
  },
  { collection: 'businesses' },
);
business.index({ draftId: 1 }, { unique: true });
business.index({ 'people.memberId': 1, registeredAt: 1 });
// The desk's queue, oldest first.
business.index({ status: 1, registeredAt: 1 });
// Duplicates.
business.index({ nameKey: 1, cityCode: 1 });
business.index({ companyId: 1 }, { partialFilterExpression: { companyId: { $type: 'string' } } });

// The directory (directory.service.ts says which one it goes by). Only what may be shown is in them. Each has one list
// in it: Mongo can't index two. The name comes last so that pages keep their order.
const shown = { partialFilterExpression: { listed: true, status: 'approved' } } as const;
business.index(
  { terms: 1, provinceCode: 1, cityCode: 1, kind: 1, nameKey: 1 },
  { ...shown, name: DIRECTORY_INDEXES.words },
);
business.index(
  { fields: 1, provinceCode: 1, cityCode: 1, kind: 1, nameKey: 1 },
  { ...shown, name: DIRECTORY_INDEXES.fields },
);
business.index({ provinceCode: 1, cityCode: 1, kind: 1, nameKey: 1 }, { ...shown, name: DIRECTORY_INDEXES.places });
business.index({ kind: 1, nameKey: 1 }, { ...shown, name: DIRECTORY_INDEXES.kinds });

export function businessModel(connection: Connection) {
  return modelOn(connection, 'Business', business);
}
