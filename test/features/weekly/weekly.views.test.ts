import { expect, it } from 'vitest';
import type { Weekly } from '../../../src/features/weekly/weekly.service.ts';
import { weeklyBlocks } from '../../../src/features/weekly/weekly.views.ts';
import { createTranslations } from '../../../src/language/translator.ts';
import { picture } from '../../../src/pictures/picture.ts';

const t = createTranslations({ onProblem: () => {} }).translator('fa');
const week: Weekly = {
  from: new Date('2026-11-15T04:30:00Z'),
  to: new Date('2026-11-22T04:30:00Z'),
  fresh: 6,
  solved: 0,
  closed: 0,
  declined: 0,
  open: 6,
  overdue: 0,
  firstAnswerHours: null,
  solutionHours: null,
  registrations: 8,
  categories: [],
  otherCategories: { groups: 2, cases: 6 },
  cities: [],
  otherCities: 0,
  byPeople: [],
  byCost: [],
  news: { campaigns: 0, messengers: [], unreachable: 0 },
};
const draw = (values: Partial<Weekly>) =>
  picture(weeklyBlocks(t, { ...week, ...values }, { categoryText: (_t, category) => category }), { language: 'fa' });

it('pictures no lone bar of «other topics»: it would say nothing', async () => {
  expect(await draw({})).toEqual(await draw({ otherCategories: { groups: 0, cases: 0 } }));
  const categories = [{ category: 'مالیات', cases: 9 }];
  expect(await draw({ categories })).not.toEqual(await draw({ categories, otherCategories: { groups: 0, cases: 0 } }));
});
