import type { Now } from '../clock.ts';
import type { Update } from 'grammy/types';
import { mongo, type Connection } from 'mongoose';
import { modelOn } from '../database/model.ts';
import type { MessengerName } from '../messengers/messenger.ts';
import { inboxSchema, type InboxEntry, type InboxState, type StoodStill } from './inbox.model.ts';
import { chatKeyOf, fingerprintOf } from './update-facts.ts';

/** One bot account, whose update ids belong together. */
export interface Source {
  messenger: MessengerName;
  botId: number;
}

/** A stored update in hand. */
export interface Waiting {
  id: string;
  source: Source;
  chatKey: string;
  update: Update;
  tries: number;
  postponed: number;
  /** A process stood still while it was in hand. */
  stoodStill?: StoodStill | undefined;
}

export interface SetAside {
  id: string;
  messenger: MessengerName;
  chatKey: string;
  error: string;
  receivedAt: Date;
}

/** A document may have 16 MB; a true update has a few kilobytes. */
const LARGEST_UPDATE_BYTES = 8_000_000;
/** More says nothing more, and each is read to be counted. */
const MOST_COUNTED = 10_000;
const DUPLICATE_KEY = 11_000;
const LOAD_BATCH = 200;
const UNTRIED = { tries: 0, postponed: 0 };

/** Undefined for what can't be stored: too large, or nested too deep to be written out. */
function encode(update: Update): string | undefined {
  try {
    const json = JSON.stringify(update);
    return Buffer.byteLength(json) <= LARGEST_UPDATE_BYTES ? json : undefined;
  } catch {
    return undefined;
  }
}

function decode(entry: InboxEntry): Waiting {
  const { _id: id, messenger, botId, chatKey, tries, postponed, stoodStill } = entry;
  return {
    id,
    source: { messenger, botId },
    chatKey,
    tries,
    postponed,
    stoodStill,
    update: JSON.parse(entry.update ?? '{}') as Update,
  };
}

/** Taken over by whoever works the source. */
const waitingOf = ({ messenger, botId }: Source) =>
  ({ messenger, botId, state: 'waiting', fresh: { $exists: false } }) as const;

function asideOf({ _id: id, messenger, chatKey, error = '', receivedAt }: InboxEntry): SetAside {
  return { id, messenger, chatKey, error, receivedAt };
}

/** The places in the batch of the documents that exist already. @throws what else went wrong */
function duplicatesIn(error: unknown): number[] {
  if (!(error instanceof mongo.MongoBulkWriteError)) throw error;
  const failures = [error.writeErrors].flat();
  if (failures.length === 0 || failures.some(({ code }) => code !== DUPLICATE_KEY)) throw error;
  return failures.map(({ index }) => index);
}

export type InboxStore = ReturnType<typeof createInboxStore>;

/** The inbox as it lies in the database. Every method is one round trip, except where duplicates must be looked at. */
export function createInboxStore(connection: Connection, now: Now) {
  const model = modelOn(connection, 'InboxEntry', inboxSchema);
  // The driver's own collection: nothing in these documents needs casting, and this is on the way of every update.
  const entries = connection.collection<InboxEntry>(model.collection.name);
  let lastOrder = 0;

  /** Milliseconds with room for a thousand updates in each; never less than what was given before. */
  const nextOrder = (): number => {
    lastOrder = Math.max(lastOrder + 1, now().getTime() * 1000);
    return lastOrder;
  };

  const entryOf = ({ messenger, botId }: Source, update: Update): InboxEntry => {
    const json = encode(update);
    return {
      _id: `${messenger}:${botId}:${update.update_id}:${fingerprintOf(update)}`,
      messenger,
      botId,
      chatKey: chatKeyOf(messenger, update),
      receivedAt: now(),
      order: nextOrder(),
      ...UNTRIED,
      ...(json === undefined
        ? { state: 'aside', error: 'too large to be stored' }
        : { state: 'waiting', update: json }),
    };
  };

  /** The ids of those that were there before. */
  const insertNew = async (batch: InboxEntry[]): Promise<string[]> => {
    try {
      await entries.insertMany(batch, { ordered: false });
      return [];
    } catch (error) {
      return duplicatesIn(error).map((index) => (batch[index] as InboxEntry)._id);
    }
  };

  return {
    /**
     * Stores what is new, and returns what of the batch is waiting, in order: the new ones, and those stored before that
     * nobody has worked yet (an earlier call may have stored them and failed on the way back).
     */
    async insert(batch: readonly { source: Source; update: Update }[]): Promise<Waiting[]> {
      const fresh = new Map<string, InboxEntry>();
      for (const { source, update } of batch) {
        const entry = entryOf(source, update);
        if (!fresh.has(entry._id)) fresh.set(entry._id, entry);
      }
      if (fresh.size === 0) return [];
      const known = await insertNew([...fresh.values()]);
      for (const id of known) fresh.delete(id);
      const waiting = [...fresh.values()].filter(({ state }) => state === 'waiting');
      if (known.length > 0) waiting.push(...(await entries.find({ _id: { $in: known }, state: 'waiting' }).toArray()));
      return waiting.sort((a, b) => a.order - b.order).map(decode);
    },

    /** Stores what is new for whichever process works the source, and returns that. */
    async handIn(batch: readonly { source: Source; update: Update }[]): Promise<Waiting[]> {
      const fresh = new Map<string, InboxEntry>();
      for (const { source, update } of batch) {
        const entry = entryOf(source, update);
        if (entry.state === 'waiting') entry.fresh = true;
        fresh.set(entry._id, entry);
      }
      if (fresh.size === 0) return [];
      for (const id of await insertNew([...fresh.values()])) fresh.delete(id);
      return [...fresh.values()].filter(({ state }) => state === 'waiting').map(decode);
    },

    /** What was handed in for a source and is not taken over, at most so many of the oldest. */
    async handedIn({ messenger, botId }: Source, limit: number): Promise<Waiting[]> {
      const found = await entries.find({ fresh: true, messenger, botId }).sort({ order: 1 }).limit(limit).toArray();
      return found.map(decode);
    },

    /** Takes over, in this order. What the web processes' clocks say about the order ends here. */
    async collect(items: readonly Waiting[]): Promise<void> {
      const updates = items.map(({ id }) => ({
        updateOne: { filter: { _id: id }, update: { $set: { order: nextOrder() }, $unset: { fresh: 1 as const } } },
      }));
      if (updates.length > 0) await entries.bulkWrite(updates, { ordered: false });
    },

    /**
     * What a source has waiting, in order, but for some chats, and so many of the oldest at most; not what was handed in and
     * is not taken over.
     */
    async waiting(source: Source, { limit, without }: { limit: number; without: string[] }): Promise<Waiting[]> {
      const found = await entries
        .find({ ...waitingOf(source), chatKey: { $nin: without } })
        .sort({ order: 1 })
        .limit(limit)
        .toArray();
      return found.map(decode);
    },

    /** Everything that a source has waiting, in order. Only what `isWanted` of its chat is read whole. */
    async *eachWaiting(
      source: Source,
      isWanted: (chatKey: string) => boolean,
    ): AsyncGenerator<{ chatKey: string; item: Waiting | undefined }> {
      for await (const entry of entries.find(waitingOf(source)).sort({ order: 1 }).batchSize(LOAD_BATCH)) {
        // Another process may have given it, and its clock may be ahead.
        lastOrder = Math.max(lastOrder, entry.order);
        yield { chatKey: entry.chatKey, item: isWanted(entry.chatKey) ? decode(entry) : undefined };
      }
    },

    /** So many of the oldest that one chat has waiting. */
    async waitingOfChat(source: Source, chatKey: string, limit: number): Promise<Waiting[]> {
      const found = await entries
        .find({ ...waitingOf(source), chatKey })
        .sort({ order: 1 })
        .limit(limit)
        .toArray();
      return found.map(decode);
    },

    async postpone(ids: readonly string[]): Promise<void> {
      await entries.updateMany({ _id: { $in: [...ids] } }, { $inc: { postponed: 1 } });
    },

    async markDone(ids: readonly string[]): Promise<void> {
      await entries.updateMany(
        { _id: { $in: [...ids] } },
        // For recognising a redelivery the id is enough; what people wrote is not kept.
        {
          $set: { state: 'done', doneAt: now() },
          $unset: { update: 1, chatKey: 1, error: 1, fresh: 1, stoodStill: 1 },
        },
      );
    },

    async recordFailure({ id, tries, postponed }: Waiting, error: string): Promise<void> {
      await entries.updateOne({ _id: id, state: 'waiting' }, { $set: { tries, postponed, error } });
    },

    /** Undefined where it is not waiting any more. */
    async setAside({ id, tries, postponed }: Waiting, error: string): Promise<SetAside | undefined> {
      const $set = { state: 'aside' as const, tries, postponed, error };
      const entry = await entries.findOneAndUpdate(
        { _id: id, state: 'waiting' },
        { $set, $unset: { fresh: 1 } },
        { returnDocument: 'after' },
      );
      return entry ? asideOf(entry) : undefined;
    },

    /** The oldest first. */
    async listAside(limit: number): Promise<SetAside[]> {
      return (await entries.find({ state: 'aside' }).sort({ receivedAt: 1 }).limit(limit).toArray()).map(asideOf);
    },

    /** The partial indexes are named, or finding them empty would read the whole collection. */
    async backlog(): Promise<{ waiting: number; aside: number }> {
      const count = (state: InboxState, hint: mongo.Hint) =>
        entries.countDocuments({ state }, { hint, limit: MOST_COUNTED });
      const [waiting, aside] = await Promise.all([
        count('waiting', { messenger: 1, botId: 1, order: 1 }),
        count('aside', { receivedAt: 1 }),
      ]);
      return { waiting, aside };
    },

    /** Undefined where it is not set aside, or can't be worked because it was never stored whole. */
    async retryAside(id: string): Promise<Waiting | undefined> {
      const entry = await entries.findOneAndUpdate(
        { _id: id, state: 'aside', update: { $exists: true } },
        { $set: { state: 'waiting', order: nextOrder(), ...UNTRIED }, $unset: { stoodStill: 1 } },
        { returnDocument: 'after' },
      );
      return entry ? decode(entry) : undefined;
    },

    /** Takes out what a chat has set aside; what waits is worked, and then nobody's words are in it any more. */
    async forgetChat(chatKey: string): Promise<void> {
      await entries.updateMany(
        { state: 'aside', chatKey },
        { $set: { state: 'done', doneAt: now() }, $unset: { update: 1, chatKey: 1, error: 1 } },
      );
    },

    async discardAside(id: string): Promise<boolean> {
      const { modifiedCount } = await entries.updateOne(
        { _id: id, state: 'aside' },
        { $set: { state: 'done', doneAt: now() }, $unset: { update: 1, chatKey: 1 } },
      );
      return modifiedCount === 1;
    },
  };
}
