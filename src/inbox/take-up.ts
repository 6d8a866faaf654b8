import { inTime, LONG_ANSWER_MS } from '../database/in-time.ts';
import type { InboxStore, Source, Waiting } from './store.ts';

/** Takes up what a source has waiting in the database, for a process that works it from now on. */
export interface TakeUp {
  /**
   * An update that kills the process would do so at every start. The first of each chat may have been in hand when the
   * last process ended; each time counts as a postponement, and after many of them the update is set aside.
   */
  load(source: Source): Promise<void>;
  /** What was handed in before updates were fetched again. */
  collectRest(source: Source): Promise<void>;
}

/** Of what waits: so many of each chat, and one where there are very many; the rest as the chat goes on. */
const FIRST_OF_CHAT = 5;
const VERY_MANY = 2_000;
const REST_PAGE = 1_000;

/** @param deps.leave hears of chats of which more is in the database than was enqueued */
export function createTakeUp(deps: {
  store: Pick<InboxStore, 'eachWaiting' | 'postpone' | 'handedIn' | 'collect'>;
  enqueue: (item: Waiting) => void;
  leave: (source: Source, chatKey: string) => void;
  setAside: (item: Waiting, error: string) => Promise<void>;
  mostPostponed: number;
}): TakeUp {
  const { store, enqueue } = deps;

  /** The first of each chat, and how many each has. */
  async function read(source: Source): Promise<{ first: Waiting[]; counts: Map<string, number> }> {
    const first: Waiting[] = [];
    const counts = new Map<string, number>();
    const isWanted = (chatKey: string): boolean =>
      (counts.get(chatKey) ?? 0) < (first.length >= VERY_MANY ? 1 : FIRST_OF_CHAT);
    for await (const { chatKey, item } of store.eachWaiting(source, isWanted)) {
      counts.set(chatKey, (counts.get(chatKey) ?? 0) + 1);
      if (item) first.push(item);
    }
    return { first, counts };
  }

  return {
    async load(source) {
      const { first, counts } = await inTime(read(source), LONG_ANSWER_MS);
      const byChat = Map.groupBy(first, ({ chatKey }) => chatKey);
      const heads = [...byChat.values()].flatMap((items) => items.slice(0, 1));
      if (heads.length > 0) await inTime(store.postpone(heads.map(({ id }) => id)), LONG_ANSWER_MS);
      for (const head of heads) head.postponed += 1;
      const hopeless = new Set(heads.filter(({ postponed }) => postponed > deps.mostPostponed));
      for (const item of hopeless) await deps.setAside(item, 'the process ended at every attempt');
      for (const item of first) if (!hopeless.has(item)) enqueue(item);
      for (const [chatKey, count] of counts) {
        if (count > (byChat.get(chatKey)?.length ?? 0)) deps.leave(source, chatKey);
      }
    },

    async collectRest(source) {
      for (;;) {
        const rest = await inTime(store.handedIn(source, REST_PAGE));
        if (rest.length === 0) return;
        rest.sort((a, b) => a.update.update_id - b.update.update_id);
        await inTime(store.collect(rest));
        for (const item of rest) enqueue(item);
      }
    },
  };
}
