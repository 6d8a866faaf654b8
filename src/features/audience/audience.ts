import type { Language } from '../../language/languages.ts';
import type { MemberState } from '../members/member-pages.service.ts';
import type { Role } from '../members/members.service.ts';

/** What members are chosen by. A list that is empty or missing is no condition; all others must hold. */
export interface AudienceFilter {
  /** Of a business of theirs. */
  kinds?: readonly string[];
  fields?: readonly string[];
  /** In one of the provinces or one of the cities. */
  provinces?: readonly string[];
  cities?: readonly string[];
  /** Follows at least one of them. */
  topics?: readonly string[];
  /** Default: every registered member. */
  states?: readonly MemberState[];
  languages?: readonly Language[];
  roles?: readonly Role[];
}

export const FILTERS = ['kinds', 'fields', 'provinces', 'cities', 'topics', 'states', 'languages', 'roles'] as const;
export type FilterName = (typeof FILTERS)[number];

/** Whom a news item is for: a value, kept as JSON. */
export type Audience =
  | { kind: 'all' }
  | { kind: 'filter'; filter: AudienceFilter }
  /** Whoever reported a case, said «me too» or follows it. */
  | { kind: 'case'; caseId: string; code: string }
  | { kind: 'people'; ids: readonly string[] };

export const EVERYBODY: Audience = { kind: 'all' };

/** So many people can be picked by hand: the list lies in the campaign. */
export const MOST_PICKED = 500;

/** An audience as a campaign holds it: what it meant when the sending began. */
export interface FrozenAudience {
  audience: Audience;
  /** ISO; who came later is not meant. */
  frozenAt: string;
  newsId: string;
  /** The campaign in which the item was sent before: who has it from there is not meant. */
  sentIn?: string | null;
  /** Who has muted it is left out. */
  topic: string | null;
  /** Goes at once to those on digests too. A muted topic stays muted, and nobody is woken. */
  urgent: boolean;
}

/** The same audience, whatever order it was put together in and however empty its lists. */
export function normalised(audience: Audience): Audience {
  if (audience.kind === 'people') return { kind: 'people', ids: [...new Set(audience.ids)].toSorted() };
  if (audience.kind !== 'filter') return audience;
  const filter = Object.fromEntries(
    FILTERS.flatMap((name) => {
      const list = audience.filter[name] ?? [];
      return list.length > 0 ? [[name, [...new Set(list)].toSorted()]] : [];
    }),
  ) as AudienceFilter;
  return Object.keys(filter).length === 0 ? EVERYBODY : { kind: 'filter', filter };
}
