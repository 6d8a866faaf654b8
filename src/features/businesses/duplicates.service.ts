import { trusted, Types, type Connection, type QueryFilter } from 'mongoose';
import type { Audit } from '../audit/audit.service.ts';
import type { Member, Members } from '../members/members.service.ts';
import { isRecentlyProved } from '../members/phone-proof.service.ts';
import { businessModel, type BusinessDocument } from './business.model.ts';
import { mayReview } from './business-rights.ts';
import { toBusiness, type Business } from './business.ts';
import type { Reviewer } from './approval.service.ts';
import type { NotifyOfBusiness } from './business-people.service.ts';

/** Why two records may be one business, the surest first. */
export type Likeness = 'companyId' | 'phone' | 'name';

export interface Duplicate {
  business: Business;
  by: Likeness;
}

export interface Merge {
  actorId: string;
  from: string;
  into: string;
  source: string;
}

export type MergeOutcome =
  | { kind: 'merged'; business: Business }
  | { kind: 'forbidden' }
  /** One of them is gone or was merged elsewhere; or who agreed for the one that goes is not its only owner. */
  | { kind: 'moved-on' };

/** Why the secretariat does not make one of two members. */
export type PeopleApart =
  | 'forbidden'
  /** One of them is gone, was merged elsewhere, or has no phone. */
  | 'gone'
  /** They have no proved phone in common, or are on the same messenger. */
  | 'not-one'
  /** One of them has a role: with it come rights that only an admin gives, and to somebody else. */
  | 'staff'
  /** One of them has said that the other is somebody else. */
  | 'not-me'
  /** One of them waits to be deleted. */
  | 'leaving';

export interface DuplicatesDeps {
  connection: Connection;
  audit: Pick<Audit, 'record'>;
  notify: NotifyOfBusiness;
  members: Pick<Members, 'find' | 'withSamePhone'>;
  /** Whether one of the two has said that the other is somebody else. */
  hasRefused: (one: string, other: string) => Promise<boolean>;
  /** Cases follow the business that they are about. */
  moveCases: (from: string, into: string) => Promise<void>;
  /** Gives one member everything that another has (features/members), unless one is gone or waits to be deleted. */
  joinMembers: (from: string, into: string) => Promise<'merged' | 'gone' | 'leaving'>;
  now: () => Date;
}

const MOST_SHOWN = 5;
/** What the kept record takes from the other one where it says nothing itself. */
const FILLED = ['companyId', 'website', 'description', 'headcount', 'since', 'workplace'] as const;

export type Duplicates = ReturnType<typeof createDuplicates>;

/** The same business registered twice: found, and made one without losing anybody or any case. */
export function createDuplicates(deps: DuplicatesDeps) {
  const { connection, audit, notify, now } = deps;
  const Business = businessModel(connection);
  const oid = (id: string) => new Types.ObjectId(id);

  /**
   * Makes one record of two. Each step may be repeated, so an update that is worked again after a crash finishes it:
   * the record that goes is closed first, so that two merges can't cross.
   */
  async function merge(
    options: Merge & { newcomers: 'keep-roles' | 'employees'; onlyWhere: QueryFilter<BusinessDocument> },
  ): Promise<MergeOutcome> {
    const { actorId, from, into, source, newcomers, onlyWhere } = options;
    if (from === into || !Types.ObjectId.isValid(from) || !Types.ObjectId.isValid(into)) return { kind: 'moved-on' };
    const kept = await Business.findOne({ _id: oid(into), status: trusted({ $ne: 'merged' }) }).lean();
    if (!kept) return { kind: 'moved-on' };
    const before = await Business.findOneAndUpdate(
      { ...onlyWhere, _id: oid(from), status: trusted({ $ne: 'merged' }) },
      { $set: { status: 'merged', mergedInto: oid(into) } },
      { returnDocument: 'before', lean: true },
    );
    const gone = before ?? (await Business.findOne({ _id: oid(from), status: 'merged', mergedInto: oid(into) }).lean());
    if (!gone) return { kind: 'moved-on' };
    // The other way round at the same moment: the record that was to be kept is gone too. Take this step back.
    if (before && !(await Business.exists({ _id: oid(into), status: trusted({ $ne: 'merged' }) }))) {
      await Business.updateOne(
        { _id: oid(from), mergedInto: oid(into) },
        { $set: { status: before.status, mergedInto: null } },
      );
      return { kind: 'moved-on' };
    }
    await audit.record({
      actorId,
      act: 'business.merge',
      subject: { kind: 'business', id: from },
      before: { from: recordOf(gone), into: recordOf(kept) },
      after: { mergedInto: into },
      source,
    });
    for (const person of gone.people)
      await Business.updateOne(
        { _id: oid(into), 'people.memberId': trusted({ $ne: person.memberId }) },
        { $push: { people: newcomers === 'keep-roles' ? person : { ...person, role: 'employee' } } },
      );
    for (const fact of FILLED)
      if (gone[fact] !== null)
        await Business.updateOne({ _id: oid(into), [fact]: null }, { $set: { [fact]: gone[fact] } });
    for (const held of gone.documents)
      await Business.updateOne(
        { _id: oid(into), 'documents.kind': trusted({ $ne: held.kind }) },
        { $push: { documents: held } },
      );
    await deps.moveCases(from, into);
    for (const { memberId } of gone.people)
      if (!memberId.equals(actorId))
        await notify({
          key: `business:${from}:merged:${memberId.toHexString()}`,
          memberId: memberId.toHexString(),
          kind: 'business',
          payload: { about: 'merged', businessId: into },
        });
    const merged = await Business.findById(oid(into)).lean();
    return merged ? { kind: 'merged', business: toBusiness(merged) } : { kind: 'moved-on' };
  }

  /**
   * What keeps this actor from making one of two members; null where nothing does. The phone is what says that they are
   * one, and it may be a former one: so it neither brings rights nor outweighs what the people themselves said.
   */
  async function whyApart(
    actor: Reviewer,
    { from, into }: { from: string; into: string },
  ): Promise<PeopleApart | null> {
    if (!mayReview(actor.roles)) return 'forbidden';
    const [one, other] = await Promise.all([deps.members.find(from), deps.members.find(into)]);
    if (!one?.phone || !other?.phone || one.id === other.id) return 'gone';
    if (one.phone !== other.phone || !isSettled(one, now()) || !isSettled(other, now()) || shareMessenger(one, other))
      return 'not-one';
    const isOutside = actor.roles.includes('admin') && actor.id !== one.id && actor.id !== other.id;
    if (one.roles.length + other.roles.length > 0 && !isOutside) return 'staff';
    if (await deps.hasRefused(one.id, other.id)) return 'not-me';
    return one.deletion || other.deletion ? 'leaving' : null;
  }

  return {
    /** Records that may be the same business, at most five. */
    async of(business: Business): Promise<Duplicate[]> {
      const found = new Map<string, Duplicate>();
      const look = async (by: Likeness, filter: QueryFilter<BusinessDocument>): Promise<void> => {
        const like = await Business.find({
          ...filter,
          _id: trusted({ $ne: oid(business.id) }),
          status: trusted({ $nin: ['merged', 'refused'] }),
        })
          .sort({ registeredAt: 1 })
          .limit(MOST_SHOWN)
          .lean();
        for (const document of like) {
          const id = document._id.toHexString();
          if (!found.has(id)) found.set(id, { business: toBusiness(document), by });
        }
      };
      const own = await Business.findById(oid(business.id)).select({ nameKey: 1 }).lean();
      if (business.companyId !== null)
        await look('companyId', { companyId: trusted({ $eq: business.companyId, $type: 'string' as const }) });
      if (own) await look('name', { nameKey: own.nameKey, cityCode: business.cityCode });
      for (const { memberId } of business.people) {
        const twins = await deps.members.withSamePhone(memberId);
        if (twins.length > 0)
          await look('phone', { 'people.memberId': trusted({ $in: twins.map(({ id }) => oid(id)) }) });
      }
      return [...found.values()].slice(0, MOST_SHOWN);
    },

    /**
     * By the people concerned, when both sides agree: for the record that goes `ownerId`, who must be its only owner now.
     * Who comes along has been let in by nobody, so gets no say.
     */
    mergeAgreed({ ownerId, ...options }: Merge & { ownerId: string }): Promise<MergeOutcome> {
      const owner = { memberId: oid(ownerId), role: 'owner' };
      const another = { memberId: { $ne: oid(ownerId) }, role: 'owner' };
      const onlyWhere = { people: trusted({ $elemMatch: owner, $not: { $elemMatch: another } }) };
      return merge({ ...options, newcomers: 'employees', onlyWhere });
    },

    /** By the secretariat. */
    async mergeBusinesses(
      actor: Reviewer,
      { from, into, source }: { from: string; into: string; source: string },
    ): Promise<MergeOutcome> {
      return mayReview(actor.roles)
        ? merge({ actorId: actor.id, from, into, source, newcomers: 'keep-roles', onlyWhere: {} })
        : { kind: 'forbidden' };
    },

    whyApart,

    /** The members whom this actor may make one with this one. */
    async twinsOf(actor: Reviewer, memberId: string): Promise<Member[]> {
      const twins: Member[] = [];
      for (const twin of await deps.members.withSamePhone(memberId))
        if ((await whyApart(actor, { from: memberId, into: twin.id })) === null) twins.push(twin);
      return twins;
    },

    /** Makes one member of two who are the same person; what the one has is the other's. */
    async mergeMembers(
      actor: Reviewer,
      { from, into, source }: { from: string; into: string; source: string },
    ): Promise<{ kind: 'merged' | PeopleApart }> {
      const apart = await whyApart(actor, { from, into });
      if (apart) return { kind: apart };
      const businesses = await Business.find({ 'people.memberId': oid(from) })
        .select({ _id: 1 })
        .lean();
      await audit.record({
        actorId: actor.id,
        act: 'member.merge',
        subject: { kind: 'member', id: from },
        before: { businesses: businesses.map(({ _id }) => _id.toHexString()) },
        after: { mergedInto: into },
        source,
      });
      return { kind: await deps.joinMembers(from, into) };
    },
  };
}

/**
 * Who writes from somewhere has proved the phone, and of late where another did so since: numbers change hands. Of a record
 * without an account it is what a list or a caller said.
 */
const isSettled = (member: Member, at: Date): boolean =>
  member.accounts.length === 0 ||
  (member.phoneLostAt === null ? member.phoneVerifiedAt !== null : isRecentlyProved(member, at));

/** A member has one account on each messenger at most, so two who are on the same one stay two. */
const shareMessenger = (one: Member, other: Member): boolean =>
  one.accounts.some(({ messenger }) => other.accounts.some((account) => account.messenger === messenger));

/** What the audit log keeps of a record that goes. */
function recordOf({ _id, people, name, kind, cityCode, companyId, status, documents }: BusinessDocument) {
  return {
    id: _id.toHexString(),
    people: people.map(({ memberId, role }) => ({ memberId: memberId.toHexString(), role })),
    name,
    kind,
    cityCode,
    companyId,
    status,
    documents: documents.map((held) => held.kind),
  };
}
