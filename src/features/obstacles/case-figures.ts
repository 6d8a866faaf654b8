import type { mongo } from 'mongoose';
import { OPEN } from './obstacle-status.ts';
import type { ObstacleDocument, ObstacleModel } from './obstacle.model.ts';

/** A stretch of time, its end not in it. */
export interface Stretch {
  from: Date;
  to: Date;
}

/** What came in and what ended in a stretch of time; raw, for who hides small groups before anybody sees them. */
export interface CaseFigures {
  /** What came in, by what it is about and where its reporter lived. */
  fresh: { category: string; cityCode: string | null; cases: number }[];
  /** Said by the reporter to be solved. */
  solved: number;
  /** Declared solved, and nobody said so. */
  closed: number;
  /** Ended as not possible, or as not the guild's affair. */
  declined: number;
  /** At the end of the stretch. */
  open: number;
  /** Past their deadline at the end of the stretch. */
  overdue: number;
  /** Milliseconds from the report to the first answer, and to the solution, of those that had it in this stretch. */
  firstAnswer: Median;
  solution: Median;
}

export interface Median {
  of: number;
  /** Null of nothing. */
  milliseconds: number | null;
}

export function medianOf(times: readonly number[]): Median {
  const sorted = Float64Array.from(times).sort();
  const middle = sorted.length >> 1;
  const upper = sorted[middle];
  if (upper === undefined) return { of: 0, milliseconds: null };
  const lower = sorted.length % 2 === 0 ? (sorted[middle - 1] ?? upper) : upper;
  return { of: sorted.length, milliseconds: (lower + upper) / 2 };
}

/** Counted in the indexes: a week among 200,000 cases costs what the week holds. */
export function createCaseFigures(Obstacle: ObstacleModel) {
  // Past mongoose: nothing here comes from outside, and what is counted is never a whole case.
  const cases = () => Obstacle.collection as unknown as mongo.Collection<ObstacleDocument>;

  async function ended({ from, to }: Stretch) {
    const found = cases().find(
      { endedAt: { $gte: from, $lt: to, $type: 'date' } },
      { projection: { _id: 0, status: 1, endedAt: 1, reportedAt: 1 } },
    );
    const figures = { solved: 0, closed: 0, declined: 0 };
    const times: number[] = [];
    for await (const { status, endedAt, reportedAt } of found) {
      if (status === 'closed_unconfirmed') figures.closed += 1;
      if (status === 'not_possible' || status === 'not_ours') figures.declined += 1;
      if (status !== 'solved' || !endedAt) continue;
      figures.solved += 1;
      times.push(endedAt.getTime() - reportedAt.getTime());
    }
    return { ...figures, solution: medianOf(times) };
  }

  async function firstAnswer({ from, to }: Stretch): Promise<Median> {
    const found = cases().find(
      { firstAnsweredAt: { $gte: from, $lt: to, $type: 'date' } },
      { projection: { _id: 0, firstAnsweredAt: 1, reportedAt: 1 } },
    );
    const times: number[] = [];
    for await (const { firstAnsweredAt, reportedAt } of found)
      if (firstAnsweredAt) times.push(firstAnsweredAt.getTime() - reportedAt.getTime());
    return medianOf(times);
  }

  return {
    async during(stretch: Stretch): Promise<CaseFigures> {
      const { from, to } = stretch;
      const [groups, open, overdue, answers, ends] = await Promise.all([
        cases()
          .aggregate<{ _id: { category: string; cityCode: string | null }; cases: number }>([
            { $match: { reportedAt: { $gte: from, $lt: to } } },
            { $group: { _id: { category: '$category', cityCode: '$cityCode' }, cases: { $sum: 1 } } },
          ])
          .toArray(),
        cases().countDocuments({ status: { $in: [...OPEN] } }),
        cases().countDocuments({ 'clock.due': { $lt: to, $type: 'date' } }),
        firstAnswer(stretch),
        ended(stretch),
      ]);
      const fresh = groups.map(({ _id, cases: count }) => ({
        category: _id.category,
        cityCode: _id.cityCode ?? null,
        cases: count,
      }));
      return { fresh, open, overdue, firstAnswer: answers, ...ends };
    },
  };
}
