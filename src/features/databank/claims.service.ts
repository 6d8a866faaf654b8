import { trusted, Types, type Connection } from 'mongoose';
import { upserted } from '../../database/upserted.ts';
import type { Audit } from '../audit/audit.service.ts';
import type { ImportedBusinesses } from '../businesses/imported-businesses.service.ts';
import type { ImportedMember, ImportedMembers } from '../members/imported-members.service.ts';
import type { Member, Members, Role } from '../members/members.service.ts';
import { isProvedNow } from '../members/phone-proof.service.ts';
import { claimModel, type ClaimDocument } from './claim.model.ts';

/** What a list says of somebody, as far as it helps to recognise oneself. */
export interface ClaimFacts {
  name: string;
  cityCode: string | null;
  businesses: readonly { name: string; cityCode: string }[];
}

export interface Claim {
  id: string;
  facts: ClaimFacts;
}

export type ClaimOutcome =
  | { kind: 'joined'; businesses: readonly string[] }
  | { kind: 'refused' }
  /** The number was proved too long ago, changed since, or another has proved it: the contact is asked anew. */
  | { kind: 'prove' }
  /** Another account was quicker, or it is not this member's to answer. */
  | { kind: 'gone' };

export interface ClaimsDeps {
  connection: Connection;
  members: Pick<Members, 'find' | 'saveProfile' | 'isProvedByAnother'>;
  importedMembers: Pick<ImportedMembers, 'unclaimedBy' | 'find' | 'giveUp'>;
  importedBusinesses: Pick<ImportedBusinesses, 'ofPerson' | 'lookAgain'>;
  /** Puts one member in another's place in all businesses; done twice, it changes nothing. */
  moveInBusinesses: (from: string, to: string) => Promise<void>;
  giveNumber: (memberId: string) => Promise<unknown>;
  audit: Pick<Audit, 'record'>;
  now: () => Date;
}

const DUPLICATE_KEY = 11_000;
const STAFF: readonly Role[] = ['officer', 'head', 'admin'];

export type Claims = ReturnType<typeof createClaims>;

/** Gives what a list brought to the person it is about: who has proved the phone and says «this is me». */
export function createClaims(deps: ClaimsDeps) {
  const { connection, members, importedMembers, importedBusinesses, audit, now } = deps;
  const Claim = claimModel(connection);

  async function factsOf({ id, name, cityCode }: ImportedMember): Promise<ClaimFacts> {
    return { name: name ?? '', cityCode, businesses: await importedBusinesses.ofPerson(id) };
  }

  /** Every step may be repeated: a crash in between leaves an accepted claim, and the same press goes on with it. */
  async function take(claim: ClaimDocument, imported: ImportedMember, member: Member): Promise<ClaimOutcome> {
    const from = imported.id;
    const businesses = await importedBusinesses.ofPerson(from);
    const provinceCode = member.provinceCode ?? imported.provinceCode;
    const cityCode = member.cityCode ?? imported.cityCode;
    if (member.registeredAt === null && provinceCode !== null && cityCode !== null)
      await members.saveProfile(
        member.id,
        { name: member.name ?? imported.name ?? '', phone: claim.phone, provinceCode, cityCode },
        claim.provedAt ?? claim.offeredAt,
      );
    await audit.record({
      actorId: member.id,
      act: 'databank.claim',
      subject: { kind: 'member', id: from },
      after: { memberId: member.id, businesses: businesses.map(({ id }) => id) },
      source: `claim:${claim._id.toHexString()}`,
    });
    await deps.moveInBusinesses(from, member.id);
    if (businesses.length > 0) await deps.giveNumber(member.id);
    // A number is no proof of a business: an officer looks at who answers for it now.
    await importedBusinesses.lookAgain(businesses.map(({ id }) => id));
    await importedMembers.giveUp(from, member.id);
    await Claim.updateOne({ _id: claim._id }, { $set: { state: 'done', answeredAt: now() } });
    return { kind: 'joined', businesses: businesses.map(({ name }) => name) };
  }

  /** Whether the number of the claim still speaks for the member: proved of late, after the list, and by nobody since. */
  async function isProved(claim: ClaimDocument, imported: ImportedMember, member: Member): Promise<boolean> {
    if (imported.phone !== claim.phone || (member.phone !== null && member.phone !== claim.phone)) return false;
    const own = member.phoneLostAt === null ? member.phoneVerifiedAt : null;
    const phoneVerifiedAt = new Date(Math.max(own?.getTime() ?? 0, claim.provedAt?.getTime() ?? 0));
    if (!isProvedNow({ phoneVerifiedAt }, now()) || phoneVerifiedAt < imported.since) return false;
    return !(await members.isProvedByAnother(claim.phone, { id: member.id, since: phoneVerifiedAt }));
  }

  async function isToBeProved(memberId: string, claimId: string): Promise<boolean> {
    const own = { _id: new Types.ObjectId(claimId), memberId: new Types.ObjectId(memberId) };
    const claim = await Claim.findOne({ ...own, state: 'offered' }).lean();
    const imported = claim && (await importedMembers.find(claim.importedId.toHexString()));
    const member = await members.find(memberId);
    return Boolean(claim && imported?.unclaimed && member && !(await isProved(claim, imported, member)));
  }

  return {
    /**
     * The imported person of this phone, whom this member has not refused to be.
     * @param provedAt when the member's own contact proved it; by default what is kept of that, else now
     */
    async offer({
      memberId,
      phone,
      provedAt,
    }: {
      memberId: string;
      phone: string;
      provedAt?: Date;
    }): Promise<Claim | null> {
      const imported = await importedMembers.unclaimedBy(phone);
      if (!imported || imported.id === memberId) return null;
      const member = await members.find(memberId);
      const kept = member?.phone === phone ? member.phoneVerifiedAt : null;
      const key = { importedId: new Types.ObjectId(imported.id), memberId: new Types.ObjectId(memberId) };
      const claim = upserted(
        await Claim.findOneAndUpdate(
          key,
          {
            $setOnInsert: { state: 'offered', offeredAt: now() },
            $set: { phone },
            $max: { provedAt: provedAt ?? kept ?? now() },
          },
          { upsert: true, returnDocument: 'after', lean: true },
        ),
      );
      return claim.state === 'refused' ? null : { id: claim._id.toHexString(), facts: await factsOf(imported) };
    },

    async answer(memberId: string, claimId: string, yes: boolean): Promise<ClaimOutcome> {
      if (!Types.ObjectId.isValid(claimId)) return { kind: 'gone' };
      if (yes && (await isToBeProved(memberId, claimId))) return { kind: 'prove' };
      const answered = await Claim.findOneAndUpdate(
        {
          _id: new Types.ObjectId(claimId),
          memberId: new Types.ObjectId(memberId),
          state: trusted({ $in: yes ? ['offered', 'accepted'] : ['offered', 'refused'] }),
        },
        { $set: { state: yes ? 'accepted' : 'refused', answeredAt: now() } },
        { returnDocument: 'after', lean: true },
      ).catch((error: unknown) => {
        // Another account's claim to the same record was accepted first.
        if ((error as { code?: unknown }).code === DUPLICATE_KEY) return null;
        throw error;
      });
      if (!answered) return { kind: 'gone' };
      if (!yes) return { kind: 'refused' };
      const imported = await importedMembers.find(answered.importedId.toHexString());
      const member = await members.find(memberId);
      return imported?.unclaimed && member ? take(answered, imported, member) : { kind: 'gone' };
    },

    /** Records that a member said not to be: kept as they are, for the secretariat to look at. Null for who may not. */
    async refused(
      actor: { roles: readonly Role[] },
      { limit }: { limit: number },
    ): Promise<{ total: number; entries: { facts: ClaimFacts; at: Date }[] } | null> {
      if (!actor.roles.some((role) => STAFF.includes(role))) return null;
      const filter = { state: 'refused' as const };
      const found = await Claim.find(filter).sort({ answeredAt: -1 }).limit(limit).lean();
      const entries: { facts: ClaimFacts; at: Date }[] = [];
      for (const { importedId, answeredAt, offeredAt } of found) {
        const imported = await importedMembers.find(importedId.toHexString());
        if (imported) entries.push({ facts: await factsOf(imported), at: answeredAt ?? offeredAt });
      }
      return { total: await Claim.countDocuments(filter), entries };
    },

    /** Two people became one: what the one was offered or refused, the other was, on either side of the question. */
    async moveMember(from: string, to: string): Promise<void> {
      const [fromId, toId] = [new Types.ObjectId(from), new Types.ObjectId(to)];
      const moved = (id: Types.ObjectId) => (id.equals(fromId) ? toId : id);
      for (const { _id, ...claim } of await Claim.find({
        $or: [{ memberId: fromId }, { importedId: fromId }],
      }).lean()) {
        const [importedId, memberId] = [moved(claim.importedId), moved(claim.memberId)];
        const isPointless = importedId.equals(memberId) || (await Claim.exists({ importedId, memberId })) !== null;
        if (isPointless) await Claim.deleteOne({ _id });
        else await Claim.updateOne({ _id }, { $set: { importedId, memberId } });
      }
    },

    /** Whether the member has said that this record is about somebody else. */
    async hasRefused(memberId: string, importedId: string): Promise<boolean> {
      const claim = { memberId: new Types.ObjectId(memberId), importedId: new Types.ObjectId(importedId) };
      return (await Claim.exists({ ...claim, state: 'refused' })) !== null;
    },

    /** Of a member, or of somebody whom a list brought: what others were asked about them holds the phone. */
    async forgetMember(id: string): Promise<void> {
      const gone = new Types.ObjectId(id);
      await Claim.deleteMany({ $or: [{ memberId: gone }, { importedId: gone }] });
    },
  };
}
