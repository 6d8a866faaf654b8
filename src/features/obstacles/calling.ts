import { trusted, Types } from 'mongoose';
import type { CaseDesk } from './case-desk.ts';
import { clockOnceTold } from './case-clock.ts';
import type { ChangeDocument, ObstacleModel } from './obstacle.model.ts';
import { toObstacle, type Actor, type MoveOutcome } from './obstacle.ts';

/** What the secretariat does about a reporter whom no messenger reaches. */
export function createCalling(Obstacle: ObstacleModel, desk: CaseDesk) {
  return {
    /** Records that an officer looks at the reporter's number. Gives whose number; null for who may not. */
    async callerOf(actor: Actor, id: string, source: string): Promise<string | null> {
      const there = await desk.load(id);
      if (!there || !(await desk.mayAct(actor, there))) return null;
      await desk.record(actor, 'obstacle.phone', { id, source });
      return there.reporterId.toHexString();
    },

    /**
     * The officer has told the reporter by phone what was to be told. It counts as heard: a question stops the deadline, a
     * solution waits for its confirmation, and any other word is the word that was due. The same `source` records it once.
     */
    async phoned(actor: Actor, id: string, { text, source }: { text: string; source: string }): Promise<MoveOutcome> {
      const before = await desk.load(id);
      if (!before || !(await desk.mayAct(actor, before))) return { kind: 'forbidden' };
      if (!before.history.some((change) => change.source === source)) {
        const at = desk.now();
        const change: ChangeDocument = {
          at,
          party: 'staff',
          actorId: new Types.ObjectId(actor.id),
          from: before.status,
          to: before.status,
          reason: text,
          facts: { desk: 'phoned' },
          source,
          batch: before.history.length,
          tellAt: at,
        };
        const last = before.history.findLast(({ facts, party }) => party !== 'reporter' && !facts?.desk);
        const told = clockOnceTold(before.clock, { status: before.status, at, hasHeard: true });
        const clock = told === before.clock ? await desk.clockAfterWord(before, at) : told;
        const { matchedCount } = await Obstacle.updateOne(
          { _id: before._id, status: before.status, history: trusted({ $size: before.history.length }) },
          {
            $set: {
              clock,
              unreached: null,
              updatedAt: at,
              ...(last ? { [`told.${last.batch}`]: { state: 'phoned', at } } : {}),
              ...(clock.answered && !before.firstAnsweredAt ? { firstAnsweredAt: at } : {}),
            },
            $push: { history: change },
          },
        );
        if (matchedCount === 0) return { kind: 'moved-on', obstacle: toObstacle((await desk.load(id)) ?? before) };
      }
      const obstacle = toObstacle((await desk.load(id)) ?? before);
      await desk.record(actor, 'obstacle.phoned', { id, source });
      desk.changed(obstacle);
      return { kind: 'moved', obstacle };
    },
  };
}
