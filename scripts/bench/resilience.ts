import { parseArgs } from 'node:util';
import { playRows } from './harness/play.ts';
import { playBursts } from './resilience/bursts.ts';
import { playFaults } from './resilience/faults.ts';
import { playHalfOpen } from './resilience/half-open.ts';
import { playMemory } from './resilience/memory.ts';
import { playOutages } from './resilience/outages.ts';

/**
 * What people see of a bot with production's settings while things go wrong, and what it keeps of them. Options: names of
 * rows; without one, all but `memory`, which runs for `--minutes` (default 15) after `--warm-up` minutes (default 5; for a
 * figure by the hour 20).
 */
export async function run(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { minutes: { type: 'string', default: '15' }, 'warm-up': { type: 'string', default: '5' } },
  });
  const quick = { bursts: playBursts, faults: playFaults, 'half-open': playHalfOpen, outages: playOutages };
  const rows = { ...quick, memory: playMemory(Number(values.minutes), Number(values['warm-up'])) };
  const names = positionals.length > 0 ? positionals : Object.keys(quick);
  await playRows(rows, { names, conditions: 'both messengers, no waits but those of the row' });
}
