import { Types, type Connection } from 'mongoose';
import { followerModel } from './programme.model.ts';

export type Followers = ReturnType<typeof createFollowers>;

/**
 * Who hears of a programme: who follows it, and the people of the cases that are linked to it, unless they have left.
 * `casePeople` gives a case's reporter and who said «me too» or follows it.
 */
export function createFollowers({
  connection,
  casePeople,
}: {
  connection: Connection;
  casePeople: (obstacleId: string) => Promise<readonly string[]>;
}) {
  const Follower = followerModel(connection);

  return {
    /** Follows, or leaves for good; again, it changes nothing. */
    async set(programmeId: string, memberId: string, follows: boolean): Promise<void> {
      await Follower.updateOne(
        { programmeId: new Types.ObjectId(programmeId), memberId: new Types.ObjectId(memberId) },
        { $set: { follows } },
        { upsert: true },
      );
    },

    /** Whether this member hears of a programme, asked for or through a case. */
    async hears(programme: { id: string; cases: readonly { id: string }[] }, memberId: string): Promise<boolean> {
      const own = await Follower.findOne({
        programmeId: new Types.ObjectId(programme.id),
        memberId: new Types.ObjectId(memberId),
      }).lean();
      if (own) return own.follows;
      for (const { id } of programme.cases) if ((await casePeople(id)).includes(memberId)) return true;
      return false;
    },

    /** Whether the member wants to hear nothing of it; asked again when a notice leaves. */
    async hasLeft(programmeId: string, memberId: string): Promise<boolean> {
      const pair = { programmeId: new Types.ObjectId(programmeId), memberId: new Types.ObjectId(memberId) };
      return (await Follower.exists({ ...pair, follows: false })) !== null;
    },

    async hearersOf(programme: { id: string; cases: readonly { id: string }[] }): Promise<string[]> {
      const known = await Follower.find({ programmeId: new Types.ObjectId(programme.id) }).lean();
      const hearers = new Set<string>();
      for (const { id } of programme.cases) for (const person of await casePeople(id)) hearers.add(person);
      for (const { memberId, follows } of known) {
        if (follows) hearers.add(memberId.toHexString());
        else hearers.delete(memberId.toHexString());
      }
      return [...hearers];
    },

    /** Two people became one: what the one followed the other follows; where both said something, the other's word stays. */
    async moveMember(from: string, to: string): Promise<void> {
      const [old, own] = [new Types.ObjectId(from), new Types.ObjectId(to)];
      for (const { programmeId, follows } of await Follower.find({ memberId: old }).lean()) {
        await Follower.updateOne({ programmeId, memberId: own }, { $setOnInsert: { follows } }, { upsert: true });
        await Follower.deleteOne({ programmeId, memberId: old });
      }
    },

    async forgetMember(id: string): Promise<void> {
      await Follower.deleteMany({ memberId: new Types.ObjectId(id) });
    },
  };
}
