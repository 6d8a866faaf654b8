import { describe, expect, it } from 'vitest';
import { useDatabase } from '../support/database.ts';
import { doorCalls } from './door-calls.ts';
import { findMethods } from './methods.ts';
import { INSIDE, PUBLIC } from './rights-inside.ts';
import { OWN } from './rights-of-own.ts';
import { SEEN_FIRST } from './rights-seen-first.ts';
import { RIGHTS } from './rights-table.ts';

const namesIn = (table: typeof INSIDE): string[] =>
  Object.entries(table).flatMap(([file, reasons]) =>
    Object.keys(reasons).flatMap((methods) => methods.split(' ').map((method) => `${file} ${method}`)),
  );

/** Which table each method stands in. */
const TABLES: Readonly<Record<string, readonly string[]>> = {
  RIGHTS: [...new Set(RIGHTS.map(({ name }) => name))],
  OWN: OWN.map(({ name }) => name),
  PUBLIC: namesIn(PUBLIC),
  INSIDE: namesIn(INSIDE),
  SEEN_FIRST: Object.keys(SEEN_FIRST),
};
const WHERE =
  'put it into one of RIGHTS (who by role), OWN (whose), PUBLIC (why), INSIDE (no door calls it), all in test/security/';

/** Doors that know the person under another name than `ctx.person`. */
const PERSON_BY_ANOTHER_NAME: readonly string[] = [
  'businesses/people.chat.ts',
  'databank/databank.chat.ts',
  'desk/settings.dialogues.ts',
  'held/case-choice.ts',
  'held/fetch-files.ts',
  'members/link.dialogue.ts',
  'obstacles/report.dialogue.ts',
  'preferences/preferences.chat.ts',
];

describe('every method that a service gives out', () => {
  const database = useDatabase();
  const found = async () => {
    const methods = await findMethods(database.connection);
    return { methods, names: new Set(methods.map(({ name }) => name)), calls: doorCalls(methods) };
  };

  it('stands in exactly one table of rights, whatever its parameters are called', async () => {
    const { names } = await found();
    expect(names.size).toBeGreaterThan(400);
    const listed = Object.values(TABLES).flat();
    expect([...names].filter((name) => !listed.includes(name)).map((name) => `${name}: ${WHERE}`)).toEqual([]);
    expect(listed.filter((name) => !names.has(name)).map((name) => `${name} is gone: take it out`)).toEqual([]);
    expect(listed.filter((name, place) => listed.indexOf(name) !== place)).toEqual([]);
  });

  it('is called by no door where it says that none calls it', async () => {
    const { calls } = await found();
    const inside = new Set(TABLES['INSIDE']);
    expect(calls.length).toBeGreaterThan(200);
    expect(calls.filter(({ name }) => inside.has(name)).map(({ name, file }) => `${file} calls ${name}`)).toEqual([]);
  });

  it('is read by an id alone only where a check stands before it, and nowhere else', async () => {
    const { calls } = await found();
    const seen = Object.keys(SEEN_FIRST).map((name) => {
      const doors: Record<string, number> = {};
      for (const call of calls) if (call.name === name) doors[call.file] = (doors[call.file] ?? 0) + 1;
      return [name, doors] as const;
    });
    const said = Object.entries(SEEN_FIRST).map(([name, [doors]]) => [name, doors] as const);
    expect(Object.fromEntries(seen)).toEqual(Object.fromEntries(said));
  });

  it("is given the one who wrote, where it is about a person's own", async () => {
    const { calls } = await found();
    const own = new Set(TABLES['OWN']);
    const others = calls.filter(({ name, passed }) => own.has(name) && !/\bctx\.person\b/.test(passed));
    expect([...new Set(others.map(({ file }) => file))].toSorted()).toEqual(PERSON_BY_ANOTHER_NAME);
  });
});
