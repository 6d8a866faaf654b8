import { trusted, Types, type Connection } from 'mongoose';
import { memberModel, type Source } from './member.model.ts';

export interface ExportedMember {
  id: string;
  name: string | null;
  phone: string | null;
  provinceCode: string | null;
  cityCode: string | null;
  membershipNumber: string | null;
  source: Source;
  registeredAt: Date | null;
}

const SHOWN = {
  name: 1,
  phone: 1,
  provinceCode: 1,
  cityCode: 1,
  membershipNumber: 1,
  source: 1,
  registeredAt: 1,
} as const;

export type MembersExport = ReturnType<typeof createMembersExport>;

/** Reads all people, page by page, for sheets: in as much memory as one page takes. */
export function createMembersExport({ connection }: { connection: Connection }) {
  const Member = memberModel(connection);
  return {
    /** Registered or imported people in order of id, a page at a time; guests are in no sheet. */
    async page({ after, limit }: { after: string | null; limit: number }): Promise<ExportedMember[]> {
      const found = await Member.find({
        mergedInto: null,
        deletion: null,
        $or: [{ registeredAt: trusted({ $ne: null }) }, { source: trusted({ $ne: 'chat' }) }],
        ...(after === null ? {} : { _id: trusted({ $gt: new Types.ObjectId(after) }) }),
      })
        .select(SHOWN)
        .sort({ _id: 1 })
        .limit(limit)
        .lean();
      return found.map(({ _id, name, phone, provinceCode, cityCode, membershipNumber, source, registeredAt }) => ({
        id: _id.toHexString(),
        name,
        phone,
        provinceCode,
        cityCode,
        membershipNumber,
        source,
        registeredAt,
      }));
    },
  };
}
