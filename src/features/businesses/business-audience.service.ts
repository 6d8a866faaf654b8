import { trusted, Types, type Connection } from 'mongoose';
import { businessModel } from './business.model.ts';

export type BusinessAudience = ReturnType<typeof createBusinessAudience>;

/** Which of some members have a business of certain kinds or fields; refused and merged records don't count. */
export function createBusinessAudience({ connection }: { connection: Connection }) {
  const Business = businessModel(connection);

  return {
    /** An empty list is no condition; a business must meet both. */
    async among(
      memberIds: readonly string[],
      { kinds, fields }: { kinds: readonly string[]; fields: readonly string[] },
    ): Promise<Set<string>> {
      const wanted = new Set(memberIds);
      const found = await Business.find({
        'people.memberId': trusted({ $in: memberIds.map((id) => new Types.ObjectId(id)) }),
        status: trusted({ $nin: ['refused', 'merged'] }),
        ...(kinds.length > 0 ? { kind: trusted({ $in: kinds }) } : {}),
        ...(fields.length > 0 ? { fields: trusted({ $in: fields }) } : {}),
      })
        .select({ 'people.memberId': 1 })
        .hint({ 'people.memberId': 1, registeredAt: 1 })
        .lean();
      return new Set(
        found
          .flatMap(({ people }) => people.map(({ memberId }) => memberId.toHexString()))
          .filter((id) => wanted.has(id)),
      );
    },
  };
}
