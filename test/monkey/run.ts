import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { readArguments } from '../../scripts/arguments.ts';
import { startEmbeddedEngine } from '../../src/database/embedded/engine.ts';
import { describeAction } from './actions.ts';
import { runMonkey, type Step } from './monkey.ts';
import { shortestWay } from './shortest.ts';

const USAGE = `npm run test:monkey -- [--seed N] [--minutes M] [--findings F] [--faults] [--reach]

A hostile run on an engine of its own, so many minutes long or until so many findings.
  --faults    with faults of the messengers
  --reach     also prints how far people came`;
const { values } = readArguments(USAGE, {
  options: {
    seed: { type: 'string', default: '1' },
    minutes: { type: 'string', default: '1' },
    findings: { type: 'string', default: '1' },
    faults: { type: 'boolean', default: false },
    reach: { type: 'boolean', default: false },
  },
});
const dataDir = mkdtempSync(join(tmpdir(), 'khoosheh-monkey-'));
const engine = await startEmbeddedEngine({ dataDir, logger: pino({ level: 'fatal' }) });
const SHORTEN_MS = 60_000;
const sayAll = (title: string, steps: readonly Step[]) => {
  say(title);
  for (const { player, action } of steps) say(`  ${player}: ${describeAction(action)}`);
};
const say = (line: string) => void process.stdout.write(`${line}\n`);
try {
  const endsAt = performance.now() + Number(values.minutes) * 60_000;
  const { seed, actions, findings, made, reached, memory } = await runMonkey({
    seed: Number(values.seed),
    mongoUri: engine.uri,
    isOver: () => performance.now() > endsAt,
    most: Number(values.findings),
    withFaults: values.faults,
  });
  const mb = `${memory.warm.toFixed(0)} → ${memory.end.toFixed(0)} MB`;
  say(`seed ${seed}: ${actions} actions, ${findings.length} findings, memory ${mb}, made ${JSON.stringify(made)}`);
  if (values.reach) for (const [what, which] of Object.entries(reached)) say(`${what}: ${JSON.stringify(which)}`);
  else say(`never shown: ${reached.neverShown.join(' ')}; shown, never pressed: ${reached.neverPressed.join(' ')}`);
  for (const { finding, steps } of findings) {
    say(`\n### ${finding.kind}\n${finding.what}`);
    const way = await shortestWay(steps, finding, { mongoUri: engine.uri, withinMs: SHORTEN_MS });
    if (way) sayAll('The shortest way there:', way);
    else sayAll(`It does not come again by itself; the last of ${steps.length} actions:`, steps.slice(-15));
  }
  process.exitCode = findings.length === 0 ? 0 : 1;
} finally {
  await engine.stop();
  rmSync(dataDir, { recursive: true, force: true });
}
