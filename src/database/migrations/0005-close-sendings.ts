import type { Migration } from './migration.ts';

const HELD_OPEN = { state: 'over', open: true };

/** As long as an item could be sent only once, a sending that was over kept its place. */
export const closeSendings: Migration = {
  version: 5,
  what: 'sendings that are over make room for a further one',
  pending: (db) => db.collection('sendings').countDocuments(HELD_OPEN),
  async run(db) {
    await db.collection('sendings').updateMany(HELD_OPEN, { $set: { open: false } });
  },
};
