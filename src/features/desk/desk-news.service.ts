import { Types, type Connection } from 'mongoose';
import { upserted } from '../../database/upserted.ts';
import { deskNewsModel, type News } from './desk-news.model.ts';

export { NEWS, type News } from './desk-news.model.ts';

/** An act of a member. */
export interface MemberAct {
  what: News;
  /** The case, or of a registration the business. */
  subjectId: string;
  /** What brought it: told once, however often it is worked. */
  source: string;
}

export interface DeskNewsItem {
  what: News;
  subjectId: string;
}

export interface DeskNewsDeps {
  connection: Connection;
  now: () => Date;
  /** Acts within this time are told together; 0 tells each at once. */
  togetherMs: number;
  /** The moment itself, or the end of the hearer's quiet hours. */
  atWakingHours: (hearerId: string, at: Date) => Promise<Date>;
  /** Queues the message of a slot for its hearer; again, it does nothing. */
  notify: (message: { hearerId: string; slot: Date }) => Promise<void>;
}

export type DeskNews = ReturnType<typeof createDeskNews>;

/** A slot is left open for what is being written just now. */
const LEAST_AHEAD_MS = 5000;
/** Nobody reads more in one message; the queues have them all. */
const MOST_ITEMS = 200;

/** The secretariat hears of what members do: one message for all that happened in ten minutes, or over night. */
export function createDeskNews({ connection, now, togetherMs, atWakingHours, notify }: DeskNewsDeps) {
  const Model = deskNewsModel(connection);

  async function slotFor(hearerId: string, at: Date): Promise<Date> {
    if (togetherMs === 0) return at;
    const end = Math.ceil((at.getTime() + LEAST_AHEAD_MS) / togetherMs) * togetherMs;
    return atWakingHours(hearerId, new Date(end));
  }

  return {
    /** Tells each of the hearers, once. */
    async tell({ what, subjectId, source }: MemberAct, hearers: readonly string[]): Promise<void> {
      const at = now();
      for (const hearerId of hearers) {
        const kept = await Model.findOneAndUpdate(
          { _id: `${hearerId}:${what}:${source}` },
          {
            $setOnInsert: {
              hearerId: new Types.ObjectId(hearerId),
              slot: await slotFor(hearerId, at),
              what,
              subjectId: new Types.ObjectId(subjectId),
              at,
            },
          },
          { upsert: true, returnDocument: 'after', lean: true },
        );
        await notify({ hearerId, slot: upserted(kept).slot });
      }
    },

    /** What one message says, in the order in which it happened. */
    async inSlot(hearerId: string, slot: Date): Promise<DeskNewsItem[]> {
      if (!Types.ObjectId.isValid(hearerId)) return [];
      const found = await Model.find({ hearerId: new Types.ObjectId(hearerId), slot })
        .sort({ at: 1 })
        .limit(MOST_ITEMS)
        .lean();
      return found.map((one) => ({ what: one.what, subjectId: one.subjectId.toHexString() }));
    },

    async moveMember(from: string, into: string): Promise<void> {
      await Model.updateMany({ hearerId: new Types.ObjectId(from) }, { $set: { hearerId: new Types.ObjectId(into) } });
    },

    async forgetMember(id: string): Promise<void> {
      await Model.deleteMany({ hearerId: new Types.ObjectId(id) });
    },
  };
}
