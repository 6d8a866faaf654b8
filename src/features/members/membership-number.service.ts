import { Schema, Types, type Connection } from 'mongoose';
import { modelOn } from '../../database/model.ts';
import { upserted } from '../../database/upserted.ts';
import { memberModel } from './member.model.ts';

interface Counter {
  _id: string;
  last: number;
}

const counterSchema = new Schema<Counter>(
  { _id: String, last: { type: Number, required: true } },
  { collection: 'counters', versionKey: false },
);

/** Four digits from the first member on. */
const BEFORE_THE_FIRST = 1000;

/**
 * Membership numbers, one after the other; whoever has one keeps it. Two who ask for the same member at once leave a
 * gap, never a number twice.
 */
export function createMembershipNumbers({ connection }: { connection: Connection }) {
  const Member = memberModel(connection);
  const counters = modelOn(connection, 'Counter', counterSchema);

  async function next(): Promise<number> {
    await counters
      .updateOne({ _id: 'membership' }, { $setOnInsert: { last: BEFORE_THE_FIRST } }, { upsert: true })
      // Two first askers at the same moment: one of them has made it.
      .catch((error: unknown) => {
        if ((error as { code?: unknown }).code !== 11_000) throw error;
      });
    const counted = await counters
      .findOneAndUpdate({ _id: 'membership' }, { $inc: { last: 1 } }, { returnDocument: 'after' })
      .lean();
    return upserted(counted).last;
  }

  return {
    /** The member's number, given now where there was none. Null where there is no such member. */
    async give(memberId: string): Promise<string | null> {
      const _id = new Types.ObjectId(memberId);
      const there = await Member.findById(_id).select({ membershipNumber: 1 }).lean();
      if (!there) return null;
      if (there.membershipNumber !== null && there.membershipNumber !== undefined) return there.membershipNumber;
      const given = await Member.findOneAndUpdate(
        { _id, membershipNumber: null },
        { $set: { membershipNumber: String(await next()) } },
        { returnDocument: 'after', lean: true },
      );
      return given?.membershipNumber ?? (await Member.findById(_id).lean())?.membershipNumber ?? null;
    },
  };
}
