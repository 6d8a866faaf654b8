import { describe, expect, it, vi } from 'vitest';
import type { Clock } from '../../src/delivery/contract.ts';
import { deliveryCollection } from '../../src/delivery/delivery.model.ts';
import type { RateState } from '../../src/delivery/rate-memory.ts';
import { useDatabase } from '../support/database.ts';
import { pagesOf, people } from './recipients.ts';
import { createPort, failure, untilTakenBack, useOutboxes } from './support.ts';

const database = useDatabase();
const outbox = useOutboxes(() => database.connection);
const [ali, sara] = people(2) as [never, never];
const stored = (id: string) => deliveryCollection(database.connection).findOne({ _id: id });
const notice = (key: string) => ({ key, recipient: ali, kind: 'notice', payload: { text: key } });
const news = { kind: 'news', payload: { text: 'news' }, audience: {}, by: 'council-1' };

describe('stopping', () => {
  it('finishes what is in hand and leaves the rest waiting', async () => {
    const telegram = createPort('telegram');
    const answers: (() => void)[] = [];
    telegram.answer = () => new Promise((resolve) => answers.push(resolve));
    const delivery = outbox({ ports: [telegram], recipientsOf: pagesOf(people(50)) });
    delivery.start();
    const id = await delivery.campaigns.create(news);
    await delivery.campaigns.start(id);
    await vi.waitFor(() => expect(answers).toHaveLength(6));
    const stopped = delivery.stop({ timeoutMs: 5000 });
    for (const answer of answers) answer();
    await stopped;

    expect(await delivery.campaigns.progress(id)).toMatchObject({ byState: { sent: 6, claimed: 0, waiting: 44 } });
    expect(telegram.calls).toHaveLength(6);
  });

  it('takes back what does not leave in time', async () => {
    const telegram = createPort('telegram');
    telegram.answer = untilTakenBack;
    const delivery = outbox({ ports: [telegram] });
    delivery.start();
    await delivery.notify(notice('a'));
    await vi.waitFor(() => expect(telegram.calls).toHaveLength(1));
    await delivery.stop({ timeoutMs: 10 });

    expect(await stored('a')).toMatchObject({ state: 'waiting', tries: 0 });
  });

  it('hands over to another process at once', async () => {
    const [first, second] = [createPort('telegram'), createPort('telegram')];
    const leading = outbox({ ports: [first], settings: { leaseMs: 60_000 } });
    leading.start();
    await leading.notify(notice('a'));
    await leading.idle();
    const standing = outbox({ ports: [second], settings: { leaseMs: 60_000 } });
    standing.start();
    await leading.stop();
    await standing.notify(notice('b'));
    await standing.idle();

    expect(first.arrived.map(({ text }) => text)).toEqual(['a']);
    expect(second.arrived.map(({ text }) => text)).toEqual(['b']);
  });
});

describe('of two processes', () => {
  it('the one that replies sends, whichever was first', async () => {
    const [first, second] = [createPort('telegram'), createPort('telegram')];
    const settings = { giveWayMs: 300 };
    let replying: typeof first | undefined = undefined;
    const standing = outbox({ ports: [first], settings, isStandby: () => replying === second });
    const replies = outbox({ ports: [second], settings, isStandby: () => replying === first });
    standing.start();
    await standing.notify(notice('a'));
    await vi.waitFor(() => expect(first.arrived).toHaveLength(1), 5000);
    replying = second;
    replies.start();
    let nth = 0;
    await vi.waitFor(async () => {
      await standing.notify(notice(`b${(nth += 1)}`));
      expect(second.arrived.length).toBeGreaterThan(0);
    }, 8000);
    await standing.idle();
    expect(first.arrived.length + second.arrived.length).toBe(nth + 1);
  });

  it('the one that stands by sends where nobody else does', async () => {
    const telegram = createPort('telegram');
    const delivery = outbox({ ports: [telegram], settings: { giveWayMs: 100 }, isStandby: () => true });
    delivery.start();
    await delivery.notify(notice('a'));
    await vi.waitFor(() => expect(telegram.arrived).toHaveLength(1), 5000);
  });
});

describe('a lease that is lost for a moment', () => {
  it('calls off what waits for its turn, and nothing that has left', async () => {
    const telegram = createPort('telegram');
    let answer: (() => void) | undefined;
    let isCalledOff = false;
    telegram.answer = (call) => {
      if (call.text === 'waits') return call.nth <= 2 ? untilTakenBack(call) : undefined;
      return new Promise((resolve, reject) => {
        answer = resolve;
        call.turn?.addEventListener('abort', () => (isCalledOff = true));
        call.signal?.addEventListener('abort', () => reject(failure('down', { ambiguous: true })));
      });
    };
    const delivery = outbox({ ports: [telegram], settings: { leaseMs: 300 } });
    delivery.start();
    await delivery.notify(notice('left'));
    await delivery.notify({ ...notice('waits'), recipient: sara });
    await vi.waitFor(() => expect(telegram.calls).toHaveLength(2), 5000);
    const leases = database.connection.collection<{ _id: string }>('leases');
    const taken = { holder: 'another', ttlMs: 400, expiresAt: { $add: ['$$NOW', 400] } };
    await leases.updateOne({ _id: 'sender:telegram:1' }, [{ $set: taken }]);
    await vi.waitFor(async () => expect(await stored('waits')).toMatchObject({ state: 'sent' }), 8000);
    expect(isCalledOff).toBe(true);
    answer!();
    await delivery.idle();

    expect(telegram.calls.map(({ text }) => text).toSorted()).toEqual(['left', 'waits', 'waits']);
    expect(await stored('left')).toMatchObject({ state: 'sent' });
    expect(await stored('left')).not.toHaveProperty('ambiguous');
  });
});

describe('when the clock is set back', () => {
  it('tries again what was waiting for a further try, instead of waiting for the clock', async () => {
    const telegram = createPort('telegram');
    let offset = 0;
    const clock: Clock = { wall: () => Date.now() + offset, monotonic: () => performance.now() };
    telegram.answer = ({ nth }) => {
      if (nth === 1) throw failure('down');
    };
    const settings = { firstBackoffMs: 600, longestBackoffMs: 600 };
    const delivery = outbox({ ports: [telegram], clock, settings });
    delivery.start();
    await delivery.notify(notice('a'));
    await vi.waitFor(async () => expect(await stored('a')).toMatchObject({ state: 'waiting', tries: 1 }));
    offset = -24 * 3_600_000;
    await vi.waitFor(async () => expect(await stored('a')).toMatchObject({ state: 'sent' }), 5000);
  });
});

describe('the learned rate', () => {
  const fakePacer = (rate: number) => {
    const given: RateState[] = [];
    return {
      given,
      state: { rate, pausedUntil: 0 },
      snapshot: () => ({ rate, pausedUntil: 0 }),
      restore: (state: RateState) => void given.push(state),
    };
  };

  it('is kept for the next process, together with the pause', async () => {
    const telegram = createPort('telegram');
    telegram.answer = () => {
      throw failure('rate-limited', { retryAfter: 30 });
    };
    const first = outbox({ ports: [telegram], pacers: new Map([['telegram', fakePacer(21.5)]]) });
    first.start();
    await first.notify(notice('a'));
    await vi.waitFor(() => expect(telegram.calls).toHaveLength(1));
    await first.stop();
    expect(await stored('a')).toMatchObject({ state: 'waiting', tries: 0 });

    const next = fakePacer(30);
    const second = outbox({ ports: [createPort('telegram')], pacers: new Map([['telegram', next]]) });
    second.start();
    await vi.waitFor(() => expect(next.given).toHaveLength(1));
    expect(next.given[0]!.rate).toBe(21.5);
    expect(next.given[0]!.pausedUntil - Date.now()).toBeGreaterThan(20_000);
  });

  it('sets how much is in flight', async () => {
    const telegram = createPort('telegram');
    telegram.answer = untilTakenBack;
    const delivery = outbox({
      ports: [telegram],
      recipientsOf: pagesOf(people(100)),
      pacers: new Map([['telegram', fakePacer(100)]]),
    });
    delivery.start();
    const id = await delivery.campaigns.create(news);
    await delivery.campaigns.start(id);
    await vi.waitFor(() => expect(telegram.mostInFlight).toBe(20));
  });
});

describe('a campaign that is cancelled while the messenger pauses', () => {
  it('takes back what waits behind the pause', async () => {
    const telegram = createPort('telegram');
    telegram.answer = (call) =>
      call.nth === 6 ? Promise.reject(failure('rate-limited', { retryAfter: 4 })) : untilTakenBack(call);
    const delivery = outbox({ ports: [telegram], recipientsOf: pagesOf(people(20)) });
    delivery.start();
    const id = await delivery.campaigns.create(news);
    await delivery.campaigns.start(id);
    await vi.waitFor(() => expect(telegram.calls).toHaveLength(6));
    await delivery.campaigns.cancel(id);
    await vi.waitFor(async () =>
      expect(await delivery.campaigns.progress(id)).toMatchObject({ byState: { cancelled: 20, claimed: 0 } }),
    );
  });
});
