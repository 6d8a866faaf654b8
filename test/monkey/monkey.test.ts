import { expect, inject, it } from 'vitest';
import { describeAction } from './actions.ts';
import { runMonkey } from './monkey.ts';

/** A minute for both. */
const HALF_A_MINUTE_MS = 30_000;
const FEWEST_ACTIONS = 350;

/** `npm run test:monkey -- --seed N --minutes M` goes on for longer and looks for the shortest way to a finding. */
it.each([
  { seed: 1, withFaults: false },
  { seed: 2, withFaults: true },
])(
  'many people doing anything at all, seed $seed, faults of messengers $withFaults: nobody is left without an answer, nothing leaks, nothing breaks',
  async ({ seed, withFaults }) => {
    const endsAt = performance.now() + HALF_A_MINUTE_MS;
    const { findings } = await runMonkey({
      seed,
      withFaults,
      mongoUri: inject('mongoUri'),
      isOver: (actions) => actions >= FEWEST_ACTIONS && performance.now() > endsAt,
    });
    const told = findings.map(({ finding, steps }) => ({
      what: finding.what,
      after: steps.slice(-10).map(({ player, action }) => `${player}: ${describeAction(action)}`),
    }));
    expect(told).toEqual([]);
  },
  150_000,
);
