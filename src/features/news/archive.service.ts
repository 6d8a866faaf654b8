import { trusted, Types, type Connection, type QueryFilter } from 'mongoose';
import type { NewsTopic } from '../../language/taxonomies.ts';
import { searchKey } from '../../language/persian-text.ts';
import { isPublished, termsOf, toItem, type NewsItem, type PublishedItem } from './news-item.ts';
import { newsModel, type NewsDocument } from './news.model.ts';

export interface ArchiveQuery {
  topic?: NewsTopic | null;
  /** As typed; each word may be the beginning of one. A number finds the item of that number too. */
  words?: string;
}

export interface ArchivePage {
  items: PublishedItem[];
  more: boolean;
}

/** A further word narrows little and costs a lot. */
const MOST_WORDS = 6;
/** Nobody turns further, and every page before this one is read again. */
export const LAST_PAGE = 200;

/** Lists carry what is read in a list: bodies are long. */
const LISTED = { body: 0, terms: 0, changes: 0, 'translations.en.body': 0 } as const;

export type Archive = ReturnType<typeof createArchive>;

/** What everybody may read: published items, newest first. Drafts, recalled items and those of tomorrow are not in it. */
export function createArchive({ connection, now }: { connection: Connection; now: () => Date }) {
  const Item = newsModel(connection);

  const visible = (): QueryFilter<NewsDocument> => ({
    publishedAt: trusted({ $lte: now(), $gt: new Date(0) }),
    recalledAt: null,
  });

  function filterOf({ topic, words = '' }: ArchiveQuery): QueryFilter<NewsDocument> | null {
    const about = { ...visible(), ...(topic ? { topic } : {}) };
    if (words === '') return about;
    const terms = termsOf(words).slice(0, MOST_WORDS);
    const number = Number(searchKey(words));
    const alternatives: QueryFilter<NewsDocument>[] = [];
    // Letters and digits alone can't mean anything to a regular expression.
    if (terms.length > 0)
      alternatives.push({ $and: terms.map((term) => ({ terms: trusted({ $regex: `^${term}` }) })) });
    if (Number.isSafeInteger(number) && number > 0) alternatives.push({ number });
    const [first, ...others] = alternatives;
    if (!first) return null;
    return others.length === 0 ? { ...about, ...first } : { ...about, $or: alternatives };
  }

  const query = (filter: QueryFilter<NewsDocument>, { page, size }: { page: number; size: number }) =>
    Item.find(filter)
      .select(LISTED)
      .sort({ publishedAt: -1, number: -1 })
      .skip(page * size)
      .limit(size + 1);

  const shown = (item: NewsItem): item is PublishedItem =>
    isPublished(item) && item.recalledAt === null && item.publishedAt <= now();

  return {
    /**
     * A page of the archive or of what is found, without bodies. It is not counted: counting would read everything.
     * @param page from 0 to {@link LAST_PAGE}
     */
    async search(what: ArchiveQuery, { page, size }: { page: number; size: number }): Promise<ArchivePage> {
      const filter = filterOf(what);
      if (!filter) return { items: [], more: false };
      const within = Math.min(page, LAST_PAGE);
      const found = await query(filter, { page: within, size }).lean();
      const items = found.slice(0, size).map((one) => toItem({ ...one, body: '' }));
      return { items: items.filter(isPublished), more: found.length > size && within < LAST_PAGE };
    },

    /** How the database finds a page: for tests. */
    async explain(what: ArchiveQuery, { page, size }: { page: number; size: number }): Promise<unknown> {
      return query(filterOf(what) ?? {}, { page, size })
        .lean()
        .explain('executionStats');
    },

    async find(id: string): Promise<NewsItem | null> {
      const found = Types.ObjectId.isValid(id) ? await Item.findById(new Types.ObjectId(id)).lean() : null;
      return found && toItem(found);
    },

    /** Also an item that was recalled, which its readers are told. */
    async byNumber(number: number): Promise<NewsItem | null> {
      const found = Number.isSafeInteger(number) ? await Item.findOne({ number }).lean() : null;
      return found && toItem(found);
    },

    /** Whether everybody may read it now. */
    shown,

    /** Whether something of this origin is there, a draft or published. */
    hasOrigin: async (origin: string): Promise<boolean> => (await Item.exists({ origin })) !== null,

    /** All items, drafts too. */
    count: () => Item.countDocuments({}),
  };
}
