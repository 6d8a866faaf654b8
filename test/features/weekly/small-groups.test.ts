import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FEWEST, shownCount, withoutSmall } from '../../../src/features/weekly/small-groups.ts';

const groups = (...counts: number[]) => counts.map((count, code) => ({ code, count }));

describe('small groups', () => {
  it('are told as a few, and nobody as nobody', () => {
    expect([0, 1, 4, 5, 12].map(shownCount)).toEqual([0, null, null, 5, 12]);
  });

  it('take the next larger one with them, so that the whole less the others does not tell a lone one', () => {
    const { shown, rest } = withoutSmall(groups(20, 9, 6, 3));
    expect(shown.map(({ count }) => count)).toEqual([20, 9]);
    expect(rest).toEqual({ groups: 2, count: 9 });
  });

  it('are hidden together where they are several and enough', () => {
    expect(withoutSmall(groups(20, 4, 3)).rest).toEqual({ groups: 2, count: 7 });
    expect(withoutSmall(groups(20, 8))).toEqual({ shown: groups(20, 8), rest: { groups: 0, count: 0 } });
  });

  it('never let a part below five be worked out, whatever the parts are', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ count: fc.nat(30), secret: fc.boolean() }), { maxLength: 8 }), (parts) => {
        const { shown, rest } = withoutSmall(parts, ({ secret }) => secret);
        const whole = parts.reduce((sum, { count }) => sum + count, 0);
        const left = whole - shown.reduce((sum, { count }) => sum + count, 0);
        expect(shown.every(({ count, secret }) => count >= FEWEST && !secret)).toBe(true);
        if (left > 0 && shown.length > 0) expect(left >= FEWEST && rest.groups > 1).toBe(true);
        expect(rest.count).toBe(shownCount(left));
      }),
      { numRuns: 200 },
    );
  });
});
