import { createWatch, type Finding } from './findings.ts';
import { playRound, type Step } from './monkey.ts';
import { openMonkeyWorld } from './world.ts';

/**
 * The fewest of these steps after which the same kind of finding comes again in a world of its own, each step waited for;
 * undefined where it does not come so (it may need chance, or people side by side). Tries for as long as it is given.
 */
export async function shortestWay(
  steps: readonly Step[],
  finding: Finding,
  { mongoUri, withinMs }: { mongoUri: string; withinMs: number },
): Promise<Step[] | undefined> {
  const endsAt = performance.now() + withinMs;
  const isOver = () => performance.now() > endsAt;
  const leadsThere = (tried: readonly Step[]) => replays(tried, { kind: finding.kind, mongoUri, isOver });
  let way: Step[] | undefined;
  for (let length = 1; way === undefined && !isOver(); length *= 2) {
    const tried = steps.slice(-length);
    if (await leadsThere(tried)) way = tried;
    if (length >= steps.length) break;
  }
  if (way === undefined) return undefined;
  for (let size = Math.ceil(way.length / 2); size >= 1 && !isOver(); size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < way.length && way.length > 1 && !isOver();) {
      const tried: Step[] = [...way.slice(0, at), ...way.slice(at + size)];
      if (await leadsThere(tried)) way = tried;
      else at += size;
    }
  }
  return way;
}

async function replays(
  steps: readonly Step[],
  { kind, mongoUri, isOver }: { kind: string; mongoUri: string; isOver: () => boolean },
): Promise<boolean> {
  const world = await openMonkeyWorld({ mongoUri });
  try {
    const watch = createWatch(world);
    for (const step of steps) {
      if (isOver()) return false;
      const { findings } = await playRound(world, [step]);
      findings.push(...(await watch.look()));
      if (findings.some((found) => found.kind === kind)) return true;
    }
    return false;
  } finally {
    await world.close();
  }
}
