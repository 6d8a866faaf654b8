import type { ChatQueues } from './chat-queues.ts';
import type { Source, Waiting } from './store.ts';

/**
 * Lets each chat have a few updates in memory. The rest of a chat that sends more waits in the database, where it is stored
 * anyhow, and is fetched as the chat goes on: so no chat uses up memory, and none keeps others' updates from coming in.
 * What a chat has in memory is always the first of what it has waiting.
 */
export interface Overflow {
  /** Puts an update that is stored into memory, or leaves it in the database. */
  add(item: Waiting): void;
  /** Whether `add` would put one of this chat into memory. */
  hasRoom(chatKey: string): boolean;
  /** This chat has updates in the database that are not in memory. */
  leave(source: Source, chatKey: string): void;
  /** To be called when one of a chat is finished, with how many it has in memory: fetches more where there are. */
  onFinished(chatKey: string, left: number): void;
  /** Chats with updates in the database that are not in memory. */
  chatsLeft(source: Source): string[];
  /** How many chats that are. */
  readonly size: number;
  /** A source is not worked here any more. */
  forget(source: Source): void;
}

interface Left {
  source: Source;
  /** Something came that the fetching under way may not have seen. */
  hasMissed: boolean;
  isFetching: boolean;
}

/** In memory for a chat: as much as one talks ahead of the answers, and enough not to fetch each one alone. */
const MOST_OF_CHAT = 20;
/** With so many in memory each chat has one there. */
const MUCH = 2_000;

/**
 * @param deps.fetch the oldest that a chat has waiting; undefined where the inbox ends before the database answers
 * @param deps.isDone what was read as waiting a moment ago may be done by now
 */
export function createOverflow(deps: {
  queues: () => Pick<ChatQueues<Waiting>, 'add' | 'has' | 'countOf' | 'size'>;
  fetch: (source: Source, chatKey: string, limit: number) => Promise<Waiting[] | undefined>;
  isDone: (id: string) => boolean;
}): Overflow {
  const left = new Map<string, Left>();
  const isOf = (one: Source, other: Source): boolean => one.messenger === other.messenger && one.botId === other.botId;
  const roomOf = (chatKey: string): number =>
    (deps.queues().size >= MUCH ? 1 : MOST_OF_CHAT) - deps.queues().countOf(chatKey);

  async function fetchMore(chatKey: string, chat: Left): Promise<void> {
    if (chat.isFetching) return;
    chat.isFetching = true;
    chat.hasMissed = false;
    const limit = MOST_OF_CHAT * 2;
    const found = await deps.fetch(chat.source, chatKey, limit);
    chat.isFetching = false;
    if (found === undefined || left.get(chatKey) !== chat) return;
    const others = found.filter(({ id }) => !deps.queues().has(id) && !deps.isDone(id));
    const taken = others.slice(0, Math.max(0, roomOf(chatKey)));
    if (taken.length === others.length && found.length < limit && !chat.hasMissed) left.delete(chatKey);
    for (const item of taken) deps.queues().add(item);
    // Nothing of it is in memory whose end would fetch the rest.
    if (left.has(chatKey) && deps.queues().countOf(chatKey) === 0) void fetchMore(chatKey, chat);
  }

  const hasRoom = (chatKey: string): boolean => !left.has(chatKey) && roomOf(chatKey) > 0;
  const leave = (source: Source, chatKey: string): void => {
    const chat = left.get(chatKey);
    if (chat) chat.hasMissed = true;
    else left.set(chatKey, { source, hasMissed: true, isFetching: false });
  };

  return {
    add(item) {
      if (deps.queues().has(item.id)) return;
      if (hasRoom(item.chatKey)) deps.queues().add(item);
      else leave(item.source, item.chatKey);
    },
    hasRoom,
    leave,
    onFinished(chatKey, remaining) {
      const chat = left.get(chatKey);
      if (chat && remaining <= MOST_OF_CHAT / 4) void fetchMore(chatKey, chat);
    },
    chatsLeft: (source) => [...left].filter(([, chat]) => isOf(chat.source, source)).map(([chatKey]) => chatKey),
    get size() {
      return left.size;
    },
    forget(source) {
      for (const [chatKey, chat] of left) if (isOf(chat.source, source)) left.delete(chatKey);
    },
  };
}
