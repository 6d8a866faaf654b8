import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readMilestones, readProgrammes } from '../../../src/features/programmes/programme-list.ts';
import { readTable } from '../../../src/sheets/table.ts';

const read = (csv: string) => readProgrammes(readTable(Buffer.from(csv)));

describe('a list of programmes', () => {
  it('finds the columns by their names and reads days, percents and money as they are typed', () => {
    expect(read('نام,هدف\nx,y').faults[0]?.what).toContain('«عنوان»');
    const good = read(
      [
        'عنوان,هدف,متولي,همکاران,تاريخ شروع,پایان,پیشرفت,بودجه,مراحل,وضعیت',
        'فیبر نوری,اینترنت پایدار,مخابرات,شهرداری؛ اتحادیه,۱۴۰۵/۱/۱,1405-09-30,۶۰٪,۲ میلیارد تومان,نشست آغاز ۱۴۰۵/۰۲/۱۵؛ پایان کار,در حال اجرا',
        'وارونه,,,,۱۴۰۵/۰۵/۰۱,۱۴۰۵/۰۴/۰۱,,,,',
        'بی‌روز,,,,دیروز,فردا,,,,',
        'بی‌وضعیت,,,,۱۴۰۵/۰۱/۰۱,۱۴۰۵/۰۲/۰۱,,,,هرگز',
      ].join('\n'),
    );
    expect(good.programmes).toMatchObject([
      {
        title: 'فیبر نوری',
        body: 'مخابرات',
        partners: ['شهرداری', 'اتحادیه'],
        startOn: '2026-03-21',
        endOn: '2026-12-21',
        progress: 60,
        budgetRials: 20_000_000_000,
        state: 'running',
        milestones: [
          { title: 'نشست آغاز', dueOn: '2026-05-05' },
          { title: 'پایان کار', dueOn: null },
        ],
      },
    ]);
    expect(good.faults.map(({ line }) => line)).toEqual([3, 4, 5]);
  });

  it('leaves empty what may be, with a remark, and reads days of either calendar below a title', () => {
    const list = read(
      [
        'برنامه‌های سال,,,,,',
        'عنوان,شروع,پایان,پیشرفت,بودجه,مراحل,وضعیت,همکاران',
        'فیبر نوری,2026-03-21,1405/09/30,نامشخص,ندارد,-,-,—',
        'آموزش,1405/01/01,2026-12-21 00:00,زیاد,کم,نشست ۱۴۰۵/۱۳/۰۱,جاری,',
      ].join('\n'),
    );
    expect(list.faults).toEqual([]);
    expect(list.programmes).toMatchObject(
      ['فیبر نوری', 'آموزش'].map((title) => ({
        title,
        startOn: '2026-03-21',
        endOn: '2026-12-21',
        progress: 0,
        budgetRials: null,
        milestones: [],
        partners: [],
        state: 'running',
      })),
    );
    expect(list.remarks.map(({ line }) => line)).toEqual([3, 3, 3, 3, 3, 4, 4, 4]);
  });

  it('knows a row again by its title and start', () => {
    const row = 'عنوان,شروع,پایان\nدورهٔ آموزش,۱۴۰۵/۰۱/۰۱,۱۴۰۵/۰۲/۰۱';
    expect(read(row).programmes[0]?.origin).toBe(read(row.replace('دورهٔ', 'دوره\u200Cی')).programmes[0]?.origin);
    expect(read(row).programmes[0]?.origin).not.toBe(read(row.replace('۰۱/۰۱', '۰۱/۰۲')).programmes[0]?.origin);
  });

  it('refuses a milestone on a day that is none', () => {
    expect(readMilestones('نشست ۱۴۰۵/۱۳/۰۱')).toBeNull();
    expect(readMilestones('نشست ۲۰ نفره')).toEqual([{ title: 'نشست ۲۰ نفره', dueOn: null }]);
  });
});

it('brings nine programmes of a sample year, each marked as a sample', () => {
  const seed = JSON.parse(readFileSync(new URL('../../../seed/programmes.json', import.meta.url), 'utf8')) as {
    sample: boolean;
    startOn: string;
    endOn: string;
    origin: string;
  }[];
  expect(seed).toHaveLength(9);
  expect(seed.every(({ sample, startOn, endOn }) => sample && startOn < endOn)).toBe(true);
  expect(new Set(seed.map(({ origin }) => origin)).size).toBe(9);
});
