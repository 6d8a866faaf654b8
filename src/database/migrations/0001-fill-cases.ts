import type { mongo } from 'mongoose';
import type { Migration } from './migration.ts';

/** What a case has that was reported before it was asked for. */
const FIELDS = {
  kind: 'obstacle',
  body: null,
  cost: { days: null, rials: null, people: null },
  visibility: 'secretariat',
  hiddenName: false,
} as const;

const LACKING = { $or: Object.keys(FIELDS).map((field) => ({ [field]: { $exists: false } })) };
/** Updated in one command: a long one would hold up everyone else. */
const BATCH = 500;

/** Kind, body, cost, visibility and whether the name is hidden came after the first cases had been stored. */
export const fillCases: Migration = {
  version: 1,
  what: 'cases get the kind, body, cost, visibility and hidden name that a report has now',
  pending: (db) => db.collection('obstacles').countDocuments(LACKING),
  async run(db) {
    const cases: mongo.Collection = db.collection('obstacles');
    const missing = Object.entries(FIELDS).map(([field, value]) => [
      field,
      { $cond: [{ $eq: [{ $type: `$${field}` }, 'missing'] }, { $literal: value }, `$${field}`] },
    ]);
    for (;;) {
      const found = await cases
        .find(LACKING, { projection: { _id: 1 } })
        .limit(BATCH)
        .toArray();
      if (found.length === 0) return;
      await cases.updateMany({ _id: { $in: found.map(({ _id }) => _id) } }, [{ $set: Object.fromEntries(missing) }]);
    }
  },
};
