import { trusted, Types } from 'mongoose';
import { OPEN } from './obstacle-status.ts';
import type { Cost, ObstacleDocument, ObstacleModel } from './obstacle.model.ts';
import { toObstacle, type Obstacle } from './obstacle.ts';

/** What brings a case before the council. */
export const REASONS = ['people', 'cost', 'overdue', 'old'] as const;
export type Reason = (typeof REASONS)[number];

/** A case and what it weighs, all of those together who have the problem. */
export interface Weighed {
  obstacle: Obstacle;
  /** Who have it, the reporter among them. */
  people: number;
  totals: Cost;
}

type Counted = ObstacleDocument & { support?: { people: number; totals: Cost } };

const OLD_AFTER_MS = 30 * 86_400_000;

function weigh(document: Counted): Weighed {
  const { cost, support } = document;
  const { days, rials, people } = support?.totals ?? cost;
  return { obstacle: toObstacle(document), people: support?.people ?? 1, totals: { days, rials, people } };
}

/** Which open obstacles weigh most. Read once a month over all that are open: sorted by the server, in no index. */
export function createRankings(Obstacle: ObstacleModel, now: () => Date) {
  // Of an idea or a wish nobody is hurt, and what is declared solved waits for its reporter.
  const open = () => ({
    status: trusted({ $in: OPEN.filter((status) => status !== 'declared_solved') }),
    kind: trusted({ $in: ['obstacle', 'complaint'] }),
  });

  function queryOf(reason: Reason): { match: Record<string, unknown>; sort: Record<string, 1 | -1> } {
    switch (reason) {
      case 'people':
        return { match: {}, sort: { 'support.people': -1, 'cost.people': -1, reportedAt: 1 } };
      case 'cost':
        return { match: {}, sort: { 'support.totals.rials': -1, 'cost.rials': -1, 'cost.days': -1, reportedAt: 1 } };
      case 'overdue':
        return { match: { 'clock.due': trusted({ $lt: now(), $type: 'date' }) }, sort: { 'clock.due': 1 } };
      case 'old':
        return {
          match: { reportedAt: trusted({ $lt: new Date(now().getTime() - OLD_AFTER_MS) }) },
          sort: { reportedAt: 1 },
        };
    }
  }

  /** Whether what a list is sorted by is there at all: the first of many without a cost is no costly one. */
  const counts = (reason: Reason, { people, totals }: Weighed): boolean =>
    reason === 'people'
      ? people > 1 || (totals.people ?? 0) > 0
      : reason === 'cost'
        ? (totals.rials ?? 0) > 0 || (totals.days ?? 0) > 0
        : true;

  return {
    /** The heaviest first; at most `limit`. */
    async heaviest(reason: Reason, { limit }: { limit: number }): Promise<Weighed[]> {
      const { match, sort } = queryOf(reason);
      const where: Record<string, unknown> = { ...open(), ...match };
      const found = await Obstacle.find(where).sort(sort).limit(limit).allowDiskUse(true).lean();
      return found.map(weigh).filter((one) => counts(reason, one));
    },

    /** Those that are there, in the order of the ids. */
    async weighed(ids: readonly string[]): Promise<Weighed[]> {
      const found = await Obstacle.find({ _id: trusted({ $in: ids.map((id) => new Types.ObjectId(id)) }) }).lean();
      const byId = new Map(found.map((one) => [one._id.toHexString(), weigh(one)]));
      return ids.flatMap((id) => byId.get(id) ?? []);
    },
  };
}
