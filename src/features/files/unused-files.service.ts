import { mongo, type Connection } from 'mongoose';

/** Who may hold files: tells which of these it needs. `ownerIds`: whose they are, in any order. */
export interface FileHolder {
  name: string;
  filesAmong: (fileIds: readonly string[], ownerIds: readonly string[]) => Promise<readonly string[]>;
}

interface KeptFile {
  _id: mongo.ObjectId;
  uploadDate: Date;
  metadata: { ownerId: string; unusedSince?: Date };
}

const PAGE = 200;
const DAY = 86_400_000;

/**
 * Deletes the files that nothing refers to any more: of forms that were never sent and messages that nobody said anything
 * of, once the database has let those go, and of answers that were changed. A file is deleted when two looks a day apart
 * found it unused, so that one that is on its way from one place to another (a report being sent, two people becoming one,
 * also where a crash cut that off) stays. Every feature that keeps a file's id must be a holder.
 */
export function createUnusedFiles(deps: { connection: Connection; holders: readonly FileHolder[]; now: () => Date }) {
  const { connection, holders, now } = deps;
  const files = () => connection.collection<KeptFile>('files.files');

  async function look(page: readonly mongo.WithId<KeptFile>[], dayAgo: Date): Promise<number> {
    const ids = page.map(({ _id }) => _id.toHexString());
    const owners = [...new Set(page.map(({ metadata }) => metadata.ownerId))];
    const used = new Set<string>();
    // One after the other, in the order in which files wander: what leaves one place is found in the next.
    for (const { filesAmong } of holders) for (const id of await filesAmong(ids, owners)) used.add(id);

    const of = (which: (file: KeptFile) => boolean) => ({ $in: page.filter(which).map(({ _id }) => _id) });
    const isUsed = ({ _id }: KeptFile) => used.has(_id.toHexString());
    const taken = of((file) => isUsed(file) && file.metadata.unusedSince !== undefined);
    const unused = of((file) => !isUsed(file) && file.metadata.unusedSince === undefined);
    if (taken.$in.length > 0) await files().updateMany({ _id: taken }, { $unset: { 'metadata.unusedSince': '' } });
    if (unused.$in.length > 0) {
      await files().updateMany({ _id: unused }, { $set: { 'metadata.unusedSince': now() } });
    }
    const over = page.filter((file) => !isUsed(file) && (file.metadata.unusedSince ?? now()) <= dayAgo);
    if (!connection.db) throw new Error('The database is not connected: open it before files are looked through');
    const bucket = new mongo.GridFSBucket(connection.db, { bucketName: 'files' });
    for (const { _id } of over) await bucket.delete(_id);
    return over.length;
  }

  return {
    /** Looks through all files that are older than a day; gives how many were deleted. Repeating it changes nothing. */
    async run(): Promise<number> {
      const dayAgo = new Date(now().getTime() - DAY);
      let deleted = 0;
      for (let after: mongo.ObjectId | null = null; ;) {
        const page: mongo.WithId<KeptFile>[] = await files()
          .find(
            { uploadDate: { $lte: dayAgo }, ...(after === null ? {} : { _id: { $gt: after } }) },
            { projection: { uploadDate: 1, 'metadata.ownerId': 1, 'metadata.unusedSince': 1 } },
          )
          .sort({ _id: 1 })
          .limit(PAGE)
          .toArray();
        const last = page.at(-1);
        if (last === undefined) return deleted;
        after = last._id;
        deleted += await look(page, dayAgo);
      }
    },
  };
}
