import { describe, expect, it, vi } from 'vitest';
import { deliveryCollection } from '../../src/delivery/delivery.model.ts';
import type { Recipient } from '../../src/delivery/contract.ts';
import type { MessengerName } from '../../src/messengers/messenger.ts';
import { useDatabase } from '../support/database.ts';
import { createPort, failure, useOutboxes, type Port } from './support.ts';

const database = useDatabase();
const outbox = useOutboxes(() => database.connection);
const stored = (id: string) => deliveryCollection(database.connection).findOne({ _id: id });

const MINUTE_MS = 60_000;

/** A clock that a test sets forward; both of its hands move together, as when time simply passes. */
function fastClock() {
  let ahead = 0;
  return {
    wall: () => Date.now() + ahead,
    monotonic: () => performance.now() + ahead,
    pass: (ms: number) => void (ahead += ms),
  };
}

describe.each<[MessengerName, MessengerName]>([
  ['telegram', 'bale'],
  ['bale', 'telegram'],
])('when %s has been out of reach for long, what waits for people who are on %s as well', (away, other) => {
  const chatOn: Record<MessengerName, number> = { telegram: 1000, bale: 5000 };
  /** Person `n`, preferring the messenger that is away. */
  const person = (n: number, messengers: readonly MessengerName[]): Recipient => ({
    memberId: `m${n}`,
    language: 'fa',
    accounts: messengers.map((messenger) => ({ messenger, chatId: chatOn[messenger] + n })),
  });
  /** As it stands between two attempts. */
  const staysWaiting = (id: string) =>
    vi.waitFor(async () => expect(await stored(id)).toMatchObject({ state: 'waiting', messenger: away }));
  const texts = (port: Port): string[] => port.arrived.map(({ text }) => text).toSorted();

  function setUp() {
    const ports = { [away]: createPort(away), [other]: createPort(other) } as Record<MessengerName, Port>;
    const clock = fastClock();
    let outage: 'clean' | 'in doubt' | null = 'clean';
    ports[away].answer = () => {
      if (outage !== null) throw failure('down', { ambiguous: outage === 'in doubt' });
    };
    const delivery = outbox({
      ports: Object.values(ports),
      clock,
      isAway: (name) => name === away && outage !== null,
      settings: { windowSeconds: 0.1 },
    });
    delivery.start();
    const say = (key: string, recipient: Recipient) =>
      delivery.notify({ key, recipient, kind: 'notice', payload: { text: key } });
    return { ports, clock, delivery, say, turn: (next: typeof outage) => void (outage = next) };
  }

  it('goes there after ten minutes and not before, and arrives once when the messenger is back', async () => {
    const { ports, clock, delivery, say, turn } = setUp();
    const keys = Array.from({ length: 12 }, (_, n) => `k${n}`);
    for (const [n, key] of keys.entries()) await say(key, person(n, [away, other]));
    await say('lonely', person(90, [away]));
    await vi.waitFor(() => expect(ports[away].calls.length).toBeGreaterThanOrEqual(5));
    clock.pass(9 * MINUTE_MS);
    const probed = ports[away].calls.length;
    await vi.waitFor(() => expect(ports[away].calls.length).toBeGreaterThan(probed + 1), { timeout: 15_000 });
    expect(ports[other].arrived).toEqual([]);

    clock.pass(MINUTE_MS);
    await vi.waitFor(() => expect(texts(ports[other])).toEqual(keys.toSorted()), { timeout: 15_000 });
    expect(await stored('k3')).toMatchObject({ state: 'sent', messenger: other, switchedFrom: away });
    await staysWaiting('lonely');

    turn(null);
    await delivery.idle();
    await vi.waitFor(async () => expect(await stored('lonely')).toMatchObject({ state: 'sent' }), { timeout: 15_000 });
    expect(texts(ports[away])).toEqual(['lonely']);
    expect(texts(ports[other])).toEqual(keys.toSorted());
  }, 60_000);

  it('stays where it may have arrived', async () => {
    const { ports, clock, say, turn } = setUp();
    turn('in doubt');
    await say('doubtful', person(1, [away, other]));
    await vi.waitFor(async () => expect((await stored('doubtful'))?.ambiguous).toBeGreaterThan(0));
    turn('clean');
    for (let n = 2; n < 9; n++) await say(`k${n}`, person(n, [away, other]));
    await vi.waitFor(() => expect(ports[away].calls.length).toBeGreaterThanOrEqual(6), { timeout: 15_000 });
    clock.pass(11 * MINUTE_MS);
    await vi.waitFor(() => expect(ports[other].arrived).toHaveLength(7), { timeout: 15_000 });

    await staysWaiting('doubtful');
    turn(null);
    await vi.waitFor(async () => expect(await stored('doubtful')).toMatchObject({ state: 'sent', messenger: away }), {
      timeout: 15_000,
    });
    expect(texts(ports[away])).toEqual(['doubtful']);
    expect(texts(ports[other])).not.toContain('doubtful');
  }, 60_000);

  it('comes back the same way when it is the other one that is out of reach, and does not swing between two that are', async () => {
    const ports = { [away]: createPort(away), [other]: createPort(other) } as Record<MessengerName, Port>;
    const clock = fastClock();
    const down = new Set<MessengerName>([away, other]);
    for (const port of Object.values(ports))
      port.answer = () => {
        if (down.has(port.client.name)) throw failure('down');
      };
    const delivery = outbox({
      ports: Object.values(ports),
      clock,
      isAway: (name) => down.has(name),
      settings: { windowSeconds: 0.1 },
    });
    delivery.start();
    const keys = Array.from({ length: 6 }, (_, n) => `k${n}`);
    for (const [n, key] of keys.entries()) {
      await delivery.notify({ key, recipient: person(n, [away, other]), kind: 'notice', payload: { text: key } });
      // So that the other one is asked as well and known to be away.
      const alone = person(50 + n, [other]);
      await delivery.notify({ key: `o${key}`, recipient: alone, kind: 'notice', payload: { text: `o${key}` } });
    }
    await vi.waitFor(() => expect(ports[other].calls.length).toBeGreaterThanOrEqual(5), { timeout: 15_000 });
    clock.pass(11 * MINUTE_MS);
    const asked = ports[away].calls.length;
    await vi.waitFor(() => expect(ports[away].calls.length).toBeGreaterThan(asked + 1), { timeout: 15_000 });
    await staysWaiting('k1');

    down.delete(other);
    await vi.waitFor(() => expect(texts(ports[other])).toEqual([...keys, ...keys.map((key) => `o${key}`)].toSorted()), {
      timeout: 15_000,
    });
    expect(ports[away].arrived).toEqual([]);
  }, 60_000);
});
