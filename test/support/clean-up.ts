import { afterAll, afterEach } from 'vitest';

/** What the test that is running, or its file, leaves to be closed; the newest first. */
const open = { test: [] as (() => unknown)[], file: [] as (() => unknown)[] };

export const afterThisTest = (close: () => unknown): void => void open.test.push(close);
export const afterThisFile = (close: () => unknown): void => void open.file.push(close);

async function closeAll(when: keyof typeof open): Promise<void> {
  for (const close of open[when].splice(0).toReversed()) await close();
}

/** Once for each file (`set-up.ts`): files of one worker share their modules, and so this list. */
export function registerCleanUp(): void {
  afterEach(() => closeAll('test'));
  afterAll(() => closeAll('file'));
}
