import { describe, expect, it, vi } from 'vitest';
import { deliveryCollection } from '../../src/delivery/delivery.model.ts';
import { plain } from '../../src/language/rich-text.ts';
import { useDatabase } from '../support/database.ts';
import { pagesOf, people } from './recipients.ts';
import { createPort, useOutboxes } from './support.ts';

const database = useDatabase();
const outbox = useOutboxes(() => database.connection);
const news = { kind: 'news', payload: {}, audience: {}, by: 'council-1' };
const renderers = { news: async () => [{ text: plain('text') }] };
/** In Tehran: 21:30, 23:00 and 8:00 of the next morning. */
const [EVENING, NIGHT, MORNING] = ['18:00', '19:30', '28:30'].map(
  (hour) => Date.UTC(2026, 10, 25) + Number(hour.slice(0, 2)) * 3_600_000 + Number(hour.slice(3)) * 60_000,
) as [number, number, number];
const QUIET = { from: 22, to: 8 };

/** An outbox whose clock is set; three people of whom the first two sleep at night. */
function open(from: number) {
  let moment = from;
  const telegram = createPort('telegram');
  const audience = people(3).map((one, index) => (index < 2 ? { ...one, quiet: QUIET } : one));
  const delivery = outbox({
    ports: [telegram],
    renderers,
    recipientsOf: pagesOf(audience),
    clock: { wall: () => moment, monotonic: () => performance.now() },
  });
  return {
    telegram,
    delivery,
    set: (to: number) => (moment = to),
    arrived: () => telegram.arrived.map(({ chatId }) => chatId).toSorted((a, b) => a - b),
    waiting: () => deliveryCollection(database.connection).find({ state: 'waiting' }).sort({ _id: 1 }).toArray(),
  };
}

describe('quiet hours', () => {
  it('put off what is made within them, and hold up nobody else', async () => {
    const { delivery, arrived, waiting, set } = open(NIGHT);
    delivery.start();
    const id = await delivery.campaigns.create(news);
    await delivery.campaigns.start(id);
    await vi.waitFor(() => expect(arrived()).toEqual([1003]));
    expect((await waiting()).map(({ dueAt }) => dueAt.getTime())).toEqual([MORNING, MORNING]);
    set(MORNING);
    await vi.waitFor(() => expect(arrived()).toEqual([1001, 1002, 1003]));
  });

  it('put off what was made before and falls into them, such as after a pause', async () => {
    const { delivery, arrived, waiting, set } = open(EVENING);
    const id = await delivery.campaigns.create(news);
    delivery.start();
    await vi.waitFor(async () => expect((await delivery.campaigns.progress(id))?.state).toBe('ready'));
    set(NIGHT);
    await delivery.campaigns.start(id);
    await vi.waitFor(async () => {
      expect(arrived()).toEqual([1003]);
      expect((await waiting()).map(({ dueAt }) => dueAt.getTime())).toEqual([MORNING, MORNING]);
    });
    set(MORNING);
    await vi.waitFor(() => expect(arrived()).toEqual([1001, 1002, 1003]));
  });

  it('that are chosen or given up meanwhile count at once', async () => {
    const { delivery, arrived, set } = open(EVENING);
    const id = await delivery.campaigns.create(news);
    delivery.start();
    await vi.waitFor(async () => expect((await delivery.campaigns.progress(id))?.state).toBe('ready'));
    await delivery.people.keepQuiet('m000003', { from: 23, to: 7 });
    set(NIGHT);
    await delivery.campaigns.start(id);
    await delivery.people.keepQuiet('m000001', null);
    await vi.waitFor(() => expect(arrived()).toEqual([1001]));
    await delivery.idle();
    expect(arrived()).toEqual([1001]);
    await delivery.people.keepQuiet('m000002', { from: 1, to: 2 });
    await vi.waitFor(() => expect(arrived()).toEqual([1001, 1002]));
  });

  it('do not stop what has begun to arrive', async () => {
    const { delivery, telegram, set } = open(EVENING);
    renderers.news = async () => [{ text: plain('one') }, { text: plain('two') }];
    telegram.answer = ({ text }) => {
      if (text === 'one') set(NIGHT);
    };
    const id = await delivery.campaigns.create(news);
    delivery.start();
    await vi.waitFor(async () => expect((await delivery.campaigns.progress(id))?.state).toBe('ready'));
    await delivery.campaigns.start(id);
    await vi.waitFor(() => expect(telegram.arrived.filter(({ text }) => text === 'two').length).toBeGreaterThan(0));
    await delivery.idle();
    for (const chat of telegram.chats.values()) expect([...chat.values()]).toEqual(['one', 'two']);
  });
});
