/** The fewest that a figure may stand for; below it people could be told by it. */
export const FEWEST = 5;

/** 0 is nobody's and may be said; of one to four it is only said that there are some: null. */
export const shownCount = (count: number): number | null => (count > 0 && count < FEWEST ? null : count);

export interface Parts<Group> {
  /** The largest first. */
  shown: Group[];
  /** The others together; null count: fewer than {@link FEWEST}. */
  rest: { groups: number; count: number | null };
}

/**
 * The parts of a whole that may be shown beside it. A part that is too small is hidden, and so are the next larger ones until
 * what the whole less the shown parts would tell is neither one part alone nor fewer than {@link FEWEST}.
 */
export function withoutSmall<Group extends { count: number }>(
  groups: readonly Group[],
  isHidden: (group: Group) => boolean = () => false,
): Parts<Group> {
  const sorted = groups.filter(({ count }) => count > 0).toSorted((one, other) => other.count - one.count);
  const hides = (group: Group) => group.count < FEWEST || isHidden(group);
  const shown = sorted.filter((group) => !hides(group));
  const hidden = sorted.filter(hides);
  const sum = () => hidden.reduce((all, { count }) => all + count, 0);
  while (hidden.length > 0 && (hidden.length === 1 || sum() < FEWEST)) {
    const next = shown.pop();
    if (!next) break;
    hidden.push(next);
  }
  return { shown, rest: { groups: hidden.length, count: shownCount(sum()) } };
}
