import { Schema, type Connection, type Types } from 'mongoose';
import { modelOn } from '../../database/model.ts';
import type { Side } from './checklist.ts';

/**
 * `preparing`: ticked, confirmed or aborted · `switching`: both have confirmed; it can only go on · `done` and `aborted`
 * are ends.
 */
export const HANDOVER_STATES = ['preparing', 'switching', 'done', 'aborted'] as const;
export type HandoverState = (typeof HANDOVER_STATES)[number];

export interface HandoverDocument {
  _id: Types.ObjectId;
  /** There only while it is under way: a unique index lets no second one begin. */
  open?: true;
  state: HandoverState;
  outgoingId: Types.ObjectId;
  incomingId: Types.ObjectId;
  /** The update or draft that began it: worked again, it begins nothing. */
  source: string;
  /** The codes of the checklist as it was at the beginning, and which of them are done. */
  items: string[];
  done: string[];
  /** The sealed file: its checksum and size say which one was meant. */
  export: { sha256: string; bytes: number; at: Date } | null;
  /** Which sides have confirmed what stands here; any change takes both back. */
  confirmed: Side[];
  /** Goes up with each change, so that a yes is to what was shown. */
  revision: number;
  /** The roles before the switch, for the audit. */
  before: { outgoing: string[]; incoming: string[] } | null;
  beganAt: Date;
  endedAt: Date | null;
}

const part = <Entity>(definition: Record<keyof Entity & string, unknown>) =>
  new Schema<Entity>(definition as never, { _id: false });

const handoverSchema = new Schema<HandoverDocument>(
  {
    open: Boolean,
    state: { type: String, enum: HANDOVER_STATES, required: true },
    outgoingId: { type: Schema.Types.ObjectId, required: true },
    incomingId: { type: Schema.Types.ObjectId, required: true },
    source: { type: String, required: true },
    items: [String],
    done: [String],
    export: {
      type: part<NonNullable<HandoverDocument['export']>>({ sha256: String, bytes: Number, at: Date }),
      default: null,
    },
    confirmed: [String],
    revision: { type: Number, required: true },
    before: {
      type: part<NonNullable<HandoverDocument['before']>>({ outgoing: [String], incoming: [String] }),
      default: null,
    },
    beganAt: { type: Date, required: true },
    endedAt: { type: Date, default: null },
  },
  { collection: 'handovers', versionKey: false },
);
handoverSchema.index({ open: 1 }, { unique: true, partialFilterExpression: { open: true }, name: 'one_at_a_time' });
handoverSchema.index({ source: 1 }, { unique: true });
handoverSchema.index({ state: 1, outgoingId: 1 });

export const handoverModel = (connection: Connection) => modelOn(connection, 'Handover', handoverSchema);
