import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import fc from 'fast-check';
import type { Update } from 'grammy/types';
import { mongo, type Connection } from 'mongoose';
import { afterEach, beforeAll, beforeEach, describe, expect, inject, test, vi } from 'vitest';
import { openDatabase } from '../../src/database/connect.ts';
import { ensureIndexes } from '../../src/database/indexes.ts';
import { createLeases } from '../../src/database/leases.ts';
import { createSequence } from '../../src/inbox/collector.ts';
import { createInbox, type Inbox } from '../../src/inbox/inbox.ts';
import type { Source, Waiting } from '../../src/inbox/store.ts';
import { startWebhookReceiver, type WebhookReceiverDeps } from '../../src/inbox/webhook-receiver.ts';
import type { MessengerClient } from '../../src/messengers/messenger.ts';
import { startSimulator, type Simulator } from '../../src/simulator/simulator.ts';
import { silentLogger as logger, useDatabase } from '../support/database.ts';
import { messageUpdate } from '../support/updates.ts';
import type { WebhookProcessMessage, WebhookProcessOptions } from './webhook-process.ts';
import { systemNow } from '../../src/system-clock.ts';

const database = useDatabase();
const cleanUps: (() => unknown)[] = [];
beforeAll(async () => {
  createInbox({ now: systemNow, connection: database.connection, logger, handle: async () => {} });
  await ensureIndexes(database.connection);
});
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
  for (const name of ['inbox', 'leases', 'worked']) await database.connection.collection(name).deleteMany({});
});

describe('two web processes', () => {
  const CHATS = 200;
  const EACH = 5;
  const SECRET = 'a-secret-that-is-only-for-this-test';
  const BASE = 'http://127.0.0.1:9';
  let simulator: Simulator;

  beforeEach(async () => {
    simulator = await startSimulator({ apiPort: 0 });
    cleanUps.push(() => simulator.close());
  });

  interface WebProcess {
    child: ChildProcess;
    port: number;
    state: string;
  }

  async function start(): Promise<WebProcess> {
    const { profile, token, apiRoot } = simulator.telegram;
    const options: WebhookProcessOptions = {
      uri: inject('mongoUri'),
      dbName: database.connection.name,
      bot: { name: profile, token, apiRoot },
      base: BASE,
      secret: SECRET,
    };
    const child = fork(new URL('webhook-process.ts', import.meta.url), [JSON.stringify(options)], { execArgv: [] });
    const web: WebProcess = { child, port: 0, state: 'starting' };
    child.on('message', (message: WebhookProcessMessage) => Object.assign(web, message));
    cleanUps.push(() => kill(web));
    await vi.waitUntil(() => web.port > 0, { timeout: 10_000, interval: 10 });
    return web;
  }

  async function kill({ child }: WebProcess): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }

  /** As a messenger does: to either process, and again until one has taken it. */
  async function deliver(update: Update, processes: readonly WebProcess[], first: number): Promise<void> {
    for (let attempt = first; ; attempt++) {
      const { port } = processes[attempt % processes.length] as WebProcess;
      const taken = await fetch(`http://127.0.0.1:${port}/telegram`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-telegram-bot-api-secret-token': SECRET },
        body: JSON.stringify(update),
      }).then(
        ({ status }) => status === 200,
        () => false,
      );
      if (taken) return;
      await delay(20);
    }
  }

  /** The n-th text of each chat, then the next of each: neighbours in one chat are `CHATS` ids apart. */
  const updates = Array.from({ length: CHATS * EACH }, (_, index) =>
    messageUpdate(1000 + index, 1 + (index % CHATS), `${Math.floor(index / CHATS)}`),
  );
  const inOrder = Array.from({ length: EACH }, (_, index) => String(index));

  const workedTexts = async (): Promise<string[][]> => {
    const chats = await database.connection.collection<{ texts: string[] }>('worked').find().toArray();
    return chats.map(({ texts }) => texts);
  };
  const workedAll = (): Promise<void> =>
    vi.waitFor(
      async () => {
        const chats = await workedTexts();
        expect(chats.filter((texts) => new Set(texts).size === EACH)).toHaveLength(CHATS);
      },
      { timeout: 15_000, interval: 50 },
    );

  test('keep the order of each of 200 chats although updates arrive shuffled at both', async () => {
    const processes = [await start(), await start()];
    // Any two up to 300 apart may change places, so the next of one chat may come first.
    const shuffled = updates
      .map((update, index) => ({ update, at: index + Math.random() * 300 }))
      .sort((a, b) => a.at - b.at);
    const lastOf = new Map<number, number>();
    const overtaken = shuffled.filter(({ update }) => {
      const before = lastOf.get(update.message?.chat.id ?? 0) ?? 0;
      lastOf.set(update.message?.chat.id ?? 0, update.update_id);
      return update.update_id < before;
    });
    expect(overtaken.length).toBeGreaterThan(0);
    const sending = new Set<Promise<void>>();
    for (const [index, { update }] of shuffled.entries()) {
      const sent = deliver(update, processes, index).finally(() => sending.delete(sent));
      sending.add(sent);
      // As many connections as Telegram opens, forty to each process.
      if (sending.size >= 80) await Promise.race(sending);
    }
    await Promise.all(sending);
    await workedAll();
    const chats = await workedTexts();
    expect(chats.filter((texts) => texts.join() !== inOrder.join())).toEqual([]);
    expect(processes.map(({ state }) => state).toSorted()).toEqual(['receiving', 'standby']);
  });

  test('lose nothing when the one that works is killed, and the other works on within five seconds', async () => {
    const processes = [await start(), await start()];
    await vi.waitUntil(() => processes.some(({ state }) => state === 'receiving'), { timeout: 10_000, interval: 10 });
    const leader = processes.find(({ state }) => state === 'receiving') as WebProcess;
    const other = processes.find((web) => web !== leader) as WebProcess;
    const half = updates.length / 2;
    const killing = vi
      .waitUntil(async () => (await workedTexts()).length >= CHATS / 2, { timeout: 10_000, interval: 2 })
      .then(() => kill(leader));
    await Promise.all(updates.slice(0, half).map((update, index) => deliver(update, processes, index)));
    await killing;
    const killedAt = performance.now();
    await vi.waitUntil(() => other.state === 'receiving', { timeout: 10_000, interval: 10 });
    expect(performance.now() - killedAt).toBeLessThan(5_000);
    await Promise.all(updates.slice(half).map((update, index) => deliver(update, processes, index)));
    await workedAll();
    // What was in hand at the kill is worked again, and nothing else comes between.
    const chats = await workedTexts();
    const once = chats.map((texts) => texts.filter((text, index) => text !== texts[index - 1]).join());
    expect(once.filter((texts) => texts !== inOrder.join())).toEqual([]);
  });
});

describe('a webhook', () => {
  const source: Source = { messenger: 'bale', botId: 9 };

  function make(
    client: Partial<MessengerClient> = {},
    options: Partial<WebhookReceiverDeps> = {},
    connection: Connection = database.connection,
  ) {
    const seen: string[] = [];
    const states: string[] = [];
    const registered: { url: string; secret: string }[] = [];
    const inbox: Inbox = createInbox({
      now: systemNow,
      connection,
      logger,
      handle: async (update) => void seen.push(update.message?.text ?? `nothing in ${update.update_id}`),
    });
    const receiver = startWebhookReceiver({
      client: {
        name: 'bale',
        me: { id: source.botId } as MessengerClient['me'],
        connect: () => Promise.resolve({} as MessengerClient['me']),
        setWebhook: async ({ url, secret }) => void registered.push({ url, secret }),
        normalise: (raw) => ((raw as { channel_post?: unknown }).channel_post ? null : (raw as Update)),
        ...client,
      },
      inbox,
      leases: createLeases(database.connection),
      logger,
      url: 'https://bot.example.ir/bale/s',
      secret: 's',
      onHealth: ({ state }) => states.push(state),
      ...options,
    });
    cleanUps.push(
      () => inbox.stop({ timeoutMs: 5_000 }),
      () => receiver.stop(),
    );
    const works = (...texts: string[]) =>
      vi.waitFor(() => expect(seen).toEqual(texts), { timeout: 5_000, interval: 5 });
    return { receiver, inbox, seen, states, registered, works };
  }

  test('works an update once, however often it is sent', async () => {
    const { receiver, works, inbox, seen } = make();
    for (let time = 0; time < 3; time++) await receiver.take(messageUpdate(0, 1, 'سلام'));
    await works('سلام');
    await receiver.take(messageUpdate(0, 1, 'سلام'));
    await receiver.take(messageUpdate(1, 1, 'خداحافظ'));
    await works('سلام', 'خداحافظ');
    await inbox.idle();
    expect(seen).toHaveLength(2);
  });

  test('keeps the number of what the bot never works on, so that nothing waits behind a hole', async () => {
    const { receiver, works, seen } = make();
    await receiver.take(messageUpdate(5, 1, 'پنج'));
    await receiver.take({ update_id: 6, channel_post: { text: 'در کانال' } });
    await receiver.take(messageUpdate(7, 1, 'هفت'));
    await works('پنج', 'nothing in 6', 'هفت');
    expect(seen).toHaveLength(3);
  });

  test('takes what is no update without storing it', async () => {
    const { receiver } = make();
    for (const raw of [null, 1, 'x', [], {}, { update_id: 'x' }]) await receiver.take(raw);
    expect(await database.connection.collection('inbox').countDocuments()).toBe(0);
  });

  test('is registered at the start and again from time to time', async () => {
    const { registered, receiver } = make({}, { registerEveryMs: 20, probeEveryMs: 5 });
    await vi.waitUntil(() => registered.length >= 3, { timeout: 5_000, interval: 5 });
    expect(registered[0]).toEqual({ url: 'https://bot.example.ir/bale/s', secret: 's' });
    expect(receiver.state).toBe('receiving');
  });

  test('says that the messenger is away while it can’t be asked, and registers again after that', async () => {
    let isAway = false;
    const connect = async () => {
      if (isAway) throw new Error('away');
      return {} as MessengerClient['me'];
    };
    const { states, registered } = make({ connect }, { probeEveryMs: 5 });
    await vi.waitUntil(() => registered.length === 1, { timeout: 5_000, interval: 5 });
    isAway = true;
    await vi.waitUntil(() => states.at(-1) === 'messenger-away', { timeout: 5_000, interval: 5 });
    await vi.waitUntil(() => registered.length === 2, { timeout: 5_000, interval: 5 });
    isAway = false;
    await vi.waitUntil(() => states.at(-1) === 'receiving', { timeout: 5_000, interval: 5 });
    expect(states).toContain('messenger-away');
  });

  test('refuses what can’t be stored while the database is away, and tells the person once', async () => {
    const told: number[] = [];
    const { receiver, inbox, seen, works } = make({}, { tellAway: async (chatId) => void told.push(chatId) });
    await receiver.take(messageUpdate(1, 7, 'پیش از قطع'));
    await works('پیش از قطع');
    const away = vi.spyOn(inbox, 'handIn').mockRejectedValue(new mongo.MongoNetworkError('gone'));
    for (let times = 0; times < 3; times += 1)
      await expect(receiver.take(messageUpdate(2, 7, 'هنگام قطع'))).rejects.toThrow('gone');
    expect(told).toEqual([7]);
    away.mockRestore();
    await receiver.take(messageUpdate(2, 7, 'هنگام قطع'));
    await works('پیش از قطع', 'هنگام قطع');
    expect(seen).toHaveLength(2);
  });

  test('works what comes in its turn at the price of storing it and marking it, and leaves no mark behind', async () => {
    const uri = new URL(inject('mongoUri'));
    uri.searchParams.set('monitorCommands', 'true');
    const watched = await openDatabase({ uri: uri.href }, { logger, dbName: database.connection.name });
    cleanUps.push(() => watched.close());
    const commands: string[] = [];
    watched.connection.getClient().on('commandStarted', ({ commandName }) => commands.push(commandName));
    const { receiver, inbox, works, seen } = make({}, {}, watched.connection);
    await receiver.take(messageUpdate(1, 1, 'نخست'));
    await works('نخست');
    await inbox.idle();
    commands.length = 0;
    for (let id = 2; id < 22; id++) await receiver.take(messageUpdate(id, id, `${id}`));
    await inbox.idle();
    const writes = commands.filter((name) => name === 'insert' || name === 'update');
    expect(seen).toHaveLength(21);
    // Only what is long in hand is marked as taken over.
    expect(writes.length).toBeLessThanOrEqual(2 * 20 + 5);
    const entries = database.connection.collection('inbox');
    await vi.waitFor(async () => expect(await entries.countDocuments({ fresh: true })).toBe(0));
  });

  test('keeps the order where some come to another process and some not at all', async () => {
    const here = make();
    const there = createInbox({ now: systemNow, connection: database.connection, logger, handle: async () => {} });
    cleanUps.push(() => there.stop({ timeoutMs: 5_000 }));
    await here.receiver.take(messageUpdate(1, 1, '1'));
    await here.works('1');
    const others = new Set([2, 5, 6, 9, 13]);
    const missing = new Set([11]);
    const expected = ['1'];
    for (let id = 2; id <= 16; id++) {
      if (missing.has(id)) continue;
      expected.push(`${id}`);
      if (others.has(id)) await there.handIn(source, [messageUpdate(id, 1, `${id}`)]);
      else await here.receiver.take(messageUpdate(id, 1, `${id}`));
    }
    await here.works(...expected);
    expect(here.seen).toHaveLength(expected.length);
  });

  test.each([
    ['at once', false],
    ['after what came first was long in hand', true],
  ])('keeps the order of a chat where the one that works dies, %s', async (_when, isLong) => {
    const stuck = Promise.withResolvers<void>();
    cleanUps.push(() => stuck.resolve());
    const make = (handle: (update: Update) => Promise<void>) => {
      const seen: string[] = [];
      const inbox = createInbox({
        now: systemNow,
        connection: database.connection,
        logger,
        handle: (update) => {
          seen.push(update.message?.text ?? '');
          return handle(update);
        },
      });
      cleanUps.unshift(() => inbox.stop({ timeoutMs: 5_000 }));
      return { inbox, seen };
    };
    const leader = make(({ update_id: id }) => (id === 2 ? stuck.promise : Promise.resolve()));
    const other = make(() => Promise.resolve());
    await leader.inbox.beginShift(source, { collecting: true });
    await leader.inbox.handIn(source, [messageUpdate(1, 9, 'یک')]);
    await leader.inbox.idle();
    await vi.waitUntil(() => leader.seen.length === 1, { timeout: 5_000, interval: 2 });
    await leader.inbox.handIn(source, [messageUpdate(2, 1, 'دو')]);
    await other.inbox.handIn(source, [messageUpdate(3, 1, 'سه')]);
    const entries = database.connection.collection('inbox');
    const left = isLong ? { fresh: true } : { fresh: true, _id: /:3:/ as never };
    await vi.waitUntil(async () => !(await entries.findOne(left)), { timeout: 5_000, interval: 2 });
    const successor = make(() => Promise.resolve());
    await successor.inbox.beginShift(source, { collecting: true });
    await vi.waitUntil(() => successor.seen.length >= 2, { timeout: 5_000, interval: 2 });
    expect(leader.seen).toEqual(['یک', 'دو']);
    expect(successor.seen).toEqual(['دو', 'سه']);
  });

  test('leaves what was handed in to whoever fetches updates later', async () => {
    const first = make();
    await first.receiver.stop();
    await first.inbox.handIn(source, [messageUpdate(2, 1, 'دو'), messageUpdate(1, 1, 'یک')]);
    expect(first.seen).toEqual([]);
    const seen: string[] = [];
    const inbox = createInbox({
      now: systemNow,
      connection: database.connection,
      logger,
      handle: async (update) => void seen.push(update.message?.text ?? ''),
    });
    cleanUps.push(() => inbox.stop({ timeoutMs: 5_000 }));
    await inbox.beginShift(source);
    await inbox.idle();
    expect(seen).toEqual(['یک', 'دو']);
  });
});

describe('the sequence of updates', () => {
  const item = (id: number): Waiting => ({ update: messageUpdate(id, 1) }) as Waiting;
  const idsOf = (items: readonly Waiting[]) => items.map(({ update }) => update.update_id);

  test('is that of the ids, whatever the order of arrival, if none is later than the hold', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(9), { minLength: 1, maxLength: 60 }), fc.nat(1_000_000), (delays, base) => {
        const sequence = createSequence({ longMs: 10, shortMs: 3 });
        const arrivals = delays.map((late, index) => ({ id: base + index, at: index + late }));
        const left = new Set(arrivals);
        const worked: number[] = [];
        for (let now = 0; left.size > 0; now++) {
          const found = [...left].filter(({ at }) => at <= now).sort((a, b) => a.at - b.at);
          const ready = idsOf(
            sequence.next(
              found.map(({ id }) => item(id)),
              now,
            ),
          );
          worked.push(...ready);
          for (const one of found) if (ready.includes(one.id)) left.delete(one);
        }
        expect(worked).toEqual(arrivals.map(({ id }) => id));
      }),
    );
  });

  test('goes on behind a hole after the hold, and with smaller ids at once', () => {
    const sequence = createSequence({ longMs: 10, shortMs: 3 });
    expect(idsOf(sequence.next([item(5)], 0))).toEqual([]);
    expect(idsOf(sequence.next([item(5)], 10))).toEqual([5]);
    expect(idsOf(sequence.next([item(8)], 11))).toEqual([]);
    expect(idsOf(sequence.next([item(8)], 21))).toEqual([8]);
    expect(idsOf(sequence.next([item(6)], 22))).toEqual([6]);
  });

  /** One item after the other, each when the one before is out; how long each was held. */
  const heldFor = (ids: readonly number[], sequence: ReturnType<typeof createSequence>, from = 0): number[] => {
    let now = from;
    return ids.map((id) => {
      const came = now;
      while (sequence.next([item(id)], now).length === 0) now += 1;
      return now - came;
    });
  };

  test('waits less behind holes where three in a row stayed empty, until a late one shows that holes fill', () => {
    const sequence = createSequence({ longMs: 10, shortMs: 3 });
    expect(heldFor([1, 3, 5, 7, 9, 11, 12], sequence)).toEqual([10, 10, 10, 10, 3, 3, 0]);
    expect(idsOf(sequence.next([item(10)], 100))).toEqual([10]);
    expect(heldFor([20, 22, 24, 26], sequence, 101)).toEqual([10, 10, 10, 3]);
  });

  test('holds what stands behind several holes no longer than behind one', () => {
    const sequence = createSequence({ longMs: 10, shortMs: 3 });
    sequence.next([item(1)], 0);
    expect(idsOf(sequence.next([item(1)], 10))).toEqual([1]);
    const found = [3, 5, 7].map((id) => item(id));
    expect(idsOf(sequence.next(found, 11))).toEqual([]);
    expect(idsOf(sequence.next(found, 21))).toEqual([3, 5, 7]);
  });

  test('keeps the order of ids with holes that arrive shuffled by less than the shorter wait', () => {
    const arrivals = fc.array(fc.record({ gap: fc.integer({ min: 1, max: 4 }), late: fc.nat({ max: 2 }) }), {
      minLength: 1,
      maxLength: 60,
    });
    fc.assert(
      fc.property(arrivals, (steps) => {
        const sequence = createSequence({ longMs: 10, shortMs: 3 });
        let id = 0;
        const coming = steps.map(({ gap, late }, index) => ({ id: (id += gap), at: index + late }));
        const left = new Set(coming);
        const worked: number[] = [];
        for (let now = 0; left.size > 0; now++) {
          const found = [...left].filter(({ at }) => at <= now);
          const ready = idsOf(
            sequence.next(
              found.map((one) => item(one.id)),
              now,
            ),
          );
          worked.push(...ready);
          for (const one of found) if (ready.includes(one.id)) left.delete(one);
        }
        expect(worked).toEqual(coming.map((one) => one.id));
      }),
    );
  });
});
