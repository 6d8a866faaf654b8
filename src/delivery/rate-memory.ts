import { Schema, type Connection, type mongo } from 'mongoose';
import { modelOn } from '../database/model.ts';
import type { Clock } from './contract.ts';

/** What a process knows about how fast one bot may send, as a pacer gives and takes it. */
export interface RateState {
  /** Messages a second. */
  rate: number;
  /** Milliseconds since 1970; 0 when nothing is paused. */
  pausedUntil: number;
}

/** The part of a pacer that is remembered. */
export interface RememberedPacer {
  snapshot(): RateState;
  restore(state: RateState): void;
}

/** Keeps the learned rate and the pause of each bot for the next process. `bot` is `<messenger>:<bot id>`. */
export interface RateMemory {
  load(bot: string): Promise<Partial<RateState> | undefined>;
  /** Writes what is given and leaves the rest as it was. */
  save(bot: string, state: Partial<RateState>): Promise<void>;
}

interface SendRateDoc {
  _id: string;
  rate?: number;
  pausedUntil?: Date;
  savedAt: Date;
}

const sendRateSchema = new Schema(
  { _id: { type: String, required: true }, rate: Number, pausedUntil: Date, savedAt: { type: Date, required: true } },
  { collection: 'sendRates', versionKey: false },
);

export function createRateMemory(deps: { connection: Connection; clock: Clock }): RateMemory {
  const model = modelOn(deps.connection, 'SendRate', sendRateSchema);
  const collection = model.collection as unknown as mongo.Collection<SendRateDoc>;

  return {
    async load(bot) {
      const stored = await collection.findOne({ _id: bot });
      if (stored === null) return undefined;
      const pausedUntil = stored.pausedUntil?.getTime() ?? 0;
      // Of a pause no more can be left than when it was stored, wherever the clock has been set since.
      const longest = deps.clock.wall() + Math.max(0, pausedUntil - stored.savedAt.getTime());
      return {
        ...(stored.rate === undefined ? {} : { rate: stored.rate }),
        pausedUntil: Math.min(pausedUntil, longest),
      };
    },

    async save(bot, state) {
      const set = {
        savedAt: new Date(deps.clock.wall()),
        ...(state.rate === undefined ? {} : { rate: state.rate }),
        ...(state.pausedUntil === undefined ? {} : { pausedUntil: new Date(state.pausedUntil) }),
      };
      await collection.updateOne({ _id: bot }, { $set: set }, { upsert: true });
    },
  };
}
