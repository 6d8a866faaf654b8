import type { Connection } from 'mongoose';
import type { Reach } from '../../delivery/reach.ts';
import type { Audit } from '../audit/audit.service.ts';
import type { MemberFigures } from '../members/member-figures.service.ts';
import type { Role } from '../members/members.service.ts';
import type { CaseFigures } from '../obstacles/obstacles.service.ts';
import { FEWEST, shownCount, withoutSmall } from './small-groups.ts';
import { weeklyReportModel } from './weekly.model.ts';

/** An obstacle as everybody may see it. */
export interface TopCase {
  code: string;
  title: string;
  category: string;
  /** Who have it together; null where they are fewer than five. */
  people: number | null;
  /** Rials, of all who have it; null where fewer than five have named a figure. */
  rials: number | null;
}

/** What a week came to, with small groups taken out: null is a number from one to four that is not told. */
export interface Weekly {
  from: Date;
  to: Date;
  fresh: number | null;
  solved: number | null;
  closed: number | null;
  declined: number | null;
  open: number | null;
  overdue: number | null;
  /** Hours; null where fewer than five had one. */
  firstAnswerHours: number | null;
  solutionHours: number | null;
  registrations: number | null;
  categories: { category: string; cases: number }[];
  otherCategories: { groups: number; cases: number | null };
  /** Never raw counts: what came in for each thousand registered members, and how many those are. The highest rate first. */
  cities: { cityCode: string; perThousand: number; members: number }[];
  /** Cities with too few reports or members to be shown. */
  otherCities: number;
  byPeople: TopCase[];
  byCost: TopCase[];
  news: {
    campaigns: number;
    messengers: { messenger: 'telegram' | 'bale'; sent: number | null; failed: number | null }[];
    unreachable: number | null;
  };
}

export interface WeeklyDeps {
  connection: Connection;
  cases: { during: (stretch: { from: Date; to: Date }) => Promise<CaseFigures> };
  members: MemberFigures;
  /** The open cases of the public board, those first that most people have or that cost most. */
  top: (by: 'people' | 'cost') => Promise<readonly TopCase[]>;
  news: (stretch: { from: Date; to: Date }) => Promise<Reach>;
  audit: Pick<Audit, 'record'>;
  now: () => Date;
}

export const WEEKLY_READERS: readonly Role[] = ['council', 'head', 'admin'];
export const mayReadWeekly = ({ roles }: { roles: readonly Role[] }): boolean =>
  roles.some((role) => WEEKLY_READERS.includes(role));

const WEEK_MS = 7 * 86_400_000;
const HOUR_MS = 3_600_000;
const TOP = 5;

export type WeeklyReports = ReturnType<typeof createWeekly>;

/** The council's week in figures. */
export function createWeekly(deps: WeeklyDeps) {
  const { cases, members, news, audit, now } = deps;
  const Report = weeklyReportModel(deps.connection);

  async function figuresUntil(to: Date): Promise<Weekly> {
    const stretch = { from: new Date(to.getTime() - WEEK_MS), to };
    const [counted, byCity, registrations, byPeople, byCost, reach] = await Promise.all([
      cases.during(stretch),
      members.registeredByCity(),
      members.registeredDuring(stretch),
      deps.top('people'),
      deps.top('cost'),
      news(stretch),
    ]);
    const sum = (keyOf: (one: CaseFigures['fresh'][number]) => string | null) => {
      const sums = new Map<string | null, number>();
      for (const one of counted.fresh) sums.set(keyOf(one), (sums.get(keyOf(one)) ?? 0) + one.cases);
      return [...sums].map(([code, count]) => ({ code, count }));
    };
    const categories = withoutSmall(sum(({ category }) => category));
    const baseOf = (code: string | null): number => (code === null ? 0 : (byCity.get(code) ?? 0));
    const cities = withoutSmall(
      sum(({ cityCode }) => cityCode),
      ({ code }) => baseOf(code) < FEWEST,
    );
    const hoursOf = ({ of, milliseconds }: CaseFigures['solution']): number | null =>
      of < FEWEST || milliseconds === null ? null : milliseconds / HOUR_MS;
    return {
      ...stretch,
      fresh: shownCount(counted.fresh.reduce((all, one) => all + one.cases, 0)),
      solved: shownCount(counted.solved),
      closed: shownCount(counted.closed),
      declined: shownCount(counted.declined),
      open: shownCount(counted.open),
      overdue: shownCount(counted.overdue),
      firstAnswerHours: hoursOf(counted.firstAnswer),
      solutionHours: hoursOf(counted.solution),
      registrations: shownCount(registrations),
      categories: categories.shown.map(({ code, count }) => ({ category: code ?? 'other', cases: count })),
      otherCategories: { groups: categories.rest.groups, cases: categories.rest.count },
      cities: cities.shown
        .map(({ code, count }) => ({
          cityCode: code ?? '',
          perThousand: Math.round((count / baseOf(code)) * 10_000) / 10,
          members: baseOf(code),
        }))
        .toSorted((one, other) => other.perThousand - one.perThousand),
      otherCities: cities.rest.groups,
      byPeople: byPeople.filter(({ people }) => people !== null).slice(0, TOP),
      byCost: byCost.filter(({ rials }) => rials !== null && rials > 0).slice(0, TOP),
      news: {
        campaigns: reach.campaigns,
        messengers: (['telegram', 'bale'] as const).map((messenger) => ({
          messenger,
          sent: shownCount(reach.byMessenger[messenger]?.sent ?? 0),
          failed: shownCount(reach.byMessenger[messenger]?.failed ?? 0),
        })),
        unreachable: shownCount(reach.unreachable),
      },
    };
  }

  return {
    /** The seven days until now, for who may read them; null for everybody else. */
    async read(actor: { id: string; roles: readonly Role[] }, { source }: { source: string }): Promise<Weekly | null> {
      if (!mayReadWeekly(actor)) return null;
      const subject = { kind: 'weekly', id: 'now' };
      await audit.record({ actorId: actor.id, act: 'weekly.read', subject, source });
      return figuresUntil(now());
    },

    /** Makes the report of a day and keeps it; again, it is the one that was made first. */
    async make(day: string, at: Date): Promise<void> {
      if (await Report.exists({ _id: day })) return;
      const figures = JSON.stringify(await figuresUntil(at));
      await Report.updateOne({ _id: day }, { $setOnInsert: { at, figures } }, { upsert: true });
    },

    /** The report that was made on a day. */
    async of(day: string): Promise<Weekly | null> {
      const found = await Report.findById(day).lean();
      if (!found) return null;
      const read = JSON.parse(found.figures) as Omit<Weekly, 'from' | 'to'> & { from: string; to: string };
      return { ...read, from: new Date(read.from), to: new Date(read.to) };
    },
  };
}
