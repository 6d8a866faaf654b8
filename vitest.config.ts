import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

// Inherited by the workers and by every bot that a test starts: each finds the code compiled that the first has compiled.
process.env['NODE_COMPILE_CACHE'] ??= fileURLToPath(new URL('node_modules/.cache/compiled', import.meta.url));

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    testTimeout: 20_000,
    hookTimeout: 30_000,
    pool: 'forks',
    // More than the cores: process and outage tests mostly wait.
    maxWorkers: 3,
  },
});
