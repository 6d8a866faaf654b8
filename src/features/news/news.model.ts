import { Schema, type Connection, type Types } from 'mongoose';
import { modelOn } from '../../database/model.ts';
import { NEWS_TOPICS, type NewsTopic } from '../../language/taxonomies.ts';

/** What an item says in one language. */
export interface NewsText {
  headline: string;
  lead: string;
  body: string;
}

/** Languages that an item may have beside Persian. */
export const NEWS_LANGUAGES = ['en', 'azb', 'ar'] as const;
export type NewsLanguage = (typeof NEWS_LANGUAGES)[number];

export interface NewsSource {
  title: string;
  /** http or https; empty where the source is only named. */
  url: string;
}

/** What its authors can change. */
export interface NewsContent extends NewsText {
  topic: NewsTopic;
  tags: string[];
  sources: NewsSource[];
  /** A file of features/files that goes with the text. */
  attachment: { storedId: string; kind: 'photo' | 'document' | 'voice' | 'audio' | 'video' } | null;
  translations: Partial<Record<NewsLanguage, NewsText>>;
  /** When and under which number its source brought it out, where it is somebody else's release. */
  issued: { at: Date; number: string } | null;
}

/** Who changed what: the content before it is in `newsVersions`. Append-only. */
export interface NewsChange {
  /** The revision that the change made. */
  revision: number;
  at: Date;
  by: Types.ObjectId | null;
  fields: string[];
  /** The draft or update that asked for it: worked again, it changes nothing. */
  source: string;
}

export interface NewsDocument extends NewsContent {
  _id: Types.ObjectId;
  /** Null until it is published: numbers have no holes. */
  number: number | null;
  /** What made it, a draft, a file or a seed: made again, it makes nothing. */
  origin: string;
  createdBy: Types.ObjectId | null;
  createdAt: Date;
  revision: number;
  changes: NewsChange[];
  /** Null for a draft; ahead of now where it is to appear later. */
  publishedAt: Date | null;
  recalledAt: Date | null;
  /** Goes at once also to those who read a digest. */
  urgent: boolean;
  /** What searching goes by: the folded words of all its texts. */
  terms: string[];
  /** The sending: the update that asked for it, then the campaign. */
  sendSource: string | null;
  campaignId: string | null;
}

/** UTF-16 units. */
export const LONGEST = { headline: 300, lead: 1000, body: 20_000 } as const;

const text = {
  headline: { type: String, required: true, maxlength: LONGEST.headline },
  lead: { type: String, default: '', maxlength: LONGEST.lead },
  body: { type: String, required: true, maxlength: LONGEST.body },
};
const translation = { type: new Schema<NewsText>(text, { _id: false }), default: undefined };

const newsSchema = new Schema<NewsDocument>(
  {
    ...text,
    topic: { type: String, enum: NEWS_TOPICS, default: 'other' },
    tags: { type: [String], default: [] },
    sources: {
      type: [new Schema<NewsSource>({ title: String, url: { type: String, default: '' } }, { _id: false })],
      default: [],
    },
    attachment: {
      type: new Schema(
        { storedId: { type: String, required: true }, kind: { type: String, required: true } },
        { _id: false },
      ),
      default: null,
    },
    translations: {
      type: new Schema({ en: translation, azb: translation, ar: translation }, { _id: false }),
      default: {},
    },
    issued: {
      type: new Schema({ at: { type: Date, required: true }, number: { type: String, default: '' } }, { _id: false }),
      default: null,
    },
    number: { type: Number, default: null },
    origin: { type: String, required: true },
    createdBy: { type: Schema.Types.ObjectId, default: null },
    createdAt: { type: Date, required: true },
    revision: { type: Number, default: 1 },
    changes: {
      type: [
        new Schema<NewsChange>(
          {
            revision: { type: Number, required: true },
            at: { type: Date, required: true },
            by: { type: Schema.Types.ObjectId, default: null },
            fields: { type: [String], default: [] },
            source: { type: String, required: true },
          },
          { _id: false },
        ),
      ],
      default: [],
    },
    publishedAt: { type: Date, default: null },
    recalledAt: { type: Date, default: null },
    urgent: { type: Boolean, default: false },
    terms: { type: [String], default: [] },
    sendSource: { type: String, default: null },
    campaignId: { type: String, default: null },
  },
  { collection: 'news', minimize: false },
);
newsSchema.index(
  { number: 1 },
  { unique: true, partialFilterExpression: { number: { $gt: 0 } }, name: 'published_number' },
);
newsSchema.index({ origin: 1 }, { unique: true });
// The archive in its order, all of it and by topic; drafts stand together under null.
newsSchema.index({ publishedAt: -1, number: -1 });
newsSchema.index({ topic: 1, publishedAt: -1, number: -1 });
newsSchema.index({ terms: 1 });

/** The content as it was before a change; `_id` is `<item>:<revision>`. */
export interface NewsVersionDocument {
  _id: string;
  /** JSON of {@link NewsContent}. */
  content: string;
  keptAt: Date;
}

const versionSchema = new Schema<NewsVersionDocument>(
  { _id: String, content: { type: String, required: true }, keptAt: { type: Date, required: true } },
  { collection: 'newsVersions', versionKey: false },
);

export const newsModel = (connection: Connection) => modelOn(connection, 'News', newsSchema);
export const newsVersionModel = (connection: Connection) => modelOn(connection, 'NewsVersion', versionSchema);
