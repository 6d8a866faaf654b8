import { trusted, Types, type Connection } from 'mongoose';
import { batched } from '../../database/batched.ts';
import { insertEach } from '../../database/insert.ts';
import { searchKey } from '../../language/persian-text.ts';
import { memberModel, type MemberDocument } from './member.model.ts';

export interface ImportedMember {
  id: string;
  name: string | null;
  phone: string;
  provinceCode: string | null;
  cityCode: string | null;
  /** When the list brought it. */
  since: Date;
  /** From a list, and nobody has said «this is me» yet. */
  unclaimed: boolean;
}

export interface NewImportedMember {
  id: string;
  name: string;
  /** E.164 */
  phone: string;
  provinceCode: string | null;
  cityCode: string | null;
}

export type ImportedMembers = ReturnType<typeof createImportedMembers>;

/** People whom a list brought: a name and an unproved phone, no account, no consent, in no audience. */
export function createImportedMembers({ connection, now }: { connection: Connection; now: () => Date }) {
  const Member = memberModel(connection);

  // The driver's own, and for many at once: every member's start asks for it.
  const members = connection.collection<MemberDocument>(Member.collection.name);
  const unclaimedOf = batched(async (phones: string[]): Promise<(ImportedMember | undefined)[]> => {
    const found = await members
      .find({ phone: { $in: phones, $type: 'string' }, mergedInto: null, source: 'import', accounts: [] })
      .sort({ _id: 1 })
      .toArray();
    return phones.map((phone) => {
      const member = found.find((one) => one.phone === phone);
      return member && toImported(member, phone);
    });
  });

  return {
    /** Whom a list brought under this phone, if nobody has said «this is me» yet. */
    unclaimedBy: (phone: string): Promise<ImportedMember | undefined> => unclaimedOf(phone),

    /** Everybody who has one of these phones, imported or not. */
    async byPhones(phones: readonly string[]): Promise<ImportedMember[]> {
      const found = await Member.find({ phone: trusted({ $in: phones, $type: 'string' as const }), mergedInto: null })
        .select({ name: 1, phone: 1, provinceCode: 1, cityCode: 1, source: 1, accounts: 1, createdAt: 1 })
        .lean();
      return found.flatMap((member) => (member.phone === null ? [] : [toImported(member, member.phone)]));
    },

    /**
     * Adds people under the ids that the caller gave them.
     * @returns the ids of those that the database does not hold afterwards
     */
    async add(people: readonly NewImportedMember[]): Promise<string[]> {
      const missing = await insertEach(
        Member,
        people.map(({ id, name, ...rest }) => ({
          ...rest,
          _id: new Types.ObjectId(id),
          name,
          nameKey: searchKey(name),
          source: 'import' as const,
          createdAt: now(),
        })),
      );
      return missing.map((id) => id.toHexString());
    },

    async find(id: string): Promise<ImportedMember | null> {
      const found = Types.ObjectId.isValid(id) ? await Member.findById(new Types.ObjectId(id)).lean() : null;
      return found?.phone ? toImported(found, found.phone) : null;
    },

    /** Empties the record that a member has claimed; its businesses have moved before. Done twice, it changes nothing. */
    async giveUp(id: string, claimerId: string): Promise<void> {
      await Member.updateOne(
        { _id: new Types.ObjectId(id), source: 'import', 'accounts.0': trusted({ $exists: false }) },
        {
          $set: {
            mergedInto: new Types.ObjectId(claimerId),
            name: null,
            nameKey: null,
            phone: null,
            provinceCode: null,
            cityCode: null,
          },
        },
      );
    },
  };
}

function toImported(member: MemberDocument, phone: string): ImportedMember {
  const { _id, name, provinceCode, cityCode, source, accounts, createdAt } = member;
  const unclaimed = source === 'import' && accounts.length === 0;
  return {
    id: _id.toHexString(),
    name,
    phone,
    provinceCode,
    cityCode,
    unclaimed,
    since: createdAt ?? _id.getTimestamp(),
  };
}
