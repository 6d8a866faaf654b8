import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { openDatabase, type Database } from '../../src/database/connect.ts';
import { silentLogger } from '../support/database.ts';
import { startDialogueWorld, type DialogueWorld } from '../support/dialogue-world.ts';
import { form, Q, TEXTS } from './dialogue/form.ts';

let database: Database;
let world: DialogueWorld;
const commands: string[] = [];

beforeAll(async () => {
  const uri = new URL(inject('mongoUri'));
  uri.searchParams.set('monitorCommands', 'true');
  const dbName = `cost_${randomUUID().replaceAll('-', '')}`;
  database = await openDatabase({ uri: uri.href }, { logger: silentLogger, dbName });
  database.connection.getClient().on('commandStarted', ({ commandName }) => commands.push(commandName));
  world = await startDialogueWorld({
    connection: database.connection,
    dialogues: [form('form', [Q.name, Q.people])],
    texts: TEXTS,
  });
});
afterAll(async () => {
  await world.close();
  await database.connection.dropDatabase();
  await database.close();
});

it('an update alone costs three round trips to the database outside a form, and six for an answer in one', async () => {
  const person = world.server('telegram').person({ firstName: 'سارا' });
  const spent = async (text: string): Promise<string[]> => {
    commands.length = 0;
    person.say(text);
    await world.work();
    return [...commands];
  };
  await spent('/help');
  // Stored, who is this, done.
  expect(await spent('/help')).toEqual(['insert', 'find', 'update']);
  await spent('/form');
  await spent('سارا');
  // Between them: the draft, the answer, what is asked now.
  expect(await spent('۱۲')).toEqual(['insert', 'find', 'find', 'update', 'update', 'update']);
});

it('of many updates at once each costs a share of the round trips that all need', async () => {
  const people = Array.from({ length: 30 }, () => world.server('telegram').person({ firstName: 'سارا' }));
  for (const person of people) person.say('/help');
  await world.work();
  commands.length = 0;
  for (const person of people) person.say('/help');
  await world.work();
  expect(commands.length).toBeLessThan(people.length);
});
