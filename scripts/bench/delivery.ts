import { ROWS } from './delivery/rows.ts';
import { CALL_MS } from './delivery/stage.ts';
import { playRows } from './harness/play.ts';

/**
 * The outbox against the simulated messenger's enforced limits, each row with a database, a messenger and a bot of its
 * own, in processes of their own. Options: names of rows; without one, all.
 */
export async function run(names: string[]): Promise<void> {
  await playRows(ROWS, {
    names,
    conditions:
      `${CALL_MS} ms a call; real rates, but ten times 30/s where 10,000 are sent and 100/s with faults; ` +
      'efficiency = (recipients − one second’s burst) / limit / seconds',
  });
}
