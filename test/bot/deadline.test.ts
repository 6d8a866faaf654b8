import { expect, it } from 'vitest';
import { useDatabase } from '../support/database.ts';
import { startDialogueWorld, type completed } from '../support/dialogue-world.ts';
import { form, Q, TEXTS } from './dialogue/form.ts';

const database = useDatabase();

it('an update whose answer hangs as often as it is tried is no fault of its own, and is answered in the end', async () => {
  const { connection } = database;
  const world = await startDialogueWorld({ connection, dialogues: [], texts: TEXTS, deadlineMs: 100 });
  const server = world.server('telegram');
  const person = server.person({ firstName: 'سارا' });
  server.faults.add({ method: 'sendMessage', kind: 'hang', times: 3 });
  person.say('/help');
  await world.work();
  expect(person.chat.filter(({ from }) => from === 'bot')).toHaveLength(1);
  const [entry] = await connection.collection('inbox').find().toArray();
  expect(entry).toMatchObject({ state: 'done', tries: 0, postponed: 3 });
  await world.close();
}, 20_000);

it('an update that hangs by itself is set aside after three tries', async () => {
  const { connection } = database;
  const stuck = { ...form('form', [Q.name]), complete: (): ReturnType<typeof completed> => new Promise(() => {}) };
  const world = await startDialogueWorld({ connection, dialogues: [stuck], texts: TEXTS, deadlineMs: 300 });
  const person = world.server('telegram').person({ firstName: 'سارا' });
  person.say('/form');
  await world.work();
  person.say('سارا');
  await world.work();
  person.press(TEXTS['send']!);
  await world.work();
  await expect(world.close()).rejects.toThrow('set aside: DeadlineError');
}, 20_000);
