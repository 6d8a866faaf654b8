import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { analyse } from 'scslre';
import { expect, it } from 'vitest';
import type { Collected } from '../support/collect-regexps.ts';

const collect = (): Collected => {
  const script = fileURLToPath(new URL('../support/collect-regexps.ts', import.meta.url));
  const { stdout, stderr } = spawnSync(process.execPath, [script], { encoding: 'utf8' });
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout) as Collected;
};

/** Why an expression takes more than linear time on some text; empty where none does. */
const faultsOf = (source: string, flags: string): string[] =>
  analyse({ source, flags }, { assumeRejectingSuffix: false }).reports.map(
    ({ type, exponential }) => `${type}${exponential ? ', exponential' : ''}`,
  );

// The analyser of eslint-plugin-regexp. `recheck` finds the same, takes a hundred times as long, and brings 50 MB of programs.
it('no regular expression takes more than linear time, whatever text it is given', () => {
  const { expressions, unseen } = collect();
  expect(unseen, 'made by code that was not run').toEqual([]);
  expect(expressions.length).toBeGreaterThan(300);
  const slow = expressions.flatMap(({ where, source, flags }) =>
    faultsOf(source, flags).map((fault) => `${where}: /${source}/${flags} (${fault})`),
  );
  expect(slow).toEqual([]);
});

it.each([
  ['a run that may begin anywhere in itself', String.raw`\s+$`, 'u'],
  ['two neighbours that share a run', String.raw`^(\w*)\d*x`, ''],
  ['three of them', '[¬\u200C]*¬[¬\u200C]*(?=[ا-ی])', 'g'],
  ['one within the other', '^(?:a+)+$', ''],
])('the analyser sees %s', (_what, source, flags) => {
  expect(faultsOf(source, flags)).not.toEqual([]);
});
