import { trusted, Types } from 'mongoose';
import type { CaseDesk, Scope } from './case-desk.ts';
import { OPEN, type Status } from './obstacle-status.ts';
import type { ObstacleModel } from './obstacle.model.ts';
import { toObstacle, type Actor, type Obstacle } from './obstacle.ts';

export const QUEUES = ['new', 'mine', 'unassigned', 'waiting', 'referred', 'overdue', 'toCall', 'open'] as const;
export type Queue = (typeof QUEUES)[number];

export interface QueueFilter {
  category?: string | undefined;
  cityCode?: string | undefined;
}

/** Nobody pages further, and counting a hundred thousand costs more than it tells. */
export const COUNTED_UP_TO = 1000;
const HOME_COUNTS_UP_TO = 100;

/** The queues of the desk, oldest first; what is overdue, most overdue first. */
export function createQueues(Obstacle: ObstacleModel, desk: CaseDesk) {
  function narrow(filter: QueueFilter, scope: Scope | null): Record<string, unknown> {
    const within = (chosen: string | undefined, allowed: readonly string[] = []) => {
      if (chosen === undefined) return allowed.length > 0 ? trusted({ $in: allowed }) : undefined;
      return allowed.length === 0 || allowed.includes(chosen) ? chosen : trusted({ $in: [] });
    };
    const category = within(filter.category, scope?.categories);
    const cityCode = within(filter.cityCode, scope?.cities);
    return { ...(category === undefined ? {} : { category }), ...(cityCode === undefined ? {} : { cityCode }) };
  }

  function queryOf(queue: Queue, actor: Actor): { match: Record<string, unknown>; sort: Record<string, 1> } {
    const byAge = { reportedAt: 1 as const };
    const ofStatus = (...status: Status[]) => ({ status: trusted({ $in: status }) });
    switch (queue) {
      case 'new':
        return { match: { status: 'received' }, sort: byAge };
      case 'mine':
        return { match: { assigneeId: new Types.ObjectId(actor.id), ...ofStatus(...OPEN) }, sort: byAge };
      case 'unassigned':
        return { match: { assigneeId: null, ...ofStatus(...OPEN) }, sort: byAge };
      case 'waiting':
        return { match: ofStatus('needs_information', 'declared_solved'), sort: byAge };
      case 'referred':
        return { match: { status: 'referred' }, sort: byAge };
      // The type as well: by it the server knows that the partial index has all of them.
      case 'overdue':
        return { match: { 'clock.due': trusted({ $lt: desk.now(), $type: 'date' }) }, sort: { 'clock.due': 1 } };
      case 'toCall':
        return { match: { unreached: trusted({ $type: 'date' }) }, sort: { unreached: 1 } };
      case 'open':
        return { match: ofStatus(...OPEN), sort: byAge };
    }
  }

  const count = (match: Record<string, unknown>, limit: number) =>
    Obstacle.collection.countDocuments(match, { limit, maxTimeMS: 5000 });

  return {
    /** A page of a queue, and how many there are, counted up to {@link COUNTED_UP_TO}. Null for who is not of the secretariat. */
    async queue(
      actor: Actor,
      queue: Queue,
      { skip, limit, ...filter }: { skip: number; limit: number } & QueueFilter,
    ): Promise<{ cases: Obstacle[]; total: number } | null> {
      const scope = await desk.limitsOf(actor);
      if (scope === 'nothing') return null;
      const { match, sort } = queryOf(queue, actor);
      const where = { ...match, ...narrow(filter, scope) };
      const [found, total] = await Promise.all([
        Obstacle.find(where).sort(sort).skip(skip).limit(limit).lean(),
        count(where, COUNTED_UP_TO),
      ]);
      return { cases: found.map(toObstacle), total };
    },

    /** The cities that open cases come from. */
    async openCities(): Promise<string[]> {
      const found = await Obstacle.distinct('cityCode', { status: trusted({ $in: OPEN }) });
      return found.filter((code) => code !== null);
    },

    /** How many there are in each queue, counted up to a hundred. Null for who is not of the secretariat. */
    async queueCounts(actor: Actor, filter: QueueFilter = {}): Promise<Record<Queue, number> | null> {
      const scope = await desk.limitsOf(actor);
      if (scope === 'nothing') return null;
      const counts = await Promise.all(
        QUEUES.map(async (queue) => {
          const where = { ...queryOf(queue, actor).match, ...narrow(filter, scope) };
          return [queue, await count(where, HOME_COUNTS_UP_TO)] as const;
        }),
      );
      return Object.fromEntries(counts) as Record<Queue, number>;
    },
  };
}
