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

/** What is read of every open case. */
type Slim = Pick<ObstacleDocument, '_id' | 'cost' | 'support' | 'reportedAt'> & { clock: { due: Date | null } };

export interface Ranked {
  id: string;
  reportedAt: Date;
}

const OLD_AFTER_MS = 30 * 86_400_000;

const totalsOf = ({ cost, support }: Pick<ObstacleDocument, 'cost' | 'support'>): Cost => support?.totals ?? cost;

function weigh(document: ObstacleDocument): Weighed {
  const { days, rials, people } = totalsOf(document);
  return { obstacle: toObstacle(document), people: document.support?.people ?? 1, totals: { days, rials, people } };
}

/** The larger the heavier, compared one after the other; null where the case does not belong into the list at all. */
function weightOf(reason: Reason, slim: Slim, now: Date): readonly number[] | null {
  const { days, rials, people: touched } = totalsOf(slim);
  const people = slim.support?.people ?? 1;
  const age = -slim.reportedAt.getTime();
  switch (reason) {
    case 'people':
      return people > 1 || (touched ?? 0) > 0 ? [people, touched ?? 0, age] : null;
    case 'cost':
      return (rials ?? 0) > 0 || (days ?? 0) > 0 ? [rials ?? 0, days ?? 0, age] : null;
    case 'overdue':
      return slim.clock.due !== null && slim.clock.due < now ? [-slim.clock.due.getTime()] : null;
    case 'old':
      return slim.reportedAt.getTime() < now.getTime() - OLD_AFTER_MS ? [age] : null;
  }
}

function heavierFirst(one: readonly number[], other: readonly number[]): number {
  const at = one.findIndex((weight, index) => weight !== other[index]);
  return at < 0 ? 0 : (other[at] ?? 0) - (one[at] ?? 0);
}

/**
 * Which open obstacles weigh most. Read once a month over all that are open, in one pass, and ranked here: their weight is
 * in no index, and a sort of so many by the server is work for a query engine that the embedded build has not.
 */
export function createRankings(Obstacle: ObstacleModel, now: () => Date) {
  return {
    /** A list for each reason, the heaviest first, of at most `limit` cases that are not in `without`. */
    async heaviest({
      limit,
      without = new Set(),
    }: {
      limit: number;
      without?: ReadonlySet<string>;
    }): Promise<Record<Reason, Ranked[]>> {
      const at = now();
      const lists = new Map(REASONS.map((reason) => [reason, [] as (Ranked & { weight: readonly number[] })[]]));
      const open = Obstacle.collection.find<Slim>(
        {
          // Of an idea or a wish nobody is hurt, and what is declared solved waits for its reporter.
          status: { $in: OPEN.filter((status) => status !== 'declared_solved') },
          kind: { $in: ['obstacle', 'complaint'] },
        },
        {
          projection: { cost: 1, 'support.people': 1, 'support.totals': 1, reportedAt: 1, 'clock.due': 1 },
          hint: { status: 1, reportedAt: 1, assigneeId: 1, category: 1, cityCode: 1 },
          batchSize: 2000,
        },
      );
      for await (const slim of open) {
        const id = slim._id.toHexString();
        if (without.has(id)) continue;
        for (const [reason, list] of lists) {
          const weight = weightOf(reason, slim, at);
          const last = list[limit - 1];
          if (weight === null || (last && heavierFirst(weight, last.weight) >= 0)) continue;
          list.push({ id, reportedAt: slim.reportedAt, weight });
          list.sort((one, other) => heavierFirst(one.weight, other.weight));
          list.length = Math.min(list.length, limit);
        }
      }
      const ranked = REASONS.map((reason) => [
        reason,
        (lists.get(reason) ?? []).map(({ id, reportedAt }) => ({ id, reportedAt })),
      ]);
      return Object.fromEntries(ranked) as Record<Reason, Ranked[]>;
    },

    /** Those that are there, in the order of the ids. */
    async weighed(ids: readonly string[]): Promise<Weighed[]> {
      const found = await Obstacle.find({ _id: trusted({ $in: ids.map((id) => new Types.ObjectId(id)) }) }).lean();
      const byId = new Map(found.map((one) => [one._id.toHexString(), weigh(one)]));
      return ids.flatMap((id) => byId.get(id) ?? []);
    },
  };
}
