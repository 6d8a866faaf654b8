import type { Migration } from './migration.ts';

const LACKING = { endedAt: { $exists: false } };
const BATCH = 500;
/** As features/obstacles has them. */
const ENDS = ['solved', 'closed_unconfirmed', 'not_possible', 'not_ours', 'merged', 'withdrawn'];

const HISTORY = { $ifNull: ['$history', []] };
/** A word of the secretariat with a reason, or the declaration that it is solved; a question to the member is none. */
const IS_ANSWER = {
  $and: [
    { $eq: ['$$change.party', 'staff'] },
    {
      $or: [
        { $eq: ['$$change.to', 'declared_solved'] },
        {
          $and: [
            { $gt: [{ $strLenCP: { $ifNull: ['$$change.reason', ''] } }, 0] },
            { $not: [{ $in: ['$$change.to', ['needs_information', 'reopened']] }] },
          ],
        },
      ],
    },
  ],
};
const ANSWERS = { $filter: { input: HISTORY, as: 'change', cond: IS_ANSWER } };
const timeIn = (changes: object, place: 0 | -1) => ({
  $let: {
    vars: { one: { $arrayElemAt: [changes, place] } },
    in: { $ifNull: ['$$one.at', null] },
  },
});

/** When a case was first answered and when it ended came after the first cases had been stored; their history tells both. */
export const fillCaseTimes: Migration = {
  version: 3,
  what: 'cases get the times of their first answer and their end from their history',
  pending: (db) => db.collection('obstacles').countDocuments(LACKING),
  async run(db) {
    const cases = db.collection('obstacles');
    const times = {
      firstAnsweredAt: timeIn(ANSWERS, 0),
      endedAt: { $cond: [{ $in: ['$status', ENDS] }, timeIn(HISTORY, -1), null] },
    };
    for (;;) {
      const found = await cases
        .find(LACKING, { projection: { _id: 1 } })
        .limit(BATCH)
        .toArray();
      if (found.length === 0) return;
      await cases.updateMany({ _id: { $in: found.map(({ _id }) => _id) }, ...LACKING }, [{ $set: times }]);
    }
  },
};
