import type { Connection } from 'mongoose';
import { pino } from 'pino';
import type { Now } from './clock.ts';
import { ensureIndexes } from './database/indexes.ts';
import { createMigrations } from './database/migrations/migrate.ts';
import { createDeletionLedger } from './features/members/deletion-ledger.service.ts';
import { createCodeBinder } from './features/members/national-codes.service.ts';
import { wireAlone } from './wire-models.ts';
import type { PeopleFeatures } from './wire-people.ts';

/** What came of looking for people whom a restored backup brought back. */
export interface DeletionsAgain {
  /** Deleted anew. */
  again: number;
  /** Noted under a key that is not this one: whom they mean can't be known. */
  underOtherKeys: number;
}

/**
 * Deletes anew whom the database has and the file beside it names as deleted. Cut off, it is done again at the next start.
 * @param onNews told where there was anything to do
 */
export async function repeatDeletions(
  { ledger, deletions }: Pick<PeopleFeatures, 'ledger' | 'deletions'>,
  onNews: (found: DeletionsAgain) => void = () => {},
): Promise<DeletionsAgain> {
  const { count, underOtherKeys, isGone, settle } = await ledger.unknownHere();
  const again = count === 0 ? 0 : await deletions.deleteAgain(isGone);
  await settle();
  await ledger.keepAside();
  const found = { again, underOtherKeys };
  if (again > 0 || underOtherKeys > 0) onNews(found);
  return found;
}

interface RestoredDatabase {
  connection: Connection;
  /** Null where there is none yet: the bot looks at its start. */
  secretKey: Uint8Array | null;
  dataDir: string;
  now: Now;
}

/** Before a restore replaces a database: what it knows of deletions is brought into the file in DATA_DIR. */
export async function keepDeletionsAside({ secretKey, ...database }: RestoredDatabase): Promise<void> {
  const { connection, dataDir: folder } = database;
  if (secretKey) await createDeletionLedger({ connection, secretKey, folder }).keepAside();
}

/** After a restore, before the bot starts. The data is brought to this version first where there is something to delete. */
export async function replayDeletions({ secretKey, ...database }: RestoredDatabase): Promise<DeletionsAgain> {
  if (!secretKey) return { again: 0, underOtherKeys: 0 };
  const { people } = wireAlone({ ...database, secretKey });
  if ((await people.ledger.unknownHere()).count > 0) {
    const tools = { bindCode: createCodeBinder(secretKey) };
    await createMigrations({ ...database, logger: pino({ level: 'silent' }), tools }).run();
    await ensureIndexes(database.connection);
  }
  return repeatDeletions(people);
}
