import { randomUUID } from 'node:crypto';
import { trusted, Types } from 'mongoose';
import type { Leases } from '../../database/leases.ts';
import type { CaseDesk } from './case-desk.ts';
import { ENDED, mayMove } from './obstacle-status.ts';
import type { ObstacleModel } from './obstacle.model.ts';
import { toObstacle, type Actor, type Obstacle } from './obstacle.ts';

export type MergeOutcome =
  | { kind: 'merged'; obstacle: Obstacle; into: Obstacle }
  | { kind: 'unmerged'; obstacle: Obstacle }
  | { kind: 'forbidden' }
  /** One of the two has ended or moved on, they are one case, or the day for taking it back has passed. */
  | { kind: 'moved-on' };

const UNDO_MS = 86_400_000;
const MERGING_MS = 10_000;

/**
 * One problem stays one case. The merged case keeps all it has and points to the other: its people, evidence and history
 * are found through it, so that nothing is copied and a merge taken back leaves both as they were.
 */
export function createMerging(Obstacle: ObstacleModel, desk: CaseDesk, leases: Leases) {
  /** Merges are rare: one at a time, so that two never point to each other. */
  async function alone(work: () => Promise<MergeOutcome>): Promise<MergeOutcome> {
    const holder = randomUUID();
    if (!(await leases.acquire('obstacle-merge', { holder, ttlMs: MERGING_MS }))) return { kind: 'moved-on' };
    try {
      return await work();
    } finally {
      await leases.release('obstacle-merge', holder);
    }
  }

  return {
    /** @param code the tracking code of the case that this one becomes part of */
    async merge(
      actor: Actor,
      id: string,
      { code, reason, source }: { code: string; reason: string; source: string },
    ): Promise<MergeOutcome> {
      return alone(async () => {
        const before = await desk.load(id);
        const target = await Obstacle.findOne({ code }).lean();
        if (!before || !target || !(await desk.mayAct(actor, before)) || !(await desk.mayAct(actor, target)))
          return { kind: 'forbidden' };
        const wasDone = before.history.some((change) => change.source === source);
        if (!wasDone) {
          if (before._id.equals(target._id) || ENDED.includes(target.status)) return { kind: 'moved-on' };
          if (!mayMove(before.status, 'merged', 'staff')) return { kind: 'moved-on' };
          const merged = await desk.write(
            before,
            { to: 'merged', reason, source, facts: { code: target.code }, party: 'staff', actorId: actor.id },
            { set: { mergedInto: target._id } },
          );
          if (!merged) return { kind: 'moved-on' };
        }
        const after = (await desk.load(id)) ?? before;
        await desk.record(actor, 'obstacle.merge', {
          id,
          before: { status: before.status },
          after: { into: target._id },
          source,
        });
        await desk.tell(after);
        return { kind: 'merged', obstacle: toObstacle(after), into: toObstacle(target) };
      });
    },

    /** Takes a merge back within a day: the case goes on where it stood. */
    async unmerge(actor: Actor, id: string, source: string): Promise<MergeOutcome> {
      return alone(async () => {
        const before = await desk.load(id);
        if (!before || !(await desk.mayAct(actor, before))) return { kind: 'forbidden' };
        const merge = before.history.findLast((change) => change.to === 'merged');
        if (before.status !== 'merged' || !merge?.from) return { kind: 'moved-on' };
        if (desk.now().getTime() - merge.at.getTime() > UNDO_MS) return { kind: 'moved-on' };
        const after = await desk.write(
          before,
          { to: merge.from, reason: '', source, party: 'staff', actorId: actor.id },
          { set: { mergedInto: null } },
        );
        if (!after) return { kind: 'moved-on' };
        await desk.record(actor, 'obstacle.unmerge', {
          id,
          before: { into: before.mergedInto },
          after: { status: merge.from },
          source,
        });
        await desk.tell(after);
        return { kind: 'unmerged', obstacle: toObstacle(after) };
      });
    },

    /** The cases that became part of this one; for the secretariat. */
    async partsOf(actor: Actor, id: string): Promise<Obstacle[]> {
      const whole = await desk.load(id);
      if (!whole || !(await desk.mayAct(actor, whole))) return [];
      const parts = await Obstacle.find({ mergedInto: trusted({ $eq: new Types.ObjectId(id), $type: 'objectId' }) })
        .limit(50)
        .lean();
      return parts.map(toObstacle);
    },
  };
}
