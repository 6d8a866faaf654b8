import { trusted, Types, type Connection, type QueryFilter } from 'mongoose';
import type { Language } from '../../language/languages.ts';
import { memberModel, type MemberDocument, type Role } from './member.model.ts';
import type { Member } from './members.service.ts';

/**
 * `guest`: agreed to be written to and has not registered. `registered`: no business is approved yet. `approved`: has a
 * membership number.
 */
export const MEMBER_STATES = ['guest', 'registered', 'approved'] as const;
export type MemberState = (typeof MEMBER_STATES)[number];

/** What members are chosen by; an empty list is no condition, except that no state means every registered member. */
export interface MemberQuery {
  states: readonly MemberState[];
  /** A member of one of these provinces, or of one of these cities. */
  provinces: readonly string[];
  cities: readonly string[];
  languages: readonly Language[];
  roles: readonly Role[];
  /** Only these; null for everybody. */
  ids: readonly string[] | null;
  /** Who came later is not meant. */
  frozenAt: Date;
}

/** What is needed to write to a member. */
export type Addressee = Pick<Member, 'id' | 'language' | 'preferredMessenger' | 'accounts'>;

const FIELDS = { language: 1, preferredMessenger: 1, accounts: 1 } as const;

export type MemberPages = ReturnType<typeof createMemberPages>;

/** Members by what they are, page by page in order of their ids: an audience of 100,000 is never in memory as a whole. */
export function createMemberPages({ connection }: { connection: Connection }) {
  const Member = memberModel(connection);

  function find(query: MemberQuery, { after, limit }: { after: string | undefined; limit: number }) {
    const ids = query.ids?.filter((id) => Types.ObjectId.isValid(id) && (after === undefined || id > after));
    return Member.find({
      ...filterOf(query),
      ...(ids
        ? { _id: trusted({ $in: ids.map((id) => new Types.ObjectId(id)) }) }
        : after === undefined
          ? {}
          : { _id: trusted({ $gt: new Types.ObjectId(after) }) }),
    })
      .select(FIELDS)
      .sort({ _id: 1 })
      .limit(limit)
      .hint(indexFor(query));
  }

  return {
    /** In order of id; who is out of reach is among them, so that they can be counted. */
    async page(query: MemberQuery, options: { after: string | undefined; limit: number }): Promise<Addressee[]> {
      return (await find(query, options).lean()).map(toAddressee);
    },

    /** Under which ids these members were known before they became one with others: the id of now by each of those. */
    async formerIds(ids: readonly string[]): Promise<Map<string, string>> {
      const mergedInto = trusted({ $type: 'objectId' as const, $in: ids.map((id) => new Types.ObjectId(id)) });
      const found = await Member.find({ mergedInto }).select({ mergedInto: 1 }).lean();
      return new Map(found.map(({ _id, mergedInto: into }) => [_id.toHexString(), String(into)]));
    },

    /** How the database finds a page: tests hold it to its indexes. */
    explain: (query: MemberQuery, options: { after: string | undefined; limit: number }) =>
      find(query, options).explain('executionStats'),

    /** Ids by phone (E.164) or membership number, whichever a key is; keys that nobody has are not in the map. */
    async byPhoneOrNumber(keys: readonly string[]): Promise<Map<string, string>> {
      // The type is what the indexes hold only.
      const anyOf = trusted({ $in: [...keys], $type: 'string' as const });
      const found = await Member.find({
        mergedInto: null,
        deletion: null,
        $or: [{ phone: anyOf }, { membershipNumber: anyOf }],
      })
        .select({ phone: 1, membershipNumber: 1, registeredAt: 1 })
        // Of two with one phone the one who registered counts: later entries overwrite earlier ones.
        .sort({ registeredAt: 1 })
        .lean();
      return new Map(
        found.flatMap(({ _id, phone, membershipNumber }) =>
          [phone, membershipNumber].flatMap((key) =>
            typeof key === 'string' && keys.includes(key) ? [[key, _id.toHexString()] as const] : [],
          ),
        ),
      );
    },
  };
}

const until = (moment: Date) => trusted({ $type: 'date' as const, $lte: moment });
const oneOf = <Value>(values: readonly Value[]) => trusted({ $in: [...values] });

function filterOf({ states, provinces, cities, languages, roles, frozenAt }: MemberQuery): QueryFilter<MemberDocument> {
  const wanted = new Set<MemberState>(states.length === 0 ? ['registered', 'approved'] : states);
  const number: QueryFilter<MemberDocument> =
    wanted.has('registered') && wanted.has('approved')
      ? {}
      : { membershipNumber: wanted.has('approved') ? trusted({ $type: 'string' as const }) : null };
  const registered: QueryFilter<MemberDocument> = { registeredAt: until(frozenAt), ...number };
  const guest: QueryFilter<MemberDocument> = { registeredAt: null, 'consent.at': until(frozenAt) };
  const hasMembers = wanted.has('registered') || wanted.has('approved');
  const [one, other] = [{ provinceCode: oneOf(provinces) }, { cityCode: oneOf(cities) }];
  return {
    createdAt: trusted({ $lte: frozenAt }),
    deletion: null,
    mergedInto: null,
    ...(wanted.has('guest') ? {} : registered),
    ...(wanted.has('guest') && !hasMembers ? guest : {}),
    // Who never chose a language is spoken to in Persian.
    ...(languages.length > 0
      ? { language: oneOf(languages.includes('fa') ? [...languages, null] : [...languages]) }
      : {}),
    ...(roles.length > 0 ? { roles: oneOf(roles) } : {}),
    ...(provinces.length > 0 && cities.length === 0 ? one : {}),
    ...(cities.length > 0 && provinces.length === 0 ? other : {}),
    $and: [
      wanted.has('guest') && hasMembers ? { $or: [registered, guest] } : {},
      cities.length > 0 && provinces.length > 0 ? { $or: [one, other] } : {},
    ],
  };
}

/** The index that gives the page in its order; left alone, the engine may sort a hundred thousand for one page. */
function indexFor({ ids, provinces, cities, roles }: MemberQuery): Record<string, 1> {
  if (ids !== null) return { _id: 1 };
  if (roles.length > 0) return { roles: 1, _id: 1 };
  if (cities.length > 0 && provinces.length === 0) return { cityCode: 1, _id: 1 };
  if (provinces.length > 0 && cities.length === 0) return { provinceCode: 1, _id: 1 };
  return { _id: 1 };
}

function toAddressee({
  _id,
  language,
  preferredMessenger,
  accounts,
}: Pick<MemberDocument, 'language' | 'preferredMessenger' | 'accounts'> & { _id: Types.ObjectId }): Addressee {
  return {
    id: _id.toHexString(),
    language,
    preferredMessenger: preferredMessenger ?? null,
    accounts: accounts.map(({ messenger, userId, chatId, reachable }) => ({ messenger, userId, chatId, reachable })),
  };
}
