import { Schema, type Connection, type Types } from 'mongoose';
import { modelOn } from '../../database/model.ts';

/** `superseded`: a newer letter took its place. */
export const RECOGNITION_STATES = ['valid', 'revoked', 'superseded'] as const;
export type RecognitionState = (typeof RECOGNITION_STATES)[number];

/** What a letter says, as it was approved on the day of issue. */
export interface RecognisedFacts {
  name: string;
  kind: string;
  fields: string[];
  provinceCode: string;
  cityCode: string;
  /** Jalali year. */
  since: number | null;
  registeredAt: Date;
}

export interface RecognitionDocument {
  _id: Types.ObjectId;
  code: string;
  businessId: Types.ObjectId;
  /** Who asked for it. */
  memberId: Types.ObjectId;
  facts: RecognisedFacts;
  state: RecognitionState;
  issuedAt: Date;
  expiresAt: Date;
  /** How it lost its validity before its time. */
  ended: { at: Date; by: Types.ObjectId; reason: string; byCouncil: boolean } | null;
  /** The update that asked for it: worked again, it issues nothing. */
  source: string;
}

const recognitionSchema = new Schema<RecognitionDocument>(
  {
    code: { type: String, required: true },
    businessId: { type: Schema.Types.ObjectId, required: true },
    memberId: { type: Schema.Types.ObjectId, required: true },
    facts: {
      type: new Schema<RecognisedFacts>(
        {
          name: { type: String, required: true },
          kind: { type: String, required: true },
          fields: { type: [String], default: [] },
          provinceCode: { type: String, required: true },
          cityCode: { type: String, required: true },
          since: { type: Number, default: null },
          registeredAt: { type: Date, required: true },
        },
        { _id: false },
      ),
      required: true,
    },
    state: { type: String, enum: RECOGNITION_STATES, required: true },
    issuedAt: { type: Date, required: true },
    expiresAt: { type: Date, required: true },
    ended: {
      type: new Schema<NonNullable<RecognitionDocument['ended']>>(
        {
          at: { type: Date, required: true },
          by: { type: Schema.Types.ObjectId, required: true },
          reason: { type: String, default: '', maxlength: 500 },
          byCouncil: { type: Boolean, required: true },
        },
        { _id: false },
      ),
      default: null,
    },
    source: { type: String, required: true },
  },
  { collection: 'recognitions', versionKey: false },
);
recognitionSchema.index({ code: 1 }, { unique: true });
recognitionSchema.index({ source: 1 }, { unique: true });
// One letter of a business is valid at a time.
recognitionSchema.index(
  { businessId: 1 },
  { unique: true, partialFilterExpression: { state: 'valid' }, name: 'one_valid' },
);
recognitionSchema.index({ businessId: 1, issuedAt: -1 });
recognitionSchema.index({ memberId: 1 });
recognitionSchema.index({ state: 1, issuedAt: -1 });

export const recognitionModel = (connection: Connection) => modelOn(connection, 'Recognition', recognitionSchema);
