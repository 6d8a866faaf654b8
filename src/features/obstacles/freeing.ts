import { trusted, Types } from 'mongoose';
import type { CaseDesk } from './case-desk.ts';
import { OPEN } from './obstacle-status.ts';
import type { ObstacleModel } from './obstacle.model.ts';
import { toObstacle } from './obstacle.ts';

const PAGE = 200;

/** The cases of an officer who works on them no longer go back to where somebody finds them. */
export function createFreeing(Obstacle: ObstacleModel, desk: CaseDesk) {
  return {
    /** Who has open cases. */
    async assignees(): Promise<string[]> {
      const found = await Obstacle.distinct('assigneeId', { status: trusted({ $in: OPEN }) });
      return found.filter((id) => id !== null).map((id) => id.toHexString());
    },

    /**
     * Takes every open case from an officer, and says so in its history. Repeated, it goes on with what is left.
     * @param by who caused it; null for the clock and the operator
     * @returns how many there were
     */
    async freeCasesOf(memberId: string, by: string | null): Promise<number> {
      const assigneeId = new Types.ObjectId(memberId);
      let freed = 0;
      for (;;) {
        const page = await Obstacle.find({ assigneeId, status: trusted({ $in: OPEN }) })
          .limit(PAGE)
          .lean();
        for (const { _id, status, history } of page) {
          const at = desk.now();
          const change = {
            at,
            party: by === null ? 'clock' : 'staff',
            actorId: by === null ? null : new Types.ObjectId(by),
            from: status,
            to: status,
            reason: '',
            facts: { desk: 'freed' },
            source: `freed:${history.length}`,
            batch: history.length,
            tellAt: at,
          } as const;
          const after = await Obstacle.findOneAndUpdate(
            { _id, assigneeId, status, history: trusted({ $size: history.length }) },
            { $set: { assigneeId: null, updatedAt: at }, $push: { history: change } },
            { returnDocument: 'after', lean: true },
          );
          if (!after) continue;
          freed += 1;
          desk.changed(toObstacle(after));
        }
        if (page.length < PAGE) return freed;
      }
    },
  };
}
