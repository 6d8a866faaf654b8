import type { Logger } from 'pino';
import type { Waiting } from './store.ts';

/**
 * While a source is worked here: finds what waits in the database and not in memory, and enqueues it. It got there by another
 * process (an admin's «work it again», a predecessor's write that landed late) or by a write that was given up and done all
 * the same; nobody would look at it before the next shift. It has lost its turn and goes behind what its chat has waiting.
 * @param deps.waiting what waits in the database, the oldest first
 * @param deps.isKnown whether it is in memory, or was a moment ago
 * @returns the way to end that
 */
export function lookForStrays(deps: {
  waiting: () => Promise<Waiting[]>;
  isKnown: (id: string) => boolean;
  enqueue: (item: Waiting) => void;
  everyMs: number;
  logger: Logger;
}): () => void {
  const { isKnown } = deps;
  /** Missed at the last look. Once says nothing: what is being stored is in the database first. */
  let missed = new Set<string>();
  let isOver = false;

  const look = async (): Promise<void> => {
    // What leaves the memory while the database is asked may be read as still waiting.
    const before = new Set([...missed].filter((id) => !isKnown(id)));
    const missing = (await deps.waiting()).filter(({ id }) => !isKnown(id));
    if (isOver) return;
    for (const item of missing) if (before.has(item.id)) deps.enqueue(item);
    missed = new Set(missing.map(({ id }) => id));
  };

  const timer = setInterval(() => {
    look().catch((error: unknown) => {
      deps.logger.debug({ error: (error as Error).name }, 'what waits unseen can’t be looked for; the next time it is');
    });
  }, deps.everyMs);
  return () => {
    isOver = true;
    clearInterval(timer);
  };
}
