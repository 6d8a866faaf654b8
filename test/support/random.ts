/** Chance that is the same again for the same seed. */
export interface Random {
  /** From 0 up to, and without, 1. */
  next(): number;
  /** From 0 up to, and without, `below`. */
  int(below: number): number;
  pick<Item>(items: readonly Item[]): Item;
  chance(probability: number): boolean;
  /** Every item once, in another order. */
  shuffled<Item>(items: readonly Item[]): Item[];
}

export function createRandom(seed: number): Random {
  let state = Math.trunc(seed);
  const next = (): number => {
    state = Math.trunc(state + 0x6d_2b_79_f5);
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const int = (below: number): number => Math.floor(next() * below);
  return {
    next,
    int,
    pick(items) {
      if (items.length === 0) throw new Error('There is nothing to pick from');
      return items[int(items.length)]!;
    },
    chance: (probability) => next() < probability,
    shuffled(items) {
      const rest = [...items];
      return items.map(() => rest.splice(int(rest.length), 1)[0]!);
    },
  };
}
