import { describe, expect, it, vi } from 'vitest';
import { plain } from '../../src/language/rich-text.ts';
import { deliveryCollection } from '../../src/delivery/delivery.model.ts';
import type { Progress } from '../../src/delivery/progress.ts';
import { useDatabase } from '../support/database.ts';
import { pagesOf, people } from './recipients.ts';
import { createPort, failure, untilTakenBack, useOutboxes, type Outbox, type Port } from './support.ts';

const database = useDatabase();
const outbox = useOutboxes(() => database.connection);
const news = { kind: 'news', payload: { id: 1 }, audience: {}, by: 'council-1' };
const by = { by: 'council-1' };
/** So that the second waits for what the first upload was called. */
const ONE_BY_ONE = { windowSeconds: 0.001 };

/** An item as a feature keeps it: what is rendered is what it says now. */
let item = '';
/** The file that it has. */
let file: Uint8Array | undefined;
const keys = new WeakMap<Uint8Array, string>();
const fileNamed = (key: string): Uint8Array => {
  const bytes = Buffer.from(key);
  keys.set(bytes, key);
  return bytes;
};
const mediaOf = (bytes: Uint8Array) =>
  ({ kind: 'photo', file: { bytes, fileName: 'p.png', mimeType: 'image/png' }, key: keys.get(bytes) }) as const;
const renderers = {
  news: async () =>
    item
      .split('|')
      .map((text, index) => ({ text: plain(text), ...(file && index === 0 ? { media: mediaOf(file) } : {}) })),
};

const until = (delivery: Outbox, id: string | null, state: Progress['state']) =>
  vi.waitFor(async () => expect((await delivery.campaigns.progress(id!))?.state).toBe(state), 8000);
const seen = (port: Port): string[][] => [...port.chats.values()].map((chat) => [...chat.values()]);
const everybody = (count: number, ...texts: string[]) => Array.from({ length: count }, () => texts);

async function sent(delivery: Outbox, text: string, picture?: Uint8Array): Promise<string> {
  item = text;
  file = picture;
  const id = await delivery.campaigns.create(news);
  await delivery.campaigns.start(id);
  await until(delivery, id, 'done');
  return id;
}

describe('a long message', () => {
  it('goes on at the part that failed, and has the id of each part kept', async () => {
    const telegram = createPort('telegram');
    telegram.answer = ({ text, nth }) => {
      if (text === 'two' && nth < 4) throw failure('down');
    };
    const delivery = outbox({ ports: [telegram], renderers, recipientsOf: pagesOf(people(1)) });
    delivery.start();
    const id = await sent(delivery, 'one\ntwo\nthree');

    expect(seen(telegram)).toEqual([['one', 'two', 'three']]);
    const [outcome] = await Array.fromAsync(delivery.campaigns.outcomes(id));
    expect(outcome!.parts.flatMap(({ ids }) => ids)).toEqual([...telegram.chats.get(1001)!.keys()]);
  });
});

describe('an edit', () => {
  it('brings everybody who has it up to date, on the messenger where they have it', async () => {
    const [telegram, bale] = [createPort('telegram'), createPort('bale')];
    telegram.answer = ({ chatId }) => {
      if (chatId === 1005) throw failure('unreachable');
    };
    const recipientsOf = pagesOf(people(30, { bale: (n) => n === 5 }));
    const delivery = outbox({ ports: [telegram, bale], renderers, recipientsOf, settings: { pageSize: 7 } });
    delivery.start();
    const id = await sent(delivery, 'old');
    item = 'new';
    const change = await delivery.campaigns.edit(id, by);
    await until(delivery, change, 'done');

    expect(seen(telegram)).toEqual(everybody(29, 'new'));
    expect(seen(bale)).toEqual([['new']]);
    expect(await delivery.campaigns.progress(change!)).toMatchObject({ total: 30, byState: { sent: 30 } });
    expect(telegram.arrived).toHaveLength(29);
  });

  it('of a text that has grown or shrunk adds and takes away messages', async () => {
    const telegram = createPort('telegram');
    const delivery = outbox({ ports: [telegram], renderers, recipientsOf: pagesOf(people(3)) });
    delivery.start();
    const id = await sent(delivery, 'one|two');
    item = 'ONE|TWO|THREE';
    await until(delivery, await delivery.campaigns.edit(id, by), 'done');
    expect(seen(telegram)).toEqual(everybody(3, 'ONE', 'TWO', 'THREE'));
    item = 'short';
    await until(delivery, await delivery.campaigns.edit(id, by), 'done');
    expect(seen(telegram)).toEqual(everybody(3, 'short'));
  });

  it.each([
    ['is left as unknown', ['news'], { unknown: 1, sent: 0 }, 0, ['ONE']],
    ['is sent again, and counted', [], { unknown: 0, sent: 1 }, 1, ['ONE', 'TWO']],
  ])('%s where the answer to a further message is lost', async (_name, neverTwice, byState, ambiguous, texts) => {
    const telegram = createPort('telegram');
    const settings = { neverTwice };
    const delivery = outbox({ ports: [telegram], renderers, settings, recipientsOf: pagesOf(people(1)) });
    delivery.start();
    const id = await sent(delivery, 'one');
    item = 'ONE|TWO';
    telegram.answer = ({ nth }) => {
      if (nth === 2) throw failure('down', { ambiguous: true });
    };
    const change = await delivery.campaigns.edit(id, by);
    await until(delivery, change, 'done');

    expect(telegram.calls).toHaveLength(2 + ambiguous);
    expect(seen(telegram)).toEqual([texts]);
    expect(await delivery.campaigns.progress(change!)).toMatchObject({ byState, ambiguous });
  });

  it('reaches those who are sent the old text while it begins', async () => {
    const telegram = createPort('telegram');
    const delivery = outbox({ ports: [telegram], renderers, recipientsOf: pagesOf(people(40)) });
    item = 'old';
    const gate = Promise.withResolvers<void>();
    telegram.answer = async ({ nth }) => {
      if (nth > 10) await gate.promise;
    };
    delivery.start();
    const id = await delivery.campaigns.create(news);
    await delivery.campaigns.start(id);
    await vi.waitFor(() => expect(telegram.calls.length).toBeGreaterThan(12));
    item = 'new';
    const change = await delivery.campaigns.edit(id, by);
    gate.resolve();
    await until(delivery, id, 'done');
    await until(delivery, change, 'done');

    expect(seen(telegram)).toEqual(everybody(40, 'new'));
    expect(telegram.arrived).toHaveLength(40);
  });

  it('says why it could not be, and goes on with the others', async () => {
    const telegram = createPort('telegram');
    const delivery = outbox({ ports: [telegram], renderers, recipientsOf: pagesOf(people(10)) });
    delivery.start();
    const id = await sent(delivery, 'old');
    telegram.chats.get(1002)!.clear();
    telegram.onChange = ({ chatId, nth }) => {
      if (chatId === 1003) throw failure('unreachable');
      if (chatId === 1004 && nth < 12) throw failure('down', { ambiguous: true });
      if (chatId === 1005) throw failure('rejected');
    };
    item = 'new';
    const change = await delivery.campaigns.edit(id, by);
    await until(delivery, change, 'done');

    expect(await delivery.campaigns.progress(change!)).toMatchObject({
      byState: { sent: 7, failed: 2, unreachable: 1 },
      ambiguous: 0,
    });
    expect((await delivery.campaigns.reasons(change!)).toSorted((a, b) => a.code.localeCompare(b.code))).toEqual([
      { state: 'failed', messenger: 'telegram', code: 'message-gone', count: 1 },
      { state: 'failed', messenger: 'telegram', code: 'rejected', count: 1 },
      { state: 'unreachable', messenger: 'telegram', code: 'unreachable', count: 1 },
    ]);
    expect(delivery.marked).toMatchObject([{ memberId: 'm000003' }]);
  });

  it('that follows another one takes its place', async () => {
    const telegram = createPort('telegram');
    const delivery = outbox({ ports: [telegram], renderers, recipientsOf: pagesOf(people(20)) });
    delivery.start();
    const id = await sent(delivery, 'old');
    item = 'new';
    const first = await delivery.campaigns.edit(id, by);
    await delivery.campaigns.pause(first!);
    item = 'newest';
    await until(delivery, await delivery.campaigns.edit(id, by), 'done');

    expect(seen(telegram)).toEqual(everybody(20, 'newest'));
    expect((await delivery.campaigns.progress(first!))?.state).toBe('cancelled');
  });

  it('goes on in the next process where the last one ended', async () => {
    const first = createPort('telegram');
    const leading = outbox({ ports: [first], renderers, recipientsOf: pagesOf(people(20)) });
    leading.start();
    const id = await sent(leading, 'old');
    item = 'new';
    first.onChange = (call) => (call.nth > 8 ? untilTakenBack(call) : undefined);
    const change = await leading.campaigns.edit(id, by);
    await vi.waitFor(() =>
      expect(
        seen(first)
          .flat()
          .filter((text) => text === 'new'),
      ).toHaveLength(8),
    );
    // As a process that dies leaves it: in the hands of somebody who is not there any more.
    await leading.stop({ timeoutMs: 10 });
    await deliveryCollection(database.connection).updateMany({ state: 'claimed' }, { $set: { claimedBy: 'gone' } });
    const second = createPort('telegram');
    second.chats = first.chats;
    const next = outbox({ ports: [second], renderers, settings: { afterCrash: 'leave' } });
    next.start();
    await until(next, change, 'done');

    expect(seen(first)).toEqual(everybody(20, 'new'));
    expect(await next.campaigns.progress(change!)).toMatchObject({ byState: { sent: 20 }, ambiguous: 0 });
  });
});

describe('a process that dies while it sends what a text has grown by', () => {
  it('leaves it in doubt like any sending', async () => {
    const first = createPort('telegram');
    const leading = outbox({ ports: [first], renderers, recipientsOf: pagesOf(people(1)) });
    leading.start();
    const id = await sent(leading, 'one');
    item = 'ONE|TWO';
    first.answer = untilTakenBack;
    const change = await leading.campaigns.edit(id, by);
    await vi.waitFor(() => expect(first.calls).toHaveLength(2));
    const deliveries = deliveryCollection(database.connection);
    const inHand = (await deliveries.findOne({ state: 'claimed' }))!;
    await leading.stop({ timeoutMs: 10 });
    const { _id } = inHand;
    expect(await deliveries.findOne({ _id })).toMatchObject({ state: 'waiting' });
    expect(await deliveries.findOne({ _id })).not.toHaveProperty('adding');
    await deliveries.replaceOne({ _id }, { ...inHand, claimedBy: 'gone' });

    const second = createPort('telegram');
    second.chats = first.chats;
    const next = outbox({ ports: [second], renderers, settings: { afterCrash: 'leave' } });
    next.start();
    await until(next, change, 'done');
    expect(second.calls).toHaveLength(0);
    expect(await next.campaigns.progress(change!)).toMatchObject({ byState: { unknown: 1 } });
  });
});

describe('an edit of a file', () => {
  async function edited(delivery: Outbox, id: string, [text, picture]: [string, Uint8Array | undefined]) {
    item = text;
    file = picture;
    const change = await delivery.campaigns.edit(id, by);
    await until(delivery, change, 'done');
    const counts = (await delivery.campaigns.progress(change!))!.byState;
    return { sent: counts.sent, failed: counts.failed, reasons: await delivery.campaigns.reasons(change!) };
  }
  const filesOf = (port: Port) => [...port.files.values()];

  it('puts it in place of the old one, or into a text, uploads it once and only where it changed', async () => {
    const telegram = createPort('telegram');
    const uploaded: string[] = [];
    const editFile = telegram.client.editFile.bind(telegram.client);
    telegram.client.editFile = (chatId, messageId, message, options) => {
      uploaded.push('bytes' in message.media.file ? 'bytes' : message.media.file.fileId);
      return editFile(chatId, messageId, message, options);
    };
    const delivery = outbox({ ports: [telegram], renderers, recipientsOf: pagesOf(people(3)), settings: ONE_BY_ONE });
    delivery.start();
    const id = await sent(delivery, 'text only');
    const [one, other] = [fileNamed('one'), fileNamed('other')];
    expect(await edited(delivery, id, ['with a file', one])).toMatchObject({ sent: 3, failed: 0 });
    expect(filesOf(telegram)).toEqual(['one', 'one', 'one']);
    await edited(delivery, id, ['another text', one]);
    expect(uploaded).toEqual(['bytes', 'id-of-one', 'id-of-one']);
    expect(seen(telegram)).toEqual(everybody(3, 'another text'));
    await edited(delivery, id, ['another file', other]);
    expect(filesOf(telegram)).toEqual(['other', 'other', 'other']);
    expect(uploaded).toHaveLength(6);
  });

  it('says where the messenger keeps the old one, each time, and changes the text all the same', async () => {
    const bale = createPort('bale');
    const delivery = outbox({
      ports: [bale],
      renderers,
      recipientsOf: pagesOf(people(2).map((one) => ({ ...one, accounts: [{ messenger: 'bale', chatId: 7 }] }))),
    });
    delivery.start();
    const id = await sent(delivery, 'old', fileNamed('one'));
    const kept = { sent: 0, failed: 2, reasons: [{ code: 'file-kept', messenger: 'bale', count: 2 }] };
    for (const text of ['new', 'newer'])
      expect(await edited(delivery, id, [text, fileNamed('other')])).toMatchObject(kept);
    expect(await edited(delivery, id, ['no file', undefined])).toMatchObject(kept);
    expect(seen(bale).flat()).toEqual(['no file', 'no file']);
    expect(filesOf(bale)).toEqual(['one', 'one']);
    expect(await edited(delivery, id, ['the first', fileNamed('one')])).toMatchObject({ sent: 2, failed: 0 });
  });

  it('that the item has no more can be taken away from nobody', async () => {
    const telegram = createPort('telegram');
    const delivery = outbox({ ports: [telegram], renderers, recipientsOf: pagesOf(people(1)) });
    delivery.start();
    const id = await sent(delivery, 'old\nbelow', fileNamed('one'));
    expect(await edited(delivery, id, ['new\nbelow\nand more', undefined])).toMatchObject({
      reasons: [{ code: 'file-kept' }],
    });
    expect(seen(telegram)).toEqual([['new', 'below', 'and more']]);
    expect(filesOf(telegram)).toEqual(['one']);
  });
});

describe('a recall', () => {
  it('stops what is being sent and deletes it everywhere', async () => {
    const telegram = createPort('telegram');
    const delivery = outbox({ ports: [telegram], renderers, recipientsOf: pagesOf(people(200)) });
    item = 'one|two';
    delivery.start();
    const id = await delivery.campaigns.create(news);
    await delivery.campaigns.start(id);
    await vi.waitFor(() => expect(telegram.arrived.length).toBeGreaterThan(20));
    const change = await delivery.campaigns.recall(id, by);
    expect(await delivery.campaigns.recall(id, by)).toBe(change);
    await until(delivery, change, 'done');

    expect(seen(telegram).flat()).toEqual([]);
    expect(telegram.arrived.length).toBeLessThan(400);
    expect((await delivery.campaigns.progress(id))?.state).toBe('cancelled');
    expect(await delivery.campaigns.edit(id, by)).toBeNull();
    expect(await delivery.campaigns.retryFailed(id)).toBe(0);
  });

  it('counts what was too late, who is gone, and what nobody knows the number of', async () => {
    const telegram = createPort('telegram');
    telegram.answer = ({ chatId }) => {
      if (chatId === 1004) throw failure('down', { ambiguous: true });
    };
    const recipientsOf = pagesOf(people(10));
    const delivery = outbox({ ports: [telegram], renderers, recipientsOf, settings: { afterBreak: 'leave' } });
    delivery.start();
    const id = await sent(delivery, 'one');
    telegram.onChange = ({ chatId }) => {
      if (chatId === 1002) throw failure('too-late');
      if (chatId === 1003) throw failure('unreachable');
    };
    telegram.chats.get(1001)!.clear();
    const change = await delivery.campaigns.recall(id, by);
    await until(delivery, change, 'done');

    expect(await delivery.campaigns.progress(change!)).toMatchObject({
      byState: { sent: 7, failed: 2, unreachable: 1 },
    });
    const reasons = await delivery.campaigns.reasons(change!);
    expect(reasons.map(({ code }) => code).toSorted()).toEqual(['no-message-id', 'too-late', 'unreachable']);

    telegram.onChange = () => {};
    const again = await delivery.campaigns.recall(id, by);
    await until(delivery, again, 'done');
    expect(await delivery.campaigns.progress(again!)).toMatchObject({ byState: { sent: 2, failed: 1 } });
  });

  it('is stopped by pause and cancel like any sending', async () => {
    const telegram = createPort('telegram');
    const delivery = outbox({ ports: [telegram], renderers, recipientsOf: pagesOf(people(30)) });
    delivery.start();
    const id = await sent(delivery, 'one');
    telegram.onChange = ({ nth }) => (nth > 5 ? untilTakenBack({ signal: AbortSignal.timeout(100) }) : undefined);
    const change = await delivery.campaigns.recall(id, by);
    await vi.waitFor(() => expect(seen(telegram).flat()).toHaveLength(25));
    expect(await delivery.campaigns.cancel(change!)).toEqual({ changed: true, state: 'cancelled' });
    await vi.waitFor(async () =>
      expect((await delivery.campaigns.progress(change!))?.byState).toMatchObject({ claimed: 0, waiting: 0 }),
    );
    expect(seen(telegram).flat()).toHaveLength(25);
  });

  it('of nothing that there is says so', async () => {
    const delivery = outbox({ ports: [createPort('telegram')] });
    expect(await delivery.campaigns.recall('nope', by)).toBeNull();
    expect(await delivery.campaigns.edit('nope', by)).toBeNull();
  });
});

describe('a time to start', () => {
  it('can be set, moved and taken away before the campaign begins', async () => {
    const telegram = createPort('telegram');
    const delivery = outbox({ ports: [telegram], renderers, recipientsOf: pagesOf(people(3)) });
    item = 'text';
    delivery.start();
    const id = await delivery.campaigns.create({ ...news, scheduledAt: new Date(Date.now() + 60_000) });
    await until(delivery, id, 'ready');
    expect(await delivery.campaigns.schedule(id, null)).toEqual({ changed: true, state: 'ready' });
    expect(await delivery.campaigns.schedule(id, new Date(Date.now() - 1))).toMatchObject({ changed: true });
    await until(delivery, id, 'done');
    expect(telegram.arrived).toHaveLength(3);
    expect(await delivery.campaigns.schedule(id, null)).toEqual({
      changed: false,
      reason: 'wrong-state',
      state: 'done',
    });
  });

  it('that two processes see starts it once', async () => {
    const ports = [createPort('telegram'), createPort('telegram')];
    const deliveries = ports.map((port) => outbox({ ports: [port], renderers, recipientsOf: pagesOf(people(20)) }));
    item = 'text';
    const id = await deliveries[0]!.campaigns.create({ ...news, scheduledAt: new Date(Date.now() - 1000) });
    for (const delivery of deliveries) delivery.start();
    await until(deliveries[0]!, id, 'done');
    expect(ports.flatMap(({ arrived }) => arrived)).toHaveLength(20);
  });
});
