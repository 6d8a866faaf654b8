import { LISTS } from '../../bounds.ts';
import { trusted, type Connection } from 'mongoose';
import { FIXED_HOLIDAYS, estimatedLunarHolidays, type Holiday } from '../../language/holidays.ts';
import { inTehran, toIsoDay } from '../../language/jalali.ts';
import type { Audit } from '../audit/audit.service.ts';
import type { Role } from '../members/members.service.ts';
import { calendarModel } from './calendar.model.ts';

interface Actor {
  id: string;
  roles: readonly Role[];
}

/** The secretariat's working time, by whole days in Tehran. */
export interface WorkingCalendar {
  isWorkingDay(at: Date): boolean;
  /** The same hour `days` working days later; `days` of at least 1. */
  addWorkingDays(from: Date, days: number): Date;
  /** Working days after `from` up to and with `to`; 0 where `to` is not later. */
  workingDaysBetween(from: Date, to: Date): number;
}

export interface WorkingTime {
  /** 0 is Sunday, 6 Saturday. */
  weekend: readonly number[];
  /** `YYYY-MM-DD`: lunar and one-off days off. */
  holidays: readonly string[];
}

const DAY_MS = 86_400_000;
/** Thursday and Friday. */
const DEFAULT_WEEKEND = [4, 5];
const ID = 'working';

/** Iran has had no summer time since 1401: a day later is the same hour. */
export function workingCalendar({ weekend, holidays }: WorkingTime): WorkingCalendar {
  const off = new Set(holidays);
  const fixed = new Set(FIXED_HOLIDAYS);
  const isWorkingDay = (at: Date): boolean => {
    const { year, month, day, weekday } = inTehran(at);
    return !weekend.includes(weekday) && !fixed.has(`${month}/${day}`) && !off.has(toIsoDay({ year, month, day }));
  };
  return {
    isWorkingDay,
    addWorkingDays(from, days) {
      let at = from;
      for (let left = days; left > 0;) {
        at = new Date(at.getTime() + DAY_MS);
        if (isWorkingDay(at)) left -= 1;
      }
      return at;
    },
    workingDaysBetween(from, to) {
      let count = 0;
      for (let at = from.getTime() + DAY_MS; at <= to.getTime(); at += DAY_MS)
        if (isWorkingDay(new Date(at))) count += 1;
      return count;
    },
  };
}

export type Calendar = ReturnType<typeof createCalendar>;

/** The working calendar as the secretariat keeps it: weekend and list of holidays are its to change. */
export function createCalendar({
  connection,
  audit,
  now,
}: {
  connection: Connection;
  audit: Pick<Audit, 'record'>;
  now: () => Date;
}) {
  const Model = calendarModel(connection);
  const mayEdit = (roles: readonly Role[]) => roles.includes('admin') || roles.includes('head');
  const record = (actor: Actor, act: string, change: { before?: unknown; after?: unknown; source: string }) =>
    audit.record({ actorId: actor.id, act: `calendar.${act}`, subject: { kind: 'calendar', id: ID }, ...change });

  /** This year's and the next one's lunar holidays come in once, so that a deadline over New Year knows them. */
  async function load() {
    const { year } = inTehran(now());
    for (;;) {
      const found = await Model.findById(ID).lean();
      const missing = [year, year + 1].filter((one) => !found?.seeded.includes(one));
      if (found && missing.length === 0) return found;
      const holidays = missing.flatMap(estimatedLunarHolidays);
      await Model.updateOne(
        { _id: ID, seeded: trusted({ $nin: missing }) },
        {
          $push: { holidays: { $each: holidays, $sort: { day: 1 } }, seeded: { $each: missing } },
          $setOnInsert: { weekend: DEFAULT_WEEKEND },
        },
        { upsert: true },
      ).catch((error: unknown) => {
        // Another process made it at the same moment.
        if (!(error instanceof Error && 'code' in error && error.code === 11_000)) throw error;
      });
    }
  }

  return {
    async working(): Promise<WorkingCalendar> {
      const { weekend, holidays } = await load();
      return workingCalendar({ weekend, holidays: holidays.map(({ day }) => day) });
    },

    /** The weekend, and the holidays from today on. */
    async show(): Promise<{ weekend: readonly number[]; holidays: Holiday[] }> {
      const { weekend, holidays } = await load();
      const today = toIsoDay(inTehran(now()));
      return {
        weekend,
        holidays: holidays.filter(({ day }) => day >= today).map(({ day, name }) => ({ day, name })),
      };
    },

    /** False for who may not. A day that is in the list keeps one entry, with the newer name. */
    async addHoliday(actor: Actor, { day, name }: Holiday, source: string): Promise<boolean> {
      if (!mayEdit(actor.roles)) return false;
      await load();
      await Model.updateOne({ _id: ID }, { $pull: { holidays: { day } } });
      // What is long over goes first.
      const newest = { $each: [{ day, name }], $sort: { day: 1 }, $slice: -LISTS.holidays } as const;
      await Model.updateOne({ _id: ID }, { $push: { holidays: newest } });
      await record(actor, 'holiday-add', { after: { day, name }, source });
      return true;
    },

    async removeHoliday(actor: Actor, day: string, source: string): Promise<boolean> {
      if (!mayEdit(actor.roles)) return false;
      await Model.updateOne({ _id: ID }, { $pull: { holidays: { day } } });
      await record(actor, 'holiday-remove', { before: { day }, source });
      return true;
    },

    /** @param weekend some of 0 (Sunday) to 6 (Saturday); never all of them */
    async setWeekend(actor: Actor, weekend: readonly number[], source: string): Promise<boolean> {
      if (!mayEdit(actor.roles)) return false;
      const days = [...new Set(weekend)].filter((day) => Number.isInteger(day) && day >= 0 && day <= 6);
      if (days.length > 3) throw new RangeError('A weekend has at most three days; leave some to work on');
      const before = await load();
      await Model.updateOne({ _id: ID }, { $set: { weekend: days } });
      await record(actor, 'weekend', { before: { weekend: before.weekend }, after: { weekend: days }, source });
      return true;
    },
  };
}
