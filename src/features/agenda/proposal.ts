import { REASONS, type Obstacles, type Reason } from '../obstacles/obstacles.service.ts';

export interface Proposed {
  obstacleId: string;
  code: string;
  why: Reason[];
}

/** More would not be talked through in a meeting. */
export const MOST_ITEMS = 12;

/** A place in a list is worth more the higher it is, and the list by how much it says of harm. */
const WEIGHTS: Readonly<Record<Reason, number>> = { people: 4, cost: 3, overdue: 2, old: 1 };

/**
 * The cases that the council should look at: those with most people and most cost, overdue ones and old ones, each once.
 * What stands high in several lists comes first; of equals the one that was reported first.
 */
export async function proposeItems(
  rankings: Obstacles['rankings'],
  { without }: { without: ReadonlySet<string> },
): Promise<Proposed[]> {
  const lists = await rankings.heaviest({ limit: MOST_ITEMS, without });
  const scored = new Map<string, { id: string; why: Reason[]; score: number; reportedAt: Date }>();
  for (const reason of REASONS) {
    for (const [place, { id, reportedAt }] of lists[reason].entries()) {
      const one = scored.get(id) ?? { id, why: [], score: 0, reportedAt };
      one.why.push(reason);
      one.score += WEIGHTS[reason] * (MOST_ITEMS - place);
      scored.set(id, one);
    }
  }
  const chosen = [...scored.values()]
    .toSorted((one, other) => other.score - one.score || one.reportedAt.getTime() - other.reportedAt.getTime())
    .slice(0, MOST_ITEMS);
  const weighed = await rankings.weighed(chosen.map(({ id }) => id));
  return weighed.map(({ obstacle: { id, code } }) => ({
    obstacleId: id,
    code,
    why: scored.get(id)?.why ?? [],
  }));
}
