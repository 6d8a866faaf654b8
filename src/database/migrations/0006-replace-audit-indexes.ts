import { indexesOf } from '../indexes.ts';
import type { Migration } from './migration.ts';

/** They did not have the order of the log's pages; the ones that do are built at every start. */
const REPLACED = ['subject.kind_1_subject.id_1_at_1', 'at_-1', 'actorId_1_at_-1'];

export const replaceAuditIndexes: Migration = {
  version: 6,
  what: 'indexes of the audit log that others have replaced go',
  pending: async (db) => (await replaced(db)).length,
  async run(db) {
    for (const name of await replaced(db)) await db.collection('audit').dropIndex(name);
  },
};

async function replaced(db: Parameters<Migration['run']>[0]): Promise<string[]> {
  const indexes = await indexesOf(db.collection('audit'));
  return indexes.flatMap(({ name }) => (name !== undefined && REPLACED.includes(name) ? [name] : []));
}
