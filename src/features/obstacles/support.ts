import { LISTS } from '../../bounds.ts';
import { trusted, Types, type Connection } from 'mongoose';
import { endorsementModel, followingModel, type EndorsementDocument } from './endorsement.model.ts';
import {
  NO_COST,
  type Cost,
  type EvidenceDocument,
  type ObstacleDocument,
  type ObstacleModel,
} from './obstacle.model.ts';
import { isDuplicateKey } from './obstacle.ts';
import { boardGroupOf } from './public-face.ts';
import { createSupportCount } from './support-count.ts';

/** What somebody who has the same problem adds of their own. */
export interface MeToo {
  cost?: Cost;
  comment?: string;
  evidence?: readonly EvidenceDocument[];
  /** The update or draft that it comes from: worked again, it adds nothing. */
  source: string;
}

export type EndorseOutcome =
  /** One person has said as much of it as there is room for; nothing of this was kept. */
  | { kind: 'full' }
  | { kind: 'endorsed' | 'added'; obstacleId: string }
  /** It is their own report. */
  | { kind: 'own' }
  /** Closed, hidden or never public. */
  | { kind: 'gone' };

/** What the secretariat reads of a me-too. */
export interface Endorsement {
  memberId: string;
  cost: Cost;
  comment: string;
  evidence: readonly EvidenceDocument[];
  at: Date;
}

const COST_FIELDS = ['days', 'rials', 'people'] as const;

export type Support = ReturnType<typeof createSupport>;

/**
 * Who has the problem of a case as well, and who follows it. Counts are made anew from what is stored, so nothing counts twice.
 * `counted` hears of a case that somebody joined, however often.
 */
export function createSupport(
  Obstacle: ObstacleModel,
  connection: Connection,
  { now, counted }: { now: () => Date; counted?: (id: string) => Promise<void> },
) {
  const Endorsement = endorsementModel(connection);
  const Following = followingModel(connection);
  const { wholeOf, familyOf, recount } = createSupportCount(Obstacle, Endorsement);
  const idOf = (id: string) => new Types.ObjectId(id);

  async function openToAll(id: string): Promise<ObstacleDocument | null> {
    const whole = await wholeOf(id);
    return whole && boardGroupOf(whole) === 'open' ? whole : null;
  }

  const setFollowing = (obstacleId: Types.ObjectId, memberId: string, on: boolean) =>
    Following.updateOne({ obstacleId, memberId: idOf(memberId) }, { $set: { on } }, { upsert: true });

  const toEndorsement = ({ memberId, cost, comment, evidence, at }: EndorsementDocument): Endorsement => ({
    memberId: memberId.toHexString(),
    cost: { days: cost.days, rials: cost.rials, people: cost.people },
    comment,
    evidence: evidence.map((file) => ({ fileId: file.fileId, kind: file.kind, caption: file.caption })),
    at,
  });

  return {
    recount,

    /** Says «me too», once for each person; what comes later is added to it. */
    async endorse(
      memberId: string,
      id: string,
      { cost = NO_COST, comment = '', evidence = [], source }: MeToo,
    ): Promise<EndorseOutcome> {
      const there = await openToAll(id);
      if (!there) return { kind: 'gone' };
      if (there.reporterId.equals(memberId)) return { kind: 'own' };
      const pair = { obstacleId: there._id, memberId: idOf(memberId) };
      let kind: 'endorsed' | 'added' = 'endorsed';
      try {
        await Endorsement.create({ ...pair, cost, comment, evidence: [...evidence], sources: [source], at: now() });
      } catch (error) {
        if (!isDuplicateKey(error)) throw error;
        kind = 'added';
        const known = await Endorsement.findOne(pair).lean();
        const isSaid = comment !== '' || evidence.length > 0 || COST_FIELDS.some((field) => cost[field] !== null);
        // Pressed again it says nothing new.
        if (known && isSaid && !known.sources.includes(source)) {
          const words = [known.comment, comment].filter((one) => one !== '').join('\n');
          const isFull =
            known.sources.length >= LISTS.wordsOfMeToo ||
            known.evidence.length + evidence.length > LISTS.filesOfMeToo ||
            words.length > LISTS.lettersOfMeToo;
          if (isFull) return { kind: 'full' };
          const said = Object.fromEntries(
            COST_FIELDS.flatMap((field) => (cost[field] === null ? [] : [[`cost.${field}`, cost[field]]])),
          );
          await Endorsement.updateOne(
            { ...pair, sources: trusted({ $ne: source }) },
            {
              $set: { ...said, comment: words },
              $push: { evidence: { $each: [...evidence] } },
              $addToSet: { sources: source },
            },
          );
        }
      }
      await setFollowing(there._id, memberId, true);
      await recount(there._id.toHexString());
      await counted?.(there._id.toHexString());
      return { kind, obstacleId: there._id.toHexString() };
    },

    /** Takes a me-too back, with all that was said in it. */
    async withdraw(memberId: string, id: string): Promise<boolean> {
      const there = await wholeOf(id);
      if (!there) return false;
      const family = await familyOf(there._id);
      const mine = { obstacleId: trusted({ $in: family }), memberId: idOf(memberId) };
      const { deletedCount } = await Endorsement.deleteMany(mine);
      await Following.updateMany(mine, { $set: { on: false } });
      await recount(there._id.toHexString());
      return deletedCount > 0;
    },

    /** Follows a case without having its problem. False where it can't be seen. */
    async follow(memberId: string, id: string): Promise<boolean> {
      const there = await wholeOf(id);
      if (!there || boardGroupOf(there) === null) return false;
      await setFollowing(there._id, memberId, true);
      return true;
    },

    /** Hears no more of a case, whether as a follower, by a me-too, or by a report that became part of it. */
    async unfollow(memberId: string, id: string): Promise<void> {
      const there = await wholeOf(id);
      if (!there) return;
      await setFollowing(there._id, memberId, false);
      const family = await familyOf(there._id);
      await Following.updateMany(
        { obstacleId: trusted({ $in: family }), memberId: idOf(memberId) },
        { $set: { on: false } },
      );
    },

    /** Whether the member wants to hear nothing of it; asked again when a notice leaves. */
    async isUnfollowed(memberId: string, id: string): Promise<boolean> {
      if (!Types.ObjectId.isValid(id)) return false;
      return (await Following.exists({ obstacleId: idOf(id), memberId: idOf(memberId), on: false })) !== null;
    },

    async followersOf(id: string): Promise<string[]> {
      const found = await Following.find({ obstacleId: idOf(id), on: true }, { memberId: 1 }).lean();
      return found.map(({ memberId }) => memberId.toHexString());
    },

    /** What a member is to a case. */
    async standing(memberId: string, id: string): Promise<{ own: boolean; endorsed: boolean; following: boolean }> {
      const there = await wholeOf(id);
      if (!there) return { own: false, endorsed: false, following: false };
      const family = await familyOf(there._id);
      const mine = { obstacleId: trusted({ $in: family }), memberId: idOf(memberId) };
      const [endorsed, following] = await Promise.all([
        Endorsement.exists(mine),
        Following.exists({ ...mine, on: true }),
      ]);
      return { own: there.reporterId.equals(memberId), endorsed: endorsed !== null, following: following !== null };
    },

    /** The me-toos that a member has said, as they may read them. */
    async ofMember(memberId: string): Promise<Endorsement[]> {
      return (await Endorsement.find({ memberId: idOf(memberId) }).lean()).map(toEndorsement);
    },

    async familyOf(id: string): Promise<string[]> {
      return (await familyOf(idOf(id))).map((one) => one.toHexString());
    },

    /** The newest me-toos of cases; who asks must have been let in before. */
    async listOf(ids: readonly string[], limit: number): Promise<Endorsement[]> {
      const found = await Endorsement.find({ obstacleId: trusted({ $in: ids.map(idOf) }) })
        .sort({ at: -1 })
        .limit(limit)
        .lean();
      return found.map(toEndorsement);
    },

    /** Two people became one: of two me-toos to one case, one stays, with what both said. Repeated, it changes nothing. */
    async moveMember(from: string, into: string): Promise<void> {
      for (const found of await Endorsement.find({ memberId: idOf(from) }).lean()) {
        const { _id, obstacleId, cost, comment, evidence } = found;
        const own = await Endorsement.findOne({ obstacleId, memberId: idOf(into) }).lean();
        if (own) {
          const source = `joined:${_id.toHexString()}`;
          await Endorsement.updateOne(
            { _id: own._id, sources: trusted({ $ne: source }) },
            {
              $set: {
                cost: Object.fromEntries(COST_FIELDS.map((field) => [field, own.cost[field] ?? cost[field]])) as never,
                comment: [own.comment, comment]
                  .filter((one) => one !== '')
                  .join('\n')
                  .slice(0, 8000),
              },
              $push: { evidence: { $each: evidence } },
              $addToSet: { sources: source },
            },
          );
          await Endorsement.deleteOne({ _id });
        } else await Endorsement.updateOne({ _id }, { $set: { memberId: idOf(into) } });
      }
      for (const { _id, obstacleId } of await Following.find({ memberId: idOf(from) }).lean()) {
        if (await Following.exists({ obstacleId, memberId: idOf(into) })) await Following.deleteOne({ _id });
        else await Following.updateOne({ _id }, { $set: { memberId: idOf(into) } });
      }
      // By what is theirs now, so that a repetition counts what an earlier try left uncounted.
      const now = await Endorsement.find({ memberId: idOf(into) }, { obstacleId: 1 }).lean();
      for (const { obstacleId } of now) await recount(obstacleId.toHexString());
    },

    async filesAmong(fileIds: readonly string[]): Promise<string[]> {
      const found = await Endorsement.find({ 'evidence.fileId': trusted({ $in: [...fileIds] }) })
        .select({ 'evidence.fileId': 1 })
        .lean();
      return found.flatMap(({ evidence }) => evidence.map(({ fileId }) => fileId));
    },

    /** A person leaves: what they said leaves with them. */
    async forgetMember(id: string): Promise<void> {
      for (const { _id, obstacleId } of await Endorsement.find({ memberId: idOf(id) }).lean()) {
        await Endorsement.deleteOne({ _id });
        await recount(obstacleId.toHexString());
      }
      await Following.deleteMany({ memberId: idOf(id) });
    },
  };
}
