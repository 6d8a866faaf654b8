import { describe, expect, it, vi } from 'vitest';
import type { Renderer } from '../../src/delivery/contract.ts';
import { deliveryCollection } from '../../src/delivery/delivery.model.ts';
import type { Notice } from '../../src/delivery/notices.ts';
import { plain } from '../../src/language/rich-text.ts';
import { useDatabase } from '../support/database.ts';
import { people, sayText } from './recipients.ts';
import { createPort, failure, untilTakenBack, useOutboxes, type Port } from './support.ts';

const database = useDatabase();
const outbox = useOutboxes(() => database.connection);
const stored = (id: string) => deliveryCollection(database.connection).findOne({ _id: id });
const [ali, sara, reza] = people(3, { bale: (n) => n === 2 }) as [never, never, never];

const notice = (key: string, recipient: Notice['recipient'], rest: Partial<Notice> = {}): Notice => ({
  key,
  recipient,
  kind: 'notice',
  payload: { text: key },
  ...rest,
});
/** A message for each part of the text between bars. */
const sayParts: Renderer = async (payload) =>
  (payload as { text: string }).text.split('|').map((text) => ({ text: plain(text) }));
const both = (): { telegram: Port; bale: Port } => ({ telegram: createPort('telegram'), bale: createPort('bale') });

describe('what becomes of a delivery', () => {
  it('is sent and keeps the message ids', async () => {
    const { telegram } = both();
    telegram.answer = () => [{ messageId: 71 }, { messageId: 72 }];
    const delivery = outbox({ ports: [telegram] });
    delivery.start();
    await delivery.notify(notice('a', ali));
    await delivery.idle();

    expect(telegram.arrived).toEqual([{ chatId: 1001, text: 'a' }]);
    expect(await stored('a')).toMatchObject({
      state: 'sent',
      parts: [{ messenger: 'telegram', chatId: 1001, ids: [71, 72] }],
    });
  });

  it('goes to the other messenger when the first account is unreachable, which is marked', async () => {
    const { telegram, bale } = both();
    telegram.answer = () => {
      throw failure('unreachable');
    };
    const delivery = outbox({ ports: [telegram, bale] });
    delivery.start();
    await delivery.notify(notice('a', sara));
    await delivery.idle();

    expect(bale.arrived).toEqual([{ chatId: 5002, text: 'a' }]);
    expect(delivery.marked).toEqual([{ memberId: 'm000002', messenger: 'telegram', chatId: 1002 }]);
    expect(await stored('a')).toMatchObject({ state: 'sent', messenger: 'bale', switchedFrom: 'telegram' });
  });

  it('is unreachable when no account is left, and is not tried again', async () => {
    const { telegram, bale } = both();
    telegram.answer = () => {
      throw failure('unreachable');
    };
    const delivery = outbox({ ports: [telegram, bale] });
    delivery.start();
    await delivery.notify(notice('a', ali));
    await delivery.idle();

    expect(await stored('a')).toMatchObject({ state: 'unreachable', outcome: { code: 'unreachable' } });
    expect(telegram.calls).toHaveLength(1);
    expect(delivery.marked).toHaveLength(1);
  });

  it('marks an account unreachable even when marking fails at first', async () => {
    const { telegram } = both();
    telegram.answer = () => {
      throw failure('unreachable');
    };
    const marks = vi
      .fn<() => Promise<void>>()
      .mockRejectedValueOnce(new Error('the members could not be stored'))
      .mockResolvedValue();
    const delivery = outbox({ ports: [telegram], markUnreachable: marks });
    delivery.start();
    await delivery.notify(notice('a', ali));

    await vi.waitFor(async () => expect(await stored('a')).toMatchObject({ state: 'unreachable' }));
    expect(marks).toHaveBeenCalledTimes(2);
  });

  it('fails at once when the messenger refuses the content, and the others go on', async () => {
    const { telegram } = both();
    telegram.answer = ({ text }) => {
      if (text === 'poison') throw failure('rejected');
    };
    const delivery = outbox({ ports: [telegram] });
    delivery.start();
    await delivery.notify(notice('poison', ali));
    await delivery.notify(notice('fine', sara));
    await delivery.idle();

    expect(await stored('poison')).toMatchObject({ state: 'failed', outcome: { code: 'rejected' }, tries: 0 });
    expect(telegram.arrived.map(({ text }) => text)).toEqual(['fine']);
  });

  it('fails with a short reason when it cannot be rendered, and the others go on', async () => {
    const { telegram } = both();
    const delivery = outbox({
      ports: [telegram],
      renderers: {
        notice: sayText,
        broken: async () => {
          throw new Error('no such item '.repeat(50));
        },
      },
    });
    delivery.start();
    await delivery.notify(notice('a', ali, { kind: 'broken' }));
    await delivery.notify(notice('b', ali, { kind: 'unheard-of' }));
    await delivery.notify(notice('c', ali));
    await delivery.idle();

    const broken = await stored('a');
    expect(broken).toMatchObject({ state: 'failed', outcome: { code: 'render-error' } });
    expect(broken?.outcome?.text?.length).toBe(200);
    expect(await stored('b')).toMatchObject({ state: 'failed', outcome: { code: 'no-renderer' } });
    expect(telegram.arrived.map(({ text }) => text)).toEqual(['c']);
  });

  it('is tried again after a clean failure', async () => {
    const { telegram } = both();
    telegram.answer = ({ nth }) => {
      if (nth <= 3) throw failure('down');
    };
    const delivery = outbox({ ports: [telegram] });
    delivery.start();
    await delivery.notify(notice('a', ali));

    await vi.waitFor(async () => expect(await stored('a')).toMatchObject({ state: 'sent', tries: 3 }));
    expect(telegram.arrived).toHaveLength(1);
  });

  it('fails after eight clean failures', async () => {
    const { telegram } = both();
    telegram.answer = () => {
      throw failure('down');
    };
    const delivery = outbox({ ports: [telegram], settings: { firstBackoffMs: 1, longestBackoffMs: 2 } });
    delivery.start();
    await delivery.notify(notice('a', ali));

    await vi.waitFor(async () => expect(await stored('a')).toMatchObject({ state: 'failed' }), 10_000);
    expect(telegram.calls).toHaveLength(8);
    expect(await stored('a')).toMatchObject({ tries: 8, outcome: { code: 'down' } });
  });

  it('is sent again, and counted, when the connection broke and it may have arrived', async () => {
    const { telegram } = both();
    telegram.answer = ({ nth }) => {
      if (nth === 1) throw failure('down', { ambiguous: true });
    };
    const delivery = outbox({ ports: [telegram] });
    delivery.start();
    await delivery.notify(notice('a', ali));

    await vi.waitFor(async () => expect(await stored('a')).toMatchObject({ state: 'sent', ambiguous: 1 }));
  });

  it.each([
    ['by the setting', { afterBreak: 'leave' as const }],
    ['for a kind that must not arrive twice', { neverTwice: ['notice'] }],
  ])('is left as unknown when it may have arrived: %s', async (_name, settings) => {
    const { telegram } = both();
    telegram.answer = () => {
      throw failure('down', { ambiguous: true });
    };
    const delivery = outbox({ ports: [telegram], settings });
    delivery.start();
    await delivery.notify(notice('a', ali));
    await delivery.idle();

    expect(await stored('a')).toMatchObject({ state: 'unknown', outcome: { code: 'ambiguous' } });
    expect(telegram.calls).toHaveLength(1);
  });

  it('goes on at the message that failed, not from the first', async () => {
    const { telegram } = both();
    telegram.answer = ({ nth }) => {
      if (nth === 2) throw failure('down');
    };
    const delivery = outbox({
      ports: [telegram],
      renderers: { notice: async () => ['one', 'two', 'three'].map((text) => ({ text: plain(text) })) },
    });
    delivery.start();
    await delivery.notify(notice('a', ali));

    await vi.waitFor(async () => expect(await stored('a')).toMatchObject({ state: 'sent' }));
    expect(telegram.arrived.map(({ text }) => text)).toEqual(['one', 'two', 'three']);
    expect((await stored('a'))?.parts).toHaveLength(3);
  });

  it('uploads a file once and then sends it by its id', async () => {
    const { telegram } = both();
    telegram.answer = () => [{ messageId: 5, fileId: 'F1' }];
    const bytes = new Uint8Array([1, 2, 3]);
    const file = { bytes, fileName: 'a.jpg', mimeType: 'image/jpeg' };
    const delivery = outbox({
      ports: [telegram],
      renderers: { notice: async () => [{ text: plain(''), media: { kind: 'photo', file } }] },
    });
    delivery.start();
    await delivery.notify(notice('a', ali));
    await delivery.idle();
    await delivery.notify(notice('b', sara));
    await delivery.idle();

    expect(telegram.calls.map((call) => call.message.media?.file)).toMatchObject([file, { fileId: 'F1' }]);
  });
});

describe('when the messenger asks for a pause', () => {
  it('waits exactly as long, without costing a try, while the other messenger goes on', async () => {
    const { telegram, bale } = both();
    const at: number[] = [];
    telegram.answer = ({ nth }) => {
      at.push(performance.now());
      if (nth === 1) throw failure('rate-limited', { retryAfter: 0.4 });
    };
    const delivery = outbox({ ports: [telegram, bale] });
    delivery.start();
    await delivery.notify(notice('a', ali));
    await vi.waitFor(() => expect(telegram.calls).toHaveLength(1));
    await delivery.notify(notice('b', reza));
    await delivery.notify(
      notice('c', { ...(sara as Notice['recipient']), accounts: [{ messenger: 'bale', chatId: 5002 }] }),
    );
    await vi.waitFor(() => expect(bale.arrived).toHaveLength(1));
    expect(telegram.calls).toHaveLength(1);
    await delivery.idle();

    expect(telegram.arrived.map(({ text }) => text)).toEqual(['a', 'b']);
    expect(at[1]! - at[0]!).toBeGreaterThanOrEqual(400);
    expect(await stored('a')).toMatchObject({ state: 'sent', tries: 0 });
  });

  it('for one chat, puts off what goes there, also in the next process, and goes on at once with everybody else', async () => {
    const { telegram } = both();
    let later = 0;
    const clock = { wall: () => Date.now() + later, monotonic: () => performance.now() };
    const paused = (ali as Notice['recipient']).accounts[0]?.chatId;
    telegram.answer = ({ chatId }) => {
      if (chatId === paused && later === 0) throw failure('rate-limited', { retryAfter: 600, ofChat: true });
    };
    const first = outbox({ ports: [telegram], clock });
    first.start();
    await first.notify(notice('a', ali));
    await first.notify(notice('b', ali));
    for (const key of ['c', 'd', 'e']) await first.notify(notice(key, sara));
    await first.notify(notice('f', reza));
    await first.idle();
    expect(telegram.arrived.map(({ text }) => text).toSorted()).toEqual(['c', 'd', 'e', 'f']);
    expect(await stored('a')).toMatchObject({ state: 'waiting', tries: 0 });
    const calls = telegram.calls.length;
    await first.stop();

    const second = outbox({ ports: [telegram], clock });
    second.start();
    await second.notify(notice('g', reza));
    await second.idle();
    expect(telegram.calls).toHaveLength(calls + 1);
    later = 600_000;
    await vi.waitFor(() => expect(telegram.arrived.slice(5).map(({ text }) => text)).toEqual(['a', 'b']));
  });

  it('for one chat amid several messages, goes on with the rest of them before anything else', async () => {
    const { telegram } = both();
    telegram.answer = ({ nth }) => {
      if (nth === 3) throw failure('rate-limited', { retryAfter: 0.5, ofChat: true });
    };
    const renderers = { notice: sayParts };
    const delivery = outbox({ ports: [telegram], renderers });
    delivery.start();
    await delivery.notify(notice('a', ali, { payload: { text: 'یک|دو|سه' } }));
    await vi.waitFor(() => expect(telegram.calls).toHaveLength(3));
    await delivery.notify(notice('b', ali));
    await vi.waitFor(() => expect(telegram.arrived.map(({ text }) => text)).toEqual(['یک', 'دو', 'سه', 'b']));
    expect(await stored('a')).toMatchObject({ state: 'sent', tries: 0 });
  });

  it('is known to the next process', async () => {
    const { telegram } = both();
    telegram.answer = () => {
      throw failure('rate-limited', { retryAfter: 60 });
    };
    const first = outbox({ ports: [telegram] });
    first.start();
    await first.notify(notice('a', ali));
    await vi.waitFor(() => expect(telegram.calls).toHaveLength(1));
    await first.stop();

    // The clock is part of the process: the second one starts fifty, then sixty seconds later.
    const later = (seconds: number) => ({
      wall: () => Date.now() + seconds * 1000,
      monotonic: () => performance.now(),
    });
    const after50 = createPort('telegram');
    const second = outbox({ ports: [after50], clock: later(50) });
    second.start();
    const bale = createPort('bale');
    const witness = outbox({ ports: [bale] });
    witness.start();
    await witness.notify(
      notice('w', { ...(sara as Notice['recipient']), accounts: [{ messenger: 'bale', chatId: 1 }] }),
    );
    await vi.waitFor(() => expect(bale.arrived).toHaveLength(1));
    expect(after50.calls).toHaveLength(0);
    await second.stop();

    const after61 = createPort('telegram');
    const third = outbox({ ports: [after61], clock: later(61) });
    third.start();
    await vi.waitFor(() => expect(after61.arrived).toHaveLength(1));
  });

  it('takes back what waits behind a long pause, so that it is waiting and not in doubt', async () => {
    const { telegram } = both();
    telegram.answer = (call) =>
      call.nth === 1 ? untilTakenBack(call) : Promise.reject(failure('rate-limited', { retryAfter: 600 }));
    const delivery = outbox({ ports: [telegram] });
    delivery.start();
    await delivery.notify(notice('a', ali));
    await vi.waitFor(() => expect(telegram.calls).toHaveLength(1));
    await delivery.notify(notice('b', sara));

    await vi.waitFor(() => expect(telegram.calls).toHaveLength(2));
    await vi.waitFor(
      async () =>
        expect([await stored('a'), await stored('b')]).toMatchObject([
          { state: 'waiting', tries: 0 },
          { state: 'waiting', tries: 0 },
        ]),
      8000,
    );
  });

  it('holds the rest while the token is refused and spends no tries', async () => {
    const { telegram } = both();
    telegram.answer = ({ nth }) => {
      if (nth === 1) throw failure('bad-token');
    };
    const delivery = outbox({ ports: [telegram], settings: { badTokenPauseMs: 50 } });
    delivery.start();
    await delivery.notify(notice('a', ali));
    await delivery.idle();

    expect(await stored('a')).toMatchObject({ state: 'sent', tries: 0 });
  });

  it('holds the queue when the messenger is down, instead of spending its tries', async () => {
    const { telegram } = both();
    telegram.answer = () => {
      throw failure('down');
    };
    const delivery = outbox({
      ports: [telegram],
      settings: { windowSeconds: 0.1, firstBackoffMs: 10_000, longestBackoffMs: 10_000 },
    });
    delivery.start();
    const all = people(40);
    for (const [index, person] of all.entries()) await delivery.notify(notice(`n${index}`, person));
    await vi.waitFor(() => expect(telegram.calls.length).toBeGreaterThanOrEqual(5));
    const untouched = await deliveryCollection(database.connection).countDocuments({ state: 'waiting', tries: 0 });
    expect(untouched).toBeGreaterThan(20);
  });
});
