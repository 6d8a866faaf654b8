import { expect } from 'vitest';
import type { Person } from '../../src/simulator/simulator.ts';
import { FORM } from './form.ts';

export const HELP = 'اینجا چه کارهایی';

/** Milliseconds until somebody who asks is answered. */
export async function askForHelp(person: Person): Promise<number> {
  const at = performance.now();
  person.command('help');
  await person.waitFor(HELP, { timeoutMs: 10_000 });
  return performance.now() - at;
}

export const p99 = (waits: readonly number[]): number =>
  waits.toSorted((a, b) => a - b)[Math.ceil(waits.length * 0.99) - 1] ?? 0;

/** Nobody feels less than this, and a machine that does something else besides takes as much. */
const UNFELT_MS = 50;

/** In the long form only, on a machine that has nothing else to do: no timing is asserted in `npm test`. */
export function expectWithin(waits: readonly number[], times: number, idle: readonly number[]): void {
  if (FORM.isLong) expect(p99(waits)).toBeLessThanOrEqual(Math.max(times * p99(idle), UNFELT_MS));
}
