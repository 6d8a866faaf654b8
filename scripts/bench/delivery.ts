import { availableParallelism, loadavg } from 'node:os';
import { finding, type Finding } from './delivery/finding.ts';
import { ROWS } from './delivery/rows.ts';
import { CALL_MS } from './delivery/stage.ts';
import { tableOf } from './delivery/table.ts';

/**
 * The outbox against the simulated messenger's enforced limits, each row with a database, a messenger and a bot of its
 * own, in processes of their own. Options: names of rows; without one, all.
 */
export async function run(args: string[]): Promise<void> {
  const names = args.length > 0 ? args : Object.keys(ROWS);
  const unknown = names.filter((name) => ROWS[name] === undefined);
  if (unknown.length > 0) {
    console.error(`There is no row ${unknown.join(', ')}; the rows are: ${Object.keys(ROWS).join(', ')}`);
    process.exitCode = 2;
    return;
  }
  const [load = 0] = loadavg();
  console.log(
    `node ${process.version}, ${availableParallelism()} cores, load ${load.toFixed(1)} at the start, ${CALL_MS} ms a call; ` +
      'real rates, but ten times 30/s where 10,000 are sent and 100/s with faults; ' +
      'efficiency = (recipients − one second’s burst) / limit / seconds',
  );
  const beganAt = performance.now();
  const findings: Finding[] = [];
  for (const name of names) {
    const startedAt = performance.now();
    try {
      findings.push(...(await ROWS[name]!()));
    } catch (error) {
      findings.push(finding(name, 'to run', error instanceof Error ? error.message : String(error), false));
    }
    console.log(`${name}: ${((performance.now() - startedAt) / 1000).toFixed(0)} s`);
  }
  console.log(`\n${tableOf(findings)}\n\n${((performance.now() - beganAt) / 60_000).toFixed(1)} minutes in all`);
  if (findings.some(({ isMet }) => !isMet)) process.exitCode = 1;
}
