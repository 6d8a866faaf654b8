import { trusted, Types, type Connection, type QueryFilter } from 'mongoose';
import { withoutAddresses } from '../../language/addresses.ts';
import { businessModel, DIRECTORY_INDEXES, type BusinessDocument } from './business.model.ts';
import { searchWords } from './directory-terms.ts';

export { searchWords };

export interface DirectoryQuery {
  /** As they were typed; the last one may be a beginning. */
  words: string;
  field: string | null;
  provinceCode: string | null;
  cityCode: string | null;
  kind: string | null;
}

/** What everybody may see of a business: nothing of its people and no number. */
export interface DirectoryCard {
  id: string;
  name: string;
  kind: string;
  fields: readonly string[];
  provinceCode: string;
  cityCode: string;
  workplace: string | null;
  since: number | null;
  website: string | null;
  description: string | null;
}

export interface DirectoryPage {
  cards: DirectoryCard[];
  more: boolean;
}

/** That are searched for together: a further word narrows little and costs a lot. The form refuses more. */
export const MOST_WORDS = 5;
/** Nobody turns further, and every page before this one is read again. */
export const LAST_PAGE = 50;

const CARD = {
  name: 1,
  kind: 1,
  fields: 1,
  provinceCode: 1,
  cityCode: 1,
  workplace: 1,
  since: 1,
  website: 1,
  description: 1,
} as const;

export type Directory = ReturnType<typeof createDirectory>;

/** What a query filters by and the index that it goes by, in whose order the businesses come. */
function planOf({ words, field, provinceCode, cityCode, kind }: DirectoryQuery) {
  const typed = searchWords(words).slice(0, MOST_WORDS);
  const last = typed.at(-1);
  const conditions: QueryFilter<BusinessDocument>[] = typed.slice(0, -1).map((word) => ({ terms: word }));
  // The key's letters and digits alone can't mean anything to a regular expression.
  if (last !== undefined) conditions.push({ terms: trusted({ $regex: `^${last}` }) });
  const filter: QueryFilter<BusinessDocument> = {
    listed: true,
    status: 'approved',
    ...(field === null ? {} : { fields: field }),
    ...(provinceCode === null ? {} : { provinceCode }),
    ...(cityCode === null ? {} : { cityCode }),
    ...(kind === null ? {} : { kind }),
    ...(conditions.length === 0 ? {} : { $and: conditions }),
  };
  if (last !== undefined) return { filter, hint: DIRECTORY_INDEXES.words };
  if (field !== null) return { filter, hint: DIRECTORY_INDEXES.fields };
  return { filter, hint: kind !== null && provinceCode === null ? DIRECTORY_INDEXES.kinds : DIRECTORY_INDEXES.places };
}

/**
 * The public side of the data bank: businesses that want to be seen and that the secretariat has approved. Pages come in
 * the order of an index and are not counted: both would mean reading everything that is found.
 */
export function createDirectory({ connection }: { connection: Connection }) {
  const Business = businessModel(connection);

  const pageQuery = (query: DirectoryQuery, { page, size }: { page: number; size: number }) => {
    const { filter, hint } = planOf(query);
    return Business.find(filter)
      .select(CARD)
      .hint(hint)
      .skip(page * size)
      .limit(size + 1);
  };

  return {
    /** @param page from 0 to {@link LAST_PAGE} */
    async search(query: DirectoryQuery, { page, size }: { page: number; size: number }): Promise<DirectoryPage> {
      const within = Math.min(page, LAST_PAGE);
      const found = await pageQuery(query, { page: within, size }).lean();
      return { cards: found.slice(0, size).map(toCard), more: found.length > size && within < LAST_PAGE };
    },

    /** How the database finds a page: for tests and benchmarks. */
    async explain(query: DirectoryQuery, { page, size }: { page: number; size: number }): Promise<unknown> {
      return pageQuery(query, { page, size }).lean().explain('executionStats');
    },

    async card(id: string): Promise<DirectoryCard | null> {
      const found = await shownById(id);
      return found && toCard(found);
    },

    /** Whom a message to a business goes to: its owners and managers. Null where the business is not shown. */
    async speakersOf(id: string): Promise<{ name: string; memberIds: string[] } | null> {
      const found = await shownById(id);
      return (
        found && {
          name: withoutAddresses(found.name),
          memberIds: found.people.flatMap(({ memberId, role }) =>
            role === 'employee' ? [] : [memberId.toHexString()],
          ),
        }
      );
    },
  };

  async function shownById(id: string): Promise<BusinessDocument | null> {
    if (!Types.ObjectId.isValid(id)) return null;
    return Business.findOne({ _id: new Types.ObjectId(id), listed: true, status: 'approved' }).lean();
  }
}

function toCard(found: Pick<BusinessDocument, '_id' | keyof typeof CARD>): DirectoryCard {
  const { _id, name, kind, fields, provinceCode, cityCode, workplace, since, website, description } = found;
  return {
    id: _id.toHexString(),
    name: withoutAddresses(name),
    kind,
    fields,
    provinceCode,
    cityCode,
    workplace,
    since,
    website,
    description: description && withoutAddresses(description),
  };
}
