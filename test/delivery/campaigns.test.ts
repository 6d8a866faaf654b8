import { describe, expect, it, vi } from 'vitest';
import type { Recipient } from '../../src/delivery/contract.ts';
import { deliveryCollection } from '../../src/delivery/delivery.model.ts';
import type { Progress } from '../../src/delivery/progress.ts';
import { useDatabase } from '../support/database.ts';
import { pagesOf, people } from './recipients.ts';
import { createPort, failure, untilTakenBack, useOutboxes, type Outbox } from './support.ts';

const database = useDatabase();
const outbox = useOutboxes(() => database.connection);
const deliveries = () => deliveryCollection(database.connection);
const news = { kind: 'news', payload: { text: 'news' }, audience: { topic: 'all' }, by: 'council-1' };

const stateOf = async (delivery: Outbox, id: string) => (await delivery.campaigns.progress(id))?.state;
const until = (delivery: Outbox, id: string, state: Progress['state']) =>
  vi.waitFor(async () => expect(await stateOf(delivery, id)).toBe(state), 8000);

describe('a campaign', () => {
  it('reaches everybody once, on the preferred messenger, and is done', async () => {
    const [telegram, bale] = [createPort('telegram'), createPort('bale')];
    const audience = people(250, { bale: (n) => n % 5 === 0 }).map((person) => ({
      ...person,
      accounts: person.accounts.toReversed(),
    }));
    const seen: unknown[] = [];
    const delivery = outbox({
      ports: [telegram, bale],
      settings: { pageSize: 40 },
      recipientsOf: (frozen, page) => {
        seen.push(frozen);
        return pagesOf(audience)(frozen, page);
      },
    });
    delivery.start();
    const id = await delivery.campaigns.create(news);
    await until(delivery, id, 'ready');
    expect(telegram.calls).toHaveLength(0);
    expect(await delivery.campaigns.start(id, { approvedBy: 'council-2' })).toEqual({
      changed: true,
      state: 'sending',
    });
    await until(delivery, id, 'done');

    expect(seen[0]).toEqual({ topic: 'all' });
    expect(new Set(telegram.arrived.map(({ chatId }) => chatId)).size).toBe(200);
    expect(telegram.arrived).toHaveLength(200);
    expect(bale.arrived).toHaveLength(50);
    expect(telegram.mostInFlight).toBeLessThanOrEqual(6);
    expect(await delivery.campaigns.progress(id)).toMatchObject({
      prepared: true,
      total: 250,
      byState: { sent: 250, waiting: 0 },
      byMessenger: { telegram: { sent: 200 }, bale: { sent: 50 } },
      ambiguous: 0,
    });
  });

  it('is sent while it is still being prepared', async () => {
    const telegram = createPort('telegram');
    const page = Promise.withResolvers<void>();
    const delivery = outbox({
      ports: [telegram],
      settings: { pageSize: 10 },
      recipientsOf: async (audience, { after, limit }) => {
        if (after !== undefined) await page.promise;
        return pagesOf(people(20))(audience, { after, limit });
      },
    });
    delivery.start();
    const id = await delivery.campaigns.create(news);
    await delivery.campaigns.start(id);
    await vi.waitFor(() => expect(telegram.arrived).toHaveLength(10));
    expect(await delivery.campaigns.progress(id)).toMatchObject({ state: 'sending', prepared: false });
    page.resolve();
    await until(delivery, id, 'done');
    expect(telegram.arrived).toHaveLength(20);
  });

  it('counts people without an account as unreachable', async () => {
    const telegram = createPort('telegram');
    const audience: Recipient[] = [...people(1), { memberId: 'x', language: 'fa', accounts: [] }];
    const delivery = outbox({ ports: [telegram], recipientsOf: pagesOf(audience) });
    delivery.start();
    const id = await delivery.campaigns.create(news);
    await delivery.campaigns.start(id);
    await until(delivery, id, 'done');

    expect(await delivery.campaigns.progress(id)).toMatchObject({
      total: 2,
      byState: { sent: 1, unreachable: 1 },
      byMessenger: { none: { unreachable: 1 } },
    });
  });

  it('with nobody in it is done at once', async () => {
    const delivery = outbox({ ports: [createPort('telegram')] });
    delivery.start();
    const id = await delivery.campaigns.create(news);
    await delivery.campaigns.start(id);
    await until(delivery, id, 'done');
    expect(await delivery.campaigns.progress(id)).toMatchObject({ state: 'done', total: 0 });
  });

  it('starts by itself at its time', async () => {
    const telegram = createPort('telegram');
    const delivery = outbox({ ports: [telegram], recipientsOf: pagesOf(people(3)) });
    delivery.start();
    const id = await delivery.campaigns.create({ ...news, scheduledAt: new Date(Date.now() + 500) });
    await until(delivery, id, 'ready');
    expect(telegram.arrived).toHaveLength(0);
    await until(delivery, id, 'done');
    expect(telegram.arrived).toHaveLength(3);
  });

  it('pauses with no more than the window leaving, and resumes where it was', async () => {
    const telegram = createPort('telegram', { sendsPerSecond: 50 });
    telegram.answer = () => new Promise((resolve) => setTimeout(resolve, 10));
    const delivery = outbox({ ports: [telegram], recipientsOf: pagesOf(people(200)) });
    delivery.start();
    const id = await delivery.campaigns.create(news);
    await delivery.campaigns.start(id);
    await vi.waitFor(() => expect(telegram.arrived.length).toBeGreaterThan(20));
    expect(await delivery.campaigns.pause(id)).toEqual({ changed: true, state: 'paused' });
    const callsAtPause = telegram.calls.length;
    await delivery.idle();
    expect(telegram.calls.length - callsAtPause).toBeLessThanOrEqual(10);
    expect(telegram.arrived.length).toBeLessThan(200);
    expect(await delivery.campaigns.progress(id)).toMatchObject({ state: 'paused', byState: { claimed: 0 } });

    await delivery.campaigns.resume(id);
    await until(delivery, id, 'done');
    expect(telegram.arrived).toHaveLength(200);
    expect(new Set(telegram.arrived.map(({ chatId }) => chatId)).size).toBe(200);
  });

  it('is paused by another process too', async () => {
    const telegram = createPort('telegram', { sendsPerSecond: 20 });
    telegram.answer = () => new Promise((resolve) => setTimeout(resolve, 20));
    const sending = outbox({ ports: [telegram], recipientsOf: pagesOf(people(300)) });
    const other = outbox({ ports: [createPort('telegram')] });
    sending.start();
    const id = await sending.campaigns.create(news);
    await sending.campaigns.start(id);
    await vi.waitFor(() => expect(telegram.arrived.length).toBeGreaterThan(10));
    await other.campaigns.pause(id);
    await sending.idle();
    expect(telegram.arrived.length).toBeLessThan(300);
    expect(await stateOf(sending, id)).toBe('paused');
  });

  it('can be cancelled: nothing more leaves and everyone has an outcome', async () => {
    const telegram = createPort('telegram');
    telegram.answer = () => new Promise((resolve) => setTimeout(resolve, 10));
    const delivery = outbox({ ports: [telegram], recipientsOf: pagesOf(people(100)) });
    delivery.start();
    const id = await delivery.campaigns.create(news);
    await delivery.campaigns.start(id);
    await vi.waitFor(() => expect(telegram.arrived.length).toBeGreaterThan(10));
    await delivery.campaigns.cancel(id);
    expect((await delivery.campaigns.progress(id))?.byState.waiting).toBe(0);
    await delivery.idle();

    const sent = telegram.arrived.length;
    expect(sent).toBeLessThan(100);
    expect(await deliveries().countDocuments({ state: 'cancelled' })).toBe(100 - sent);
    expect(await delivery.campaigns.progress(id)).toMatchObject({
      state: 'cancelled',
      byState: { sent, cancelled: 100 - sent },
    });
    expect(await delivery.campaigns.resume(id)).toEqual({ changed: false, reason: 'wrong-state', state: 'cancelled' });
  });

  it('knows none by an unheard-of id', async () => {
    const delivery = outbox({ ports: [createPort('telegram')] });
    expect(await delivery.campaigns.start('nope')).toEqual({ changed: false, reason: 'not-found' });
    expect(await delivery.campaigns.progress('nope')).toBeNull();
    expect(await delivery.campaigns.retryFailed('nope')).toBe(0);
  });

  it('can be sent again to those who failed, and only to them', async () => {
    const telegram = createPort('telegram');
    telegram.answer = ({ chatId }) => {
      if (chatId % 10 === 0) throw failure('rejected');
    };
    const delivery = outbox({ ports: [telegram], recipientsOf: pagesOf(people(50)) });
    delivery.start();
    const id = await delivery.campaigns.create(news);
    await delivery.campaigns.start(id);
    await until(delivery, id, 'done');
    expect(await delivery.campaigns.progress(id)).toMatchObject({ byState: { sent: 45, failed: 5 } });

    telegram.answer = () => {};
    expect(await delivery.campaigns.retryFailed(id)).toBe(5);
    await until(delivery, id, 'done');
    expect(await delivery.campaigns.progress(id)).toMatchObject({ byState: { sent: 50, failed: 0 } });
    expect(telegram.arrived).toHaveLength(50);
  });

  it('lists what became of each recipient', async () => {
    const telegram = createPort('telegram');
    telegram.answer = ({ chatId }) => {
      if (chatId === 1002) throw failure('unreachable');
    };
    const delivery = outbox({ ports: [telegram], recipientsOf: pagesOf(people(2)) });
    delivery.start();
    const id = await delivery.campaigns.create(news);
    await delivery.campaigns.start(id);
    await until(delivery, id, 'done');

    const all = await Array.fromAsync(delivery.campaigns.outcomes(id));
    expect(all.map(({ memberId, state }) => `${memberId} ${state}`).toSorted()).toEqual([
      'm000001 sent',
      'm000002 unreachable',
    ]);
    const unreachable = await Array.fromAsync(delivery.campaigns.outcomes(id, { states: ['unreachable'] }));
    expect(unreachable).toMatchObject([{ memberId: 'm000002', account: { messenger: 'telegram', chatId: 1002 } }]);
  });

  it('reports its progress to who watches, and the end', async () => {
    const telegram = createPort('telegram');
    const delivery = outbox({ ports: [telegram], recipientsOf: pagesOf(people(30)) });
    delivery.start();
    const id = await delivery.campaigns.create(news);
    const reports: Progress[] = [];
    delivery.onProgress(id, (progress) => void reports.push(progress));
    await delivery.campaigns.start(id);
    await vi.waitFor(() => expect(reports.at(-1)).toMatchObject({ state: 'done', byState: { sent: 30 } }), 5000);
    const count = reports.length;
    await delivery.idle();
    expect(reports).toHaveLength(count);
  });

  it('goes on being prepared when the audience could not be read for a while', async () => {
    const telegram = createPort('telegram');
    let asked = 0;
    const delivery = outbox({
      ports: [telegram],
      settings: { pageSize: 10 },
      recipientsOf: async (audience, page) => {
        if ((asked += 1) % 2 === 0) throw new Error('the members could not be read');
        return pagesOf(people(35))(audience, page);
      },
    });
    delivery.start();
    const id = await delivery.campaigns.create(news);
    await until(delivery, id, 'ready');
    expect(await delivery.campaigns.progress(id)).toMatchObject({ total: 35 });
  });

  it('queues nobody twice when its process died between writing a page and noting it', async () => {
    const first = outbox({
      ports: [createPort('telegram')],
      settings: { pageSize: 10 },
      recipientsOf: pagesOf(people(25)),
    });
    first.start();
    const id = await first.campaigns.create(news);
    await until(first, id, 'ready');
    await first.stop();
    // What that leaves: the page's deliveries, and a campaign that knows only of the page before.
    await database.connection
      .collection<{ _id: string }>('campaigns')
      .updateOne({ _id: id }, { $set: { state: 'preparing', preparedAt: null, preparedTo: 'm000010' } });

    const telegram = createPort('telegram');
    const second = outbox({ ports: [telegram], settings: { pageSize: 10 }, recipientsOf: pagesOf(people(25)) });
    second.start();
    await until(second, id, 'ready');
    await second.campaigns.start(id);
    await until(second, id, 'done');
    expect(await second.campaigns.progress(id)).toMatchObject({ total: 25, byState: { sent: 25 } });
    expect(telegram.arrived).toHaveLength(25);
  });

  it('is not held up by another that is paused', async () => {
    const telegram = createPort('telegram');
    telegram.answer = (call) => (call.nth <= 6 ? untilTakenBack(call) : undefined);
    const delivery = outbox({ ports: [telegram], recipientsOf: pagesOf(people(10)) });
    delivery.start();
    const first = await delivery.campaigns.create(news);
    await until(delivery, first, 'ready');
    const second = await delivery.campaigns.create(news);
    telegram.answer = () => {};
    await delivery.campaigns.start(first);
    await delivery.campaigns.pause(first);
    await delivery.campaigns.start(second);
    await until(delivery, second, 'done');
    expect(await delivery.campaigns.progress(second)).toMatchObject({ byState: { sent: 10 } });
  });
});
