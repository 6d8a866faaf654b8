import type { Connection } from 'mongoose';
import { STORAGE_ALARM } from '../bounds.ts';

/** Bytes. `free` is null where the database server does not tell of its disk. */
export interface Storage {
  held: number;
  free: number | null;
}

const numberIn = (answer: Record<string, unknown>, name: string): number | null =>
  typeof answer[name] === 'number' ? answer[name] : null;

/** What people's files hold and what is left on the database's disk, as the server counts them: nothing is read through. */
export async function lookAtStorage(connection: Connection): Promise<Storage> {
  if (!connection.db) throw new Error('The database is not connected yet: open it before its storage is looked at');
  const stats = (await connection.db.command({ dbStats: 1 })) as Record<string, unknown>;
  const [chunks] = await connection
    .collection('files.chunks')
    .aggregate<{ size: number }>([
      { $collStats: { storageStats: {} } },
      { $project: { size: '$storageStats.storageSize' } },
    ])
    .toArray()
    // There is no such collection before the first file.
    .catch(() => []);
  const [total, used] = [numberIn(stats, 'fsTotalSize'), numberIn(stats, 'fsUsedSize')];
  return { held: chunks?.size ?? 0, free: total === null || used === null || total === 0 ? null : total - used };
}

const inGigabytes = (bytes: number): string => `${(bytes / 1024 ** 3).toFixed(1)} GB`;

/** What an operator must see to, in a few words; null where there is room (`STORAGE_ALARM`). */
export function storageFault({ held, free }: Storage): string | null {
  const faults = [
    ...(held > STORAGE_ALARM.heldBytes ? [`files hold ${inGigabytes(held)}`] : []),
    ...(free !== null && free < STORAGE_ALARM.freeBytes
      ? [`${inGigabytes(free)} are free on the database's disk`]
      : []),
  ];
  return faults.length === 0 ? null : faults.join(', ');
}

/** The same figures where nothing is wrong. */
export const storageText = ({ held, free }: Storage): string =>
  `files hold ${inGigabytes(held)}${free === null ? '' : `; ${inGigabytes(free)} are free on the database's disk`}`;
