import type { Migration } from './migration.ts';

const GROUPS = ['open', 'solved', 'closed'];
const MISPLACED = { kind: { $in: ['expectation', 'idea'] }, board: { $in: GROUPS } };

/** Ideas and expectations once stood on the same board as obstacles. */
export const partBoards: Migration = {
  version: 4,
  what: 'ideas and expectations move to a board of their own',
  pending: (db) => db.collection('obstacles').countDocuments(MISPLACED),
  async run(db) {
    for (const board of GROUPS)
      await db
        .collection('obstacles')
        .updateMany({ kind: MISPLACED.kind, board }, { $set: { board: `ideas-${board}` } });
    // Counted anew by whoever asks next; else the old figures would stand for some minutes.
    await db.collection('board_counts').deleteMany({});
  },
};
