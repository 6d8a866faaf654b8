import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readArguments } from '../../scripts/arguments.ts';
import { MATRIX, type Proof } from './matrix.ts';

const USAGE = `npm run test:faults -- [--seed N] [--runs R] [--rows 4,5] [--minutes M] [--short]

The long form of every row, once for each seed from N on, and the matrix with what was promised and what was seen.
  --rows      some rows
  --minutes   so long a soak (row 29; default 10)
  --short     takes the form of npm test`;
const { values } = readArguments(USAGE, {
  options: {
    seed: { type: 'string', default: '1' },
    runs: { type: 'string', default: '1' },
    rows: { type: 'string' },
    minutes: { type: 'string', default: '10' },
    short: { type: 'boolean', default: false },
  },
});

interface Report {
  testResults: {
    name: string;
    assertionResults: {
      fullName: string;
      title: string;
      status: string;
      failureMessages: string[];
      meta?: { seen?: string };
    }[];
  }[];
}

const LONGEST_MESSAGE = 1_500;
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const wanted = values.rows?.split(',').map(Number);
const rows = MATRIX.filter(({ row }) => wanted?.includes(row) ?? true);
const folder = mkdtempSync(join(tmpdir(), 'khoosheh-faults-'));
let failures = 0;
try {
  for (let run = 0; run < Number(values.runs); run += 1) {
    const seed = Number(values.seed) + run;
    say(`\nSeed ${seed}, ${values.short ? 'short' : 'long'} form`);
    failures += printMatrix(runTests(seed));
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = failures === 0 ? 0 : 1;

function runTests(seed: number): Report {
  const files = new Set(rows.flatMap(({ proofs }) => proofs.map(([file]) => `test/${fileOf(file)}`)));
  const outputFile = join(folder, `${seed}.json`);
  const form = values.short ? {} : { FAULT_SEED: String(seed), FAULT_MINUTES: values.minutes };
  spawnSync('npx', ['vitest', 'run', ...files, '--reporter=json', `--outputFile=${outputFile}`, '--maxWorkers=1'], {
    env: { ...process.env, ...form },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return JSON.parse(readFileSync(outputFile, 'utf8')) as Report;
}

/** Returns how many rows were not kept. */
function printMatrix(report: Report): number {
  let broken = 0;
  for (const { row, fault, promise, proofs, open } of rows) {
    const results = proofs.flatMap((proof) => resultsOf(report, proof));
    const failed = results.filter(({ status }) => status === 'failed');
    const passed = results.filter(({ status }) => status === 'passed');
    const isKept = failed.length === 0 && passed.length > 0;
    if (!isKept) broken += 1;
    say(`\n${isKept ? '✓' : '✗'} ${String(row).padStart(2)}  ${fault}`);
    say(`      promised: ${promise}`);
    const figures = [...new Set(results.flatMap(({ meta }) => meta?.seen ?? []))];
    say(`      seen:     ${[`${passed.length} of ${passed.length + failed.length} tests`, ...figures].join('; ')}`);
    if (open !== undefined) say(`      open:     ${open}`);
    for (const { fullName, failureMessages } of failed) {
      say(`      failed:   ${fullName}`);
      for (const message of failureMessages) say(message.slice(0, LONGEST_MESSAGE).replaceAll(/^/gm, '        '));
    }
  }
  say(`\n${rows.length - broken} of ${rows.length} rows kept`);
  return broken;
}

/** Contracts are run by the test file beside them. */
function fileOf(file: string): string {
  return file === 'messengers/contract.ts' ? 'messengers/contract.test.ts' : file;
}

/** Names in the source hold `%s` and `$field` where the report has values. */
function resultsOf({ testResults }: Report, [file, name]: Proof) {
  const pattern = new RegExp(
    name
      .split(/%[sij]|\$\w+/)
      .map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))
      .join('.*'),
  );
  return testResults
    .filter((result) => result.name.endsWith(`/test/${fileOf(file)}`))
    .flatMap(({ assertionResults }) => assertionResults.filter(({ title }) => pattern.test(title)));
}
