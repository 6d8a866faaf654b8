import type { Clock } from '../clock.ts';
import type { Lane } from './messenger.ts';
import { PausedError } from './pacer.ts';

/** What one chat bears: so many messages at once after a rest, and so many a second in the long run. */
export interface ChatBudget {
  perSecond: number;
  burst: number;
}

/** By the kind of chat. */
export interface ChatBudgets {
  private: ChatBudget;
  group: ChatBudget;
}

/** Leave to send one message to one chat; given back when the answer has come. */
export interface ChatTurn {
  readonly chatId: number;
  /** On the monotonic clock. */
  readonly grantedAt: number;
  /** Nothing had gone there for so long that its budget was whole: what is refused now is not refused for this chat. */
  readonly isFresh: boolean;
}

export interface TurnOptions {
  lane: Lane;
  signal?: AbortSignal | undefined;
  /** A pause of the chat that outlasts this many milliseconds is not waited for. */
  patienceMs?: number | undefined;
  /** In the bulk lane: a turn that is further off than so many milliseconds is not waited for, whatever it waits for. */
  longestMs?: number | undefined;
}

export interface ChatTurns {
  /**
   * Leave to send to this chat: at once where its budget has room, else a promise of it. Replies pass what goes to many.
   *
   * @throws {PausedError} (rejects) with `ofChat` where it would have to wait longer than the options allow.
   * @throws what `signal` was aborted with.
   */
  take(chatId: number, options: TurnOptions): ChatTurn | Promise<ChatTurn>;
  /** The message has been answered, or never will be. Once for each turn. */
  settle(turn: ChatTurn): void;
  /**
   * The messenger refused the message for its rate: nothing goes to this chat for so many seconds. Returns whether it
   * means the messenger as a whole: only where a second chat is refused within the pause of another, and neither had
   * spent anything of its own budget, so that no hurried person, or two of them, can hold up the rest.
   */
  refuse(turn: ChatTurn, retryAfterSeconds: number): 'chat' | 'messenger';
  /** Bale's groups have ids like people's: what a chat is becomes known with the first answer from it. */
  noteGroup(chatId: number): void;
}

interface Waiter {
  lane: Lane;
  /** On the monotonic clock: beyond this a pause, or in the bulk lane any wait, is given up. */
  deadline: number;
  grant: (turn: ChatTurn) => void;
  refuse: (error: Error) => void;
}

interface Chat {
  id: number;
  budget: ChatBudget;
  /** Messages that may go if none of those under way has arrived. */
  level: number;
  levelAt: number;
  /** In order of their leave. */
  underWay: Set<ChatTurn>;
  pausedUntil: number;
  /** Replies first. */
  waiters: Waiter[];
  cancelTimer: (() => void) | undefined;
}

/** What has been under way for so long has arrived, though its answer may be long in coming. */
const ARRIVED_MS = 3000;
/** Sums of fractions come out a little beside. */
const EARLY = 0.001;
/** A timer over 2^31 ms would fire at once. */
const LONGEST_TIMER_MS = 2 ** 30;
/** More groups than any bot is in; the oldest are learned anew. */
const MOST_GROUPS = 10_000;

/**
 * A budget for each chat, before the messenger's own pacer: what one person or group brings about is theirs to wait for.
 * A message counts from its answer on and weighs as one under way until then, so that no delay on the way bunches up more
 * of them than the chat bears. Only chats that are not at rest are kept.
 */
export function createChatTurns({ budgets, clock }: { budgets: ChatBudgets; clock: Clock }): ChatTurns {
  /** The longest unused first. */
  const chats = new Map<number, Chat>();
  const groups = new Set<number>();
  /** Until when chats are paused that were refused though they had spent nothing. */
  const refusedFresh = new Map<number, number>();

  const perMs = ({ budget }: Chat): number => budget.perSecond / 1000;
  const pass = (chat: Chat, now: number): void => {
    if (now > chat.levelAt) {
      chat.level = Math.min(chat.budget.burst, chat.level + (now - chat.levelAt) * perMs(chat));
      chat.levelAt = now;
    }
    arrive(chat, now);
  };
  const arrive = (chat: Chat, now: number): void => {
    for (const oldest of chat.underWay) {
      if (oldest.grantedAt + ARRIVED_MS > now) break;
      chat.underWay.delete(oldest);
      chat.level -= 1;
    }
  };
  const isAtRest = (chat: Chat, now: number): boolean => {
    pass(chat, now);
    return chat.waiters.length === 0 && chat.underWay.size === 0 && now >= chat.pausedUntil && isWhole(chat);
  };
  const isWhole = ({ level, budget }: Chat): boolean => level >= budget.burst - EARLY;
  /** When the next one may go at the latest: with too many under way an answer makes room, or time does. */
  const freeAt = (chat: Chat): number => {
    const wanted = 1 + chat.underWay.size - EARLY;
    if (wanted > chat.budget.burst)
      for (const oldest of chat.underWay) return Math.max(oldest.grantedAt + ARRIVED_MS, chat.pausedUntil);
    return Math.max(chat.levelAt + Math.max(0, wanted - chat.level) / perMs(chat), chat.pausedUntil);
  };

  const chatOf = (id: number, now: number): Chat => {
    // Two looks at each turn keep the rest from growing, also behind a chat with a long pause.
    for (const other of chats.values().take(2)) {
      chats.delete(other.id);
      if (!isAtRest(other, now)) chats.set(other.id, other);
    }
    const budget = id < 0 || groups.has(id) ? budgets.group : budgets.private;
    let chat = chats.get(id);
    if (chat === undefined) {
      chat = {
        id,
        budget,
        level: budget.burst,
        levelAt: now,
        underWay: new Set(),
        pausedUntil: Number.NEGATIVE_INFINITY,
        waiters: [],
        cancelTimer: undefined,
      };
      chats.set(id, chat);
    }
    pass(chat, now);
    return chat;
  };

  const grant = (chat: Chat, now: number): ChatTurn => {
    const isFresh = chat.underWay.size === 0 && isWhole(chat);
    const turn: ChatTurn = { chatId: chat.id, grantedAt: now, isFresh };
    chat.underWay.add(turn);
    return turn;
  };

  const serve = (chat: Chat): void => {
    chat.cancelTimer?.();
    chat.cancelTimer = undefined;
    const now = clock.monotonic();
    pass(chat, now);
    while (chat.waiters.length > 0) {
      const at = freeAt(chat);
      if (at > now) {
        const ms = Math.min(Math.max(1, Math.ceil(at - now)), LONGEST_TIMER_MS);
        chat.cancelTimer = clock.after(ms, () => serve(chat));
        return;
      }
      chat.waiters.shift()?.grant(grant(chat, now));
    }
  };

  const paused = (chat: Chat, ms: number): PausedError =>
    new PausedError(Math.ceil(Math.max(ms, chat.pausedUntil - clock.monotonic()) / 100) / 10, { ofChat: true });

  const queue = (chat: Chat, { lane, signal, patienceMs, longestMs }: TurnOptions, now: number): Promise<ChatTurn> =>
    new Promise((resolve, reject) => {
      const longest = Number.POSITIVE_INFINITY;
      const deadline = now + (lane === 'reply' ? (patienceMs ?? longest) : (longestMs ?? longest));
      const ahead = chat.waiters.length / perMs(chat);
      const expected = lane === 'reply' ? chat.pausedUntil : freeAt(chat) + ahead;
      if (expected > deadline) {
        reject(paused(chat, expected - now));
        return;
      }
      const abort = (): void => {
        chat.waiters = chat.waiters.filter((other) => other !== waiter);
        reject((signal?.reason as Error | undefined) ?? new Error('Waiting to send was called off'));
      };
      const leave = (): void => signal?.removeEventListener('abort', abort);
      const waiter: Waiter = {
        lane,
        deadline,
        grant: (turn) => {
          leave();
          resolve(turn);
        },
        refuse: (error) => {
          leave();
          reject(error);
        },
      };
      signal?.addEventListener('abort', abort, { once: true });
      const firstBulk = chat.waiters.findIndex((other) => other.lane === 'bulk');
      if (lane === 'reply' && firstBulk >= 0) chat.waiters.splice(firstBulk, 0, waiter);
      else chat.waiters.push(waiter);
      serve(chat);
    });

  return {
    take(chatId, options) {
      const { signal } = options;
      const now = clock.monotonic();
      if (signal?.aborted)
        return Promise.reject((signal.reason as Error | undefined) ?? new Error('Waiting to send was called off'));
      const chat = chatOf(chatId, now);
      return chat.waiters.length === 0 && freeAt(chat) <= now ? grant(chat, now) : queue(chat, options, now);
    },
    settle(turn) {
      const chat = chats.get(turn.chatId);
      if (!chat) return;
      pass(chat, clock.monotonic());
      if (!chat.underWay.delete(turn)) return;
      chat.level -= 1;
      if (chat.waiters.length > 0) serve(chat);
    },
    refuse(turn, retryAfterSeconds) {
      const { chatId, isFresh } = turn;
      const now = clock.monotonic();
      const chat = chatOf(chatId, now);
      const until = Math.max(chat.pausedUntil, now + retryAfterSeconds * 1000);
      chat.pausedUntil = until;
      // Then one at once, which is the one that was refused and will be settled, and the rest as the budget fills.
      chat.level = chat.underWay.has(turn) ? 2 : 1;
      chat.levelAt = until;
      for (const waiter of chat.waiters) if (waiter.deadline < until) waiter.refuse(paused(chat, until - now));
      chat.waiters = chat.waiters.filter((waiter) => waiter.deadline >= until);
      // A group may have a limit of its own, such as slow mode.
      if (!isFresh || chat.budget === budgets.group) return 'chat';
      for (const [id, end] of refusedFresh) if (end <= now) refusedFresh.delete(id);
      const isSecond = [...refusedFresh.keys()].some((id) => id !== chatId);
      refusedFresh.set(chatId, until);
      return isSecond ? 'messenger' : 'chat';
    },
    noteGroup(chatId) {
      if (groups.has(chatId)) return;
      groups.add(chatId);
      if (groups.size > MOST_GROUPS) for (const oldest of groups.values().take(1)) groups.delete(oldest);
      const chat = chats.get(chatId);
      if (!chat) return;
      chat.budget = budgets.group;
      chat.level = Math.min(chat.level, chat.budget.burst);
    },
  };
}
