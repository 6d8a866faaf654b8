import { Schema, type Connection, type Types } from 'mongoose';
import { modelOn } from '../../database/model.ts';
import type { AccountDocument, MemberDocument } from './member.model.ts';

/**
 * offered -> moving -> done, or offered -> refused. An offer that nobody has answered by `expiresAt` has lapsed; it stays
 * `offered`, and is as good as gone.
 */
export const JOIN_STATES = ['offered', 'moving', 'done', 'refused'] as const;
export type JoinState = (typeof JOIN_STATES)[number];

/** One account that has to confirm. */
export interface JoinSide {
  messenger: AccountDocument['messenger'];
  userId: number;
  chatId: number;
  confirmedAt: Date | null;
}

/** What the newer document held: it is emptied before the older one is filled, since no account can be in two. */
export type Carried = Pick<
  MemberDocument,
  | 'accounts'
  | 'phone'
  | 'phoneVerifiedAt'
  | 'phoneLostAt'
  | 'registeredAt'
  | 'name'
  | 'nameKey'
  | 'provinceCode'
  | 'cityCode'
  | 'language'
  | 'roles'
  | 'preferredMessenger'
  | 'nationalCode'
  | 'membershipNumber'
  | 'consent'
>;

/** The journal of making one member of two: where it was cut off, it is taken up. */
export interface JoinDocument {
  _id: Types.ObjectId;
  /** The newer member, who is emptied, and the older one, who stays. */
  from: Types.ObjectId;
  to: Types.ObjectId;
  /** The account that shared the phone, and the one that has had it; null where nobody has to confirm. */
  asking: JoinSide | null;
  asked: JoinSide | null;
  /** The form that waits for the outcome. */
  draftId: string | null;
  state: JoinState;
  /** Who said no. */
  refusedBy: 'asking' | 'asked' | null;
  carried: Carried | null;
  createdAt: Date;
  expiresAt: Date;
  endedAt: Date | null;
  /** What was still under way when it ended has been moved too. */
  gathered: boolean;
  /** When the database forgets it. */
  forgottenAt: Date;
}

const side = () => ({
  type: new Schema<JoinSide>(
    {
      messenger: { type: String, enum: ['telegram', 'bale'], required: true },
      userId: { type: Number, required: true },
      chatId: { type: Number, required: true },
      confirmedAt: { type: Date, default: null },
    },
    { _id: false },
  ),
  default: null,
});

const joinSchema = new Schema<JoinDocument>(
  {
    from: { type: Schema.Types.ObjectId, required: true },
    to: { type: Schema.Types.ObjectId, required: true },
    asking: side(),
    asked: side(),
    draftId: { type: String, default: null },
    state: { type: String, enum: JOIN_STATES, required: true },
    refusedBy: { type: String, enum: ['asking', 'asked', null], default: null },
    carried: { type: Schema.Types.Mixed, default: null },
    createdAt: { type: Date, required: true },
    expiresAt: { type: Date, required: true },
    endedAt: { type: Date, default: null },
    gathered: { type: Boolean, default: false },
    forgottenAt: { type: Date, required: true },
  },
  { collection: 'joins', versionKey: false },
);
joinSchema.index({ to: 1, createdAt: 1 });
joinSchema.index({ from: 1 });
// The few that something remains to be done for: looked at before each guest is made.
joinSchema.index(
  { 'carried.accounts.messenger': 1, 'carried.accounts.userId': 1 },
  { partialFilterExpression: { state: 'moving' }, name: 'moving_by_account' },
);
joinSchema.index({ endedAt: 1 }, { partialFilterExpression: { state: 'done', gathered: false }, name: 'to_gather' });
joinSchema.index({ forgottenAt: 1 }, { expireAfterSeconds: 0 });

export function joinModel(connection: Connection) {
  return modelOn(connection, 'Join', joinSchema);
}
