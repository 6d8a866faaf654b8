import { trusted, type Connection } from 'mongoose';
import { memberModel } from './member.model.ts';

export type MemberFigures = ReturnType<typeof createMemberFigures>;

/** How many members there are, counted in the index; raw, for who hides small groups before anybody sees them. */
export function createMemberFigures({ connection }: { connection: Connection }) {
  const Member = memberModel(connection);
  return {
    /** Of each city; who lives in none that is known is in none. */
    async registeredByCity(): Promise<Map<string, number>> {
      const found = await Member.collection
        .aggregate<{ _id: string | null; members: number }>([
          { $match: { registeredAt: { $gt: new Date(0) } } },
          { $group: { _id: '$cityCode', members: { $sum: 1 } } },
        ])
        .toArray();
      return new Map(found.flatMap(({ _id, members }) => (_id === null ? [] : [[_id, members] as const])));
    },

    /** From `from` on, before `to`. */
    registeredDuring: ({ from, to }: { from: Date; to: Date }): Promise<number> =>
      Member.countDocuments({ registeredAt: trusted({ $gte: from, $lt: to }) }),
  };
}
