import type { Connection } from 'mongoose';
import type { Now } from '../clock.ts';

/** Deleted in one command: a long delete would hold up everyone else. */
const BATCH = 1_000;

export interface Sweeper {
  /** Deletes what has expired; gives the number of documents, always 0 where the server does it by itself. */
  sweep(): Promise<number>;
}

/**
 * Does the work of the server's TTL monitor, which the embedded engine lacks: it keeps TTL indexes, but never deletes by
 * them. Run it every minute, as the monitor would. As with the monitor, something may be found a while after it has
 * expired: what must not be seen then has to be filtered out when read.
 */
export function createSweeper(connection: Connection, now: Now): Sweeper {
  let needed: Promise<boolean> | undefined;

  /** The embedded engine names itself in `buildInfo.modules`. */
  const isEmbedded = async (): Promise<boolean> => {
    const info = await connection.db?.admin().command({ buildInfo: 1 });
    return Array.isArray(info?.['modules']) && info['modules'].includes('embedded');
  };

  const sweepIndex = async (
    name: string,
    index: { field: string; seconds: number; only: Record<string, unknown> },
  ): Promise<number> => {
    const collection = connection.collection(name);
    const cutoff = new Date(now().getTime() - index.seconds * 1000);
    const expired = { $and: [{ [index.field]: { $type: 'date', $lte: cutoff } }, index.only] };
    for (let removed = 0; ;) {
      const ids = await collection
        .find(expired, { projection: { _id: 1 } })
        .limit(BATCH)
        .toArray();
      if (ids.length > 0) {
        // The condition again: a document may have been given more time since it was found.
        const { deletedCount } = await collection.deleteMany({
          $and: [{ _id: { $in: ids.map(({ _id }) => _id) } }, expired],
        });
        removed += deletedCount;
      }
      if (ids.length < BATCH) return removed;
    }
  };

  return {
    async sweep() {
      needed ??= isEmbedded();
      if (
        !(await needed.catch((error: unknown) => {
          needed = undefined;
          throw error;
        }))
      )
        return 0;
      let removed = 0;
      const collections =
        (await connection.db?.listCollections({ type: 'collection' }, { nameOnly: true }).toArray()) ?? [];
      for (const { name } of collections) {
        if (name.startsWith('system.')) continue;
        for (const { key, expireAfterSeconds, partialFilterExpression } of await connection
          .collection(name)
          .indexes()) {
          const [field] = Object.keys(key);
          if (typeof expireAfterSeconds !== 'number' || field === undefined) continue;
          removed += await sweepIndex(name, {
            field,
            seconds: expireAfterSeconds,
            only: partialFilterExpression ?? {},
          });
        }
      }
      return removed;
    },
  };
}
