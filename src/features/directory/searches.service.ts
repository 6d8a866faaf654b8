import { Types, type Connection } from 'mongoose';
import type { DirectoryQuery } from '../businesses/directory.service.ts';
import { searchModel } from './search.model.ts';

const KEPT_MS = 30 * 86_400_000;

export const NOTHING_SOUGHT: DirectoryQuery = {
  words: '',
  field: null,
  provinceCode: null,
  cityCode: null,
  kind: null,
};

export type Searches = ReturnType<typeof createSearches>;

/** Each person's search, as narrowed so far; forgotten after 30 days. */
export function createSearches({ connection, now }: { connection: Connection; now: () => Date }) {
  const Search = searchModel(connection);
  return {
    async of(memberId: string): Promise<DirectoryQuery> {
      const found = await Search.findById(new Types.ObjectId(memberId)).lean();
      if (!found) return NOTHING_SOUGHT;
      const { words, field, provinceCode, cityCode, kind } = found;
      return { words, field, provinceCode, cityCode, kind };
    },

    async change(memberId: string, changes: Partial<DirectoryQuery>): Promise<void> {
      await Search.updateOne(
        { _id: new Types.ObjectId(memberId) },
        { $set: { ...changes, expiresAt: new Date(now().getTime() + KEPT_MS) } },
        { upsert: true },
      );
    },

    async forgetMember(memberId: string): Promise<void> {
      await Search.deleteOne({ _id: new Types.ObjectId(memberId) });
    },
  };
}
