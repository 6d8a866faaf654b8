import { describe, expect, it } from 'vitest';
import { reportQuestions } from '../../../src/features/obstacles/report.questions.ts';
import { parseAmount } from '../../../src/language/amount.ts';

/** What the cost question of that key makes of a typed amount. */
function amount(key: string, typed: string): number | null {
  const question = reportQuestions().find((one) => one.key === key);
  if (question?.kind !== 'number') throw new Error(`There is no number question ${key}; see report.questions.ts.`);
  return parseAmount(typed, question.units);
}

describe('the cost of an obstacle', () => {
  it.each([
    ['costDays', '۱۲ روز', 12],
    ['costDays', '12 days', 12],
    ['costRials', '۲ میلیون تومان', 20_000_000],
    ['costRials', '2 million tomans', 20_000_000],
    ['costRials', '500 thousand rials', 500_000],
    ['costPeople', '۴ نفر', 4],
    ['costPeople', '4 people', 4],
  ])('%s understands «%s»', (key, typed, meant) => {
    expect(amount(key, typed)).toBe(meant);
  });
});
