import { mongo, type Connection } from 'mongoose';
import { contentType } from './content-type.ts';

export type MediaKind = 'photo' | 'document' | 'voice' | 'audio' | 'video';
type MessengerName = 'telegram' | 'bale';

const DAY = 86_400_000;

interface FileMetadata {
  kind: MediaKind;
  mimeType: string;
  ownerId: string;
  /** The update that brought it: worked again, it is not kept twice. */
  source: string;
  /** By messenger: the id under which that messenger has it too. */
  fileIds: Partial<Record<MessengerName, string>>;
}

export interface StoredFile {
  id: string;
  kind: MediaKind;
  mimeType: string;
  fileName: string;
  ownerId: string;
  fileIds: Partial<Record<MessengerName, string>>;
}

export type Files = ReturnType<typeof createFiles>;

/**
 * What members send is kept in GridFS: it must outlive a messenger's file id and reach the other messenger.
 * Whoever serves a file checks first that the reader may see the thing it belongs to.
 */
export function createFiles({ connection, now }: { connection: Connection; now: () => Date }) {
  const bucket = () => {
    if (!connection.db) throw new Error('The database is not connected yet: open it before files are kept');
    return new mongo.GridFSBucket(connection.db, { bucketName: 'files' });
  };
  const toStored = (file: mongo.GridFSFile): StoredFile => {
    const metadata = file.metadata as unknown as FileMetadata;
    return {
      id: file._id.toHexString(),
      kind: metadata.kind,
      mimeType: metadata.mimeType,
      ownerId: metadata.ownerId,
      fileIds: metadata.fileIds,
      fileName: file.filename,
    };
  };

  return {
    /** Keeps the bytes under a name of our own; the type is read from the content, not from what the sender says. */
    async keep(options: {
      bytes: Uint8Array;
      kind: MediaKind;
      ownerId: string;
      source: string;
      fileId?: { messenger: MessengerName; id: string };
    }): Promise<StoredFile> {
      const [there] = await bucket().find({ 'metadata.source': options.source }).limit(1).toArray();
      if (there) return toStored(there);
      const type = contentType(options.bytes);
      const id = new mongo.ObjectId();
      const metadata: FileMetadata = {
        kind: options.kind,
        mimeType: type.mimeType,
        ownerId: options.ownerId,
        source: options.source,
        fileIds: options.fileId ? { [options.fileId.messenger]: options.fileId.id } : {},
      };
      const upload = bucket().openUploadStreamWithId(id, `${id.toHexString()}.${type.extension}`, {
        metadata: { ...metadata },
      });
      await new Promise<void>((resolve, reject) => {
        upload.on('finish', () => resolve()).on('error', reject);
        upload.end(options.bytes);
      });
      // The driver's own is the machine's.
      await connection.collection('files.files').updateOne({ _id: id }, { $set: { uploadDate: now() } });
      return { id: id.toHexString(), fileName: upload.filename, ...metadata };
    },

    /** How many files, and bytes, of a person were kept within the last 24 hours, but for that of one source. */
    async ofLastDay(ownerId: string, { but }: { but: string }): Promise<{ files: number; bytes: number }> {
      const lengths = await connection
        .collection<{ length: number }>('files.files')
        .find(
          {
            'metadata.ownerId': ownerId,
            uploadDate: { $gt: new Date(now().getTime() - DAY) },
            'metadata.source': { $ne: but },
          },
          { projection: { length: 1 } },
        )
        .toArray();
      return { files: lengths.length, bytes: lengths.reduce((sum, { length }) => sum + length, 0) };
    },

    async find(id: string): Promise<StoredFile | null> {
      if (!mongo.ObjectId.isValid(id)) return null;
      const [file] = await bucket()
        .find({ _id: new mongo.ObjectId(id) })
        .limit(1)
        .toArray();
      return file ? toStored(file) : null;
    },

    async read(id: string): Promise<Uint8Array> {
      const chunks: Buffer[] = [];
      for await (const chunk of bucket().openDownloadStream(new mongo.ObjectId(id))) chunks.push(chunk as Buffer);
      return Buffer.concat(chunks);
    },

    /** Remembers the id that a messenger gave the file, so that it is uploaded there once. */
    async rememberFileId(id: string, messenger: MessengerName, fileId: string): Promise<void> {
      await connection
        .collection('files.files')
        .updateOne({ _id: new mongo.ObjectId(id) }, { $set: { [`metadata.fileIds.${messenger}`]: fileId } });
    },

    /** Two people became one: the files of the one are the other's. */
    async moveMember(from: string, to: string): Promise<void> {
      await connection
        .collection('files.files')
        .updateMany({ 'metadata.ownerId': from }, { $set: { 'metadata.ownerId': to } });
    },

    /** Deletes what a person sent, but for the files in `keep`, which stay with nobody as their owner. */
    async forgetMember(id: string, { keep, nobody }: { keep: readonly string[]; nobody: string }): Promise<void> {
      const kept = new Set(keep);
      for (const { _id } of await bucket().find({ 'metadata.ownerId': id }).project({ _id: 1 }).toArray()) {
        const file = _id as mongo.ObjectId;
        if (!kept.has(file.toHexString())) await bucket().delete(file);
      }
      await connection
        .collection('files.files')
        .updateMany({ 'metadata.ownerId': id }, { $set: { 'metadata.ownerId': nobody } });
    },

    async ensureIndexes(): Promise<void> {
      await connection
        .collection('files.files')
        .createIndexes([{ key: { 'metadata.source': 1 } }, { key: { 'metadata.ownerId': 1, uploadDate: 1 } }]);
    },
  };
}
