import { Schema, type Connection, type mongo } from 'mongoose';
import type { Expiry } from '../database/indexes.ts';
import { modelOn } from '../database/model.ts';
import type { QuietHours } from '../language/quiet-hours.ts';
import type { MessengerName } from '../messengers/messenger.ts';
import type { Account } from './contract.ts';

/**
 * `unknown`: it may have arrived, nobody can tell. `unreachable`: no account of the person is left.
 * `failed`: refused, not renderable, or all tries used up.
 */
export const DELIVERY_STATES = ['waiting', 'claimed', 'sent', 'unreachable', 'failed', 'unknown', 'cancelled'] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

/** Who has it, may have it, or has it coming. So has, in whatever state, who got a part of it. */
export const HAVE_IT: readonly DeliveryState[] = ['waiting', 'claimed', 'sent', 'unknown'];

/** What is done to something that was sent. */
export type ChangeAct = 'edit' | 'recall';

/** One message that has been sent. */
export interface SentPart {
  messenger: MessengerName;
  chatId: number;
  ids: number[];
  /** The key of the file that the first of them carries. */
  file?: string;
}

export interface DeliveryDoc {
  /**
   * `<campaignId>:<memberId>`, or the notice's key: whatever is queued a second time is refused by the database.
   */
  _id: string;
  /** See {@link queueOf}. */
  queue: string;
  memberId: string;
  kind: string;
  /** JSON. A notice has its own; a campaign's is kept once, in the campaign. */
  payload?: string;
  /** Null, like `chatId`, where the person has no account on a messenger that is served: `unreachable` from the start. */
  messenger: MessengerName | null;
  chatId: number | null;
  language: string;
  /** The person's other accounts, in order of preference. Left out when there is none. */
  alternatives?: Account[];
  /** The messenger given up for this one. */
  switchedFrom?: MessengerName;
  state: DeliveryState;
  /** Clean failures on this messenger so far. */
  tries: number;
  /** How many times it was sent again without knowing whether it had arrived. */
  ambiguous?: number;
  /** Not before. {@link AT_ONCE} where nobody asked for a time, so that a clock set back holds nothing up. */
  dueAt: Date;
  /** Of the person: what falls due within them is put off to their end, see `quiet.ts`. */
  quiet?: QuietHours;
  /** Order of creation: microseconds since 1970, unique in its process for notices, the campaign's for its deliveries. */
  order: number;
  /** Of a notice: the update that it was put out because of, which lines about it name. */
  cause?: string;
  /** Of a notice: the thing that it is about, as `<kind>:<id>`. */
  about?: string;
  /** Its outcome is still to be told to what it is about. */
  unreported?: true;
  claimedBy?: string;
  claimedAt?: Date;
  /** One entry for each message that left, as far as it is there still. */
  parts?: SentPart[];
  /** Deleted at this person, or as much of it as could be. */
  recalledAt?: Date;
  /** It sends nothing new: it changes what this other delivery has sent. */
  changes?: { _id: string; act: ChangeAct };
  /** It sends something new all the same: in the hands of a process that dies it is in doubt like any sending. */
  adding?: true;
  /** Why it ended as it did, or what held it up last. Text is cut to 200 characters. */
  outcome?: { code: string; text?: string };
  endedAt?: Date;
}

/** A delivery that has somewhere to go: what is claimed is always one. */
export type Sendable = DeliveryDoc & { messenger: MessengerName; chatId: number };

export const AT_ONCE = new Date(0);

export type Queue = { class: 'direct' } | { class: 'normal' } | { class: 'campaign'; campaignId: string };

/**
 * The queue's name sorts in the order in which queues are served: what concerns one person directly, other notices,
 * then changes of what was sent (see `changes.ts`), then campaigns, each by age (their ids begin with the time). One index scan so finds the next deliveries of all queues
 * that may be sent, and a paused campaign's million is never walked over.
 */
export function queueOf(queue: Queue): string {
  if (queue.class === 'campaign') return `${queue.campaignId.startsWith('x') ? '2c' : '3'}-${queue.campaignId}`;
  return queue.class === 'direct' ? '1-direct' : '2-normal';
}

export const NOTICE_QUEUES: readonly string[] = [queueOf({ class: 'direct' }), queueOf({ class: 'normal' })];

/** Undefined for the notices' queues. */
export function campaignIdOf(queue: string): string | undefined {
  return /^(?:2c|3)-(.+)$/.exec(queue)?.[1];
}

/** Deliveries of one class go to a person in order of creation; a class passes the ones after it. */
export const classOf = (queue: string): string => queue.slice(0, queue.indexOf('-'));

const account = { messenger: { type: String, required: true }, chatId: { type: Number, required: true } };

const deliverySchema = new Schema(
  {
    _id: { type: String, required: true },
    queue: { type: String, required: true },
    memberId: { type: String, required: true },
    kind: { type: String, required: true },
    payload: String,
    messenger: String,
    chatId: Number,
    language: { type: String, required: true },
    alternatives: { type: [{ ...account, _id: false }], default: undefined },
    switchedFrom: String,
    state: { type: String, enum: DELIVERY_STATES, required: true },
    tries: { type: Number, required: true },
    ambiguous: Number,
    dueAt: { type: Date, required: true },
    quiet: { type: { from: Number, to: Number, _id: false }, default: undefined },
    order: { type: Number, required: true },
    cause: String,
    about: String,
    unreported: Boolean,
    claimedBy: String,
    claimedAt: Date,
    parts: { type: [{ ...account, ids: [Number], file: String, _id: false }], default: undefined },
    recalledAt: Date,
    changes: { type: { _id: String, act: String }, default: undefined },
    adding: Boolean,
    outcome: { code: String, text: String },
    endedAt: Date,
  },
  { collection: 'deliveries', versionKey: false },
);

// The next to send, and, read without its last two fields, the counts of a campaign.
deliverySchema.index({ queue: 1, state: 1, messenger: 1, dueAt: 1, order: 1 });
// What else is open for the same person. Partial: the finished millions are not in it.
deliverySchema.index(
  { memberId: 1, order: 1 },
  { partialFilterExpression: { state: { $in: ['waiting', 'claimed'] } }, name: 'open_by_member' },
);
// What a process had in hand: never more than the window in flight.
deliverySchema.index(
  { messenger: 1, claimedBy: 1 },
  { partialFilterExpression: { state: 'claimed' }, name: 'claimed_by' },
);
// Those that wait for a further try: few, found at once when the clock is set.
deliverySchema.index(
  { messenger: 1, dueAt: 1 },
  { partialFilterExpression: { state: 'waiting', tries: { $gt: 0 } }, name: 'backing_off' },
);
deliverySchema.index({ queue: 1, ambiguous: 1 }, { partialFilterExpression: { ambiguous: { $gt: 0 } } });

// What became of the notices about a thing; what is to be told of them; and what waits for somebody to come back.
deliverySchema.index({ about: 1, order: -1 }, { partialFilterExpression: { about: { $type: 'string' } } });
deliverySchema.index(
  { endedAt: 1 },
  { partialFilterExpression: { unreported: true, endedAt: { $type: 'date' } }, name: 'unreported' },
);
deliverySchema.index(
  { memberId: 1 },
  { partialFilterExpression: { state: 'unreachable', about: { $type: 'string' } }, name: 'undelivered_by_member' },
);

/**
 * How long a notice is kept after its end; its key can be queued again then. Those of campaigns stay: they are the report
 * of who got what, and what an edit or a recall goes by.
 */
export const noticesExpiry = (seconds: number | null): Expiry => ({
  collection: 'deliveries',
  field: 'endedAt',
  seconds,
  // Both notices' queues sort before those of changes and campaigns.
  only: { queue: { $lt: '2c' } },
});

export type DeliveryCollection = mongo.Collection<DeliveryDoc>;

/**
 * The deliveries through the driver: a broadcast writes by the thousand and reads by the window, where making
 * mongoose documents of everything costs more than the work itself. The schema gives the indexes and the shape.
 */
export function deliveryCollection(connection: Connection): DeliveryCollection {
  return modelOn(connection, 'Delivery', deliverySchema).collection as unknown as DeliveryCollection;
}
