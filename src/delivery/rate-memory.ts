import { Schema, type Connection, type mongo } from 'mongoose';
import type { Logger } from 'pino';
import { inTime } from '../database/in-time.ts';
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
  snapshot(): RateState & { roundTripMs?: number | undefined };
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
  /** Once it was `rate`, which the refusals of single chats had lowered for everybody: what stands there isn't read. */
  learned?: number;
  pausedUntil?: Date;
  savedAt: Date;
}

const sendRateSchema = new Schema(
  {
    _id: { type: String, required: true },
    learned: Number,
    pausedUntil: Date,
    savedAt: { type: Date, required: true },
  },
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
        ...(stored.learned === undefined ? {} : { rate: stored.learned }),
        pausedUntil: Math.min(pausedUntil, longest),
      };
    },

    async save(bot, state) {
      const set = {
        savedAt: new Date(deps.clock.wall()),
        ...(state.rate === undefined ? {} : { learned: state.rate }),
        ...(state.pausedUntil === undefined ? {} : { pausedUntil: new Date(state.pausedUntil) }),
      };
      await collection.updateOne({ _id: bot }, { $set: set }, { upsert: true });
    },
  };
}

/** Moves what one sender's pacer has learned into the memory and back. */
export interface RateKeeper {
  /** Gives the pacer what is remembered. Returns how many milliseconds of a pause are left. */
  restore(): Promise<number>;
  /** Stores the rate where it has changed, at most every five seconds. */
  save(): Promise<void>;
  /** Stores a pause at once, and the rate with it. */
  savePause(leftMs: number): Promise<void>;
}

const SAVE_RATE_EVERY_MS = 5000;

export function createRateKeeper(deps: {
  memory: RateMemory;
  pacer: RememberedPacer | undefined;
  bot: () => string;
  clock: Clock;
  logger: Logger;
}): RateKeeper {
  const { memory, pacer, bot, clock, logger } = deps;
  let saved: number | undefined;
  let savedAt = Number.NEGATIVE_INFINITY;

  return {
    async restore() {
      const known = await memory.load(bot());
      if (known === undefined) return 0;
      const { rate, pausedUntil = 0 } = known;
      if (rate !== undefined) {
        pacer?.restore({ rate, pausedUntil });
        saved = rate;
      }
      return pausedUntil - clock.wall();
    },

    async save() {
      if (pacer === undefined || clock.monotonic() - savedAt < SAVE_RATE_EVERY_MS) return;
      const { rate } = pacer.snapshot();
      savedAt = clock.monotonic();
      if (rate === saved) return;
      await memory.save(bot(), { rate });
      saved = rate;
    },

    async savePause(leftMs) {
      const state = { pausedUntil: clock.wall() + leftMs, ...(pacer ? { rate: pacer.snapshot().rate } : {}) };
      try {
        await inTime(memory.save(bot(), state));
      } catch (error) {
        logger.warn(
          { bot: bot(), error: (error as Error).message },
          'pause not stored; a restart would not know of it',
        );
      }
    },
  };
}
