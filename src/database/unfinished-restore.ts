import type { mongo } from 'mongoose';

/** Holds a document from before a restore touches anything until it is done: the bot does not start meanwhile. */
export const UNFINISHED_RESTORE = 'unfinished_restore';
/** Before the names of collections while they are filled, beside those that they will replace. */
export const ASIDE = 'restoring.';

/**
 * How far it came. `filling`: what was there before is untouched. `swapping`: everything of the archive is there and was
 * compared, and takes the place of what was there, collection by collection. Without: of a version that deleted first.
 */
export interface UnfinishedRestore {
  phase?: 'filling' | 'swapping';
  since: Date;
  /** Of the archive, once it swaps. */
  names?: string[];
}

export const findUnfinishedRestore = (db: mongo.Db): Promise<UnfinishedRestore | null> =>
  db.collection<UnfinishedRestore>(UNFINISHED_RESTORE).findOne({});

/** What is there and what to do, for people. */
export function describeUnfinished({ phase }: UnfinishedRestore): string {
  if (phase === 'filling')
    return 'A restore into this database was not finished and has replaced nothing, what was there before is whole: restore (or move) again, or take back what it has written by npm run restore -- --undo';
  if (phase === 'swapping')
    return 'A restore into this database was not finished, all that it restores is there and was compared: end it by npm run restore -- --finish';
  return 'A restore into this database was not finished, and what is there is not whole: restore again, with --replace';
}
