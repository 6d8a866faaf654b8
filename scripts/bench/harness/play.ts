import { availableParallelism, loadavg } from 'node:os';
import { finding, type Finding } from './finding.ts';
import { tableOf } from './table.ts';

/** What can be measured, by name, in the order in which it runs. */
export type Rows = Readonly<Record<string, () => Promise<Finding[]>>>;

/**
 * Runs the named rows, all where none is named, one after another, and prints what was required and measured. A row that
 * fails to run counts as not met; then, and where a bound is missed, the process ends with code 1.
 * @param options.conditions what was so in every row, besides the machine
 */
export async function playRows(rows: Rows, options: { names: string[]; conditions: string }): Promise<void> {
  const names = options.names.length > 0 ? options.names : Object.keys(rows);
  const unknown = names.filter((name) => !Object.hasOwn(rows, name));
  if (unknown.length > 0) {
    console.error(`There is no row ${unknown.join(', ')}; the rows are: ${Object.keys(rows).join(', ')}`);
    process.exitCode = 2;
    return;
  }
  const [load = 0] = loadavg();
  console.log(
    `node ${process.version}, ${availableParallelism()} cores, load ${load.toFixed(1)} at the start; ${options.conditions}`,
  );
  const beganAt = performance.now();
  const findings: Finding[] = [];
  for (const name of names) {
    const startedAt = performance.now();
    try {
      findings.push(...(await rows[name]!()));
    } catch (error) {
      findings.push(finding(name, 'to run', error instanceof Error ? error.message : String(error), false));
    }
    console.log(`${name}: ${((performance.now() - startedAt) / 1000).toFixed(0)} s`);
  }
  console.log(`\n${tableOf(findings)}\n\n${((performance.now() - beganAt) / 60_000).toFixed(1)} minutes in all`);
  if (findings.some(({ isMet }) => !isMet)) process.exitCode = 1;
}
