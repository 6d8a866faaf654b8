import { describe, expect, it, vi } from 'vitest';
import { campaignCollection } from '../../src/delivery/campaign.model.ts';
import type { DisplayRenderer } from '../../src/delivery/displays.ts';
import { plain } from '../../src/language/rich-text.ts';
import { useDatabase } from '../support/database.ts';
import { pagesOf, people } from './recipients.ts';
import { createPort, failure, untilTakenBack, useOutboxes, type Outbox, type Port } from './support.ts';

const database = useDatabase();
const outbox = useOutboxes(() => database.connection);
const news = { kind: 'news', payload: { text: 'news' }, audience: {}, by: 'council-1' };
const AUTHOR = 77;

const bar: DisplayRenderer = async (payload, { byState, total, isOver }) => ({
  text: plain(`${(payload as { item: number }).item}: ${byState.sent}/${total}${isOver ? ' over' : ''}`),
});
const displays = { bar, none: async () => null };
const settings = { displayMs: 30 };

async function display(delivery: Outbox, port: Port, id: string, kind = 'bar'): Promise<number> {
  const [sent] = await port.client.send(AUTHOR, { text: plain('begins') });
  const where = { memberId: 'author', language: 'fa', messenger: 'telegram' as const, chatId: AUTHOR };
  await delivery.show(id, { ...where, messageId: sent!.messageId, kind, payload: { item: 12 } });
  return sent!.messageId;
}
const shown = (port: Port, messageId: number): string | undefined => port.chats.get(AUTHOR)?.get(messageId);
const left = async (): Promise<number> =>
  (await campaignCollection(database.connection).find().toArray()).flatMap((campaign) => campaign.displays ?? [])
    .length;

it('is edited while it goes, one edit after the other, and becomes the report with the final figures', async () => {
  const telegram = createPort('telegram');
  telegram.answer = () => new Promise((resolve) => setTimeout(resolve, 15));
  let editing = 0;
  let most = 0;
  const edits: string[] = [];
  telegram.onChange = async () => {
    most = Math.max(most, ++editing);
    await new Promise((resolve) => setTimeout(resolve, 20));
    editing -= 1;
    edits.push('edit');
  };
  const delivery = outbox({ ports: [telegram], displays, settings, recipientsOf: pagesOf(people(100)) });
  delivery.start();
  const id = await delivery.campaigns.create(news);
  const messageId = await display(delivery, telegram, id);
  await delivery.campaigns.start(id);

  await vi.waitFor(() => expect(shown(telegram, messageId)).toBe('12: 100/100 over'), 8000);
  await vi.waitFor(async () => expect(await left()).toBe(0));
  expect(edits.length).toBeGreaterThan(2);
  expect(most).toBe(1);
});

it('goes on in the next process, and the report comes through though the messenger was away', async () => {
  const first = createPort('telegram');
  first.answer = (call) => (call.nth > 20 ? untilTakenBack(call) : undefined);
  const leading = outbox({ ports: [first], displays, settings, recipientsOf: pagesOf(people(50)) });
  leading.start();
  const id = await leading.campaigns.create(news);
  const messageId = await display(leading, first, id);
  await leading.campaigns.start(id);
  await vi.waitFor(() => expect(shown(first, messageId)).toMatch(/^12: [1-9]\d?\/50$/), 8000);
  await leading.stop({ timeoutMs: 10 });

  const second = createPort('telegram');
  second.chats = first.chats;
  let failures = 0;
  second.onChange = () => {
    if (++failures < 4) throw failure('down');
  };
  const next = outbox({ ports: [second], displays, settings });
  next.start();
  await vi.waitFor(() => expect(shown(first, messageId)).toBe('12: 50/50 over'), 8000);
});

describe('an edit that waits for the end of a long pause', () => {
  it('does not hold up a stop, and the next process shows the report', async () => {
    const first = createPort('telegram');
    let isWaiting = false;
    first.onChange = (call) => {
      isWaiting = true;
      return untilTakenBack(call);
    };
    const leading = outbox({ ports: [first], displays, settings, recipientsOf: pagesOf(people(3)) });
    leading.start();
    const id = await leading.campaigns.create(news);
    await leading.campaigns.start(id);
    await vi.waitFor(async () => expect((await leading.campaigns.progress(id))?.isOver).toBe(true), 5000);
    const messageId = await display(leading, first, id);
    await vi.waitFor(() => expect(isWaiting).toBe(true), 5000);
    await leading.stop({ timeoutMs: 60_000 });

    const second = createPort('telegram');
    second.chats = first.chats;
    outbox({ ports: [second], displays, settings }).start();
    await vi.waitFor(() => expect(shown(first, messageId)).toBe('12: 3/3 over'), 8000);
  });

  it('keeps nobody from leading who has lost the lease and gets it back', async () => {
    const telegram = createPort('telegram');
    const waiting: unknown[] = [];
    telegram.onChange = (call) => {
      waiting.push(call);
      return untilTakenBack(call);
    };
    const shortLease = { ...settings, leaseMs: 300 };
    const delivery = outbox({ ports: [telegram], displays, settings: shortLease, recipientsOf: pagesOf(people(3)) });
    delivery.start();
    await display(delivery, telegram, await delivery.campaigns.create(news));
    await vi.waitFor(() => expect(waiting).toHaveLength(1), 5000);
    const leases = database.connection.collection<{ _id: string }>('leases');
    const taken = { holder: 'another', ttlMs: 400, expiresAt: { $add: ['$$NOW', 400] } };
    await leases.updateOne({ _id: 'campaign-keeper' }, [{ $set: taken }]);
    await vi.waitFor(() => expect(waiting.length).toBeGreaterThan(1), 8000);

    const next = await delivery.campaigns.create(news);
    await delivery.campaigns.start(next);
    await vi.waitFor(async () => expect((await delivery.campaigns.progress(next))?.state).toBe('done'), 8000);
  });

  it('and can not be called off does not hold up a stop either', async () => {
    const telegram = createPort('telegram');
    let answer: (() => void) | undefined;
    telegram.onChange = () => new Promise((resolve) => (answer = resolve));
    const delivery = outbox({ ports: [telegram], displays, settings, recipientsOf: pagesOf(people(3)) });
    delivery.start();
    await display(delivery, telegram, await delivery.campaigns.create(news));
    await vi.waitFor(() => expect(answer).toBeDefined(), 5000);
    await delivery.stop({ timeoutMs: 10 });
    answer!();
  });
});

it('that is deleted, or is not to be shown any more, is let go', async () => {
  const telegram = createPort('telegram');
  const delivery = outbox({ ports: [telegram], displays, settings, recipientsOf: pagesOf(people(1)) });
  const id = await delivery.campaigns.create(news);
  const gone = await display(delivery, telegram, id);
  await display(delivery, telegram, id, 'none');
  telegram.chats.get(AUTHOR)!.delete(gone);
  expect(await left()).toBe(2);
  delivery.start();
  await vi.waitFor(async () => expect(await left()).toBe(0), 8000);
});

it('of a member who is forgotten goes with them', async () => {
  const telegram = createPort('telegram');
  const delivery = outbox({ ports: [telegram], displays, recipientsOf: pagesOf(people(1)) });
  const id = await delivery.campaigns.create(news);
  await display(delivery, telegram, id);
  await delivery.people.moveMember('author', 'twin');
  expect((await campaignCollection(database.connection).findOne({ _id: id }))?.displays).toMatchObject([
    { memberId: 'twin' },
  ]);
  await delivery.people.forgetMember('twin', 'nobody');
  expect(await left()).toBe(0);
});
