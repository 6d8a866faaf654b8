import { trusted, Types, type Connection } from 'mongoose';
import { searchKey } from '../../language/persian-text.ts';
import { memberModel, type AccountDocument, type MemberDocument, type Role } from './member.model.ts';

export type { Role } from './member.model.ts';

/** The notice that a member agrees to; a higher number asks again. */
export const CONSENT_VERSION = 1;

export interface Account {
  messenger: AccountDocument['messenger'];
  userId: number;
}

export interface Profile {
  name: string;
  phone: string;
  provinceCode: string;
  cityCode: string;
}

/** A member as other features may see one. */
export interface Member {
  id: string;
  name: string | null;
  phone: string | null;
  provinceCode: string | null;
  cityCode: string | null;
  language: MemberDocument['language'];
  roles: readonly Role[];
  membershipNumber: string | null;
  consent: { version: number; at: Date } | null;
  registeredAt: Date | null;
  accounts: readonly { messenger: Account['messenger']; userId: number; chatId: number; reachable: boolean }[];
}

export type Members = ReturnType<typeof createMembers>;

export function createMembers({ connection, now = () => new Date() }: { connection: Connection; now?: () => Date }) {
  const Member = memberModel(connection);
  const byAccount = ({ messenger, userId }: Account) => ({ accounts: trusted({ $elemMatch: { messenger, userId } }) });

  return {
    /** The person behind an account, made a guest on first sight. Two updates at once make one guest. */
    async identify(account: Account & { chatId: number }) {
      const found = await Member.findOne(byAccount(account)).lean();
      const member = found ?? (await createGuest(account));
      const own = member.accounts.find((one) => one.messenger === account.messenger && one.userId === account.userId);
      if (own && (!own.reachable || own.chatId !== account.chatId)) {
        await Member.updateOne(byAccount(account), {
          $set: { 'accounts.$.reachable': true, 'accounts.$.chatId': account.chatId },
        });
      }
      return {
        id: member._id.toHexString(),
        ...account,
        language: member.language,
        name: member.name,
        roles: member.roles,
        registered: member.registeredAt !== null,
        conversation: own?.conversation ?? null,
      };
    },

    async saveConversation(account: Account, state: string | null): Promise<void> {
      await Member.updateOne(byAccount(account), { $set: { 'accounts.$.conversation': state } });
    },

    async find(id: string): Promise<Member | null> {
      if (!Types.ObjectId.isValid(id)) return null;
      const found = await Member.findById(new Types.ObjectId(id)).lean();
      return found && toMember(found);
    },

    /** Members who have this member's phone; the same person, or two in one office. */
    async withSamePhone(id: string): Promise<Member[]> {
      const own = await Member.findById(new Types.ObjectId(id)).select({ phone: 1 }).lean();
      if (!own?.phone) return [];
      const found = await Member.find({ phone: own.phone, _id: trusted({ $ne: own._id }) })
        .limit(5)
        .lean();
      return found.map(toMember);
    },

    async setLanguage(id: string, language: NonNullable<MemberDocument['language']>): Promise<void> {
      await Member.updateOne({ _id: new Types.ObjectId(id) }, { $set: { language } });
    },

    /** Keeps who a person is, with the consent given now. The first time makes a member of a guest. */
    async saveProfile(id: string, profile: Profile): Promise<void> {
      const _id = new Types.ObjectId(id);
      await Member.updateOne(
        { _id },
        {
          $set: {
            ...profile,
            nameKey: searchKey(profile.name),
            phoneVerifiedAt: now(),
            consent: { version: CONSENT_VERSION, at: now() },
          },
        },
      );
      await Member.updateOne({ _id, registeredAt: null }, { $set: { registeredAt: now() } });
    },

    /** Gives a role to the person behind an account, known or not yet. */
    async grant(account: Account, role: Role): Promise<void> {
      // In a private chat both messengers use the person's own id as the chat's.
      const guest = await this.identify({ ...account, chatId: account.userId });
      await Member.updateOne({ _id: new Types.ObjectId(guest.id) }, { $addToSet: { roles: role } });
    },

    async withRole(roles: readonly Role[]): Promise<Member[]> {
      const found = await Member.find({ roles: trusted({ $in: roles }) }).lean();
      return found.map(toMember);
    },

    async markUnreachable(account: { messenger: Account['messenger']; chatId: number }): Promise<void> {
      await Member.updateOne(
        { accounts: trusted({ $elemMatch: account }) },
        { $set: { 'accounts.$.reachable': false } },
      );
    },

    /** Registered members whom some messenger still reaches, in order of id: one page of an audience. */
    async reachablePage({ after, limit }: { after: string | null; limit: number }): Promise<Member[]> {
      const found = await Member.find({
        registeredAt: trusted({ $ne: null }),
        'accounts.reachable': true,
        ...(after === null ? {} : { _id: trusted({ $gt: new Types.ObjectId(after) }) }),
      })
        .sort({ _id: 1 })
        .limit(limit)
        .lean();
      return found.map(toMember);
    },

    async countReachable(): Promise<Record<Account['messenger'], number>> {
      const counts = { telegram: 0, bale: 0 };
      const found = await Member.aggregate<{ _id: Account['messenger']; count: number }>([
        { $match: { registeredAt: { $ne: null }, 'accounts.reachable': true } },
        { $project: { first: { $first: { $filter: { input: '$accounts', cond: '$$this.reachable' } } } } },
        { $group: { _id: '$first.messenger', count: { $sum: 1 } } },
      ]);
      for (const { _id, count } of found) counts[_id] = count;
      return counts;
    },
  };

  async function createGuest(account: Account & { chatId: number }): Promise<MemberDocument> {
    try {
      return (await Member.create({ accounts: [account] })).toObject();
    } catch (error) {
      const other = await Member.findOne(byAccount(account)).lean();
      if (other) return other;
      throw error;
    }
  }
}

function toMember(document: MemberDocument): Member {
  const { _id, accounts, name, phone, provinceCode, cityCode, language, roles } = document;
  const { membershipNumber, consent, registeredAt } = document;
  return {
    id: _id.toHexString(),
    name,
    phone,
    provinceCode,
    cityCode,
    language,
    roles,
    membershipNumber,
    consent,
    registeredAt,
    accounts: accounts.map(({ messenger, userId, chatId, reachable }) => ({ messenger, userId, chatId, reachable })),
  };
}
