import { Schema, type Connection, type Types } from 'mongoose';
import { modelOn } from '../../database/model.ts';

/** What a person searches the directory for now; a button can't carry words. */
export interface SearchDocument {
  /** The member's. */
  _id: Types.ObjectId;
  words: string;
  field: string | null;
  provinceCode: string | null;
  cityCode: string | null;
  kind: string | null;
  expiresAt: Date;
}

const searchSchema = new Schema<SearchDocument>(
  {
    _id: { type: Schema.Types.ObjectId, required: true },
    words: { type: String, default: '' },
    field: { type: String, default: null },
    provinceCode: { type: String, default: null },
    cityCode: { type: String, default: null },
    kind: { type: String, default: null },
    expiresAt: { type: Date, required: true },
  },
  { collection: 'directorySearches', versionKey: false },
);
searchSchema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 });

export function searchModel(connection: Connection) {
  return modelOn(connection, 'DirectorySearch', searchSchema);
}
