import { describe, expect, it, vi } from 'vitest';
import type { Notice } from '../../src/delivery/notices.ts';
import { systemNow } from '../../src/system-clock.ts';
import { useDatabase } from '../support/database.ts';
import { pagesOf, people } from './recipients.ts';
import { createPort, failure, untilTakenBack, useOutboxes } from './support.ts';

const database = useDatabase();
const outbox = useOutboxes(() => database.connection);
const [ali, sara] = people(2) as [never, never];
const notice = (key: string, recipient: Notice['recipient'], rest: Partial<Notice> = {}): Notice => ({
  key,
  recipient,
  kind: 'notice',
  payload: { text: key },
  ...rest,
});
const texts = (port: ReturnType<typeof createPort>): string[] => port.arrived.map(({ text }) => text);

describe('notify', () => {
  it('queues a key once, also after it was sent and in another process', async () => {
    const telegram = createPort('telegram');
    const first = outbox({ ports: [telegram] });
    expect(await first.notify(notice('a', ali))).toBe('queued');
    expect(await first.notify(notice('a', ali))).toBe('already-queued');
    first.start();
    await first.idle();
    const second = outbox({ ports: [telegram] });
    second.start();
    expect(await second.notify(notice('a', ali))).toBe('already-queued');
    await second.idle();

    expect(texts(telegram)).toEqual(['a']);
  });

  it('says of one that nobody asked a time for that it waits since it was queued', async () => {
    const delivery = outbox({ ports: [createPort('telegram')] });
    const before = systemNow().getTime();
    await delivery.notify(notice('a', ali, { about: 'business:1' }));
    const [told] = await delivery.told.of('business:1');
    expect(told).toMatchObject({ key: 'a', state: 'waiting' });
    expect(told!.at.getTime()).toBeGreaterThanOrEqual(before);
    expect(told!.at.getTime()).toBeLessThanOrEqual(systemNow().getTime());
  });

  it('says so when the person has no account that is served, and keeps nothing', async () => {
    const telegram = createPort('telegram');
    const delivery = outbox({ ports: [telegram] });
    const nobody = { memberId: 'm1', language: 'fa', accounts: [{ messenger: 'bale' as const, chatId: 3 }] };
    expect(await delivery.notify(notice('a', nobody))).toBe('no-account');
    delivery.start();
    expect(await delivery.notify(notice('a', ali))).toBe('queued');
    await delivery.idle();

    expect(texts(telegram)).toEqual(['a']);
  });

  it.each(['', '0123456789abcdef01234567:m1'])('refuses %j as a key', async (key) => {
    const delivery = outbox({ ports: [createPort('telegram')] });
    await expect(delivery.notify(notice(key, ali))).rejects.toThrow('key');
  });

  it('carries any JSON in the payload, operators and dots included', async () => {
    const telegram = createPort('telegram');
    const seen: unknown[] = [];
    const delivery = outbox({
      ports: [telegram],
      renderers: {
        notice: async (payload) => {
          seen.push(payload);
          return [];
        },
      },
    });
    const payload = { $gt: '', 'a.b': [1, null], ['__proto__']: { x: 1 } };
    delivery.start();
    await delivery.notify(notice('a', ali, { payload }));
    await delivery.idle();

    expect(seen).toEqual([payload]);
  });

  it('waits for its time', async () => {
    const telegram = createPort('telegram');
    const delivery = outbox({ ports: [telegram] });
    delivery.start();
    await delivery.notify(notice('later', ali, { dueAt: new Date(Date.now() + 400) }));
    await delivery.notify(notice('now', ali));
    await delivery.idle();
    expect(texts(telegram)).toEqual(['now']);
    await vi.waitFor(() => expect(texts(telegram)).toEqual(['now', 'later']));
  });

  it('goes on with what was queued before the start', async () => {
    const telegram = createPort('telegram');
    await outbox({ ports: [] as never[] }).stop();
    const before = outbox({ ports: [telegram] });
    await before.notify(notice('a', ali));
    const delivery = outbox({ ports: [telegram] });
    delivery.start();
    await delivery.idle();
    expect(texts(telegram)).toEqual(['a']);
  });
});

describe('order', () => {
  it('keeps the order of one person, also over a failed try, while others pass', async () => {
    const telegram = createPort('telegram');
    telegram.answer = ({ text, nth }) => {
      if (text === 'a1' && nth < 4) throw failure('down');
    };
    const delivery = outbox({ ports: [telegram] });
    for (const key of ['a1', 'a2', 'a3']) await delivery.notify(notice(key, ali));
    for (const key of ['s1', 's2']) await delivery.notify(notice(key, sara));
    delivery.start();
    await vi.waitFor(() => expect(telegram.arrived).toHaveLength(5));

    expect(texts(telegram).filter((text) => text.startsWith('a'))).toEqual(['a1', 'a2', 'a3']);
    expect(texts(telegram).filter((text) => text.startsWith('s'))).toEqual(['s1', 's2']);
    expect(texts(telegram).indexOf('s2')).toBeLessThan(texts(telegram).indexOf('a2'));
  });

  it('of two that two processes queued in the same moment is the same for everybody, and they hold up nothing', async () => {
    const telegram = createPort('telegram');
    const moment = Date.now();
    const clock = { wall: () => moment, monotonic: () => performance.now() };
    for (const key of ['b', 'a']) await outbox({ ports: [telegram], clock }).notify(notice(key, ali));
    const delivery = outbox({ ports: [telegram] });
    await delivery.notify(notice('later', ali));
    delivery.start();
    await vi.waitFor(() => expect(texts(telegram)).toEqual(['a', 'b', 'later']), 5000);
  });

  it('has one send to a person in hand at a time', async () => {
    const telegram = createPort('telegram', { sendsPerSecond: 100 });
    let now = 0;
    let most = 0;
    telegram.answer = async () => {
      most = Math.max(most, (now += 1));
      await new Promise((resolve) => setTimeout(resolve, 5));
      now -= 1;
    };
    const delivery = outbox({ ports: [telegram] });
    for (let index = 0; index < 10; index += 1) await delivery.notify(notice(`a${index}`, ali));
    delivery.start();
    await delivery.idle();

    expect(most).toBe(1);
    expect(texts(telegram)).toEqual(Array.from({ length: 10 }, (_, index) => `a${index}`));
  });

  it('lets what concerns one person pass other notices and a broadcast', async () => {
    const telegram = createPort('telegram', { sendsPerSecond: 10 });
    const delivery = outbox({ ports: [telegram], recipientsOf: pagesOf(people(20)) });
    const id = await delivery.campaigns.create({ kind: 'news', payload: { text: 'news' }, audience: {}, by: 'x' });
    await delivery.campaigns.start(id);
    await delivery.notify(notice('normal', ali));
    await delivery.notify(notice('direct', sara, { priority: 'direct' }));
    telegram.answer = (call) => (call.nth <= 2 ? undefined : untilTakenBack(call));
    delivery.start();
    await vi.waitFor(() => expect(telegram.calls.length).toBeGreaterThan(2));

    expect(telegram.calls.slice(0, 3).map(({ text }) => text)).toEqual(['direct', 'normal', 'news']);
  });
});
