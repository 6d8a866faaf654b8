import type { mongo } from 'mongoose';
import { searchTerms } from '../../language/search-terms.ts';
import type { Migration } from './migration.ts';

const LACKING = { terms: { $exists: false } };
const BATCH = 100;
/** As features/news keeps them. */
const MOST_TERMS = 2500;
/** Unique also for drafts, which have no number; its place is taken by an index of published items alone. */
const OLD_INDEX = 'number_1';

/** Topic, tags, sources, history, search and drafts came after the first items had been published. */
export const fillNews: Migration = {
  version: 2,
  what: 'news items get a topic, sources in a list, a history and the words that searching goes by',
  pending: (db) => db.collection('news').countDocuments(LACKING),
  async run(db) {
    const news: mongo.Collection = db.collection('news');
    const isThere = (await db.listCollections({ name: 'news' }).toArray()).length > 0;
    if (isThere && (await news.indexExists(OLD_INDEX))) await news.dropIndex(OLD_INDEX);
    for (;;) {
      const found = await news.find(LACKING).limit(BATCH).toArray();
      if (found.length === 0) return;
      await news.bulkWrite(
        found.map((item) => ({
          updateOne: { filter: { _id: item._id, ...LACKING }, update: { $set: filled(item), $unset: { source: '' } } },
        })),
      );
    }
  },
};

function filled(item: mongo.WithId<mongo.BSON.Document>): Record<string, unknown> {
  const text = (field: string): string => (typeof item[field] === 'string' ? item[field] : '');
  return {
    topic: 'other',
    tags: [],
    sources: text('source') === '' ? [] : [{ title: text('source'), url: '' }],
    attachment: null,
    translations: {},
    issued: null,
    createdBy: null,
    createdAt: item['publishedAt'] ?? new Date(0),
    revision: 1,
    changes: [],
    recalledAt: null,
    urgent: false,
    terms: searchTerms([text('headline'), text('lead'), text('body')].join(' '), MOST_TERMS),
  };
}
