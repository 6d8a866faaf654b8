import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import type { TestProject } from 'vitest/node';
import { startEmbeddedEngine } from '../../src/database/embedded/engine.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** One embedded engine for the whole run; `useDatabase` in `database.ts` gives each test file its own database. */
    mongoUri: string;
    /** Lets a test start an engine of its own without adapting the binary again. */
    engineCacheDir: string;
  }
}

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dataDir = mkdtempSync(join(tmpdir(), 'khoosheh-test-'));
  const engine = await startEmbeddedEngine({ dataDir, logger: pino({ level: 'fatal' }) });
  project.provide('mongoUri', engine.uri);
  project.provide('engineCacheDir', join(dataDir, 'cache'));
  return async () => {
    await engine.stop();
    rmSync(dataDir, { recursive: true, force: true });
  };
}
