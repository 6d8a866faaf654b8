import { Schema, type Connection, type Types } from 'mongoose';
import { modelOn } from '../../database/model.ts';
import { DEFAULT_QUIET_HOURS, type QuietHours } from '../../language/quiet-hours.ts';

/** When news comes: as it is sent, or gathered once a day or once a week. */
export const PACES = ['at-once', 'daily', 'weekly'] as const;
export type Pace = (typeof PACES)[number];

export interface PreferenceDocument {
  /** The member's. */
  _id: Types.ObjectId;
  /** Topics of news that the member does not want. A topic that comes later is wanted until it is muted. */
  muted: string[];
  pace: Pace;
  /** Of the day in Tehran, 0–23, and for a weekly digest the weekday, 0 Sunday to 6 Saturday. */
  hour: number;
  weekday: number;
  /** Null: by night as well. */
  quiet: QuietHours | null;
  /** The moment of the next digest; also set, to the moment itself, for the last one of who wants none any more. */
  nextDigestAt: Date | null;
}

export const DEFAULT_PREFERENCES = {
  muted: [] as string[],
  pace: 'at-once' as Pace,
  hour: 9,
  weekday: 6,
  quiet: DEFAULT_QUIET_HOURS as QuietHours | null,
} as const;

const preferenceSchema = new Schema<PreferenceDocument>(
  {
    _id: { type: Schema.Types.ObjectId, required: true },
    muted: { type: [String], default: [] },
    pace: { type: String, enum: PACES, default: DEFAULT_PREFERENCES.pace },
    hour: { type: Number, default: DEFAULT_PREFERENCES.hour },
    weekday: { type: Number, default: DEFAULT_PREFERENCES.weekday },
    quiet: {
      type: new Schema<QuietHours>({ from: Number, to: Number }, { _id: false }),
      default: () => ({ ...DEFAULT_QUIET_HOURS }),
    },
    nextDigestAt: { type: Date, default: null },
  },
  { collection: 'preferences', versionKey: false },
);
preferenceSchema.index({ nextDigestAt: 1 }, { partialFilterExpression: { nextDigestAt: { $type: 'date' } } });

export const preferenceModel = (connection: Connection) => modelOn(connection, 'Preference', preferenceSchema);

/** A news item that waits for a member's next digest, or went in one. */
export interface DigestItemDocument {
  /** `<news>:<member>`: an item is in one digest of a member at most. */
  _id: string;
  newsId: string;
  topic: string | null;
  memberId: Types.ObjectId;
  at: Date;
  /** The moment of the digest that took it. */
  digest: Date | null;
}

/** Long after the last weekly digest that could take it. */
const KEPT_SECONDS = 90 * 24 * 3600;

const digestItemSchema = new Schema<DigestItemDocument>(
  {
    _id: { type: String, required: true },
    newsId: { type: String, required: true },
    topic: { type: String, default: null },
    memberId: { type: Schema.Types.ObjectId, required: true },
    at: { type: Date, required: true },
    digest: { type: Date, default: null },
  },
  { collection: 'digestItems', versionKey: false },
);
digestItemSchema.index({ memberId: 1, digest: 1, at: 1 });
digestItemSchema.index({ newsId: 1, digest: 1 });
digestItemSchema.index({ at: 1 }, { expireAfterSeconds: KEPT_SECONDS });

export const digestItemModel = (connection: Connection) => modelOn(connection, 'DigestItem', digestItemSchema);
