import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Update } from 'grammy/types';
import type { Connection } from 'mongoose';
import { afterEach, describe, expect, inject, test, vi } from 'vitest';
import { openDatabase } from '../../src/database/connect.ts';
import { createLeases } from '../../src/database/leases.ts';
import { createInbox, type Inbox } from '../../src/inbox/inbox.ts';
import type { Receiver, ReceiverState } from '../../src/inbox/lead-source.ts';
import { startPoller, type PollerDeps } from '../../src/inbox/poller.ts';
import { MessengerError, type FailureKind } from '../../src/messengers/messenger.ts';
import { silentLogger as logger, useDatabase } from '../support/database.ts';
import { createUpdateQueue } from '../support/update-queue.ts';
import { messageUpdate } from '../support/updates.ts';
import { systemNow } from '../../src/system-clock.ts';

const database = useDatabase();
const cleanUps: (() => unknown)[] = [];
let nextBot = 100;
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

interface Process {
  poller: Receiver;
  inbox: Inbox;
  seen: string[];
  health: ReceiverState[];
}

/** What one process of the bot does with a messenger. */
function run(options: {
  queue: ReturnType<typeof createUpdateQueue>;
  connection?: Connection;
  handle?: (update: Update) => Promise<void>;
  deps?: Partial<PollerDeps>;
}): Process {
  const connection = options.connection ?? database.connection;
  const seen: string[] = [];
  const health: ReceiverState[] = [];
  const inbox = createInbox({
    now: systemNow,
    connection,
    logger,
    handle: async (update) => {
      seen.push(update.message?.text ?? '');
      await options.handle?.(update);
    },
  });
  const poller = startPoller({
    client: options.queue.client,
    inbox,
    leases: createLeases(connection),
    logger,
    onHealth: ({ state }) => health.push(state),
    ...options.deps,
  });
  cleanUps.push(
    () => inbox.stop({ timeoutMs: 5_000 }),
    () => poller.stop(),
  );
  return { poller, inbox, seen, health };
}
const newQueue = () => createUpdateQueue('telegram', nextBot++);
const until = (condition: () => boolean) => vi.waitUntil(condition, { timeout: 15_000, interval: 5 });
const failure = (kind: FailureKind): MessengerError => new MessengerError(kind, 'getUpdates', 'as the test wants it');

describe('the poller', () => {
  test('brings in the very first update, whose id may be 0, and confirms what it has stored', async () => {
    const queue = newQueue();
    queue.push(messageUpdate(0, 1));
    const { seen, health } = run({ queue });
    await until(() => queue.unconfirmed.length === 0 && seen.length === 1);
    expect(queue.offsets.slice(0, 2)).toEqual([undefined, 1]);
    expect(health).toEqual(['polling']);
  });

  test('takes more than one answer holds, and confirms what the bot never works on', async () => {
    const queue = newQueue();
    queue.push({ update_id: 0, channel_post: {} } as { update_id: number });
    for (let id = 1; id <= 250; id++) queue.push(messageUpdate(id, id % 10));
    const { seen } = run({ queue });
    await until(() => queue.unconfirmed.length === 0 && seen.length === 250);
    queue.push({ update_id: 251, channel_post: {} } as { update_id: number });
    await until(() => queue.unconfirmed.length === 0);
    expect(seen).toHaveLength(250);
  });

  test('goes on when ids begin anew below those it has confirmed', async () => {
    const queue = newQueue();
    queue.push(messageUpdate(900_000, 1));
    const { seen } = run({ queue });
    // The quiet before a reset, in short: a call that ends without news.
    await until(() => queue.unconfirmed.length === 0);
    queue.push({ update_id: 900_001, channel_post: {} } as { update_id: number });
    queue.failNext(failure('down'));
    await until(() => queue.failuresLeft === 0);
    await until(() => queue.offsets.length >= 4 && queue.offsets.at(-1) === undefined);
    queue.push(messageUpdate(4, 1));
    await until(() => seen.includes('4'));
    expect(seen).toEqual(['900000', '4']);
  });

  test('is not stopped by an update that can’t be read', async () => {
    const queue = newQueue();
    const { normalise } = queue.client;
    queue.client.normalise = (raw) => {
      if ((raw as Update).update_id === 1) throw new RangeError('too deep');
      return normalise(raw);
    };
    queue.push(messageUpdate(1, 1), messageUpdate(2, 1));
    const { seen } = run({ queue });
    await until(() => seen.length === 1 && queue.unconfirmed.length === 0);
    expect(seen).toEqual(['2']);
  });

  test.each([
    ['down', 'messenger-away'],
    ['conflict', 'conflict'],
    ['rate-limited', 'messenger-away'],
    ['rejected', 'messenger-away'],
  ] as const)('says so when the messenger answers “%s”, and polls on when that has passed', async (kind, state) => {
    const queue = newQueue();
    queue.failNext(failure(kind), failure(kind));
    const { seen, health } = run({ queue });
    queue.push(messageUpdate(1, 1));
    await until(() => seen.length === 1);
    expect(health).toEqual([state, 'polling']);
  });

  test('says so when the token is refused, keeps trying slowly, and can be stopped meanwhile', async () => {
    const queue = newQueue();
    queue.failNext(failure('bad-token'), failure('bad-token'));
    const { poller, health } = run({ queue });
    await until(() => health.includes('bad-token'));
    await poller.stop();
    expect(health).toEqual(['bad-token', 'stopped']);
    expect(queue.failuresLeft).toBe(1);
  });

  test('fetches no more while too many updates wait', async () => {
    const queue = newQueue();
    const opening = Promise.withResolvers<void>();
    for (let id = 1; id <= 300; id++) queue.push(messageUpdate(id, id));
    const { seen } = run({ queue, handle: () => opening.promise, deps: { mostWaiting: 50 } });
    await until(() => seen.length === 50 && queue.offsets.length === 1);
    queue.push(messageUpdate(301, 301));
    await database.ping();
    expect([queue.offsets.length, queue.unconfirmed.length]).toEqual([1, 301]);
    opening.resolve();
    await until(() => seen.length === 301);
    expect(seen.map(Number).toSorted((one, other) => one - other)).toEqual(
      Array.from({ length: 301 }, (_, index) => index + 1),
    );
  });
});

describe('two processes on one bot', () => {
  test('poll one at a time, and the second goes on where the first stopped', async () => {
    const queue = newQueue();
    const first = run({ queue });
    await until(() => first.health.includes('polling'));
    const second = run({ queue });
    await until(() => second.health.includes('standby'));
    queue.push(messageUpdate(1, 1));
    await until(() => first.seen.length === 1);
    await first.poller.stop();
    queue.push(messageUpdate(2, 1));
    await until(() => second.seen.length === 1);
    expect([first.seen, second.seen]).toEqual([['1'], ['2']]);
    expect(second.health).toEqual(['standby', 'polling']);
    expect(queue.mostPolling).toBe(1);
  });

  test('lose nothing when the first dies with updates in hand and waiting', async () => {
    const queue = newQueue();
    const { connection } = database;
    // A process that died: what it had stored, what it had not confirmed, and its lease, which nobody renews.
    const source = { messenger: 'telegram', botId: queue.client.me.id } as const;
    const dead = createInbox({ now: systemNow, connection, logger, handle: () => new Promise(() => {}) });
    await dead.put(source, [messageUpdate(1, 1), messageUpdate(2, 1)]);
    queue.push(messageUpdate(2, 1), messageUpdate(3, 1));
    await createLeases(connection).acquire(`poller:telegram:${source.botId}`, { holder: 'dead', ttlMs: 4_000 });
    const heir = run({ queue });
    await until(() => heir.seen.length === 3);
    expect(heir.seen).toEqual(['1', '2', '3']);
    expect(heir.health).toEqual(['standby', 'polling']);
  });
});

describe('a database that goes away', () => {
  test('is told of to those who write meanwhile, without confirming anything, until somebody else polls', async () => {
    const leases = createLeases(database.connection);
    let isAway = false;
    const told: number[] = [];
    const queue = newQueue();
    const { seen, health } = run({
      queue,
      deps: {
        leases: { ...leases, acquire: (...claim) => (isAway ? Promise.reject(new Error()) : leases.acquire(...claim)) },
        tellAway: async (chatId) => void told.push(chatId),
      },
    });
    queue.push(messageUpdate(1, 1));
    await until(() => seen.length === 1);
    isAway = true;
    await until(() => health.at(-1) === 'database-away');
    queue.push(messageUpdate(2, 2), messageUpdate(3, 2));
    await until(() => told.length === 1);
    expect([told, queue.unconfirmed, queue.mostPolling]).toEqual([[2], [2, 3], 1]);
    queue.failNext(failure('conflict'));
    await until(() => queue.failuresLeft === 0);
    queue.push(messageUpdate(4, 3));
    isAway = false;
    await until(() => seen.length === 4 && queue.unconfirmed.length === 0);
    expect([seen.toSorted(), told]).toEqual([['1', '2', '3', '4'], [2]]);
  });

  test('delays nobody once it is back: those who have not been told yet are answered instead', async () => {
    const leases = createLeases(database.connection);
    let isAway = false;
    const told: number[] = [];
    const telling = Promise.withResolvers<void>();
    cleanUps.push(() => telling.resolve());
    const queue = newQueue();
    const { seen, health } = run({
      queue,
      deps: {
        leases: { ...leases, acquire: (...claim) => (isAway ? Promise.reject(new Error()) : leases.acquire(...claim)) },
        tellAway: (chatId) => {
          told.push(chatId);
          return telling.promise;
        },
      },
    });
    await until(() => health.at(-1) === 'polling');
    isAway = true;
    await until(() => health.at(-1) === 'database-away');
    queue.push(messageUpdate(1, 1), messageUpdate(2, 2));
    await until(() => told.length === 1);
    isAway = false;
    await until(() => seen.length === 2);
    telling.resolve();
    await until(() => queue.unconfirmed.length === 0);
    expect(told).toEqual([1]);
  });

  test('costs no update, and each takes effect once, in order', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'khoosheh-poller-'));
    cleanUps.push(() => rmSync(dataDir, { recursive: true, force: true }));
    const own = await openDatabase({ dataDir, cacheDir: inject('engineCacheDir') }, { logger });
    cleanUps.push(() => own.close());
    let restarts = 0;
    own.engine?.onRestart(() => (restarts += 1));
    const effects = own.connection.collection<{ _id: number; chat: number; at?: number }>('effects');
    const queue = newQueue();
    let at = 0;
    const { seen, inbox } = run({
      queue,
      connection: own.connection,
      handle: async (update) => {
        const { update_id: _id, message } = update;
        await effects.updateOne({ _id }, { $setOnInsert: { chat: message?.chat.id ?? 0, at: at++ } }, { upsert: true });
      },
    });
    const total = 400;
    let sent = 0;
    for (const round of [1, 2, 3]) {
      while (sent < (total / 4) * round) queue.push(messageUpdate(sent, sent++ % 7));
      await until(() => seen.length > sent - 80);
      process.kill(own.engine!.pid!, 'SIGKILL');
      while (sent < (total / 4) * (round + 0.5)) queue.push(messageUpdate(sent, sent++ % 7));
      await until(() => restarts === round);
    }
    while (sent < total) queue.push(messageUpdate(sent, sent++ % 7));
    await until(() => queue.unconfirmed.length === 0);
    await inbox.idle();
    const stored = await effects.find().sort({ at: 1 }).toArray();
    expect(stored).toHaveLength(total);
    for (let chat = 0; chat < 7; chat++) {
      const ids = stored.filter((effect) => effect.chat === chat).map(({ _id }) => _id);
      expect(ids).toEqual(ids.toSorted((a, b) => a - b));
    }
    expect(await inbox.listAside(1)).toEqual([]);
  });
});
