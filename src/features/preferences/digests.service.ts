import { trusted, Types, type Connection } from 'mongoose';
import {
  digestItemModel,
  preferenceModel,
  type DigestItemDocument,
  type PreferenceDocument,
} from './preference.model.ts';
import { nextDigest } from './preferences.service.ts';

/** Queues a digest under a key that names it for good (delivery/). False: there is no way to the member now. */
export type NotifyOfDigest = (digest: { key: string; memberId: string; newsIds: string[] }) => Promise<boolean>;

export interface QueuedNews {
  newsId: string;
  topic: string | null;
}

export type Digests = ReturnType<typeof createDigests>;

const AT_A_TIME = 200;
const DUPLICATE_KEY = 11_000;

/**
 * News that waits for the day or the hour that a member chose. An item goes into the digest of a member once: its key is
 * the item and the member. A digest takes what came before its moment, so a run that is repeated takes the same.
 */
export function createDigests(deps: { connection: Connection; notify: NotifyOfDigest; now: () => Date }) {
  const { connection, notify, now } = deps;
  const Item = digestItemModel(connection);
  const Stored = preferenceModel(connection);

  /** The one digest that is due. Told first and marked afterwards, under keys: a crash in between repeats nothing. */
  async function send({ _id, muted, ...rest }: PreferenceDocument, slot: Date): Promise<void> {
    const memberId = _id.toHexString();
    const waiting = await Item.find({ memberId: _id, digest: null, at: trusted({ $lte: slot }) })
      .sort({ at: 1 })
      .lean();
    const wanted = waiting.filter(({ topic }) => topic === null || !muted.includes(topic));
    const newsIds = wanted.map(({ newsId }) => newsId);
    const isTold =
      newsIds.length === 0 || (await notify({ key: `digest:${memberId}:${slot.toISOString()}`, memberId, newsIds }));
    if (isTold) await Item.updateMany({ _id: trusted({ $in: waiting.map((item) => item._id) }) }, { digest: slot });
    await Stored.updateOne(
      { _id, nextDigestAt: slot },
      { $set: { nextDigestAt: nextDigest({ muted, ...rest }, now()) } },
    );
  }

  return {
    /** Puts an item by for each of these members; again, it does nothing. */
    async queue({ newsId, topic }: QueuedNews, memberIds: readonly string[]): Promise<void> {
      if (memberIds.length === 0) return;
      const at = now();
      const items = memberIds.map((memberId): DigestItemDocument => ({
        _id: `${newsId}:${memberId}`,
        newsId,
        topic,
        memberId: new Types.ObjectId(memberId),
        at,
        digest: null,
      }));
      try {
        await Item.insertMany(items, { ordered: false });
      } catch (error) {
        if (!areDuplicates(error)) throw error;
      }
    },

    /** Those of the members for whom the item was put by, whether it has gone out or not. */
    async holders(newsId: string, memberIds: readonly string[]): Promise<Set<string>> {
      const ids = memberIds.map((memberId) => `${newsId}:${memberId}`);
      const found = await Item.find({ _id: trusted({ $in: ids }) })
        .select({ memberId: 1 })
        .lean();
      return new Set(found.map(({ memberId }) => memberId.toHexString()));
    },

    /** Its sending was stopped: who still waits for it is not told. */
    async drop(newsId: string): Promise<void> {
      await Item.deleteMany({ newsId, digest: null });
    },

    /** Sends every digest whose moment has come. Safe in several processes at once. */
    async runDue(): Promise<void> {
      for (;;) {
        const due = await Stored.find({ nextDigestAt: trusted({ $type: 'date', $lte: now() }) })
          .sort({ nextDigestAt: 1 })
          .limit(AT_A_TIME)
          .lean();
        for (const one of due) if (one.nextDigestAt) await send(one, one.nextDigestAt);
        if (due.length < AT_A_TIME) return;
      }
    },

    async moveMember(from: string, to: string): Promise<void> {
      const target = new Types.ObjectId(to);
      for (const { _id, newsId, ...item } of await Item.find({ memberId: new Types.ObjectId(from) }).lean()) {
        await Item.updateOne(
          { _id: `${newsId}:${to}` },
          { $setOnInsert: { ...item, newsId, memberId: target } },
          { upsert: true },
        );
        await Item.deleteOne({ _id });
      }
    },

    async forgetMember(memberId: string): Promise<void> {
      await Item.deleteMany({ memberId: new Types.ObjectId(memberId) });
    },
  };
}

function areDuplicates(error: unknown): boolean {
  const { code, writeErrors } = error as {
    code?: unknown;
    writeErrors?: readonly { code?: unknown; err?: { code?: unknown } }[];
  };
  if (!writeErrors) return code === DUPLICATE_KEY;
  return writeErrors.every((one) => (one.code ?? one.err?.code) === DUPLICATE_KEY);
}
