import { Types } from 'mongoose';
import { describe, expect, it } from 'vitest';
import { createAudit } from '../../src/features/audit/audit.service.ts';
import { createCalendar, workingCalendar } from '../../src/features/calendar/calendar.service.ts';
import { afterQuietHours } from '../../src/language/quiet-hours.ts';
import { estimatedLunarHolidays } from '../../src/language/holidays.ts';
import { inTehran, startOfDayTehran, toIsoDay } from '../../src/language/jalali.ts';
import { useDatabase } from '../support/database.ts';
import { systemNow } from '../../src/system-clock.ts';

const database = useDatabase();
const newId = () => new Types.ObjectId().toHexString();

const nineOf = (year: number, month: number, day: number) =>
  new Date(startOfDayTehran({ year, month, day }).getTime() + 9 * 3_600_000);
const dayOf = (at: Date) => {
  const { year, month, day } = inTehran(at);
  return `${year}/${month}/${day}`;
};

describe('working days', () => {
  const calendar = workingCalendar({ weekend: [4, 5], holidays: [] });

  it('passes over Thursday and Friday, and keeps the hour', () => {
    // Tuesday 3 Azar 1405.
    const due = calendar.addWorkingDays(nineOf(1405, 9, 3), 3);
    expect(dayOf(due)).toBe('1405/9/8');
    expect(inTehran(due).hour).toBe(9);
  });

  it('passes over New Year', () => {
    // Wednesday 26 Esfand 1405 to the fifth of Farvardin.
    expect(dayOf(calendar.addWorkingDays(nineOf(1405, 12, 26), 1))).toBe('1406/1/7');
  });

  it('counts what it adds', () => {
    for (let days = 1; days <= 30; days += 1) {
      const from = nineOf(1405, 12, 20);
      expect(calendar.workingDaysBetween(from, calendar.addWorkingDays(from, days))).toBe(days);
    }
    expect(calendar.workingDaysBetween(nineOf(1405, 9, 8), nineOf(1405, 9, 3))).toBe(0);
  });
});

describe('the calendar of the secretariat', () => {
  const now = () => nineOf(1405, 9, 1);
  const head = { id: newId(), roles: ['head'] as const };
  const make = () => {
    const { connection } = database;
    return createCalendar({ connection, audit: createAudit({ now: systemNow, connection }), now });
  };

  it('knows the lunar holidays of this year and the next, with the official names', () => {
    const holidays = estimatedLunarHolidays(1404);
    // The official calendar of 1404: Ashura was on 15 Tir, Arbaeen on 23 Mordad.
    expect(holidays).toContainEqual({ day: toIsoDay({ year: 1404, month: 4, day: 15 }), name: 'عاشورا' });
    expect(holidays.length).toBeGreaterThanOrEqual(16);
    expect(holidays.map(({ day }) => day)).toEqual(holidays.map(({ day }) => day).toSorted());
  });

  it('lets a head put days off in and out, and set the weekend; an officer not', async () => {
    const calendar = make();
    const day = toIsoDay({ year: 1405, month: 9, day: 2 });
    const officer = { id: newId(), roles: ['officer'] as const };
    expect(await calendar.addHoliday(officer, { day, name: 'برف' }, newId())).toBe(false);
    expect(await calendar.setWeekend(officer, [], newId())).toBe(false);

    expect(dayOf((await calendar.working()).addWorkingDays(now(), 1))).toBe('1405/9/2');
    expect(await calendar.addHoliday(head, { day, name: 'برف سنگین' }, newId())).toBe(true);
    expect(dayOf((await calendar.working()).addWorkingDays(now(), 1))).toBe('1405/9/3');
    expect((await calendar.show()).holidays[0]).toEqual({ day, name: 'برف سنگین' });
    expect(await calendar.removeHoliday(head, day, newId())).toBe(true);
    expect(dayOf((await calendar.working()).addWorkingDays(now(), 1))).toBe('1405/9/2');

    await calendar.setWeekend(head, [5], newId());
    expect((await calendar.working()).isWorkingDay(nineOf(1405, 9, 5))).toBe(true);
    expect((await calendar.working()).isWorkingDay(nineOf(1405, 9, 6))).toBe(false);
    await expect(calendar.setWeekend(head, [0, 1, 2, 3], newId())).rejects.toThrow('leave some to work on');
  });

  it('does not bring back a holiday that was taken out', async () => {
    const calendar = make();
    const [first] = (await calendar.show()).holidays;
    await calendar.removeHoliday(head, first?.day ?? '', newId());
    expect((await make().show()).holidays).not.toContainEqual(first);
  });

  it('makes one list where several processes begin at once', async () => {
    await database.connection.collection('calendar').deleteMany({});
    const lists = await Promise.all(Array.from({ length: 8 }, () => make().show()));
    expect(new Set(lists.map((list) => JSON.stringify(list))).size).toBe(1);
    const days = (await make().show()).holidays.map(({ day }) => day);
    expect(new Set(days).size).toBe(days.length);
  });
});

describe('quiet hours', () => {
  const quiet = { from: 22, to: 8 };

  it('moves what falls into them to their end, on the right day', () => {
    const at = (day: number, hour: number) =>
      new Date(startOfDayTehran({ year: 1405, month: 9, day }).getTime() + hour * 3_600_000);
    expect(afterQuietHours(at(1, 12), quiet)).toEqual(at(1, 12));
    expect(afterQuietHours(at(1, 23), quiet)).toEqual(at(2, 8));
    expect(afterQuietHours(at(2, 3), quiet)).toEqual(at(2, 8));
    expect(afterQuietHours(at(2, 8), quiet)).toEqual(at(2, 8));
    expect(afterQuietHours(at(2, 13), { from: 12, to: 15 })).toEqual(at(2, 15));
  });
});
