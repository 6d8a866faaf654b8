import { Schema, type Connection, type Types } from 'mongoose';

export interface NewsDocument {
  _id: Types.ObjectId;
  number: number;
  headline: string;
  lead: string;
  body: string;
  source: string;
  publishedAt: Date;
  /** What made it, a draft or a seed: made again, it makes nothing. */
  origin: string;
  /** The sending to all members: the update that asked for it, then the campaign. */
  sendSource: string | null;
  campaignId: string | null;
}

const newsSchema = new Schema<NewsDocument>(
  {
    number: { type: Number, required: true },
    headline: { type: String, required: true, maxlength: 300 },
    lead: { type: String, default: '', maxlength: 1000 },
    body: { type: String, required: true, maxlength: 20_000 },
    source: { type: String, default: '', maxlength: 200 },
    publishedAt: { type: Date, required: true },
    origin: { type: String, required: true },
    sendSource: { type: String, default: null },
    campaignId: { type: String, default: null },
  },
  { collection: 'news' },
);
newsSchema.index({ number: 1 }, { unique: true });
newsSchema.index({ origin: 1 }, { unique: true });
newsSchema.index({ publishedAt: -1 });

export function newsModel(connection: Connection) {
  return connection.model('News', newsSchema);
}
