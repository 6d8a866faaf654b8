import { describe, expect, test } from 'vitest';
import { createPacer, type Pacer } from '../../src/messengers/index.ts';
import type { Lane } from '../../src/messengers/messenger.ts';
import { type ManualClock, manualClock } from './manual-clock.ts';
import { systemClock } from '../../src/system-clock.ts';

/** Lets promises that are due run. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Waits for leave to send a message that is answered at once. */
async function passed(pacer: Pacer, lane: Lane): Promise<number> {
  const permit = await pacer.take(lane);
  pacer.settle(permit);
  return permit.grantedAt;
}

/** Asks for `count` permits and notes when each was granted, in milliseconds from now. */
function ask(pacer: Pacer, clock: ManualClock, count: number, lane: Lane = 'bulk'): number[] {
  const start = clock.monotonic();
  const granted: number[] = [];
  for (let index = 0; index < count; index += 1) {
    void passed(pacer, lane).then((grantedAt) => granted.push(grantedAt - start));
  }
  return granted;
}

async function run(clock: ManualClock, ms: number, step = 10): Promise<void> {
  for (let passed = 0; passed < ms; passed += step) {
    clock.advance(step);
    await settle();
  }
}

describe('the bulk lane', () => {
  test('spends one burst and keeps just under the rate from there on', async () => {
    const clock = manualClock();
    const granted = ask(createPacer({ ratePerSecond: 30, clock }), clock, 630);
    await settle();
    // Three of thirty are left to replies.
    expect(granted.length).toBeGreaterThanOrEqual(14);
    expect(granted.length).toBeLessThanOrEqual(27);
    await run(clock, 20_000);
    expect(granted.length).toBeGreaterThanOrEqual(24 + Math.floor(20 * 30 * 0.99));
    expect(granted.length).toBeLessThanOrEqual(30 + 20 * 30);
    // A server that allows 30 at once and 30 a second from there never sees one too many.
    granted.forEach((at, index) => expect(index + 1).toBeLessThanOrEqual(30 + (at / 1000) * 30 + 1e-6));
  });

  test('has its burst again only after as long a rest', async () => {
    const clock = manualClock();
    const pacer = createPacer({ ratePerSecond: 10, clock });
    ask(pacer, clock, 10);
    await settle();
    expect(await grantedNow(pacer, clock)).toBe(0);
    await run(clock, 500);
    expect(await grantedNow(pacer, clock)).toBeLessThanOrEqual(5);
  });

  test('serves in the order of asking, with one timer for all', async () => {
    const clock = manualClock();
    const pacer = createPacer({ ratePerSecond: 5, clock });
    const order: number[] = [];
    for (let index = 0; index < 20; index += 1) {
      void passed(pacer, 'bulk').then(() => order.push(index));
    }
    await settle();
    expect(clock.waiting()).toBe(1);
    await run(clock, 4000);
    expect(order).toEqual(Array.from({ length: 20 }, (_, index) => index));
    expect(clock.waiting()).toBe(0);
  });

  test('passes over those who gave up waiting', async () => {
    const clock = manualClock();
    const pacer = createPacer({ ratePerSecond: 1, clock });
    pacer.settle(await pacer.take('bulk'));
    const controller = new AbortController();
    const given = pacer.take('bulk', { signal: controller.signal });
    const next = ask(pacer, clock, 1);
    controller.abort(new Error('off'));
    await expect(given).rejects.toThrow('off');
    await run(clock, 1100);
    expect(next).toHaveLength(1);
    await expect(pacer.take('bulk', { signal: controller.signal })).rejects.toThrow('off');
  });

  test('is not moved by a wall clock that jumps', async () => {
    const clock = manualClock();
    const granted = ask(createPacer({ ratePerSecond: 10, clock }), clock, 30);
    clock.jump(-24 * 3600 * 1000);
    await run(clock, 1010);
    expect(granted.length).toBeGreaterThanOrEqual(17);
    expect(granted.length).toBeLessThanOrEqual(18);
  });
});

describe('the reply lane', () => {
  test('passes at once while bulk waits, and bulk gives way by as much', async () => {
    const clock = manualClock();
    const pacer = createPacer({ ratePerSecond: 10, clock });
    const bulk = ask(pacer, clock, 200);
    await settle();
    const before = bulk.length;
    const replies: number[] = [];
    for (let second = 0; second < 10; second += 1) {
      replies.push(...(await grantedAtOnce(pacer, clock, 5)));
      await run(clock, 1000);
    }
    expect(replies).toEqual(Array.from({ length: 50 }, () => 0));
    expect(bulk.length - before).toBeGreaterThanOrEqual(45);
    expect(bulk.length - before).toBeLessThanOrEqual(51);
  });

  test('in a rush holds bulk back for no more than about two seconds after it', async () => {
    const clock = manualClock();
    const pacer = createPacer({ ratePerSecond: 10, clock });
    await grantedAtOnce(pacer, clock, 500);
    const bulk = ask(pacer, clock, 5);
    await run(clock, 2100);
    expect(bulk.length).toBeGreaterThanOrEqual(1);
  });
});

describe('a 429', () => {
  test('stops both lanes for its time, then goes on 5 % slower without a burst', async () => {
    const clock = manualClock();
    const pacer = createPacer({ ratePerSecond: 20, clock });
    const permit = await pacer.take('bulk');
    const bulk = ask(pacer, clock, 200);
    await settle();
    const before = bulk.length;
    pacer.penalise(permit, 5);
    const replies = ask(pacer, clock, 2, 'reply');
    await run(clock, 4990);
    expect([bulk.length - before, replies.length]).toEqual([0, 0]);
    await run(clock, 20);
    expect(replies).toHaveLength(2);
    expect(bulk.length - before).toBeLessThanOrEqual(1);
    expect(pacer.snapshot().rate).toBeCloseTo(19, 0);
    await run(clock, 1000);
    expect(bulk.length - before).toBeLessThanOrEqual(20);
  });

  test('of several messages that were on their way together slows down once', async () => {
    const clock = manualClock();
    const pacer = createPacer({ ratePerSecond: 20, clock });
    const permits = await Promise.all([pacer.take('bulk'), pacer.take('bulk'), pacer.take('bulk')]);
    for (const permit of permits) {
      pacer.settle(permit);
      pacer.penalise(permit, 1);
      clock.advance(5);
    }
    expect(pacer.snapshot().rate).toBeCloseTo(19, 2);
    await run(clock, 1500);
    pacer.penalise(await pacer.take('bulk'), 1);
    expect(pacer.snapshot().rate).toBeCloseTo(18.05, 1);
  });

  test('longer than a reply is patient is told to it at once, with the time left', async () => {
    const clock = manualClock();
    const pacer = createPacer({ ratePerSecond: 20, clock });
    const first = await pacer.take('bulk');
    pacer.penalise(first, 2);
    const waiting = pacer.take('reply', { patienceMs: 5000 });
    pacer.penalise({ ...first, grantedAt: 0 }, 60);
    await expect(waiting).rejects.toMatchObject({ retryAfter: 60 });
    clock.advance(30_000);
    await expect(pacer.take('reply', { patienceMs: 5000 })).rejects.toMatchObject({ retryAfter: 30 });
  });

  test('is forgotten slowly: one per cent of the first rate a minute', async () => {
    const clock = manualClock();
    const pacer = createPacer({ ratePerSecond: 20, clock });
    pacer.penalise(await pacer.take('bulk'), 1);
    clock.advance(60_000);
    expect(pacer.snapshot().rate).toBeCloseTo(19.2, 2);
    clock.advance(3_600_000);
    expect(pacer.snapshot().rate).toBe(20);
  });
});

describe('a restart', () => {
  test('keeps the learned rate and what is left of a pause, by the wall clock', async () => {
    const before = manualClock();
    const old = createPacer({ ratePerSecond: 20, clock: before });
    old.penalise(await old.take('bulk'), 30);
    const state = old.snapshot();

    const clock = manualClock();
    clock.jump(before.wall() - clock.wall() + 10_000);
    const pacer = createPacer({ ratePerSecond: 20, clock });
    pacer.restore(state);
    const granted = ask(pacer, clock, 100);
    await run(clock, 19_900, 100);
    expect(granted).toHaveLength(0);
    await run(clock, 1100);
    expect(granted.length).toBeGreaterThanOrEqual(17);
    expect(granted.length).toBeLessThanOrEqual(20);
  });

  test('finds the burst spent', async () => {
    const clock = manualClock();
    const pacer = createPacer({ ratePerSecond: 10, clock });
    pacer.restore({ rate: 10, pausedUntil: 0 });
    expect(await grantedNow(pacer, clock)).toBe(1);
  });
});

test('a rate that makes no sense is refused', () => {
  expect(() => createPacer({ clock: systemClock, ratePerSecond: 0 })).toThrow(/above 0/);
});

/** How many permits could be had this very moment. */
async function grantedNow(pacer: Pacer, clock: ManualClock): Promise<number> {
  const controller = new AbortController();
  let count = 0;
  for (let index = 0; index < 100; index += 1) {
    void pacer.take('bulk', { signal: controller.signal }).then(
      () => (count += 1),
      () => undefined,
    );
  }
  await settle();
  controller.abort();
  expect(clock.waiting()).toBeLessThanOrEqual(1);
  return count;
}

async function grantedAtOnce(pacer: Pacer, clock: ManualClock, count: number): Promise<number[]> {
  const granted = ask(pacer, clock, count, 'reply');
  await settle();
  expect(granted).toHaveLength(count);
  return granted;
}
