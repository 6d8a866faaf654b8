import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

/** Where names of messengers belong: this room, the double of both, and the settings that name one token each. */
const MAY_NAME_ONE = /^(?:messengers|simulator)\/|^(?:config|main|app)\.ts$/;

/** A branch on the messenger's name: `name === 'bale'`, `case 'telegram'`. */
const BRANCH =
  /[!=]==?\s*['"](?:telegram|bale)['"]|['"](?:telegram|bale)['"]\s*[!=]==?|case\s+['"](?:telegram|bale)['"]/;

test('nothing outside messengers/ branches on the messenger that it is on', () => {
  const root = new URL('../../src/', import.meta.url);
  const sources = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.ts'));
  expect(sources).toContain('messengers/messenger.ts');
  const branching = sources.filter(
    (path) => !MAY_NAME_ONE.test(path) && BRANCH.test(readFileSync(new URL(path, root), 'utf8')),
  );
  expect(branching, 'ask capabilities and limits of the port instead (messengers/messenger.ts)').toEqual([]);
});
