import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import { startSimulator, type Person, type Simulator } from '../../src/simulator/simulator.ts';
import { MESSENGERS } from '../support/app.ts';
import { useDatabase } from '../support/database.ts';
import type { PoisonProcessOptions } from './poison-process.ts';
import { HELP } from './waits.ts';

const POISON = 'زهری که پردازه را نگه می‌دارد';
const PATIENT = { timeoutMs: 40_000 };
const SOON = { timeout: 40_000, interval: 100 };

const database = useDatabase();
const cleanUps: (() => unknown)[] = [];
let simulator: Simulator;

beforeEach(async () => {
  await database.connection.dropDatabase();
  simulator = await startSimulator({ apiPort: 0 });
  cleanUps.push(() => simulator.close());
});
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

async function start({ endAfterMs = 600_000 } = {}): Promise<ChildProcess> {
  const options: PoisonProcessOptions = {
    uri: inject('mongoUri'),
    dbName: database.connection.name,
    accounts: MESSENGERS.map((name) => {
      const { token, apiRoot } = simulator[name];
      return { name, token, apiRoot };
    }),
    poison: POISON,
    endAfterMs,
  };
  const child = fork(new URL('poison-process.ts', import.meta.url), [JSON.stringify(options)], { execArgv: [] });
  cleanUps.push(() => kill(child));
  await once(child, 'message');
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

const rows = () => database.connection.collection<{ stoodStill?: string; state: string }>('inbox');
const markedAs = (stoodStill: string) => vi.waitUntil(() => rows().findOne({ stoodStill }), SOON);
const aside = () => rows().find({ state: 'aside' }).toArray();
async function isHelped(person: Person, times = 1): Promise<void> {
  person.command('help');
  const answers = () => person.chat.filter(({ from, text }) => from === 'bot' && text.includes(HELP)).length;
  await person.waitUntil(() => answers() >= times, { ...PATIENT, what: 'an answer' });
}

describe.each(MESSENGERS)('an update of %s at which the process stands still', (messenger) => {
  it('is set aside by the next process, and everybody is served at once', async () => {
    const person = simulator[messenger].person({ firstName: 'مریم' });
    const other = simulator[messenger].person({ firstName: 'جاسم' });
    const first = await start();
    person.say(POISON);
    await markedAs('surely');
    await kill(first);
    const second = await start();
    await isHelped(other);
    await isHelped(person);
    expect(await aside()).toMatchObject([{ error: 'the process stood still' }]);
    expect(second.exitCode).toBeNull();
  }, 90_000);
});

describe('an update at which the process stands still', () => {
  it('is set aside by the process that takes over while the first one still stands', async () => {
    const person = simulator.telegram.person({ firstName: 'مریم' });
    const other = simulator.telegram.person({ firstName: 'جاسم' });
    await start();
    await start();
    person.say(POISON);
    await markedAs('surely');
    await isHelped(other);
    expect(await aside()).toHaveLength(1);
  }, 90_000);

  it('is found among others that were in hand, which all are worked, by processes that end themselves', async () => {
    const others = [1, 2, 3].map((number) => simulator.bale.person({ firstName: `جاسم ${number}` }));
    const person = simulator.bale.person({ firstName: 'مریم' });
    const first = await start({ endAfterMs: 3_000 });
    // Their answers don't come, so they are in hand.
    for (const { id } of others) simulator.bale.faults.add({ method: 'sendMessage', kind: 'hang', chatId: id });
    for (const other of others) other.command('help');
    for (const { id } of others)
      await simulator.bale.waitForCall(({ payload }) => Number(payload['chat_id']) === id, PATIENT);
    person.say(POISON);
    await once(first, 'exit');
    expect(first.signalCode).toBe('SIGKILL');
    expect(await rows().countDocuments({ stoodStill: 'perhaps', state: 'waiting' })).toBe(4);
    simulator.bale.faults.clear();

    const second = await start({ endAfterMs: 3_000 });
    if (second.signalCode === null) await once(second, 'exit');
    await start();
    for (const other of others) await isHelped(other, 2);
    await isHelped(person);
    expect(await aside()).toHaveLength(1);
  }, 120_000);
});
