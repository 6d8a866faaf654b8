import { randomUUID } from 'node:crypto';
import type { mongo } from 'mongoose';
import { expect, inject, it } from 'vitest';
import { ADMIN_ID, fa, startWorld } from '../support/app.ts';
import { memberOf, officerOf, report } from '../support/journeys.ts';

/** What grows with the guild or with its years; the others stay small, and are read whole. */
const GROWING =
  /^(?:members|businesses|obstacles|drafts|held|inbox|deliveries|audit|claims|offers|endorsements|files\.files)$/;

/** How these tests themselves wait until everything is worked. */
const OURS = 'inbox {"state":"?"}';

interface Lookup {
  collection: string;
  filter: mongo.Document;
}

function lookupsIn(command: mongo.Document): Lookup[] {
  const [name = ''] = Object.keys(command);
  const collection = String(command[name]);
  const of = (filter: unknown): Lookup => ({ collection, filter: filter ?? {} });
  const all = (statements: unknown): mongo.Document[] =>
    Array.isArray(statements) ? statements : ((statements as { documents?: mongo.Document[] }).documents ?? []);
  switch (name) {
    case 'find': {
      return [of(command['filter'])];
    }
    case 'findAndModify': {
      return [of(command['query'])];
    }
    case 'update': {
      return all(command['updates']).map(({ q }) => of(q));
    }
    case 'delete': {
      return all(command['deletes']).map(({ q }) => of(q));
    }
    case 'aggregate': {
      return [of((command['pipeline'] as mongo.Document[])[0]?.['$match'])];
    }
    default: {
      return [];
    }
  }
}

const shapeOf = (value: unknown): unknown =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  Object.getPrototypeOf(value) === Object.prototype
    ? Object.fromEntries(Object.entries(value).map(([key, part]) => [key, shapeOf(part)]))
    : '?';

it('whatever people do finds its documents in an index, however many there are', async () => {
  const uri = new URL(inject('mongoUri'));
  uri.searchParams.set('monitorCommands', 'true');
  const dbName = `index_use_${randomUUID().replaceAll('-', '')}`;
  const world = await startWorld({ database: { uri: uri.href, dbName } });
  const { connection } = world.app.database;
  const lookups = new Map<string, Lookup>();
  connection.getClient().on('commandStarted', ({ command }) => {
    for (const lookup of lookupsIn(command))
      if (GROWING.test(lookup.collection))
        lookups.set(`${lookup.collection} ${JSON.stringify(shapeOf(lookup.filter))}`, lookup);
  });

  const { person } = await memberOf(world, 'telegram');
  const admin = await officerOf(world, 'bale', { userId: ADMIN_ID, role: 'admin' });
  const code = await report(person);
  person.command('start');
  await world.settled();
  person.say(fa('obstacles.menu.cases'));
  await person.waitFor('گزارش‌های من');
  person.say(code);
  admin.command('desk');
  await admin.waitFor('میز دبیرخانه');
  person.command('help');
  person.block();
  await world.settled();

  const looked = [...lookups.values()];
  expect(new Set(looked.map(({ collection }) => collection))).toContain('members');
  const scans: string[] = [];
  for (const [shape, { collection, filter }] of lookups) {
    if (Object.keys(filter).length === 0 || shape === OURS) continue;
    const plan = await connection.collection(collection).find(filter).explain('queryPlanner');
    if (JSON.stringify(plan).includes('COLLSCAN')) scans.push(shape);
  }
  expect(scans).toEqual([]);
  await connection.dropDatabase();
});
