import { trusted, Types, type Connection } from 'mongoose';
import { withoutAddresses } from '../../language/addresses.ts';
import { batched } from '../../database/batched.ts';
import { upserted } from '../../database/upserted.ts';
import { searchKey } from '../../language/persian-text.ts';
import { joinModel } from './join.model.ts';
import { isProvedNow, isRecentlyProved } from './phone-proof.service.ts';
import { memberModel, type AccountDocument, type MemberDocument, type Role, type Source } from './member.model.ts';

export type { Role, Source } from './member.model.ts';

/** The notice that a member agrees to; a higher number asks again. */
export const CONSENT_VERSION = 1;

/** Stands where a deleted person stood, in what stays without them. Nobody has this id. */
export const NOBODY = '000000000000000000000000';

export type MessengerName = AccountDocument['messenger'];

export interface Account {
  messenger: MessengerName;
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
  consent: { version: number; at: Date } | null;
  registeredAt: Date | null;
  /** Null: the phone is from a list or from an officer, and nobody has proved it. */
  phoneVerifiedAt: Date | null;
  /** Another member has proved it since. */
  phoneLostAt: Date | null;
  preferredMessenger: MessengerName | null;
  source: Source;
  membershipNumber: string | null;
  hasNationalCode: boolean;
  /** Asked for, and to be undone until `dueAt`. */
  deletion: { requestedAt: Date; dueAt: Date } | null;
  accounts: readonly { messenger: Account['messenger']; userId: number; chatId: number; reachable: boolean }[];
}

export type Members = ReturnType<typeof createMembers>;

export interface MembersDeps {
  connection: Connection;
  now: () => Date;
  /** The version of the notice in force. */
  consentVersion?: number;
  /** Finishes the joining in whose course this account is on its way from one member to another. */
  finishJoin?: (account: Account) => Promise<void>;
  /** Sends nothing more to an account that is the member's no longer. */
  withdraw?: (account: { memberId: string; messenger: MessengerName; chatId: number }) => Promise<void>;
}

export function createMembers(deps: MembersDeps) {
  const { connection, now, consentVersion = CONSENT_VERSION } = deps;
  const Member = memberModel(connection);
  const Join = joinModel(connection);
  const byAccount = ({ messenger, userId }: Account) => ({
    accounts: trusted({ $elemMatch: { messenger, userId } }),
    // Says what the index holds only: without it every member is looked through.
    'accounts.userId': userId,
  });
  /** A change within an account. Not by `accounts.$`, which does not say which of the two conditions it follows. */
  const changeAccount = ({ messenger, userId }: Account, changes: Partial<AccountDocument>) =>
    Member.updateOne(
      byAccount({ messenger, userId }),
      { $set: Object.fromEntries(Object.entries(changes).map(([key, value]) => [`accounts.$[own].${key}`, value])) },
      { arrayFilters: [{ 'own.messenger': messenger, 'own.userId': userId }] },
    );

  // The driver's own: every update asks who is behind its account, and nothing in that needs casting.
  const accounts = connection.collection<MemberDocument>(Member.collection.name);
  const ofAccount = batched(async (wanted: Account[]): Promise<(MemberDocument | null)[]> => {
    const found = new Map<string, MemberDocument>();
    for (const member of await accounts.find(anyOf(wanted)).toArray())
      for (const account of member.accounts) found.set(keyOf(account), member);
    return wanted.map((account) => found.get(keyOf(account)) ?? null);
  });

  return {
    consentVersion,

    /** The person behind an account, made a guest on first sight. Two updates at once make one guest. */
    async identify(account: Account & { chatId: number }) {
      const member = (await ofAccount(account)) ?? (await arriving(account)) ?? (await createGuest(account));
      const own = member.accounts.find((one) => one.messenger === account.messenger && one.userId === account.userId);
      if (own && (!own.reachable || own.chatId !== account.chatId)) {
        await changeAccount(account, {
          reachable: true,
          chatId: account.chatId,
          ...(own.reachable ? {} : { returned: true }),
        });
      }
      const registered = member.registeredAt !== null;
      return {
        id: member._id.toHexString(),
        ...account,
        language: member.language,
        name: member.name && withoutAddresses(member.name),
        roles: member.roles,
        registered,
        conversation: own?.conversation ?? null,
        returned: own !== undefined && (own.returned === true || !own.reachable),
        provenPhone: member.phoneVerifiedAt && !member.phoneLostAt ? member.phone : null,
        consent:
          !registered || (member.consent?.version ?? 0) >= consentVersion
            ? ('settled' as const)
            : member.consentAsked >= consentVersion
              ? ('asked' as const)
              : ('due' as const),
        deletionDueAt: member.deletion?.dueAt ?? null,
      };
    },

    /** What could go nowhere while the account was out of reach is on its way now. */
    async welcomed(account: Account): Promise<void> {
      await changeAccount(account, { returned: false });
    },

    async saveConversation(account: Account, state: string | null): Promise<void> {
      await changeAccount(account, { conversation: state });
    },

    async find(id: string): Promise<Member | null> {
      if (!Types.ObjectId.isValid(id)) return null;
      const found = await Member.findById(new Types.ObjectId(id)).lean();
      return found && toMember(found);
    },

    /** The member of an account; unlike `identify` it makes nobody. */
    async behind(account: Account): Promise<Member | null> {
      const found = await ofAccount(account);
      return found && toMember(found);
    },

    /** The emptied records that became part of this member. */
    async mergedInto(id: string): Promise<string[]> {
      const into = { $eq: new Types.ObjectId(id), $type: 'objectId' as const };
      const found = await Member.find({ mergedInto: trusted(into) })
        .select({ _id: 1 })
        .lean();
      return found.map(({ _id }) => _id.toHexString());
    },

    /** Members who have this member's phone; the same person, or two in one office. */
    async withSamePhone(id: string): Promise<Member[]> {
      const own = await Member.findById(new Types.ObjectId(id)).select({ phone: 1 }).lean();
      if (!own?.phone) return [];
      const found = await Member.find({
        ...withPhone(own.phone),
        _id: trusted({ $ne: own._id }),
      })
        .limit(5)
        .lean();
      return found.map(toMember);
    },

    async setLanguage(id: string, language: NonNullable<MemberDocument['language']>): Promise<void> {
      await Member.updateOne({ _id: new Types.ObjectId(id) }, { $set: { language } });
    },

    /** Keeps who a person is, with the consent given now. The first time makes a member of a guest. */
    async saveProfile(id: string, profile: Profile, provedAt: Date = now()): Promise<void> {
      const _id = new Types.ObjectId(id);
      await Member.updateOne(
        { _id },
        {
          $set: {
            ...profile,
            nameKey: searchKey(profile.name),
            phoneVerifiedAt: provedAt,
            phoneLostAt: null,
            consent: { version: consentVersion, at: now() },
          },
        },
      );
      await Member.updateOne({ _id, registeredAt: null }, { $set: { registeredAt: now() } });
      await othersLose(_id, profile.phone, provedAt);
    },

    /** Keeps a number that the member's own contact has just proved; whoever had it before has it no more. */
    async provePhone(id: string, phone: string): Promise<void> {
      const [_id, at] = [new Types.ObjectId(id), now()];
      await Member.updateOne({ _id }, { $set: { phone, phoneVerifiedAt: at, phoneLostAt: null } });
      await othersLose(_id, phone, at);
    },

    /** Whether somebody else has proved this number after `since`. */
    async isProvedByAnother(phone: string, { id, since }: { id: string; since: Date }): Promise<boolean> {
      const other = { _id: trusted({ $ne: new Types.ObjectId(id) }), phoneVerifiedAt: trusted({ $gt: since }) };
      return (await Member.exists({ ...withPhone(phone), ...other })) !== null;
    },

    /** Corrects what a member may change alone; a phone is changed by proving another one. */
    async updateProfile(id: string, profile: Omit<Profile, 'phone'>): Promise<void> {
      await Member.updateOne(
        { _id: new Types.ObjectId(id), registeredAt: trusted({ $ne: null }) },
        { $set: { ...profile, nameKey: searchKey(profile.name) } },
      );
    },

    /** Keeps that the member agrees to the notice in force. */
    async giveConsent(id: string): Promise<void> {
      await Member.updateOne(
        { _id: new Types.ObjectId(id) },
        { $set: { consent: { version: consentVersion, at: now() }, consentAsked: consentVersion } },
      );
    },

    /** A guest wants no news any more; a member's consent ends with the membership. */
    async withdrawConsent(id: string): Promise<void> {
      await Member.updateOne({ _id: new Types.ObjectId(id), registeredAt: null }, { $set: { consent: null } });
    },

    async markConsentAsked(id: string): Promise<void> {
      await Member.updateOne({ _id: new Types.ObjectId(id) }, { $set: { consentAsked: consentVersion } });
    },

    /** The account that news and notices go to first. False where the member has no such account. */
    async prefer(id: string, messenger: MessengerName): Promise<boolean> {
      const { matchedCount } = await Member.updateOne(
        { _id: new Types.ObjectId(id), 'accounts.messenger': messenger },
        { $set: { preferredMessenger: messenger } },
      );
      return matchedCount === 1;
    },

    /**
     * Takes an account from its member; whoever writes from it next is a guest. The last account stays, or nobody could
     * reach the data any more. False where it is the last or is not there.
     */
    async unlink(id: string, messenger: MessengerName): Promise<boolean> {
      const _id = new Types.ObjectId(id);
      const several = { _id, 'accounts.messenger': messenger, 'accounts.1': trusted({ $exists: true }) };
      const member = await Member.findOne(several).lean();
      const account = member?.accounts.find((one) => one.messenger === messenger);
      if (!account) return false;
      await deps.withdraw?.({ memberId: id, messenger, chatId: account.chatId });
      const { modifiedCount } = await Member.updateOne(several, { $pull: { accounts: { messenger } } });
      await Member.updateOne({ _id, preferredMessenger: messenger }, { $set: { preferredMessenger: null } });
      return modifiedCount === 1;
    },

    /**
     * Members who have proved this phone and write from somewhere; who has been one for longest comes first. Not who lost
     * it to another long after: that is not the same person on another messenger.
     */
    async withVerifiedPhone(phone: string): Promise<Member[]> {
      const found = await Member.find({
        ...withPhone(phone),
        phoneVerifiedAt: trusted({ $ne: null }),
        'accounts.0': trusted({ $exists: true }),
      })
        .sort({ registeredAt: 1, _id: 1 })
        .limit(20)
        .lean();
      return found.filter((member) => !member.phoneLostAt || isRecentlyProved(member, now())).map(toMember);
    },

    /** Gives a role to the person behind an account, known or not yet. */
    async grant(account: Account, role: Role): Promise<void> {
      // In a private chat both messengers use the person's own id as the chat's.
      const guest = await this.identify({ ...account, chatId: account.userId });
      await Member.updateOne({ _id: new Types.ObjectId(guest.id) }, { $addToSet: { roles: role } });
    },

    async revoke(account: Account, role: Role): Promise<void> {
      const holder = await Member.findOneAndUpdate(byAccount(account), { $pull: { roles: role } }, { lean: true });
      // On the way from one record to another, the role would come back out of the journal.
      const { messenger, userId } = account;
      const sides = holder ? [{ from: holder._id }, { to: holder._id }] : [];
      await Join.updateMany(
        {
          state: 'moving',
          $or: [...sides, { 'carried.accounts': trusted({ $elemMatch: { messenger, userId } }) }],
        },
        { $pull: { 'carried.roles': role } },
      );
    },

    /**
     * Every role of the one ends and the other becomes an admin, in one command. Repeated, it changes nothing; both being
     * the same person, neither.
     */
    async passAdmin({ from, to }: { from: string; to: string }): Promise<void> {
      if (from === to) return;
      const [old, next] = [new Types.ObjectId(from), new Types.ObjectId(to)];
      await Member.collection.updateMany({ _id: { $in: [old, next] } }, [
        { $set: { roles: { $cond: [{ $eq: ['$_id', old] }, [], { $setUnion: ['$roles', ['admin']] }] } } },
      ]);
    },

    /**
     * Somebody who called the secretariat: the record under this phone, or a new one without an account. A member is meant
     * where the number speaks for them now, or the name is theirs: who had the number before is somebody else.
     */
    async ofCaller({ name, phone }: { name: string; phone: string }): Promise<string> {
      const nameKey = searchKey(name);
      const known = await Member.find({ ...withPhone(phone), mergedInto: null, deletion: null })
        .sort({ registeredAt: -1 })
        .limit(20)
        .lean();
      const meant = known.find(
        (one) => one.nameKey === nameKey || (one.accounts.length === 0 ? !one.nameKey : isProvedNow(one, now())),
      );
      if (meant) return meant._id.toHexString();
      const own = { ...withPhone(phone), nameKey, accounts: trusted({ $size: 0 }), mergedInto: null, deletion: null };
      const made = await Member.findOneAndUpdate(
        own,
        {
          $setOnInsert: {
            phone,
            name,
            nameKey,
            accounts: [],
            source: 'assisted',
            mergedInto: null,
            deletion: null,
            createdAt: now(),
          },
        },
        { upsert: true, returnDocument: 'after', lean: true },
      );
      return upserted(made)._id.toHexString();
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
        deletion: null,
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
        { $match: { registeredAt: { $ne: null }, 'accounts.reachable': true, deletion: null } },
        {
          $project: {
            preferredMessenger: 1,
            reachable: {
              $map: { input: { $filter: { input: '$accounts', cond: '$$this.reachable' } }, in: '$$this.messenger' },
            },
          },
        },
        {
          $project: {
            first: {
              $cond: [{ $in: ['$preferredMessenger', '$reachable'] }, '$preferredMessenger', { $first: '$reachable' }],
            },
          },
        },
        { $group: { _id: '$first', count: { $sum: 1 } } },
      ]);
      for (const { _id, count } of found) counts[_id] = count;
      return counts;
    },
  };

  async function othersLose(_id: Types.ObjectId, phone: string, provedAt: Date): Promise<void> {
    await Member.updateMany(
      {
        ...withPhone(phone),
        _id: trusted({ $ne: _id }),
        phoneVerifiedAt: trusted({ $lt: provedAt, $type: 'date' as const }),
        phoneLostAt: null,
      },
      { $set: { phoneLostAt: provedAt } },
    );
  }

  /** Nowhere to be seen, yet perhaps on its way between two documents: a guest made now would stand in its way. */
  async function arriving(account: Account): Promise<MemberDocument | null> {
    await deps.finishJoin?.(account);
    return ofAccount(account);
  }

  async function createGuest(account: Account & { chatId: number }): Promise<MemberDocument> {
    try {
      return (await Member.create({ accounts: [account], createdAt: now() })).toObject();
    } catch (error) {
      const other = await Member.findOne(byAccount(account)).lean();
      if (other) return other;
      throw error;
    }
  }
}

/** The type is what the index holds only. */
const withPhone = (phone: string) => ({ phone: trusted({ $eq: phone, $type: 'string' as const }) });

const keyOf = ({ messenger, userId }: Account): string => `${messenger}:${userId}`;

/** For the driver: the members who have one of these accounts, by one look into the index for each messenger. */
function anyOf(wanted: readonly Account[]) {
  const ids = Map.groupBy(wanted, ({ messenger }) => messenger);
  const branches = [...ids].map(([messenger, those]) => ({
    accounts: { $elemMatch: { messenger, userId: { $in: those.map(({ userId }) => userId) } } },
    // Says what the index holds only: without it every member is looked through.
    'accounts.userId': { $in: those.map(({ userId }) => userId) },
  }));
  return branches.length === 1 && branches[0] ? branches[0] : { $or: branches };
}

function toMember(document: MemberDocument): Member {
  const { _id, accounts, nationalCode, deletion, ...rest } = document;
  return {
    id: _id.toHexString(),
    name: rest.name && withoutAddresses(rest.name),
    phone: rest.phone,
    phoneVerifiedAt: rest.phoneVerifiedAt,
    phoneLostAt: rest.phoneLostAt ?? null,
    provinceCode: rest.provinceCode,
    cityCode: rest.cityCode,
    language: rest.language,
    roles: rest.roles,
    consent: rest.consent && { version: rest.consent.version, at: rest.consent.at },
    registeredAt: rest.registeredAt,
    preferredMessenger: rest.preferredMessenger ?? null,
    source: rest.source ?? 'chat',
    membershipNumber: rest.membershipNumber ?? null,
    hasNationalCode: Boolean(nationalCode),
    deletion: deletion ? { requestedAt: deletion.requestedAt, dueAt: deletion.dueAt } : null,
    accounts: accounts.map(({ messenger, userId, chatId, reachable }) => ({ messenger, userId, chatId, reachable })),
  };
}
