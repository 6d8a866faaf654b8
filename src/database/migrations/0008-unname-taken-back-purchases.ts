import type { Migration } from './migration.ts';

/** Whoever takes a purchase back is who reported it, which nobody is to learn. */
const NAMED = { act: 'procurement.take-back', actorId: { $ne: null } };

export const unnameTakenBackPurchases: Migration = {
  version: 8,
  what: 'the audit log no longer names who took back a report of a purchase',
  pending: (db) => db.collection('audit').countDocuments(NAMED),
  async run(db) {
    await db.collection('audit').updateMany(NAMED, { $set: { actorId: null } });
  },
};
