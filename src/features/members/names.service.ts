import { trusted, Types, type Connection } from 'mongoose';
import { memberModel } from './member.model.ts';

/** The names of members, of those who have one; for lists that officers read. */
export function createNames({ connection }: { connection: Connection }) {
  const Member = memberModel(connection);
  return {
    async of(ids: readonly string[]): Promise<Map<string, string>> {
      const asked = ids.filter((id) => Types.ObjectId.isValid(id)).map((id) => new Types.ObjectId(id));
      const found = await Member.find({ _id: trusted({ $in: asked }) })
        .select({ name: 1 })
        .lean();
      return new Map(found.flatMap(({ _id, name }) => (name === null ? [] : [[_id.toHexString(), name] as const])));
    },
  };
}
