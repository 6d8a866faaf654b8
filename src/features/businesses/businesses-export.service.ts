import { trusted, Types, type Connection } from 'mongoose';
import { businessModel } from './business.model.ts';
import { toBusiness, type Business } from './business.ts';

export type BusinessesExport = ReturnType<typeof createBusinessesExport>;

/** Reads businesses for sheets. */
export function createBusinessesExport({ connection }: { connection: Connection }) {
  const Business = businessModel(connection);
  return {
    /** Those of these people, in whatever role. */
    async ofMembers(memberIds: readonly string[]): Promise<Business[]> {
      const ids = memberIds.map((id) => new Types.ObjectId(id));
      const found = await Business.find({
        'people.memberId': trusted({ $in: ids }),
        status: trusted({ $ne: 'merged' }),
      }).lean();
      return found.map(toBusiness);
    },

    /** All of them, in order of id, a page at a time. */
    async page({ after, limit }: { after: string | null; limit: number }): Promise<Business[]> {
      const found = await Business.find({
        status: trusted({ $ne: 'merged' }),
        ...(after === null ? {} : { _id: trusted({ $gt: new Types.ObjectId(after) }) }),
      })
        .sort({ _id: 1 })
        .limit(limit)
        .lean();
      return found.map(toBusiness);
    },

    /** Those that nobody is known of, in order of id, a page at a time. */
    async ofNobody({ after, limit }: { after: string | null; limit: number }): Promise<Business[]> {
      const found = await Business.find({
        'people.memberId': trusted({ $exists: false }),
        status: trusted({ $ne: 'merged' }),
        ...(after === null ? {} : { _id: trusted({ $gt: new Types.ObjectId(after) }) }),
      })
        .sort({ _id: 1 })
        .limit(limit)
        .lean();
      return found.map(toBusiness);
    },
  };
}
