import { Schema } from 'mongoose';
import type { Expiry } from '../database/indexes.ts';
import type { MessengerName } from '../messengers/messenger.ts';

/** `waiting`: to be worked; `done`: kept to recognise a redelivery; `aside`: failed for good, an admin decides. */
export type InboxState = 'waiting' | 'done' | 'aside';

export type StoodStill = 'perhaps' | 'surely';

export interface InboxEntry {
  /**
   * `<messenger>:<botId>:<updateId>:<fingerprint>`: the same for a redelivery. The fingerprint (see `update-facts.ts`)
   * keeps apart two updates that get one id because the messenger began to count anew.
   */
  _id: string;
  messenger: MessengerName;
  botId: number;
  /** Removed when done, with the update. */
  chatKey: string;
  /** JSON: an update may hold keys that a document can't (dots, `$`, `__proto__`). Removed when done. */
  update?: string;
  state: InboxState;
  /** Attempts that failed by the update's or our own fault. */
  tries: number;
  /** Attempts that were cut short from outside: a process that died, a messenger or database that was away. */
  postponed: number;
  receivedAt: Date;
  /** Handed in by a web process and not yet taken over by the one that works the source; absent otherwise. */
  fresh?: boolean;
  /**
   * The process stood still while it was in hand, and has not been seen to go on: `perhaps` because of another that was in
   * hand as well, `surely` because of this one.
   */
  stoodStill?: StoodStill;
  /** Grows with arrival; update ids do not (Telegram chooses a new base after a silent week). */
  order: number;
  /** What went wrong last, without anyone's words or numbers. */
  error?: string;
  doneAt?: Date;
}

export const inboxSchema = new Schema<InboxEntry>(
  {
    _id: String,
    messenger: String,
    botId: Number,
    chatKey: String,
    update: String,
    state: String,
    tries: Number,
    postponed: Number,
    receivedAt: Date,
    fresh: Boolean,
    stoodStill: String,
    order: Number,
    error: String,
    doneAt: Date,
  },
  { collection: 'inbox', versionKey: false },
);
inboxSchema.index({ messenger: 1, botId: 1, order: 1 }, { partialFilterExpression: { state: 'waiting' } });
inboxSchema.index({ chatKey: 1, order: 1 }, { partialFilterExpression: { state: 'waiting' } });
inboxSchema.index({ fresh: 1, messenger: 1, botId: 1, order: 1 }, { partialFilterExpression: { fresh: true } });
inboxSchema.index({ receivedAt: 1 }, { partialFilterExpression: { state: 'aside' } });

/** How long an update that is done is recognised when it comes again. */
export const seenUpdatesExpiry = (hours: number): Expiry => ({
  collection: 'inbox',
  field: 'doneAt',
  seconds: hours * 3600,
});
