import { afterQuietHours, type QuietHours } from '../../language/quiet-hours.ts';
import type { BusinessAudience } from '../businesses/business-audience.service.ts';
import type { Addressee, MemberPages, MemberQuery } from '../members/member-pages.service.ts';
import type { MessengerName } from '../members/members.service.ts';
import type { Digests } from '../preferences/digests.service.ts';
import type { Preference, Preferences } from '../preferences/preferences.service.ts';
import type { AudienceFilter, FrozenAudience } from './audience.ts';

export interface AudienceCounts {
  /** Who gets it now, by the messenger that they are written to on. */
  telegram: number;
  bale: number;
  /** Who gets it in their next digest. */
  digest: number;
  /** Who has muted its topic. */
  muted: number;
  /** Who has no account that can be reached. */
  unreachable: number;
  /** Of a further sending: who has it from an earlier one, or has it coming. */
  already: number;
  /** Of those on a messenger: who is in their quiet hours when it begins, and gets it at their end. */
  quiet: number;
  /** The first and the last of those ends; null where there is none. */
  wakes: { first: Date; last: Date } | null;
}

/** Somebody to write to, but not within the hours in which they want to be left alone. */
export type AudienceMember = Addressee & { quiet?: QuietHours };

export interface AudiencesDeps {
  pages: MemberPages;
  businesses: BusinessAudience;
  preferences: Pick<Preferences, 'ofMany'>;
  digests: Pick<Digests, 'queue' | 'holders'>;
  /** The reporter of a case and all who stand with them. */
  peopleOfCase: (caseId: string) => Promise<readonly string[]>;
  /** Who of these has something of a campaign, or has it coming. */
  haveIt: (campaignId: string, memberIds: readonly string[]) => Promise<ReadonlySet<string>>;
  /** False wakes people by night too. */
  keepsQuiet?: boolean;
}

/** What becomes of one member of an audience. */
type Way = 'now' | 'digest' | 'muted' | 'unreachable' | 'already';

const NOBODY: ReadonlySet<string> = new Set();
const COUNTED_AT_A_TIME = 2000;

export type Audiences = ReturnType<typeof createAudiences>;

/**
 * Who a news item is for. Counting and sending go the same way, page by page, so what the author reads before is what
 * happens, but for what members change in between.
 */
export function createAudiences(deps: AudiencesDeps) {
  const { pages, businesses, digests, keepsQuiet = true } = deps;

  async function queryOf({ audience, frozenAt }: FrozenAudience): Promise<MemberQuery> {
    const filter: AudienceFilter = audience.kind === 'filter' ? audience.filter : {};
    const { states = [], provinces = [], cities = [], languages = [], roles = [] } = filter;
    const ids =
      audience.kind === 'people'
        ? audience.ids
        : audience.kind === 'case'
          ? [...new Set(await deps.peopleOfCase(audience.caseId))]
          : null;
    // Those chosen by name are meant whether they have registered or not.
    const meant = ids === null ? states : (['guest', 'registered', 'approved'] as const);
    return { states: meant, provinces, cities, languages, roles, ids, frozenAt: new Date(frozenAt) };
  }

  /** The members of one page with what becomes of each; `next` is null at the end. */
  async function look(frozen: FrozenAudience, query: MemberQuery, page: { after: string | undefined; limit: number }) {
    const found = await pages.page(query, page);
    const next = found.length < page.limit ? null : (found.at(-1)?.id ?? null);
    const filter: AudienceFilter = frozen.audience.kind === 'filter' ? frozen.audience.filter : {};
    const { kinds = [], fields = [], topics = [] } = filter;
    const ids = found.map(({ id }) => id);
    const [preferenceOf, withBusiness, put, have] = await Promise.all([
      deps.preferences.ofMany(ids),
      kinds.length + fields.length > 0 ? businesses.among(ids, { kinds, fields }) : null,
      digests.holders(frozen.newsId, ids),
      frozen.sentIn ? deps.haveIt(frozen.sentIn, ids) : NOBODY,
    ]);
    const follows = ({ muted }: Preference) => topics.length === 0 || topics.some((topic) => !muted.includes(topic));
    const meant = found.filter(({ id }) => (withBusiness?.has(id) ?? true) && follows(preferenceOf(id)));
    const wayOf = ({ id, accounts }: Addressee): Way => {
      const { muted, pace } = preferenceOf(id);
      // Put by for a digest already: there it stays, whatever was chosen since.
      if (put.has(id)) return frozen.sentIn ? 'already' : 'digest';
      if (have.has(id)) return 'already';
      if (frozen.topic !== null && muted.includes(frozen.topic)) return 'muted';
      if (!accounts.some(({ reachable }) => reachable)) return 'unreachable';
      return pace === 'at-once' || frozen.urgent ? 'now' : 'digest';
    };
    return {
      next,
      people: meant.map((member) => ({ member, way: wayOf(member), preference: preferenceOf(member.id) })),
    };
  }

  return {
    /**
     * How many on each messenger, and why the others get nothing now. Reads the whole audience, with flat memory.
     * @param begins when it is to leave, at the moment of freezing unless told: whoever is in their quiet hours then is counted as such
     */
    async count(frozen: FrozenAudience, begins: Date = new Date(frozen.frozenAt)): Promise<AudienceCounts> {
      const counts: AudienceCounts = {
        telegram: 0,
        bale: 0,
        digest: 0,
        muted: 0,
        unreachable: 0,
        already: 0,
        quiet: 0,
        wakes: null,
      };
      const query = await queryOf(frozen);
      for (let after: string | undefined | null; after !== null;) {
        const { next, people } = await look(frozen, query, { after, limit: COUNTED_AT_A_TIME });
        for (const { member, way, preference } of people) {
          counts[way === 'now' ? messengerOf(member) : way] += 1;
          if (way === 'now') countQuiet(counts, quietOf(preference).quiet, begins);
        }
        after = next;
      }
      return counts;
    },

    /**
     * One page of those who are written to now, after `after`, in order of id; empty at the end only. Those on digests
     * have the item put by for them on the way. Asked again it gives the same people.
     */
    async page(
      frozen: FrozenAudience,
      { after, limit }: { after: string | undefined; limit: number },
    ): Promise<AudienceMember[]> {
      const query = await queryOf(frozen);
      for (let from: string | undefined | null = after; from !== null;) {
        const { next, people } = await look(frozen, query, { after: from, limit });
        await digests.queue(
          frozen,
          people.filter(({ way }) => way === 'digest').map(({ member }) => member.id),
        );
        const recipients = people.flatMap(({ member, way, preference }) =>
          way === 'now' ? [{ ...member, ...quietOf(preference) }] : [],
        );
        if (recipients.length > 0) return recipients;
        from = next;
      }
      return [];
    },
  };

  function countQuiet(counts: AudienceCounts, quiet: QuietHours | undefined, begins: Date): void {
    const end = quiet && afterQuietHours(begins, quiet);
    if (!end || end <= begins) return;
    const { first, last } = counts.wakes ?? { first: end, last: end };
    counts.quiet += 1;
    counts.wakes = { first: end < first ? end : first, last: end > last ? end : last };
  }

  function quietOf({ quiet }: Preference): { quiet?: QuietHours } {
    return quiet === null || !keepsQuiet ? {} : { quiet };
  }
}

/** The reachable account that comes first: the preferred one, else the one that was there first. */
function messengerOf({ accounts, preferredMessenger }: Addressee): MessengerName {
  const reachable = accounts.filter((account) => account.reachable);
  const first = reachable.find(({ messenger }) => messenger === preferredMessenger) ?? reachable[0];
  return first?.messenger ?? 'telegram';
}
