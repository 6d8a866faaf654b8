import { expect, it } from 'vitest';
import type { Notice } from '../../src/delivery/notices.ts';
import { useDatabase } from '../support/database.ts';
import { pagesOf, people } from './recipients.ts';
import { createPort, failure, useOutboxes } from './support.ts';

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

it('tells by messenger what waits, and for how long the oldest notice has been due', async () => {
  let now = Date.UTC(2026, 10, 22);
  const clock = { wall: () => now, monotonic: () => performance.now() };
  const [telegram, bale] = [createPort('telegram'), createPort('bale')];
  const delivery = outbox({ ports: [telegram, bale], clock, recipientsOf: pagesOf([ali, sara]) });
  const backlog = async () => ({
    waiting: (await delivery.backlog.waiting()).get('telegram')?.notices,
    lagMs: (await delivery.backlog.lags()).get('telegram'),
  });
  expect(await backlog()).toEqual({ waiting: 0, lagMs: 0 });

  await delivery.notify(notice('later', ali, { dueAt: new Date(now + 40_000) }));
  expect(await backlog()).toEqual({ waiting: 1, lagMs: 0 });
  now += 10_000;
  await delivery.notify(notice('at once', sara, { priority: 'direct' }));
  now += 20_000;
  expect(await backlog()).toEqual({ waiting: 2, lagMs: 20_000 });
  // The one with a time of its own counts from that.
  now += 60_000;
  expect(await backlog()).toEqual({ waiting: 2, lagMs: 80_000 });
  await database.connection.collection<{ _id: string }>('deliveries').deleteOne({ _id: 'at once' });
  expect(await backlog()).toEqual({ waiting: 1, lagMs: 50_000 });
  expect((await delivery.backlog.lags()).get('bale')).toBe(0);
});

it('counts a broadcast that is being sent, which makes no lag however long it takes', async () => {
  let now = Date.now();
  const clock = { wall: () => now, monotonic: () => performance.now() };
  const telegram = createPort('telegram');
  // Nothing gets through.
  telegram.answer = () => Promise.reject(failure('bad-token'));
  const delivery = outbox({ ports: [telegram], clock, recipientsOf: pagesOf(people(5)) });
  delivery.start();
  const id = await delivery.campaigns.create({ kind: 'news', payload: { text: 'خبر' }, audience: {}, by: 'm1' });
  await delivery.campaigns.start(id);
  await expect
    .poll(async () => (await delivery.backlog.waiting()).get('telegram')?.campaigns, { timeout: 10_000 })
    .toBe(5);
  now += 3_600_000;
  expect((await delivery.backlog.lags()).get('telegram')).toBe(0);
});

it('reports every attempt by what became of it, without whose it was', async () => {
  const telegram = createPort('telegram');
  const answers = [failure('down'), undefined, failure('rejected'), failure('unreachable')];
  telegram.answer = () => {
    const next = answers.shift();
    if (next) throw next;
  };
  const attempts: object[] = [];
  const delivery = outbox({ ports: [telegram], onAttempt: (attempt) => void attempts.push(attempt) });
  delivery.start();
  for (const key of ['again, then sent', 'refused', 'unreachable']) {
    await delivery.notify(notice(key, ali));
    await delivery.idle();
  }
  const about = { messenger: 'telegram', kind: 'notice' };
  expect(attempts).toEqual(['again', 'sent', 'failed', 'unreachable'].map((outcome) => ({ ...about, outcome })));
});
