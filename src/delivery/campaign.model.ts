import { Schema, type Connection, type mongo } from 'mongoose';
import { modelOn } from '../database/model.ts';
import type { MessengerName } from '../messengers/messenger.ts';
import type { ChangeAct } from './delivery.model.ts';

/**
 * preparing -> ready -> sending <-> paused -> done; cancelled from anywhere before done. A campaign may be started
 * while it is still being prepared: `preparedAt` tells that it is complete, not the state. A further audience leads back
 * from done or cancelled to sending.
 */
export const CAMPAIGN_STATES = ['preparing', 'ready', 'sending', 'paused', 'cancelled', 'done'] as const;
export type CampaignState = (typeof CAMPAIGN_STATES)[number];

/** See `displays.ts`. */
export interface DisplayDoc {
  memberId: string;
  language: string;
  messenger: MessengerName;
  chatId: number;
  messageId: number;
  kind: string;
  /** JSON. */
  payload: string;
  /** Tells one from another in the same place. */
  revision: number;
}

export interface CampaignDoc {
  /** 24 hexadecimal digits that begin with the time of creation; after an `x` where it changes another one. */
  _id: string;
  kind: string;
  /** JSON, so that nothing in it can be taken for an operator or a path. */
  payload: string;
  /** JSON; frozen: the latest; what it meant when the campaign was made is the feature's affair. */
  audience: string;
  state: CampaignState;
  scheduledAt?: Date;
  /** It sends nothing new: it changes what another campaign has sent. */
  changes?: { campaignId: string; act: ChangeAct };
  /** Messages that show how it goes, until each has become the report. */
  displays?: DisplayDoc[];
  /** Taken back from everybody: nothing of it is sent again. */
  recalledAt?: Date;
  /** What asked for its latest part: the first sending, or a further audience. The same one adds nothing a second time. */
  source?: string;
  /** When a further audience was added last. */
  extendedAt?: Date;
  /** Deliveries exist for everybody up to and including this member. */
  preparedTo: string | null;
  preparedAt: Date | null;
  /** Grows when deliveries of a finished campaign are opened again; guards the step to `done`. */
  revision: number;
  order: number;
  createdBy: string;
  approvedBy?: string;
  createdAt: Date;
  startedAt?: Date;
  /** Nothing is left to do for it: done, or cancelled with every waiting delivery marked so. */
  finishedAt: Date | null;
}

const campaignSchema = new Schema(
  {
    _id: { type: String, required: true },
    kind: { type: String, required: true },
    payload: { type: String, required: true },
    audience: { type: String, required: true },
    state: { type: String, enum: CAMPAIGN_STATES, required: true },
    scheduledAt: Date,
    changes: { type: { campaignId: String, act: String, _id: false }, default: undefined },
    displays: {
      type: [
        {
          memberId: String,
          language: String,
          messenger: String,
          chatId: Number,
          messageId: Number,
          kind: String,
          payload: String,
          revision: Number,
          _id: false,
        },
      ],
      default: undefined,
    },
    recalledAt: Date,
    source: String,
    extendedAt: Date,
    preparedTo: { type: String, default: null },
    preparedAt: { type: Date, default: null },
    revision: { type: Number, required: true },
    order: { type: Number, required: true },
    createdBy: { type: String, required: true },
    approvedBy: String,
    createdAt: { type: Date, required: true },
    startedAt: Date,
    finishedAt: { type: Date, default: null },
  },
  { collection: 'campaigns', versionKey: false },
);

// The few that something remains to be done for, read at every poll.
campaignSchema.index({ finishedAt: 1, state: 1 });
campaignSchema.index({ 'changes.campaignId': 1 }, { sparse: true });
campaignSchema.index({ 'displays.memberId': 1 }, { sparse: true });

export type CampaignCollection = mongo.Collection<CampaignDoc>;

export function campaignCollection(connection: Connection): CampaignCollection {
  return modelOn(connection, 'Campaign', campaignSchema).collection as unknown as CampaignCollection;
}
