import type { StandBy } from '../messengers/messenger.ts';

/**
 * Queues in memory, one for each chat: the things of one chat strictly in order, chats side by side, in turn, at most
 * `concurrency` at a time; what only waits for its own chat's turn holds no place among them.
 */
export interface ChatQueues<Item extends { id: string; chatKey: string }> {
  /** False where an item with this id is there already, waiting or in hand. */
  add(item: Item): boolean;
  /** Takes out what matches and is not in hand; resolves when those that match and are in hand have ended. */
  drop(matches: (item: Item) => boolean): Promise<void>;
  /** Ends the pauses of chats whose first item matches: what they waited for has come. */
  hurry(matches: (item: Item) => boolean): void;
  /** No item starts from now on; resolves when none is in hand. */
  stop(): Promise<void>;
  /** Whether an item with this id is there, waiting or in hand. */
  has(id: string): boolean;
  /** Items of one chat, waiting or in hand. */
  countOf(chatKey: string): number;
  readonly size: number;
  /** Begun and not ended, those that stand by included. */
  readonly inHand: number;
  /** Resolves when no more than `count` items are there. */
  whenAtMost(count: number): Promise<void>;
}

/** The item is finished; or the head of its chat is to be worked again after a while, and the chat waits with it. */
export type WorkOutcome = { next: 'finished' } | { next: 'again'; afterMs: number };

interface ChatQueue<Item> {
  items: Item[];
  inHand: Item | undefined;
  timer: NodeJS.Timeout | undefined;
}

/**
 * @param options.work must not throw; waits that need nothing of this process go through `standBy`
 * @param options.onFinished hears of each item that is finished, and how many its chat has left
 */
export function createChatQueues<Item extends { id: string; chatKey: string }>(options: {
  concurrency: number;
  work: (item: Item, standBy: StandBy) => Promise<WorkOutcome>;
  onFinished?: (chatKey: string, left: number) => void;
}): ChatQueues<Item> {
  const chats = new Map<string, ChatQueue<Item>>();
  const ids = new Set<string>();
  /** Chats whose first item may start. A chat is never in here while it has an item in hand or a pause to wait for. */
  const ready = new Set<string>();
  let begun = 0;
  /** Of those begun, how many stand by. */
  let standing = 0;
  let stopped = false;
  let watchers: { fulfilled: () => boolean; resolve: () => void }[] = [];

  const notify = (): void => {
    const due = watchers.filter(({ fulfilled }) => fulfilled());
    if (due.length === 0) return;
    watchers = watchers.filter((watcher) => !due.includes(watcher));
    for (const { resolve } of due) resolve();
  };
  const when = (fulfilled: () => boolean): Promise<void> =>
    fulfilled() ? Promise.resolve() : new Promise((resolve) => watchers.push({ fulfilled, resolve }));

  const run = async (chatKey: string, chat: ChatQueue<Item>): Promise<void> => {
    const [item] = chat.items;
    if (!item) return;
    chat.inHand = item;
    begun += 1;
    let waits = 0;
    let isOver = false;
    const standBy: StandBy = async (wait) => {
      waits += 1;
      if (waits === 1 && !isOver) {
        standing += 1;
        pump();
      }
      try {
        return await wait;
      } finally {
        waits -= 1;
        if (waits === 0 && !isOver) standing -= 1;
      }
    };
    const outcome = await options.work(item, standBy);
    // A handler that was given up may wait on.
    if (waits > 0) standing -= 1;
    isOver = true;
    begun -= 1;
    chat.inHand = undefined;
    // An item that was dropped while in hand is over, whatever its outcome.
    if (outcome.next === 'finished' || chat.items[0] !== item) {
      if (chat.items[0] === item) chat.items.shift();
      ids.delete(item.id);
      if (chat.items.length === 0) chats.delete(chatKey);
      else ready.add(chatKey);
      options.onFinished?.(chatKey, chat.items.length);
    } else {
      chat.timer = setTimeout(() => {
        chat.timer = undefined;
        ready.add(chatKey);
        pump();
      }, outcome.afterMs);
    }
    pump();
    notify();
  };

  const pump = (): void => {
    for (const chatKey of ready) {
      if (stopped || begun - standing >= options.concurrency) return;
      ready.delete(chatKey);
      const chat = chats.get(chatKey);
      if (chat) void run(chatKey, chat);
    }
  };

  return {
    add(item) {
      if (ids.has(item.id)) return false;
      ids.add(item.id);
      const chat = chats.get(item.chatKey);
      if (chat) chat.items.push(item);
      else {
        chats.set(item.chatKey, { items: [item], inHand: undefined, timer: undefined });
        ready.add(item.chatKey);
        pump();
      }
      return true;
    },
    drop(matches) {
      for (const [chatKey, chat] of chats) {
        for (const item of chat.items) if (matches(item) && item !== chat.inHand) ids.delete(item.id);
        chat.items = chat.items.filter((item) => !matches(item));
        if (chat.items.length > 0 || chat.inHand) continue;
        clearTimeout(chat.timer);
        ready.delete(chatKey);
        chats.delete(chatKey);
      }
      notify();
      return when(() => ![...chats.values()].some((chat) => chat.inHand && matches(chat.inHand)));
    },
    hurry(matches) {
      for (const [chatKey, chat] of chats) {
        const [first] = chat.items;
        if (chat.timer === undefined || first === undefined || !matches(first)) continue;
        clearTimeout(chat.timer);
        chat.timer = undefined;
        ready.add(chatKey);
      }
      pump();
    },
    stop() {
      stopped = true;
      for (const chat of chats.values()) clearTimeout(chat.timer);
      return when(() => begun === 0);
    },
    has: (id) => ids.has(id),
    countOf: (chatKey) => chats.get(chatKey)?.items.length ?? 0,
    get size() {
      return ids.size;
    },
    get inHand() {
      return begun;
    },
    whenAtMost: (count) => when(() => ids.size <= count),
  };
}
