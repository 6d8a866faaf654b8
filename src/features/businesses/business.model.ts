import { Schema, type Connection, type Types } from 'mongoose';

export interface BusinessDocument {
  _id: Types.ObjectId;
  /** The registration that made it: sent twice, it makes one business. */
  draftId: string;
  ownerId: Types.ObjectId;
  name: string;
  nameKey: string;
  kind: string;
  fields: string[];
  provinceCode: string;
  cityCode: string;
  /** Codes of the documents held; empty says «none», which is a full answer. */
  documents: string[];
  registeredAt: Date;
}

const businessSchema = new Schema<BusinessDocument>(
  {
    draftId: { type: String, required: true },
    ownerId: { type: Schema.Types.ObjectId, required: true },
    name: { type: String, required: true, maxlength: 120 },
    nameKey: { type: String, required: true },
    kind: { type: String, required: true },
    fields: { type: [String], required: true },
    provinceCode: { type: String, required: true },
    cityCode: { type: String, required: true },
    documents: { type: [String], default: [] },
    registeredAt: { type: Date, required: true },
  },
  { collection: 'businesses' },
);
businessSchema.index({ draftId: 1 }, { unique: true });
businessSchema.index({ ownerId: 1, registeredAt: 1 });

export function businessModel(connection: Connection) {
  return connection.model('Business', businessSchema);
}
