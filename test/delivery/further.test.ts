import { describe, expect, it, vi } from 'vitest';
import { plain } from '../../src/language/rich-text.ts';
import { useDatabase } from '../support/database.ts';
import { people } from './recipients.ts';
import { createPort, failure, useOutboxes, type Outbox } from './support.ts';

const database = useDatabase();
const outbox = useOutboxes(() => database.connection);
const by = { by: 'council-1' };
const EVERYBODY = people(12);
let text = '';

/** The audience is how many there are, from the first on. */
function open() {
  const telegram = createPort('telegram');
  text = 'text';
  const delivery = outbox({
    ports: [telegram],
    renderers: { news: async () => [{ text: plain(text) }] },
    recipientsOf: async (audience, { after, limit }) =>
      EVERYBODY.slice(0, audience as number)
        .filter(({ memberId }) => after === undefined || memberId > after)
        .slice(0, limit),
    settings: { pageSize: 3 },
  });
  delivery.start();
  return { telegram, delivery, chats: () => telegram.arrived.map(({ chatId }) => chatId).toSorted((a, b) => a - b) };
}
const first = (count: number) => Array.from({ length: count }, (_, index) => 1001 + index);
const over = (delivery: Outbox, id: string, state = 'done') =>
  vi.waitFor(async () => {
    const progress = await delivery.campaigns.progress(id);
    expect([progress?.state, progress?.finishedAt !== undefined]).toEqual([state, true]);
  }, 8000);

async function sentTo(delivery: Outbox, audience: number): Promise<string> {
  const id = await delivery.campaigns.create({ kind: 'news', payload: {}, audience, ...by, source: 'first' });
  await delivery.campaigns.start(id);
  await over(delivery, id);
  return id;
}

describe('a further audience', () => {
  it('gets it, and those who have it do not get it again; an edit and a recall are of all of them', async () => {
    const { telegram, delivery, chats } = open();
    const id = await sentTo(delivery, 5);
    expect(await delivery.campaigns.reached(id, ['m000001', 'm000006'])).toEqual(new Set(['m000001']));
    expect(await delivery.campaigns.extend(id, { audience: 12, source: 'second' })).toBe(true);
    // Worked again after a crash, it is the same; another one waits until this one is over.
    expect(await delivery.campaigns.extend(id, { audience: 12, source: 'second' })).toBe(true);
    await over(delivery, id);
    expect(await delivery.campaigns.extend(id, { audience: 3, source: 'second' })).toBe(true);
    expect(chats()).toEqual(first(12));
    expect(await delivery.campaigns.progress(id)).toMatchObject({ state: 'done', total: 12, byState: { sent: 12 } });

    text = 'new';
    await over(delivery, (await delivery.campaigns.edit(id, by))!);
    expect([...telegram.chats.values()].flatMap((chat) => [...chat.values()])).toEqual(Array(12).fill('new'));
    await over(delivery, (await delivery.campaigns.recall(id, by))!);
    expect([...telegram.chats.values()].flatMap((chat) => [...chat.values()])).toEqual([]);
    expect(await delivery.campaigns.extend(id, { audience: 12, source: 'third' })).toBe(false);
  });

  it('takes in who could not be reached before, and whom a stopped sending left out, once', async () => {
    const { telegram, delivery, chats } = open();
    const gate = Promise.withResolvers<void>();
    telegram.answer = async ({ chatId, nth }) => {
      if (chatId === 1002) throw failure('unreachable');
      if (nth > 4) await gate.promise;
    };
    const id = await delivery.campaigns.create({ kind: 'news', payload: {}, audience: 9, ...by });
    await delivery.campaigns.start(id);
    await vi.waitFor(() => expect(chats()).toEqual([1001, 1003, 1004]));
    expect(await delivery.campaigns.extend(id, { audience: 12, source: 'early' })).toBe(false);
    await delivery.campaigns.cancel(id);
    gate.resolve();
    await over(delivery, id, 'cancelled');
    expect(chats().length).toBeLessThan(9);
    telegram.answer = () => {};
    expect(await delivery.campaigns.extend(id, { audience: 12, source: 'second' })).toBe(true);
    await over(delivery, id);
    expect(chats()).toEqual(first(12));
  });

  it('leaves out who may have it already', async () => {
    const { telegram, delivery } = open();
    telegram.answer = ({ chatId }) => {
      if (chatId === 1001) throw failure('down', { ambiguous: true });
    };
    await delivery.stop();
    const leaving = outbox({
      ports: [telegram],
      renderers: { news: async () => [{ text: plain(text) }] },
      recipientsOf: async (_audience, { after }) => (after === undefined ? EVERYBODY.slice(0, 2) : []),
      settings: { afterBreak: 'leave' },
    });
    leaving.start();
    const id = await sentTo(leaving, 2);
    telegram.answer = () => {};
    await leaving.campaigns.extend(id, { audience: 2, source: 'second' });
    await over(leaving, id);
    expect(telegram.calls.map(({ chatId }) => chatId).toSorted((a, b) => a - b)).toEqual([1001, 1002]);
  });
});
