import type { Connection } from 'mongoose';
import type { Now } from '../clock.ts';

/** What the data in a database is of: of a trial with the simulator, or of people. */
export type DataUse = 'trial' | 'real';

interface UseState {
  _id: 'use';
  use: DataUse;
  at: Date;
}

/**
 * Notes at the first start what the data is of, and says what that was: also what is restored or moved to another database
 * stays what it was. Data from before there was such a note is of people where anybody has registered.
 */
export async function noteUse(connection: Connection, use: DataUse, now: Now): Promise<DataUse> {
  const states = connection.collection<UseState>('schema');
  const noted = await states.findOne({ _id: 'use' });
  if (noted) return noted.use;
  const isPeoples = (await connection.collection('members').findOne({ phone: { $type: 'string' } })) !== null;
  const first = isPeoples ? 'real' : use;
  const state = await states.findOneAndUpdate(
    { _id: 'use' },
    { $setOnInsert: { use: first, at: now() } },
    { upsert: true, returnDocument: 'after' },
  );
  return state?.use ?? first;
}
