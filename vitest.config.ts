import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

// Inherited by the workers and by every bot that a test starts: each finds the code compiled that the first has compiled.
process.env['NODE_COMPILE_CACHE'] ??= fileURLToPath(new URL('node_modules/.cache/compiled', import.meta.url));

/** Small files that take long. Begun last, as vitest has it, they would be waited for alone. */
const LONG =
  /(?:contract|demo|inbox\/inbox|joins|kill|killed-restore|monkey|outage|page|processes|redelivery|soak|stand-stills|stop)\.test\.ts$/;

class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLong = ({ moduleId }: TestSpecification): boolean => LONG.test(moduleId);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    setupFiles: ['test/support/set-up.ts'],
    testTimeout: 40_000,
    hookTimeout: 30_000,
    pool: 'forks',
    // The files of a worker share what they import: loading it anew for each took a quarter of the CPU. Nothing is mocked.
    isolate: false,
    sequence: { sequencer: LongFirst },
    // More than the cores: process and outage tests mostly wait.
    maxWorkers: 3,
  },
});
