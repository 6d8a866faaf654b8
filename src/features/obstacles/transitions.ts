import { trusted, Types } from 'mongoose';
import { LISTS } from '../../bounds.ts';
import type { CaseDesk, Act } from './case-desk.ts';
import { DESK_ROLES, ENDED, mayMove, type Party, type Status } from './obstacle-status.ts';
import type { EvidenceDocument, ObstacleDocument, ObstacleModel } from './obstacle.model.ts';
import { toObstacle, type Actor, type MoveOutcome } from './obstacle.ts';

export interface MoveOptions extends Act {
  from: Status;
  /** The length of the history that the actor saw: acts on what has changed since are refused. */
  seen?: number | undefined;
  /** What the reporter sends with an answer. */
  evidence?: readonly EvidenceDocument[];
}

/** What people do to a case along the table of obstacle-status.ts. Every act is one guarded update. */
export function createTransitions(Obstacle: ObstacleModel, desk: CaseDesk) {
  const movedOn = async (before: ObstacleDocument): Promise<MoveOutcome> => {
    const there = await desk.load(before._id.toHexString());
    return { kind: 'moved-on', obstacle: toObstacle(there ?? before) };
  };

  async function finish(actor: Actor, id: string, act: { name: string; source: string }): Promise<MoveOutcome> {
    const there = await desk.load(id);
    if (!there) return { kind: 'forbidden' };
    const change = there.history.find(({ source }) => source === act.source);
    if (change?.party === 'staff') {
      await desk.record(actor, act.name, {
        id,
        before: { status: change.from },
        after: { status: change.to, facts: change.facts },
        source: act.source,
      });
    }
    await desk.tell(there);
    if (change?.party === 'reporter') await desk.reporterMoved(toObstacle(there), change.to, act.source);
    // Again, with where its telling is.
    return { kind: 'moved', obstacle: toObstacle((await desk.load(id)) ?? there) };
  }

  return {
    /** The officer takes a case; the second of two who press finds it taken. */
    async take(actor: Actor, id: string, source: string): Promise<MoveOutcome> {
      const before = await desk.load(id);
      if (!before || !(await desk.mayAct(actor, before))) return { kind: 'forbidden' };
      if (before.assigneeId?.equals(actor.id)) return { kind: 'moved', obstacle: toObstacle(before) };
      if (before.assigneeId !== null || ENDED.includes(before.status)) return movedOn(before);
      const officer = new Types.ObjectId(actor.id);
      if (before.status === 'received') {
        const taken = await desk.write(
          before,
          { to: 'under_review', reason: '', source, party: 'staff', actorId: actor.id },
          { set: { assigneeId: officer } },
        );
        return taken ? finish(actor, id, { name: 'obstacle.take', source }) : movedOn(before);
      }
      const taken = await Obstacle.findOneAndUpdate(
        { _id: before._id, assigneeId: null, status: before.status },
        { $set: { assigneeId: officer, updatedAt: desk.now() } },
        { returnDocument: 'after', lean: true },
      );
      if (!taken) return movedOn(before);
      await desk.record(actor, 'obstacle.take', {
        id,
        before: { assignee: null },
        after: { assignee: actor.id },
        source,
      });
      desk.changed(toObstacle(taken));
      return { kind: 'moved', obstacle: toObstacle(taken) };
    },

    /** Gives a case to another officer, who must be of the secretariat: the caller says so. */
    async handOver(
      actor: Actor,
      id: string,
      { to, source }: { to: { id: string; roles: Actor['roles'] }; source: string },
    ): Promise<MoveOutcome> {
      const before = await desk.load(id);
      if (!before || !(await desk.mayAct(actor, before)) || !(await desk.mayAct(to, before)))
        return { kind: 'forbidden' };
      if (ENDED.includes(before.status)) return movedOn(before);
      const given = await Obstacle.findOneAndUpdate(
        { _id: before._id, assigneeId: before.assigneeId, status: before.status },
        { $set: { assigneeId: new Types.ObjectId(to.id), updatedAt: desk.now() } },
        { returnDocument: 'after', lean: true },
      );
      if (!given) return movedOn(before);
      await desk.record(actor, 'obstacle.hand-over', {
        id,
        before: { assignee: before.assigneeId },
        after: { assignee: to.id },
        source,
      });
      desk.changed(toObstacle(given));
      return { kind: 'moved', obstacle: toObstacle(given) };
    },

    /** Moves a case along the table, guarded by what the actor saw. The same `source` moves it once. */
    async move(actor: Actor, id: string, options: MoveOptions): Promise<MoveOutcome> {
      const before = await desk.load(id);
      if (!before) return { kind: 'forbidden' };
      const { from, to, source } = options;
      const isReporter = before.reporterId.equals(actor.id);
      const party: Party = isReporter && mayMove(from, to, 'reporter') ? 'reporter' : 'staff';
      const mayAct = party === 'reporter' || (await desk.mayAct(actor, before));
      if (!mayAct && !isReporter) return { kind: 'forbidden' };
      const act = { name: `obstacle.${to}`, source };
      if (before.history.some((change) => change.source === source)) return finish(actor, id, act);
      // To its reporter an own case is never «not theirs»: it has moved on.
      if (!mayAct) return movedOn(before);
      // A merge names the other case: it has a verb of its own.
      const isMerge = from === 'merged' || to === 'merged';
      const hasMovedOn =
        before.status !== from || (options.seen !== undefined && options.seen !== before.history.length);
      if (isMerge || hasMovedOn || !mayMove(from, to, party)) return movedOn(before);
      const takes = party === 'staff' && !before.assigneeId && actor.roles.some((role) => DESK_ROLES.includes(role));
      const evidence = options.evidence ?? [];
      const moved = await desk.write(
        before,
        { ...options, party, actorId: actor.id },
        {
          set: takes ? { assigneeId: new Types.ObjectId(actor.id) } : {},
          push: evidence.length > 0 ? { evidence: { $each: [...evidence] } } : {},
        },
      );
      return moved ? finish(actor, id, act) : movedOn(before);
    },

    /** Records who of the secretariat took a report down for somebody on the phone, of whatever part it is. */
    async assisted(actor: Actor, id: string, source: string): Promise<void> {
      if (!actor.roles.some((role) => DESK_ROLES.includes(role))) return;
      await desk.record(actor, 'obstacle.assisted', { id, source });
    },

    /** A note for colleagues. False for who may not; `full` where the case holds as many as it can. */
    async note(
      actor: Actor,
      id: string,
      { text, source }: { text: string; source: string },
    ): Promise<boolean | 'full'> {
      const there = await desk.load(id);
      if (!there || !(await desk.mayAct(actor, there))) return false;
      const isNew = !there.notes.some((note) => note.source === source);
      if (isNew && there.notes.length >= LISTS.notesOfCase) return 'full';
      await Obstacle.updateOne(
        { _id: there._id, 'notes.source': trusted({ $ne: source }) },
        { $push: { notes: { at: desk.now(), by: new Types.ObjectId(actor.id), text, source } } },
      );
      await desk.record(actor, 'obstacle.note', { id, source });
      return true;
    },

    /** The internal notes; null for everybody outside the secretariat. */
    async notesOf(actor: Actor, id: string): Promise<{ at: Date; by: string; text: string }[] | null> {
      const there = await desk.load(id);
      if (!there || !(await desk.mayAct(actor, there))) return null;
      return there.notes.map(({ at, by, text }) => ({ at, by: by.toHexString(), text }));
    },

    /** Ticks an item of the checklist, or unticks it. */
    async check(actor: Actor, id: string, { item, source }: { item: string; source: string }): Promise<boolean> {
      const there = await desk.load(id);
      if (!there || !(await desk.mayAct(actor, there))) return false;
      const isTicked = there.checked.includes(item);
      await Obstacle.updateOne(
        { _id: there._id },
        isTicked ? { $pull: { checked: item } } : { $addToSet: { checked: item } },
      );
      await desk.record(actor, 'obstacle.check', {
        id,
        before: { [item]: isTicked },
        after: { [item]: !isTicked },
        source,
      });
      return true;
    },

    /** The reporter's judgement of an ended case, 1 to 5 stars; a later one takes the place of an earlier one. */
    async rate(actor: Actor, id: string, stars: number): Promise<boolean> {
      if (!Types.ObjectId.isValid(id) || !Number.isInteger(stars) || stars < 1 || stars > 5) return false;
      const { matchedCount } = await Obstacle.updateOne(
        {
          _id: new Types.ObjectId(id),
          reporterId: new Types.ObjectId(actor.id),
          status: trusted({ $in: ENDED.filter((status) => status !== 'withdrawn' && status !== 'merged') }),
        },
        { $set: { rating: { stars, at: desk.now() } } },
      );
      return matchedCount === 1;
    },
  };
}
