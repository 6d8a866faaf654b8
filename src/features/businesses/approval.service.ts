import { Types, type Connection } from 'mongoose';
import type { Audit } from '../audit/audit.service.ts';
import type { Role } from '../members/members.service.ts';
import { businessModel } from './business.model.ts';
import { mayReview } from './business-rights.ts';
import { toBusiness, type Business } from './business.ts';
import type { NotifyOfBusiness } from './business-people.service.ts';

/** Who acts, by what the database says of them now. */
export interface Reviewer {
  id: string;
  roles: readonly Role[];
}

export type Decision =
  | { to: 'approved' }
  /** What the member is asked to put right, by question key, and why. */
  | { to: 'correction'; fields: readonly string[]; reason: string }
  | { to: 'refused'; reason: string };

export type ReviewOutcome =
  | { kind: 'done'; business: Business }
  /** Somebody was quicker, or the member has changed it since it was shown. */
  | { kind: 'moved-on'; business: Business }
  | { kind: 'forbidden' };

export interface ApprovalDeps {
  connection: Connection;
  audit: Pick<Audit, 'record'>;
  notify: NotifyOfBusiness;
  /** Gives a member a number, once. */
  giveNumber: (memberId: string) => Promise<unknown>;
  now: () => Date;
}

export type Approval = ReturnType<typeof createApproval>;

/** What the secretariat decides of registrations: one decision for each version, whoever comes first. */
export function createApproval({ connection, audit, notify, giveNumber, now }: ApprovalDeps) {
  const Business = businessModel(connection);

  async function load(id: string): Promise<Business | null> {
    if (!Types.ObjectId.isValid(id)) return null;
    const found = await Business.findById(new Types.ObjectId(id)).lean();
    return found && toBusiness(found);
  }

  return {
    mayReview: (actor: Reviewer) => mayReview(actor.roles),

    /** How many wait; null for who may not know. */
    async waiting(actor: Reviewer): Promise<number | null> {
      return mayReview(actor.roles) ? Business.countDocuments({ status: 'waiting' }) : null;
    },

    /** A page of what waits, the oldest first. */
    async queue(
      actor: Reviewer,
      { skip, limit }: { skip: number; limit: number },
    ): Promise<{ businesses: Business[]; total: number } | null> {
      if (!mayReview(actor.roles)) return null;
      const filter = { status: 'waiting' as const };
      const [found, total] = await Promise.all([
        Business.find(filter).sort({ registeredAt: 1 }).skip(skip).limit(limit).lean(),
        Business.countDocuments(filter),
      ]);
      return { businesses: found.map(toBusiness), total };
    },

    async find(actor: Reviewer, id: string): Promise<Business | null> {
      return mayReview(actor.roles) ? load(id) : null;
    },

    /**
     * Decides on the version that was shown. The same `source` decides once, and finishes what a crash cut off: the
     * members' numbers, the record and the notices.
     */
    async decide(
      actor: Reviewer,
      id: string,
      { version, decision, source }: { version: number; decision: Decision; source: string },
    ): Promise<ReviewOutcome> {
      if (!mayReview(actor.roles)) return { kind: 'forbidden' };
      const before = await load(id);
      if (!before) return { kind: 'forbidden' };
      const by = new Types.ObjectId(actor.id);
      const review = {
        by,
        at: now(),
        reason: 'reason' in decision ? decision.reason : '',
        fields: 'fields' in decision ? [...decision.fields] : [],
        source,
      };
      const decided =
        (await Business.findOneAndUpdate(
          { _id: new Types.ObjectId(id), status: 'waiting', version },
          { $set: { status: decision.to, review } },
          { returnDocument: 'after', lean: true },
        )) ??
        (await Business.findOne({
          _id: new Types.ObjectId(id),
          status: decision.to,
          version,
          'review.source': source,
          'review.by': by,
        }).lean());
      if (!decided) return { kind: 'moved-on', business: (await load(id)) ?? before };
      const business = toBusiness(decided);
      await audit.record({
        actorId: actor.id,
        act: `business.${ACTS[decision.to]}`,
        subject: { kind: 'business', id },
        before: { status: 'waiting', version },
        after: { status: business.status, reason: review.reason, fields: review.fields },
        source,
      });
      if (decision.to === 'approved') for (const { memberId } of business.people) await giveNumber(memberId);
      for (const { memberId, role } of business.people)
        if (role !== 'employee')
          await notify({
            key: `business:${id}:reviewed:${version}:${memberId}`,
            memberId,
            kind: 'business',
            payload: { about: 'reviewed', businessId: id },
          });
      return { kind: 'done', business };
    },
  };
}

const ACTS: Readonly<Record<Decision['to'], string>> = {
  approved: 'approve',
  correction: 'ask-correction',
  refused: 'refuse',
};
