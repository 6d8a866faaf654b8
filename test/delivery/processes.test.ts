import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, beforeAll, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import { ensureIndexes } from '../../src/database/indexes.ts';
import { campaignCollection } from '../../src/delivery/campaign.model.ts';
import type { DeliverySettings } from '../../src/delivery/contract.ts';
import { deliveryCollection } from '../../src/delivery/delivery.model.ts';
import { createDelivery, type Delivery } from '../../src/delivery/delivery.ts';
import { startSimulator, type Simulator } from '../../src/simulator/simulator.ts';
import { silentLogger, useDatabase } from '../support/database.ts';
import type { OutboxProcessOptions } from './outbox-process.ts';
import { people } from './recipients.ts';
import { createPort } from './support.ts';
import { systemClock } from '../../src/system-clock.ts';

/*
 * Real processes over the real clients and the simulated messengers: what is killed here is killed with SIGKILL, and
 * what counts is what people have in their chats.
 */
const COUNT = 240;
const RATE = 60;
const WINDOW = RATE * 0.2;
const news = { kind: 'news', payload: { text: 'news' }, audience: {}, by: 'council-1' };

const database = useDatabase();
let simulator: Simulator;
let running: ChildProcess[] = [];
/** Writes campaigns and sends nothing. */
let desk: Delivery;

beforeAll(async () => {
  deliveryCollection(database.connection);
  campaignCollection(database.connection);
  await ensureIndexes(database.connection);
});
beforeEach(async () => {
  // The way there bunches sends up a little; two that send at the full rate would still be refused at once.
  const limits = { perSecond: RATE, burst: RATE * 1.2, freezeSeconds: 2, latencyMs: 20 };
  simulator = await startSimulator({ apiPort: 0, limits: { telegram: limits, bale: limits } });
  for (const person of people(COUNT, { bale: (n) => n % 5 === 0 })) {
    for (const { messenger, chatId } of person.accounts) {
      simulator[messenger].person({ id: chatId, firstName: person.memberId }).command('start');
    }
  }
  desk = createDelivery({
    clock: systemClock,
    connection: database.connection,
    clients: new Map([createPort('telegram'), createPort('bale')].map(({ client }) => [client.name, client])),
    logger: silentLogger,
    renderers: {},
    recipientsOf: async () => [],
    markUnreachable: async () => {},
  });
});
afterEach(async () => {
  await Promise.all(running.map(kill));
  running = [];
  await simulator.close();
  for (const name of ['deliveries', 'campaigns', 'sendRates', 'leases', 'marked']) {
    await database.connection.collection(name).deleteMany({});
  }
});

async function startProcess(settings: Partial<DeliverySettings> = {}): Promise<ChildProcess> {
  const options: OutboxProcessOptions = {
    uri: inject('mongoUri'),
    dbName: database.connection.name,
    bots: [simulator.telegram, simulator.bale].map(({ profile, apiRoot, token }) => ({
      name: profile,
      apiRoot,
      token,
      sendsPerSecond: RATE,
    })),
    count: COUNT,
    settings,
  };
  const child = fork(new URL('outbox-process.ts', import.meta.url), [JSON.stringify(options)], { execArgv: [] });
  running.push(child);
  await once(child, 'message');
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

/** How many messages each member has got, on all accounts together. */
function received(): number[] {
  return people(COUNT, { bale: (n) => n % 5 === 0 }).map(
    ({ accounts }) =>
      accounts.flatMap(({ messenger, chatId }) =>
        simulator[messenger].person({ id: chatId, firstName: 'x' }).chat.filter((message) => message.from === 'bot'),
      ).length,
  );
}
const arrived = (): number => received().reduce((sum, count) => sum + count, 0);
const duplicates = (): number => received().reduce((sum, count) => sum + Math.max(0, count - 1), 0);
const lost = (): number => received().filter((count) => count === 0).length;
const refusals = (): number =>
  [...simulator.telegram.calls, ...simulator.bale.calls].filter((call) => call.error?.code === 429).length;
const until = (condition: () => void | Promise<void>): Promise<void> =>
  vi.waitFor(condition, { timeout: 15_000, interval: 20 });
const untilDone = (id: string): Promise<void> =>
  until(async () => expect((await desk.campaigns.progress(id))?.state).toBe('done'));

describe('a campaign over processes that are killed', () => {
  it('loses nobody and doubles no more than was in flight', async () => {
    let sender = await startProcess();
    const id = await desk.campaigns.create(news);
    await desk.campaigns.start(id);
    for (const share of [0.3, 0.6]) {
      await until(() => expect(arrived()).toBeGreaterThan(COUNT * share));
      await kill(sender);
      sender = await startProcess();
    }
    await untilDone(id);

    const progress = await desk.campaigns.progress(id);
    expect(progress).toMatchObject({ total: COUNT, byState: { sent: COUNT } });
    expect(lost()).toBe(0);
    expect(duplicates()).toBeLessThanOrEqual(progress!.ambiguous);
    expect(progress!.ambiguous).toBeLessThanOrEqual(2 * 2 * WINDOW);
    expect(refusals()).toBe(0);
  });

  it('doubles nothing and lists what is in doubt, where the setting says so', async () => {
    const first = await startProcess({ afterCrash: 'leave' });
    const id = await desk.campaigns.create(news);
    await desk.campaigns.start(id);
    await until(() => expect(arrived()).toBeGreaterThan(COUNT * 0.4));
    await kill(first);
    await startProcess({ afterCrash: 'leave' });
    await untilDone(id);

    expect(duplicates()).toBe(0);
    const inDoubt = await Array.fromAsync(desk.campaigns.outcomes(id, { states: ['unknown'] }));
    expect(inDoubt.length).toBeGreaterThanOrEqual(lost());
    expect(await desk.campaigns.progress(id)).toMatchObject({
      byState: { sent: COUNT - inDoubt.length, unknown: inDoubt.length },
    });
  });

  it('goes on being prepared where it was, and queues nobody twice', async () => {
    const settings = { pageSize: 5 };
    const first = await startProcess(settings);
    const id = await desk.campaigns.create(news);
    await until(async () => expect((await desk.campaigns.progress(id))?.total).toBeGreaterThan(20));
    await kill(first);
    expect((await desk.campaigns.progress(id))?.prepared).toBe(false);
    await startProcess(settings);
    await until(async () => expect((await desk.campaigns.progress(id))?.state).toBe('ready'));

    expect(await desk.campaigns.progress(id)).toMatchObject({ total: COUNT, byState: { waiting: COUNT } });
  });
});

describe('two processes on one database', () => {
  it('send together without doubling and within the rate, and one goes on when the other is killed', async () => {
    const both = [await startProcess(), await startProcess()];
    const id = await desk.campaigns.create(news);
    await desk.campaigns.start(id);
    await until(() => expect(arrived()).toBeGreaterThan(COUNT * 0.4));
    expect(duplicates()).toBe(0);
    await kill(both[0]!);
    await untilDone(id);

    expect(lost()).toBe(0);
    expect(refusals()).toBe(0);
    expect(duplicates()).toBeLessThanOrEqual((await desk.campaigns.progress(id))!.ambiguous);
  });
});

describe('over the real clients', () => {
  it('marks who has blocked the bot and reaches them on their other messenger', async () => {
    const blocked = people(COUNT, { bale: (n) => n % 5 === 0 }).filter((_, index) => index % 10 === 4);
    for (const { accounts } of blocked) simulator.telegram.person({ id: accounts[0]!.chatId, firstName: 'x' }).block();
    const alone = people(COUNT)[0]!;
    simulator.telegram.person({ id: alone.accounts[0]!.chatId, firstName: 'x' }).block();
    await startProcess();
    const id = await desk.campaigns.create(news);
    await desk.campaigns.start(id);
    await untilDone(id);

    expect(received().filter((count) => count === 1)).toHaveLength(COUNT - 1);
    expect(await database.connection.collection('marked').countDocuments({})).toBe(blocked.length + 1);
    expect(await desk.campaigns.progress(id)).toMatchObject({
      byState: { sent: COUNT - 1, unreachable: 1 },
      byMessenger: { bale: { sent: blocked.length } },
    });
  });

  it('loses nobody to server errors and dropped sockets, and doubles no more than were in doubt', async () => {
    simulator.telegram.faults.add({ method: 'sendMessage', kind: 'server-error', probability: 0.03 });
    simulator.telegram.faults.add({ method: 'sendMessage', kind: 'drop-after', probability: 0.03 });
    simulator.telegram.faults.add({ method: 'sendMessage', kind: 'rate-limited', times: 1, retryAfter: 1 });
    await startProcess();
    const id = await desk.campaigns.create(news);
    await desk.campaigns.start(id);
    await untilDone(id);

    expect(lost()).toBe(0);
    const progress = await desk.campaigns.progress(id);
    expect(progress).toMatchObject({ byState: { sent: COUNT } });
    expect(duplicates()).toBeGreaterThan(0);
    expect(duplicates()).toBeLessThanOrEqual(progress!.ambiguous);
  });
});
