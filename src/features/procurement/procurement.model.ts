import { Schema, type Connection, type Types } from 'mongoose';
import { modelOn } from '../../database/model.ts';

export const EVIDENCE_KINDS = ['photo', 'document', 'voice', 'audio', 'video'] as const;
export type EvidenceKind = (typeof EVIDENCE_KINDS)[number];

/** A body bought outside the province what somebody in it could have supplied. */
export interface ProcurementDocument {
  _id: Types.ObjectId;
  /** The report that made it: sent twice, it makes one. */
  draftId: string;
  /** Stays out of every letter. */
  reporterId: Types.ObjectId;
  buyer: string;
  /** Folded, so that one buyer is one however it was typed. */
  buyerKey: string;
  item: string;
  /** A field of activity, by which suppliers are looked for; `other` says none. */
  field: string;
  amountRials: number;
  /** `YYYY-MM-DD`. */
  boughtOn: string;
  noticeNumber: string | null;
  /** Where the reporter is, and so where suppliers are looked for. */
  provinceCode: string | null;
  evidence: { fileId: string; kind: EvidenceKind; caption: string }[];
  /** Left out of letters: the secretariat found it wrong. */
  dropped: boolean;
  reportedAt: Date;
}

const procurementSchema = new Schema<ProcurementDocument>(
  {
    draftId: { type: String, required: true },
    reporterId: { type: Schema.Types.ObjectId, required: true },
    buyer: { type: String, required: true, maxlength: 120 },
    buyerKey: { type: String, required: true },
    item: { type: String, required: true, maxlength: 200 },
    field: { type: String, required: true },
    amountRials: { type: Number, required: true },
    boughtOn: { type: String, required: true },
    noticeNumber: { type: String, default: null, maxlength: 40 },
    provinceCode: { type: String, default: null },
    evidence: {
      type: [
        new Schema<ProcurementDocument['evidence'][number]>(
          {
            fileId: { type: String, required: true },
            kind: { type: String, enum: EVIDENCE_KINDS, required: true },
            caption: { type: String, default: '' },
          },
          { _id: false },
        ),
      ],
      default: [],
    },
    dropped: { type: Boolean, default: false },
    reportedAt: { type: Date, required: true },
  },
  { collection: 'procurements', versionKey: false },
);
procurementSchema.index({ draftId: 1 }, { unique: true });
procurementSchema.index({ buyerKey: 1, boughtOn: -1 });
procurementSchema.index({ reporterId: 1, reportedAt: -1 });
procurementSchema.index({ 'evidence.fileId': 1 });

export const procurementModel = (connection: Connection) => modelOn(connection, 'Procurement', procurementSchema);
