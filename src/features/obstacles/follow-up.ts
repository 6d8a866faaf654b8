import { trusted, Types } from 'mongoose';
import type { CaseDesk } from './case-desk.ts';
import { OPEN } from './obstacle-status.ts';
import type { ObstacleModel } from './obstacle.model.ts';
import { toObstacle, type Obstacle } from './obstacle.ts';

/** What the clock has to say of a case, and to whom. `stage` is how loudly: 1 soon due, 2 overdue, 3 to the head as well. */
export type DueNotice =
  | { what: 'deadline'; obstacle: Obstacle; due: Date; stage: 1 | 2 | 3 }
  /** Declared solved a week ago: the reporter is asked again. */
  | { what: 'confirm'; obstacle: Obstacle }
  /** Solved four weeks ago: the reporter is asked whether it stayed so. */
  | { what: 'check-back'; obstacle: Obstacle };

/** Told before it is marked as told, so it must bear to be told twice: key what leaves by what it is about. */
export type TellDue = (notice: DueNotice) => Promise<void>;

const PAGE = 200;

export type FollowUp = ReturnType<typeof createFollowUp>;

/**
 * What happens to cases by the clock alone. Every step is found in the database and marked there once it is done, so any
 * process may do it at any time, again after a crash, and nothing is done twice.
 */
export function createFollowUp(Obstacle: ObstacleModel, desk: CaseDesk) {
  /** The type is asked for as well: by it the server knows that the partial index has all that is due. */
  async function* due(field: 'due' | 'remindAt' | 'closeAt' | 'checkBackAt', before: Date, also = {}) {
    const path = `clock.${field}`;
    for (let after = new Types.ObjectId('0'.repeat(24)); ;) {
      const found = await Obstacle.find({
        [path]: trusted({ $lte: before, $type: 'date' }),
        _id: trusted({ $gt: after }),
        ...also,
      })
        .sort({ _id: 1 })
        .limit(PAGE)
        .lean();
      yield* found;
      const last = found.at(-1);
      if (!last || found.length < PAGE) return;
      after = last._id;
    }
  }

  return {
    /** Deadlines: a working day before, when one has passed, and a working day later to the head. */
    async tellDeadlines(tell: TellDue): Promise<void> {
      const now = desk.now();
      const calendar = await desk.rulesOf('').then((rules) => rules.calendar);
      const soon = calendar.addWorkingDays(now, 1);
      for await (const found of due('due', soon, { 'clock.stage': trusted({ $lt: 3 }) })) {
        const { due, stage } = found.clock;
        if (!due) continue;
        // With nobody at work on it, waiting another day for the officer would be waiting for nobody.
        const isLate = due <= now;
        const isEscalated = isLate && (found.assigneeId === null || calendar.addWorkingDays(due, 1) <= now);
        const next = isEscalated ? 3 : isLate ? 2 : 1;
        if (next <= stage) continue;
        await tell({ what: 'deadline', obstacle: toObstacle(found), due, stage: next });
        await Obstacle.updateOne({ _id: found._id, 'clock.due': due }, { $max: { 'clock.stage': next } });
      }
    },

    /** Reminds reporters who have not confirmed within a week. */
    async remindToConfirm(tell: TellDue): Promise<void> {
      for await (const found of due('remindAt', desk.now(), { status: 'declared_solved' })) {
        await tell({ what: 'confirm', obstacle: toObstacle(found) });
        await Obstacle.updateOne(
          { _id: found._id, 'clock.remindAt': found.clock.remindAt },
          { $set: { 'clock.remindAt': null } },
        );
      }
    },

    /** Closes what nobody has confirmed within two weeks; it is never counted as solved. */
    async closeUnconfirmed(): Promise<void> {
      for await (const found of due('closeAt', desk.now(), { status: 'declared_solved' })) {
        const closed = await desk.write(found, {
          to: 'closed_unconfirmed',
          reason: '',
          source: `clock:${found._id.toHexString()}:${found.history.length}`,
          party: 'clock',
          actorId: null,
        });
        if (closed) await desk.tell(closed);
      }
    },

    /** Asks the reporters of cases solved four weeks ago whether it stayed so. */
    async checkBack(tell: TellDue): Promise<void> {
      for await (const found of due('checkBackAt', desk.now(), { status: 'solved' })) {
        await tell({ what: 'check-back', obstacle: toObstacle(found) });
        await Obstacle.updateOne(
          { _id: found._id, 'clock.checkBackAt': found.clock.checkBackAt },
          { $set: { 'clock.checkBackAt': null } },
        );
      }
    },

    /** Changes whose process died before it had queued their telling. */
    async tellUntold(): Promise<void> {
      const untold: Record<string, unknown> = { untold: trusted({ $gte: 0, $type: 'number' }) };
      for (const found of await Obstacle.find(untold).limit(PAGE).lean()) await desk.tell(found);
    },

    /** The day's work of one officer: what is overdue, what is due by the next working day, and how much is open. */
    async dayOf(memberId: string): Promise<{ overdue: Obstacle[]; soon: Obstacle[]; open: number }> {
      const now = desk.now();
      const calendar = await desk.rulesOf('').then((rules) => rules.calendar);
      const assigneeId = new Types.ObjectId(memberId);
      const [found, open] = await Promise.all([
        Obstacle.find({ assigneeId, 'clock.due': trusted({ $lte: calendar.addWorkingDays(now, 1), $type: 'date' }) })
          .sort({ 'clock.due': 1 })
          .limit(PAGE)
          .lean(),
        Obstacle.collection.countDocuments({ assigneeId, status: { $in: [...OPEN] } }),
      ]);
      const cases = found.map(toObstacle);
      const isLate = ({ clock }: Obstacle) => clock.due !== null && clock.due <= now;
      return { overdue: cases.filter(isLate), soon: cases.filter((one) => !isLate(one)), open };
    },
  };
}
