import type { ApiError } from '../api/api-error.ts';
import { refusal } from '../profiles/profile.ts';
import type { Profile } from '../profiles/profile.ts';
import type { WorldEvent } from '../world/records.ts';
import type { PendingUpdate, World } from '../world/world.ts';

/** Bale and Telegram both forget updates that nobody fetched for a day. */
const KEPT_MS = 24 * 3600 * 1000;

/** Kinds that Telegram leaves out unless asked for. */
const ON_REQUEST = new Set(['chat_member', 'message_reaction', 'message_reaction_count']);

export interface PollOptions {
  offset: number | undefined;
  limit: number;
  /** Seconds. */
  timeout: number;
  /** Called with the way to give up when the client is gone. */
  onDisconnect: (giveUp: () => void) => void;
}

export interface UpdateQueue {
  /**
   * Adds an update with the next id, together with the changes that it tells of, all or none of which survive a kill.
   * Undefined where the bot hasn't asked for this kind: then only the changes are made.
   */
  add(kind: string, content: unknown, changes?: WorldEvent[]): number | undefined;
  /** Adds whatever it is given, for malformed updates; only an `update_id` that is missing is filled in. */
  inject(raw: Record<string, unknown>): number;
  /** Delivers a past update once more, with its old id, even after it was confirmed. */
  redeliver(updateId: number): void;
  /** Gives the next update this id, also a smaller one than before. */
  resetIds(next: number): void;
  /** One getUpdates call. */
  poll(options: PollOptions): Promise<PendingUpdate[]>;
  setAllowed(kinds: string[]): void;
  confirm(updates: PendingUpdate[]): void;
  /** Ends waiting polls with this error. */
  endPolls(error: ApiError): void;
  /** The last failed delivery to the webhook, for getWebhookInfo; `at` in Unix seconds. */
  webhookError: { at: number; message: string } | null;
  /** Polls that wait for news. */
  waitingPolls(): number;
  /** Tells when something was added. */
  onAdded(listener: () => void): void;
  /** Tells when a poll begins or ends its wait. */
  onPoll(listener: () => void): () => void;
}

interface Waiter {
  finish(updates: PendingUpdate[]): void;
  fail(error: ApiError): void;
  limit: number;
  offset: number | undefined;
}

/**
 * The bot's updates: at least once, until an offset confirms them.
 * Telegram ends the older of two polls with a 409; on Bale two pollers take each other's updates.
 */
export function createUpdateQueue(options: { world: World; profile: Profile; now: () => number }): UpdateQueue {
  const { world, profile, now } = options;
  const waiters = new Set<Waiter>();
  const addedListeners: (() => void)[] = [];
  const pollListeners = new Set<() => void>();
  const arrivedAt = new Map<number, number>();
  let wakePending = false;

  const ready = (offset: number | undefined, limit: number): PendingUpdate[] => {
    const found: PendingUpdate[] = [];
    for (const update of world.pending) {
      if (found.length === limit) break;
      if (offset === undefined || update.id >= offset || isBeyondOffset(update, offset)) found.push(update);
    }
    return found;
  };

  /**
   * An offset says nothing about a second delivery that no poll has seen, nor, where it is larger than any id given
   * out (the ids began anew), about updates that no poll has seen.
   */
  const isBeyondOffset = (update: PendingUpdate, offset: number): boolean =>
    !update.delivered && (update.again || offset > world.nextUpdateId);

  const confirm = (updates: PendingUpdate[]): void => {
    if (updates.length === 0) return;
    for (const update of updates) arrivedAt.delete(update.sequence);
    world.commit({ t: 'confirm', sequences: updates.map((update) => update.sequence) });
  };

  const applyOffset = (offset: number): void => {
    if (offset < 0) {
      confirm(world.pending.slice(0, Math.max(0, world.pending.length + offset)));
      return;
    }
    confirm(
      world.pending.filter(
        (update) => (update.again && update.delivered) || (update.id < offset && !isBeyondOffset(update, offset)),
      ),
    );
  };

  const forgetOld = (): void => {
    const tooMany = world.pending.length - profile.keptUpdates;
    const limit = now() - KEPT_MS;
    // They came in order, so the old ones are in front.
    let count = Math.max(0, tooMany);
    while ((arrivedAt.get(world.pending[count]?.sequence ?? 0) ?? Infinity) < limit) count += 1;
    if (count > 0) confirm(world.pending.slice(0, count));
  };

  const wake = (): void => {
    wakePending = false;
    for (const listener of addedListeners) listener();
    // Only the first: on Bale a second poller doesn't get what this one has just been given.
    const [waiter] = waiters;
    const updates = waiter ? ready(waiter.offset, waiter.limit) : [];
    if (updates.length > 0) waiter?.finish(updates);
  };

  const added = (): void => {
    arrivedAt.set(world.nextSequence - 1, now());
    if (world.pending.length > profile.keptUpdates) forgetOld();
    // After the current turn, so that what a person does at once arrives in one batch.
    if (!wakePending) {
      wakePending = true;
      queueMicrotask(wake);
    }
  };

  const isWanted = (kind: string): boolean => {
    const allowed = world.settings.get('allowed_updates') as string[] | undefined;
    return allowed === undefined || allowed.length === 0 ? !ON_REQUEST.has(kind) : allowed.includes(kind);
  };

  return {
    webhookError: null,

    add(kind, content, changes = []) {
      if (!isWanted(kind)) {
        world.commit(...changes);
        return undefined;
      }
      const id = world.nextUpdateId;
      world.commit(...changes, { t: 'update', id, body: JSON.stringify({ update_id: id, [kind]: content }) });
      added();
      return id;
    },

    inject(raw) {
      const given = raw['update_id'];
      const id = typeof given === 'number' && Number.isSafeInteger(given) ? given : world.nextUpdateId;
      const body = JSON.stringify(Object.hasOwn(raw, 'update_id') ? raw : { update_id: id, ...raw });
      world.commit({ t: 'update', id, body });
      added();
      return id;
    },

    redeliver(updateId) {
      const body = world.history.get(updateId);
      if (body === undefined)
        throw new Error(`There was no update ${updateId}, or it is too long ago to deliver again`);
      world.commit({ t: 'update', id: updateId, body, again: true });
      added();
    },

    resetIds(next) {
      world.commit({ t: 'ids', update: next });
    },

    setAllowed(kinds) {
      const before = world.settings.get('allowed_updates') as string[] | undefined;
      if (JSON.stringify(before ?? []) === JSON.stringify(kinds)) return;
      world.commit({ t: 'setting', key: 'allowed_updates', value: kinds });
    },

    confirm,

    async poll({ offset, limit, timeout, onDisconnect }) {
      if (profile.name === 'telegram') for (const older of waiters) older.fail(refusal(profile, 'other-poller'));
      forgetOld();
      if (offset !== undefined) applyOffset(offset);
      const updates = ready(offset, limit);
      if (updates.length > 0 || timeout <= 0) {
        for (const update of updates) update.delivered = true;
        return updates;
      }
      return new Promise<PendingUpdate[]>((resolve, reject) => {
        const leave = (): void => {
          clearTimeout(timer);
          waiters.delete(waiter);
          for (const listener of pollListeners) listener();
        };
        const waiter: Waiter = {
          offset,
          limit,
          finish(found) {
            leave();
            for (const update of found) update.delivered = true;
            resolve(found);
          },
          fail(error) {
            leave();
            reject(error);
          },
        };
        const timer = setTimeout(() => waiter.finish([]), timeout * 1000);
        waiters.add(waiter);
        for (const listener of pollListeners) listener();
        onDisconnect(() => {
          if (waiters.has(waiter)) waiter.finish([]);
        });
      });
    },

    endPolls(error) {
      for (const waiter of waiters) waiter.fail(error);
    },

    waitingPolls: () => waiters.size,

    onAdded(listener) {
      addedListeners.push(listener);
    },

    onPoll(listener) {
      pollListeners.add(listener);
      return () => pollListeners.delete(listener);
    },
  };
}
