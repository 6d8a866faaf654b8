import { createHash } from 'node:crypto';
import type { Connection } from 'mongoose';

interface KeyState {
  _id: 'key';
  mark: string;
  at: Date;
}

/** Tells one key from another and says nothing about the key, which is 32 bytes by chance. It stands in the database and in archives. */
export const keyMarkOf = (key: Uint8Array): string =>
  createHash('sha256').update('khoosheh archive key').update(key).digest('hex').slice(0, 16);

const statesOf = (connection: Connection) => connection.collection<KeyState>('schema');

/** The mark of the key that the data is sealed under; null where none was noted yet. */
export async function notedKeyMark(connection: Connection): Promise<string | null> {
  return (await statesOf(connection).findOne({ _id: 'key' }))?.mark ?? null;
}

/** Notes the mark unless there is one, and returns the one that holds: of two processes that note at once, the first one's. */
export async function noteKeyMark(connection: Connection, mark: string, at: Date): Promise<string> {
  const state = await statesOf(connection).findOneAndUpdate(
    { _id: 'key' },
    { $setOnInsert: { mark, at } },
    { upsert: true, returnDocument: 'after' },
  );
  return state?.mark ?? mark;
}

/** What was sealed is given up: the next start's key is the one. */
export async function forgetKeyMark(connection: Connection): Promise<void> {
  await statesOf(connection).deleteOne({ _id: 'key' });
}
