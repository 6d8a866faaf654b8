import { randomInt } from 'node:crypto';
import { trusted, Types, type Connection } from 'mongoose';
import { upserted } from '../../database/upserted.ts';
import { searchKey } from '../../language/persian-text.ts';
import { formatTrackingCode } from '../../language/tracking-code.ts';
import type { Role } from '../members/members.service.ts';
import { obstacleModel, type ChangeDocument, type EvidenceDocument, type ObstacleDocument } from './obstacle.model.ts';
import { DESK_ROLES, ENDED, mayMove, type Party, type Status } from './obstacle-status.ts';
import { addWorkingDays } from './working-days.ts';

export type { Status } from './obstacle-status.ts';

/** Product rule: the first answer within three working days. */
const FIRST_ANSWER_WORKING_DAYS = 3;

export interface Change {
  at: Date;
  party: Party;
  from: Status | null;
  to: Status;
  reason: string;
}

export interface Obstacle {
  id: string;
  code: string;
  reporterId: string;
  businessId: string | null;
  category: string;
  title: string;
  description: string;
  evidence: readonly EvidenceDocument[];
  status: Status;
  assigneeId: string | null;
  history: readonly Change[];
  firstAnswerDue: Date;
  reportedAt: Date;
}

export interface Report {
  draftId: string;
  reporterId: string;
  businessId: string | null;
  category: string;
  title: string;
  description: string;
  evidence: readonly EvidenceDocument[];
}

/** Who acts, by what the database says of them now; a button is no authority. */
export interface Actor {
  id: string;
  roles: readonly Role[];
}

export type MoveOutcome =
  | { kind: 'moved'; obstacle: Obstacle }
  /** Not theirs to see or to act on. */
  | { kind: 'forbidden' }
  /** Somebody was quicker, or the case has moved on. */
  | { kind: 'moved-on'; obstacle: Obstacle };

export type Queue = 'new' | 'mine' | 'open';

/** Tells a member something once, however often it is asked to (delivery/). */
export type Notify = (notice: {
  key: string;
  memberId: string;
  kind: 'case-changed';
  payload: Record<string, unknown>;
}) => Promise<void>;

export type Obstacles = ReturnType<typeof createObstacles>;

export function createObstacles(deps: { connection: Connection; notify: Notify; now?: () => Date }) {
  const { connection, notify, now = () => new Date() } = deps;
  const Obstacle = obstacleModel(connection);
  const isStaff = (actor: Actor) => actor.roles.some((role) => DESK_ROLES.includes(role));

  const load = async (filter: Record<string, unknown>): Promise<Obstacle | null> => {
    const found = await Obstacle.findOne(filter).lean();
    return found && toObstacle(found);
  };

  /** Tells the reporter of every change that somebody else made. The key makes a repeated call silent. */
  async function tellReporter(obstacle: Obstacle): Promise<void> {
    const last = obstacle.history.length - 1;
    if (obstacle.history[last]?.party === 'reporter') return;
    await notify({
      key: `case:${obstacle.id}:${last}`,
      memberId: obstacle.reporterId,
      kind: 'case-changed',
      payload: { obstacleId: obstacle.id, change: last },
    });
  }

  return {
    /** Makes the case of a report, or returns the one that this report has made before. */
    async report({ draftId, reporterId, businessId, ...report }: Report): Promise<Obstacle> {
      const at = now();
      const reporter = new Types.ObjectId(reporterId);
      const first: ChangeDocument = {
        at,
        party: 'reporter',
        actorId: reporter,
        from: null,
        to: 'received',
        reason: '',
        source: draftId,
      };
      for (;;) {
        try {
          const made = await Obstacle.findOneAndUpdate(
            { draftId },
            {
              $setOnInsert: {
                ...report,
                evidence: [...report.evidence],
                titleKey: searchKey(report.title),
                reporterId: reporter,
                businessId: businessId === null ? null : new Types.ObjectId(businessId),
                code: formatTrackingCode(randomInt(1_000_000, 10_000_000)),
                status: 'received',
                assigneeId: null,
                history: [first],
                firstAnswerDue: addWorkingDays(at, FIRST_ANSWER_WORKING_DAYS),
                reportedAt: at,
                updatedAt: at,
              },
            },
            { upsert: true, returnDocument: 'after', lean: true },
          );
          return toObstacle(upserted(made));
        } catch (error) {
          // The random code was taken, or the same report came in at the same moment: draw again, or find it.
          if (!isDuplicateKey(error)) throw error;
        }
      }
    },

    /** A case as its reporter or the secretariat may see it; null for everybody else, as if it did not exist. */
    async visibleTo(actor: Actor, id: string): Promise<Obstacle | null> {
      if (!Types.ObjectId.isValid(id)) return null;
      const found = await load({ _id: new Types.ObjectId(id) });
      return found && (found.reporterId === actor.id || isStaff(actor)) ? found : null;
    },

    async byCode(actor: Actor, code: string): Promise<Obstacle | null> {
      const found = await load({ code });
      return found && (found.reporterId === actor.id || isStaff(actor)) ? found : null;
    },

    /** The newest first. */
    async ofReporter(reporterId: string, { limit = 20 }: { limit?: number } = {}): Promise<Obstacle[]> {
      const found = await Obstacle.find({ reporterId: new Types.ObjectId(reporterId) })
        .sort({ reportedAt: -1 })
        .limit(limit)
        .lean();
      return found.map(toObstacle);
    },

    /** A page of a desk queue, oldest first, and how many there are in all. Null for who is not of the secretariat. */
    async queue(
      actor: Actor,
      queue: Queue,
      { skip, limit }: { skip: number; limit: number },
    ): Promise<{ cases: Obstacle[]; total: number } | null> {
      if (!isStaff(actor)) return null;
      const open = trusted({ $nin: ENDED });
      const filter =
        queue === 'new'
          ? { status: 'received' as const }
          : queue === 'mine'
            ? { assigneeId: new Types.ObjectId(actor.id), status: open }
            : { status: open };
      const [found, total] = await Promise.all([
        Obstacle.find(filter).sort({ reportedAt: 1 }).skip(skip).limit(limit).lean(),
        Obstacle.countDocuments(filter),
      ]);
      return { cases: found.map(toObstacle), total };
    },

    /** The officer takes a case; the second of two who press finds it taken. */
    async take(actor: Actor, id: string, source: string): Promise<MoveOutcome> {
      if (!isStaff(actor)) return { kind: 'forbidden' };
      const before = Types.ObjectId.isValid(id) ? await load({ _id: new Types.ObjectId(id) }) : null;
      if (!before) return { kind: 'forbidden' };
      if (before.assigneeId === actor.id) return { kind: 'moved', obstacle: before };
      const officer = new Types.ObjectId(actor.id);
      const to = before.status === 'received' ? 'under_review' : before.status;
      const change: ChangeDocument = {
        at: now(),
        party: 'staff',
        actorId: officer,
        from: before.status,
        to,
        reason: '',
        source,
      };
      const taken = await Obstacle.findOneAndUpdate(
        { _id: new Types.ObjectId(id), assigneeId: null, status: before.status },
        { $set: { assigneeId: officer, status: to, updatedAt: now() }, $push: { history: change } },
        { returnDocument: 'after', lean: true },
      );
      if (!taken) return movedOn(id, before);
      const obstacle = toObstacle(taken);
      if (to !== before.status) await tellReporter(obstacle);
      return { kind: 'moved', obstacle };
    },

    /** Moves a case along the table, guarded by the status that the actor saw. The same `source` moves it once. */
    async move(
      actor: Actor,
      id: string,
      options: { from: Status; to: Status; reason: string; source: string },
    ): Promise<MoveOutcome> {
      const before = Types.ObjectId.isValid(id) ? await Obstacle.findById(new Types.ObjectId(id)).lean() : null;
      if (!before) return { kind: 'forbidden' };
      const isReporter = before.reporterId.equals(actor.id);
      const party: Party = isReporter && !isStaffMove(options) ? 'reporter' : 'staff';
      if (party === 'staff' && !isStaff(actor)) return { kind: 'forbidden' };
      const there = toObstacle(before);
      if (before.history.some((change) => change.source === options.source)) {
        await tellReporter(there);
        return { kind: 'moved', obstacle: there };
      }
      if (!mayMove(options.from, options.to, party)) return { kind: 'moved-on', obstacle: there };
      const actorId = new Types.ObjectId(actor.id);
      const change: ChangeDocument = { at: now(), party, actorId, ...options };
      const moved = await Obstacle.findOneAndUpdate(
        { _id: before._id, status: options.from },
        {
          $set: {
            status: options.to,
            updatedAt: now(),
            ...(party === 'staff' && !before.assigneeId ? { assigneeId: actorId } : {}),
          },
          $push: { history: change },
        },
        { returnDocument: 'after', lean: true },
      );
      if (!moved) return movedOn(id, there);
      const obstacle = toObstacle(moved);
      await tellReporter(obstacle);
      return { kind: 'moved', obstacle };
    },

    /** Two businesses became one: the cases of the one are about the other. */
    async moveBusiness(from: string, into: string): Promise<void> {
      await Obstacle.updateMany(
        { businessId: new Types.ObjectId(from) },
        { $set: { businessId: new Types.ObjectId(into) } },
      );
    },

    /** Two people became one: what the one reported or works on is the other's. */
    async moveMember(from: string, into: string): Promise<void> {
      const [old, own] = [new Types.ObjectId(from), new Types.ObjectId(into)];
      await Obstacle.updateMany({ reporterId: old }, { $set: { reporterId: own } });
      await Obstacle.updateMany({ assigneeId: old }, { $set: { assigneeId: own } });
      await Obstacle.updateMany(
        { 'history.actorId': old },
        { $set: { 'history.$[change].actorId': own } },
        { arrayFilters: [{ 'change.actorId': old }] },
      );
    },

    /** The files of every case of a person. */
    async evidenceOf(reporterId: string): Promise<string[]> {
      const found = await Obstacle.find({ reporterId: new Types.ObjectId(reporterId) })
        .select({ 'evidence.fileId': 1 })
        .lean();
      return found.flatMap(({ evidence }) => evidence.map(({ fileId }) => fileId));
    },

    /** A person leaves: their cases stay, with nobody as reporter; what they worked on is free to be taken. */
    async forgetMember(id: string, nobody: string): Promise<void> {
      const [leaver, anonymous] = [new Types.ObjectId(id), new Types.ObjectId(nobody)];
      await Obstacle.updateMany({ reporterId: leaver }, { $set: { reporterId: anonymous } });
      await Obstacle.updateMany({ assigneeId: leaver }, { $set: { assigneeId: null } });
      await Obstacle.updateMany(
        { 'history.actorId': leaver },
        { $set: { 'history.$[change].actorId': anonymous } },
        { arrayFilters: [{ 'change.actorId': leaver }] },
      );
    },

    find: (id: string) => (Types.ObjectId.isValid(id) ? load({ _id: new Types.ObjectId(id) }) : Promise.resolve(null)),
    count: () => Obstacle.countDocuments({}),
  };

  async function movedOn(id: string, before: Obstacle): Promise<MoveOutcome> {
    return { kind: 'moved-on', obstacle: (await load({ _id: new Types.ObjectId(id) })) ?? before };
  }
}

/** What only the secretariat asks for; an officer may also be the reporter of a case. */
function isStaffMove({ from, to }: { from: Status; to: Status }): boolean {
  return !mayMove(from, to, 'reporter');
}

function isDuplicateKey(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 11000;
}

function toObstacle(document: ObstacleDocument): Obstacle {
  const { _id, reporterId, businessId, assigneeId, history, evidence, ...rest } = document;
  const { code, category, title, description, status, firstAnswerDue, reportedAt } = rest;
  return {
    id: _id.toHexString(),
    reporterId: reporterId.toHexString(),
    businessId: businessId?.toHexString() ?? null,
    assigneeId: assigneeId?.toHexString() ?? null,
    history: history.map(({ at, party, from, to, reason }) => ({ at, party, from, to, reason })),
    evidence: evidence.map(({ fileId, kind, caption }) => ({ fileId, kind, caption })),
    code,
    category,
    title,
    description,
    status,
    firstAnswerDue,
    reportedAt,
  };
}
