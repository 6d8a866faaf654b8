import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test, vi } from 'vitest';
import { createLeases, holdLease, type Leases } from '../../src/database/leases.ts';
import { createRunOnce } from '../../src/database/once.ts';
import { silentLogger as logger, useDatabase } from '../support/database.ts';
import { systemNow } from '../../src/system-clock.ts';

const database = useDatabase();
const leases = (): Leases => createLeases(database.connection);
const row = (name: string) => database.connection.collection<{ _id: string }>('leases').findOne({ _id: name });
/** By the database's clock, which no lease looks past. */
const setExpiry = (name: string, inMs: number) =>
  database.connection
    .collection<{ _id: string }>('leases')
    .updateOne({ _id: name }, [{ $set: { expiresAt: { $add: ['$$NOW', inMs] } } }]);

const hasPassed = async (at: Date, byMs: number): Promise<boolean> =>
  (await database.connection
    .collection('leases')
    .findOne({ $expr: { $gt: ['$$NOW', new Date(at.getTime() + byMs)] } })) !== null;

describe('a lease', () => {
  test('goes to exactly one of many contenders, and only that one renews it', async () => {
    const contenders = Array.from({ length: 20 }, (_, index) => `holder-${index}`);
    const claim = async (holder: string) => leases().acquire('one', { holder, ttlMs: 60_000 });
    const answers = await Promise.all(contenders.map(claim));
    expect(answers.filter(Boolean)).toHaveLength(1);
    expect(await Promise.all(contenders.map(claim))).toEqual(answers);
  });

  test('is free once it is released or has run out, and not before', async () => {
    await leases().acquire('two', { holder: 'a', ttlMs: 60_000 });
    await leases().release('two', 'b');
    expect(await leases().acquire('two', { holder: 'b', ttlMs: 60_000 })).toBe(false);
    await leases().release('two', 'a');
    expect(await leases().acquire('two', { holder: 'b', ttlMs: 60_000 })).toBe(true);
    await setExpiry('two', -1);
    expect(await leases().acquire('two', { holder: 'c', ttlMs: 60_000 })).toBe(true);
  });

  test('is free where the server’s clock was set back, so that nobody waits for the length of the jump', async () => {
    await leases().acquire('three', { holder: 'a', ttlMs: 4_000 });
    await setExpiry('three', 3_600_000);
    expect(await leases().acquire('three', { holder: 'b', ttlMs: 4_000 })).toBe(true);
  });

  test('is not given to one who asked earlier and was held up until another had it', async () => {
    await leases().acquire('held-up', { holder: 'a', ttlMs: 4_000 });
    // The time of a command is that of its beginning: to such a one the lease reaches further than it is long.
    await setExpiry('held-up', 4_000 + 5_000);
    expect(await leases().acquire('held-up', { holder: 'b', ttlMs: 4_000 })).toBe(false);
  });

  test('takes a holder’s name as it is', async () => {
    expect(await leases().acquire('four', { holder: '$holder', ttlMs: 60_000 })).toBe(true);
    expect(await row('four')).toMatchObject({ holder: '$holder', ttlMs: 60_000 });
  });
});

describe('holding a lease', () => {
  const hold = (options: { name: string; holder: string; signal: AbortSignal; leases?: Leases; ttlMs?: number }) => {
    const log: string[] = [];
    const done = holdLease(
      {
        leases: leases(),
        ttlMs: 600,
        logger,
        onWaiting: (reason) => log.push(reason),
        onLost: () => log.push('lost'),
        ...options,
      },
      async (held) => {
        log.push('held');
        await new Promise<void>((settle) => held.addEventListener('abort', () => settle(), { once: true }));
        log.push('ended');
      },
    );
    return { log, done };
  };

  test('keeps others out for longer than the lease lasts, and lets the next in when it stops', async () => {
    const first = new AbortController();
    const second = new AbortController();
    const a = hold({ name: 'job', holder: 'a', signal: first.signal });
    await vi.waitUntil(() => a.log.includes('held'));
    const { expiresAt } = (await row('job')) as unknown as { expiresAt: Date };
    const b = hold({ name: 'job', holder: 'b', signal: second.signal });
    await vi.waitUntil(() => hasPassed(expiresAt, 600), { timeout: 5_000 });
    expect([a.log, b.log]).toEqual([['held'], ['taken']]);
    first.abort();
    await a.done;
    await vi.waitUntil(() => b.log.includes('held'), { timeout: 5_000 });
    expect(a.log).toEqual(['held', 'ended']);
    second.abort();
    await b.done;
    expect(await row('job')).toBeNull();
  });

  test('is kept while every answer takes longer than half of what it should last', async () => {
    const ending = new AbortController();
    let answers = 0;
    const slow: Leases = {
      ...leases(),
      async acquire(...asked) {
        const answer = await leases().acquire(...asked);
        await delay(400);
        answers += 1;
        return answer;
      },
    };
    const { log, done } = hold({ name: 'slow', holder: 'a', signal: ending.signal, leases: slow });
    await vi.waitUntil(() => answers > 8, { timeout: 10_000 });
    expect(log).toEqual(['held']);
    ending.abort();
    await done;
    expect(await row('slow')).toBeNull();
  });

  test.each(['acquire', 'release'] as const)('goes on where %s is never answered', async (command) => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const name = `unanswered-${command}`;
      const hangs = vi.fn(() => new Promise<never>(() => {}));
      const answered = leases();
      const acquire: Leases['acquire'] = (...claim) =>
        command === 'acquire' && hangs.mock.calls.length === 0 ? hangs() : answered.acquire(...claim);
      const release = command === 'release' ? hangs : answered.release.bind(answered);
      const stopping = new AbortController();
      const { log, done } = hold({ name, holder: 'a', signal: stopping.signal, leases: { acquire, release } });
      if (command === 'acquire') await vi.waitUntil(() => log.includes('held'), { timeout: 20_000, interval: 500 });
      else await vi.waitUntil(() => log.includes('held'));
      stopping.abort();
      if (command === 'release') await vi.waitUntil(() => hangs.mock.calls.length === 1);
      vi.advanceTimersByTime(10_000);
      await done;
      expect(hangs).toHaveBeenCalledTimes(1);
    } finally {
      vi.useRealTimers();
    }
  });

  test('is taken over from a holder that died without a word', async () => {
    await leases().acquire('orphan', { holder: 'dead', ttlMs: 600 });
    const stop = new AbortController();
    const heir = hold({ name: 'orphan', holder: 'heir', signal: stop.signal });
    await vi.waitUntil(() => heir.log.includes('held'), { timeout: 5_000 });
    expect(heir.log).toEqual(['taken', 'held']);
    stop.abort();
    await heir.done;
  });

  test('ends the work when another has taken the lease, and waits for it again', async () => {
    const stop = new AbortController();
    const a = hold({ name: 'stolen', holder: 'a', signal: stop.signal });
    await vi.waitUntil(() => a.log.includes('held'));
    await setExpiry('stolen', -1);
    expect(await leases().acquire('stolen', { holder: 'thief', ttlMs: 1_000 })).toBe(true);
    await vi.waitUntil(() => a.log.length === 5, { timeout: 5_000 });
    expect(a.log).toEqual(['held', 'lost', 'ended', 'taken', 'held']);
    stop.abort();
    await a.done;
  });

  test('ends the work by itself when the lease can’t be renewed in time', async () => {
    const stop = new AbortController();
    let asked = 0;
    const away: Leases = {
      acquire: () => (asked++ === 0 ? Promise.resolve(true) : new Promise(() => {})),
      release: () => Promise.resolve(),
    };
    const a = hold({ name: 'away', holder: 'a', signal: stop.signal, leases: away, ttlMs: 150 });
    await vi.waitUntil(() => a.log.includes('ended'), { timeout: 5_000 });
    expect(a.log).toEqual(['held', 'lost', 'ended']);
  });
});

describe('what runs once', () => {
  test('runs in one of several processes, and not again later', async () => {
    const runs: string[] = [];
    const contend = (name: string) =>
      createRunOnce(database.connection, systemNow)('list:1', { withinMs: 60_000 }, async () => {
        runs.push(name);
      });
    const outcomes = await Promise.all(['a', 'b', 'c', 'd'].map(contend));
    expect(outcomes.filter((outcome) => outcome === 'done')).toHaveLength(1);
    expect(await contend('e')).toBe('done-before');
    expect(runs).toHaveLength(1);
  });

  test('is not taken for done when it failed', async () => {
    const once = createRunOnce(database.connection, systemNow);
    const failing = once('list:2', { withinMs: 60_000 }, () => Promise.reject(new Error('no paper')));
    await expect(failing).rejects.toThrow('no paper');
    expect(await once('list:2', { withinMs: 60_000 }, async () => {})).toBe('done');
  });
});
