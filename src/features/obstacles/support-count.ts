import { trusted, Types } from 'mongoose';
import type { endorsementModel } from './endorsement.model.ts';
import { NO_COST, type Cost, type ObstacleDocument, type ObstacleModel } from './obstacle.model.ts';
import { FEWEST, NO_SUPPORT, shownTotals } from './public-face.ts';

const COST_FIELDS = ['days', 'rials', 'people'] as const;
/** A merge that went in a circle would be a fault; it must not hang a count. */
const DEEPEST = 20;
const MOST_TRIES = 50;
/** A deleted reporter: several of them are several people. */
const NOBODY = '0'.repeat(24);

/** Counts who has the problem of a case and of its parts, each person once, anew from what is stored. */
export function createSupportCount(Obstacle: ObstacleModel, Endorsement: ReturnType<typeof endorsementModel>) {
  /** The case itself, or the one that it became part of. */
  async function wholeOf(id: string): Promise<ObstacleDocument | null> {
    if (!Types.ObjectId.isValid(id)) return null;
    let there: ObstacleDocument | null = await Obstacle.findById(new Types.ObjectId(id)).lean();
    for (let depth = 0; there?.mergedInto && depth < DEEPEST; depth += 1)
      there = await Obstacle.findById(there.mergedInto).lean();
    return there;
  }

  async function familyOf(whole: Types.ObjectId): Promise<Types.ObjectId[]> {
    const family = [whole];
    let parents = [whole];
    for (let depth = 0; parents.length > 0 && depth < DEEPEST; depth += 1) {
      const parts = await Obstacle.find(
        { mergedInto: trusted({ $in: parents, $type: 'objectId' as const }) },
        { _id: 1 },
      ).lean();
      parents = parts.map(({ _id }) => _id);
      family.push(...parents);
    }
    return family;
  }

  async function countOf(whole: Types.ObjectId) {
    const family = await familyOf(whole);
    const [cases, endorsements] = await Promise.all([
      Obstacle.find({ _id: trusted({ $in: family }) }, { reporterId: 1, cost: 1 }).lean(),
      Endorsement.find({ obstacleId: trusted({ $in: family }) }, { memberId: 1, cost: 1 }).lean(),
    ]);
    const costs = new Map<string, Cost>();
    const add = (person: string, cost: Cost = NO_COST) => {
      const said = costs.get(person) ?? NO_COST;
      // Who has said it before, in a report or a me-too, is not counted again.
      costs.set(person, {
        days: said.days ?? cost.days,
        rials: said.rials ?? cost.rials,
        people: said.people ?? cost.people,
      });
    };
    for (const { _id, reporterId, cost } of cases) {
      const person = reporterId.toHexString();
      add(person === NOBODY ? `reporter of ${_id.toHexString()}` : person, cost);
    }
    for (const { memberId, cost } of endorsements) add(memberId.toHexString(), cost);
    const totals: Cost = { ...NO_COST };
    const givers = { days: 0, rials: 0, people: 0 };
    for (const cost of costs.values()) {
      for (const field of COST_FIELDS) {
        const value = cost[field];
        if (value === null) continue;
        totals[field] = (totals[field] ?? 0) + value;
        givers[field] += 1;
      }
    }
    return { people: costs.size, totals, givers };
  }

  /** Of two counts at once the one that looked later stays: who looked before another wrote looks again. */
  async function recount(id: string): Promise<void> {
    for (let tries = 0; tries < MOST_TRIES; tries += 1) {
      const whole = await wholeOf(id);
      if (!whole) return;
      const version = whole.support?.version;
      const counted = await countOf(whole._id);
      const { matchedCount } = await Obstacle.updateOne(
        {
          _id: whole._id,
          ...(version === undefined ? { support: trusted({ $exists: false }) } : { 'support.version': version }),
        },
        {
          $set: {
            support: {
              ...counted,
              shownPeople: counted.people >= FEWEST ? counted.people : 0,
              shownRials: shownTotals(counted).rials ?? 0,
              version: (version ?? 0) + 1,
            },
          },
        },
      );
      if (matchedCount === 1) return;
    }
    throw new Error(`Case ${id} was counted ${MOST_TRIES} times at once; the update is tried again`);
  }

  return { wholeOf, familyOf, recount };
}

/** What a case starts with: its reporter, and what the reporter says that it costs. */
export function firstSupport(cost: Cost) {
  const giver = (value: number | null) => (value === null ? 0 : 1);
  return {
    ...NO_SUPPORT,
    totals: { ...cost },
    givers: { days: giver(cost.days), rials: giver(cost.rials), people: giver(cost.people) },
  };
}
