import { globSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

/** What has no actor, since nobody may ask for it: who calls it, and nobody else. */
const ONLY_BY: Readonly<Record<string, readonly string[]>> = {
  // A national code in clear, to take it out of what is kept.
  forDeletion: ['features/members/national-codes.service.ts', 'wire-people.ts'],
  // Deletes at once, without a request.
  deleteAgain: ['features/members/deletions.service.ts', 'repeat-deletions.ts'],
  // Writes in every collection.
  createErasure: ['features/members/erasure.service.ts', 'wire-people.ts'],
  // Lays a sealed code to another member.
  createCodeBinder: ['app.ts', 'features/members/national-codes.service.ts', 'repeat-deletions.ts'],
};

it.each(Object.entries(ONLY_BY))('%s is called where it is meant to be, and nowhere else', (name, callers) => {
  const root = new URL('../../src/', import.meta.url);
  const found = globSync('**/*.ts', { cwd: root }).filter((file) =>
    new RegExp(`\\b${name}\\b`).test(readFileSync(new URL(file, root), 'utf8')),
  );
  expect(found.toSorted()).toEqual(callers.toSorted());
});
