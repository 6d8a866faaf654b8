import type { Update } from 'grammy/types';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ensureIndexes } from '../../src/database/indexes.ts';
import { createInbox, type Inbox, type InboxDeps, type UpdateFacts } from '../../src/inbox/inbox.ts';
import type { SetAside, Source } from '../../src/inbox/store.ts';
import { MessengerError } from '../../src/messengers/messenger.ts';
import { silentLogger as logger, useDatabase } from '../support/database.ts';
import { messageUpdate } from '../support/updates.ts';
import { systemNow } from '../../src/system-clock.ts';

const database = useDatabase();
const source: Source = { messenger: 'telegram', botId: 7 };
const inboxes: Inbox[] = [];

beforeEach(async () => {
  await database.connection.collection('inbox').deleteMany({});
});
afterEach(async () => {
  for (const inbox of inboxes.splice(0)) await inbox.stop({ timeoutMs: 5_000 });
});

const textOf = (update: Update): string => update.message?.text ?? '';
const rows = () => database.connection.collection('inbox').find().sort({ order: 1 }).toArray();

/** An inbox that works, and what it was given in order; `handle` may do more than note it. */
function makeInbox(options: Partial<InboxDeps> = {}) {
  const seen: string[] = [];
  const inbox = createInbox({
    now: systemNow,
    connection: database.connection,
    logger,
    ...options,
    handle: async (update, facts) => {
      seen.push(textOf(update));
      await options.handle?.(update, facts);
    },
  });
  inboxes.push(inbox);
  return { inbox, seen };
}

/** Handlers that hold until they are let go, to look at what is in hand. */
function gate() {
  const held = new Map<string, { go: () => void; fail: (error: Error) => void }>();
  const handle = (update: Update): Promise<void> =>
    new Promise((resolve, reject) => {
      held.set(textOf(update), { go: resolve, fail: reject });
    });
  const reached = (text: string) => vi.waitUntil(() => held.get(text), { timeout: 5_000, interval: 2 });
  return { held, handle, reached };
}

describe('an update', () => {
  test('is stored before put resolves, worked once, and then kept only as an id', async () => {
    const { inbox, seen } = makeInbox();
    await inbox.put(source, [messageUpdate(0, 1, 'نخست')]);
    expect(await rows()).toMatchObject([
      { state: 'waiting', chatKey: 'telegram:1', update: expect.stringContaining('نخست') },
    ]);
    await inbox.beginShift(source);
    await inbox.idle();
    expect(seen).toEqual(['نخست']);
    const [row] = await rows();
    expect(row).toMatchObject({ state: 'done', doneAt: expect.any(Date) });
    expect(JSON.stringify(row)).not.toContain('نخست');
  });

  test.each([
    ['in the same batch', (inbox: Inbox) => inbox.put(source, [messageUpdate(5, 1), messageUpdate(5, 1)])],
    [
      'in two batches at once',
      (inbox: Inbox) =>
        Promise.all([inbox.put(source, [messageUpdate(5, 1)]), inbox.put(source, [messageUpdate(5, 1)])]),
    ],
    [
      'after it was done',
      async (inbox: Inbox) => {
        await inbox.put(source, [messageUpdate(5, 1)]);
        await inbox.idle();
        await inbox.put(source, [messageUpdate(5, 1), messageUpdate(6, 1)]);
      },
    ],
  ])('that comes twice %s is worked once', async (_, deliver) => {
    const { inbox, seen } = makeInbox();
    await inbox.beginShift(source);
    await deliver(inbox);
    await inbox.idle();
    expect(seen.filter((text) => text === '5')).toEqual(['5']);
  });

  test('that comes again after a restart is worked once', async () => {
    const first = makeInbox();
    await first.inbox.beginShift(source);
    await first.inbox.put(source, [messageUpdate(5, 1)]);
    await first.inbox.idle();
    await first.inbox.stop({ timeoutMs: 1_000 });
    const second = makeInbox();
    await second.inbox.beginShift(source);
    await second.inbox.put(source, [messageUpdate(5, 1), messageUpdate(6, 1)]);
    await second.inbox.idle();
    expect([first.seen, second.seen]).toEqual([['5'], ['6']]);
  });

  test('whose work never ends is worked again after a while, and its chat goes on', async () => {
    const { inbox, seen } = makeInbox({
      longestMs: 20,
      handle: (update, { attempt }) =>
        textOf(update) === 'گیر' && attempt === 1 ? new Promise(() => {}) : Promise.resolve(),
    });
    await inbox.beginShift(source);
    await inbox.put(source, [messageUpdate(1, 1, 'گیر'), messageUpdate(2, 1, 'بعدی')]);
    await inbox.idle();
    expect(seen).toEqual(['گیر', 'گیر', 'بعدی']);
  });

  test('of another bot or messenger with the same id is another update', async () => {
    const { inbox, seen } = makeInbox();
    const others: Source[] = [source, { ...source, botId: 8 }, { ...source, messenger: 'bale' }];
    for (const each of others) await inbox.beginShift(each);
    for (const each of others) await inbox.put(each, [messageUpdate(5, 1)]);
    await inbox.idle();
    expect(seen).toHaveLength(3);
  });

  test('with a smaller id, or with an id that is used anew, is worked in the order of arrival', async () => {
    const { inbox, seen } = makeInbox();
    await inbox.beginShift(source);
    await inbox.put(source, [messageUpdate(900_000, 1, 'الف')]);
    await inbox.put(source, [messageUpdate(3, 1, 'ب'), messageUpdate(1, 1, 'پ')]);
    await inbox.idle();
    const reused = messageUpdate(3, 1, 'ت');
    (reused.message as { message_id: number }).message_id = 77;
    await inbox.put(source, [reused]);
    await inbox.idle();
    expect(seen).toEqual(['الف', 'ب', 'پ', 'ت']);
  });

  test('may hold keys that a document can’t', async () => {
    const handled: Update[] = [];
    const { inbox } = makeInbox({
      handle: async (update) => {
        handled.push(update);
      },
    });
    await inbox.beginShift(source);
    const odd = JSON.parse('{"update_id":1,"message":{"$where":"x","a.b":{"__proto__":1,"":null}}}') as Update;
    await inbox.put(source, [odd]);
    await inbox.idle();
    expect(JSON.stringify(handled)).toBe(JSON.stringify([odd]));
  });

  test('that can’t be stored whole does not keep the others of its batch from being stored', async () => {
    let deep: object = {};
    for (let depth = 0; depth < 50_000; depth++) deep = { deep };
    const { inbox, seen } = makeInbox();
    await inbox.beginShift(source);
    await inbox.put(source, [
      messageUpdate(1, 1),
      { ...messageUpdate(2, 1), deep } as Update,
      messageUpdate(3, 1, 'ا'.repeat(5_000_000)),
      messageUpdate(4, 1),
    ]);
    await inbox.idle();
    expect(seen).toEqual(['1', '4']);
    expect(await inbox.listAside(10)).toHaveLength(2);
  });
});

describe('the order', () => {
  test('within a chat is strict while other chats go on', async () => {
    const { held, handle, reached } = gate();
    const { inbox, seen } = makeInbox({ handle });
    await inbox.beginShift(source);
    await inbox.put(source, [messageUpdate(1, 1), messageUpdate(2, 1), messageUpdate(3, 2), messageUpdate(4, 3)]);
    await Promise.all(['1', '3', '4'].map(reached));
    held.get('3')?.go();
    await vi.waitUntil(async () => (await rows()).filter(({ state }) => state === 'done').length === 1);
    expect(held.has('2')).toBe(false);
    held.get('1')?.go();
    await reached('2');
    // Before the second of a chat starts, the first is marked.
    expect((await rows())[0]).toMatchObject({ state: 'done' });
    for (const { go } of held.values()) go();
    await inbox.idle();
    expect(seen.filter((text) => text === '1' || text === '2')).toEqual(['1', '2']);
  });

  test('holds for bursts of many chats that come in many batches', async () => {
    const chats = 40;
    const worked: number[][] = Array.from({ length: chats }, () => []);
    let inHand = 0;
    let most = 0;
    const { inbox } = makeInbox({
      concurrency: 10,
      handle: async (update) => {
        most = Math.max(most, ++inHand);
        await new Promise(setImmediate);
        worked[update.message!.chat.id]?.push(update.update_id);
        inHand -= 1;
      },
    });
    await inbox.beginShift(source);
    const updates = Array.from({ length: 600 }, (_, id) => messageUpdate(id, (id * 7) % chats));
    await Promise.all(
      Array.from({ length: 30 }, (_, batch) => inbox.put(source, updates.slice(batch * 20, batch * 20 + 20))),
    );
    await inbox.idle();
    for (const ids of worked) expect(ids).toEqual(ids.toSorted((a, b) => a - b));
    expect(worked.flat()).toHaveLength(600);
    expect(most).toBe(10);
  });

  test('of a chat with a failure is kept: its later updates wait for the retry', async () => {
    let failures = 2;
    const attempts: number[] = [];
    const { inbox, seen } = makeInbox({
      handle: async (update, { attempt }) => {
        if (update.update_id !== 1) return;
        attempts.push(attempt);
        if (failures-- > 0) throw new Error('no luck');
      },
    });
    await inbox.beginShift(source);
    await inbox.put(source, [messageUpdate(1, 1), messageUpdate(2, 1), messageUpdate(3, 2)]);
    await inbox.idle();
    expect(seen).toEqual(['1', '3', '1', '1', '2']);
    expect(attempts).toEqual([1, 2, 3]);
  });
});

describe('a chat that sends very much', () => {
  /** Far more than are in memory; `test/faults` sends thousands. */
  const MANY = 601;
  const flood = (chatId: number, count = MANY) =>
    Array.from({ length: count }, (_, number) =>
      messageUpdate(chatId * 10_000 + number, chatId, `${chatId}/${number}`),
    );
  const textsOf = (seen: readonly string[], chatId: number) => seen.filter((text) => text.startsWith(`${chatId}/`));
  const inOrder = (chatId: number, count = MANY) => Array.from({ length: count }, (_, number) => `${chatId}/${number}`);

  test.each([
    ['as they are fetched', async (inbox: Inbox, updates: Update[]) => inbox.put(source, updates), false],
    ['as a webhook gets them', async (inbox: Inbox, updates: Update[]) => inbox.handIn(source, updates), true],
  ])(
    'has few of them in memory, %s, and neither others nor their order suffer',
    async (_how, give, collecting) => {
      const { held, handle, reached } = gate();
      let isOpen = false;
      const { inbox, seen } = makeInbox({
        handle: (update) => (isOpen || textOf(update) === 'کمک' ? Promise.resolve() : handle(update)),
      });
      await inbox.beginShift(source, { collecting });
      const flooding = [1, 2, 3];
      const updates = flooding.flatMap((chatId) => flood(chatId));
      for (let from = 0; from < updates.length; from += 500) await give(inbox, updates.slice(from, from + 500));
      for (const chatId of flooding) await reached(`${chatId}/0`);
      await give(inbox, [messageUpdate(900_000, 9, 'کمک')]);
      await vi.waitUntil(() => seen.includes('کمک'), { timeout: 20_000 });
      expect(inbox.size).toBeLessThanOrEqual(flooding.length * 20 + 1);
      const stored = database.connection.collection('inbox');
      expect(await stored.countDocuments({ state: 'waiting' })).toBeGreaterThan(flooding.length * 550);
      isOpen = true;
      for (const { go } of held.values()) go();
      await vi.waitUntil(() => seen.length === updates.length + 1, { timeout: 60_000 });
      await inbox.idle();
      expect(flooding.map((chatId) => textsOf(seen, chatId))).toEqual(flooding.map((chatId) => inOrder(chatId)));
    },
    120_000,
  );

  test('goes on in the next process, in order and without filling its memory', async () => {
    const first = makeInbox();
    await first.inbox.put(source, [...flood(1, 300), ...flood(2, 30)]);
    const { held, handle, reached } = gate();
    const second = makeInbox({ handle: (update) => (held.size === 0 ? handle(update) : Promise.resolve()) });
    await second.inbox.beginShift(source);
    await reached('1/0');
    expect(second.inbox.size).toBeLessThanOrEqual(40);
    // What comes now is the last.
    await second.inbox.put(source, [messageUpdate(900_000, 1, '1/300')]);
    held.get('1/0')?.go();
    await second.inbox.idle();
    expect(textsOf(second.seen, 1)).toEqual(inOrder(1, 301));
    expect(textsOf(second.seen, 2)).toEqual(inOrder(2, 30));
  });

  test('is given all the time that it waits for its own turn, and is worked once', async () => {
    const { inbox, seen } = makeInbox({
      longestMs: 100,
      handle: async (_update, { standBy }) => {
        for (let times = 0; times < 4; times += 1)
          await Promise.all([1, 2].map(() => standBy(new Promise((resolve) => setTimeout(resolve, 50)))));
      },
    });
    await inbox.beginShift(source);
    await inbox.put(source, [messageUpdate(1, 1), messageUpdate(2, 1)]);
    await inbox.idle();
    expect(seen).toEqual(['1', '2']);
  });

  test('whose wait for its own turn holds no place keeps none from others', async () => {
    let letGo: () => void = () => {};
    const turn = new Promise<void>((resolve) => (letGo = resolve));
    const { inbox, seen } = makeInbox({
      concurrency: 3,
      handle: async (update, { standBy }) => {
        if (textOf(update) !== 'کمک') await standBy(turn);
      },
    });
    await inbox.beginShift(source);
    await inbox.put(
      source,
      Array.from({ length: 60 }, (_, number) => messageUpdate(number, number + 1)),
    );
    await inbox.put(source, [messageUpdate(900, 99, 'کمک')]);
    await vi.waitUntil(() => seen.includes('کمک'), { timeout: 5_000 });
    letGo();
    await inbox.idle();
    expect(seen).toHaveLength(61);
  });
});

describe('an update that fails three times', () => {
  const failing = () => {
    const told: SetAside[] = [];
    const lines: unknown[] = [];
    const note = (fact: unknown): void => void lines.push(fact);
    const made = makeInbox({
      logger: { ...logger, warn: note, error: note } as unknown as typeof logger,
      onSetAside: (entry) => void told.push(entry),
      handle: async (update) => {
        if (update.update_id === 1) throw Object.assign(new TypeError('09121234567 said: '), { code: 'E_ODD' });
      },
    });
    return { ...made, told, lines };
  };

  test('is set aside and told of without what was in the error, and the chat goes on', async () => {
    const { inbox, seen, told, lines } = failing();
    await inbox.beginShift(source);
    await inbox.put(source, [messageUpdate(1, 1), messageUpdate(2, 1)]);
    await inbox.idle();
    expect(seen).toEqual(['1', '1', '1', '2']);
    expect(told).toMatchObject([{ messenger: 'telegram', chatKey: 'telegram:1', error: 'TypeError (E_ODD)' }]);
    expect(await inbox.listAside(10)).toEqual(told);
    expect(JSON.stringify([lines, await rows()])).not.toContain('0912');
  });

  test('is not worked again when it is redelivered or the process restarts', async () => {
    const { inbox } = failing();
    await inbox.beginShift(source);
    await inbox.put(source, [messageUpdate(1, 1)]);
    await inbox.idle();
    await inbox.put(source, [messageUpdate(1, 1)]);
    await inbox.stop({ timeoutMs: 1_000 });
    const next = makeInbox();
    await next.inbox.beginShift(source);
    await next.inbox.put(source, [messageUpdate(1, 1)]);
    await next.inbox.idle();
    expect(next.seen).toEqual([]);
  });

  test('is worked again or forgotten as an admin decides', async () => {
    const first = failing();
    await first.inbox.beginShift(source);
    await first.inbox.put(source, [messageUpdate(1, 1)]);
    await first.inbox.idle();
    await first.inbox.stop({ timeoutMs: 1_000 });
    const [aside] = first.told;
    const second = makeInbox();
    await second.inbox.beginShift(source);
    expect(await second.inbox.retryAside(aside!.id)).toBe(true);
    await second.inbox.idle();
    expect(second.seen).toEqual(['1']);
    expect([await second.inbox.retryAside(aside!.id), await second.inbox.discardAside(aside!.id)]).toEqual([
      false,
      false,
    ]);
    const third = failing();
    await third.inbox.beginShift({ ...source, botId: 8 });
    await third.inbox.put({ ...source, botId: 8 }, [messageUpdate(1, 1)]);
    await third.inbox.idle();
    expect(await third.inbox.discardAside(third.told[0]!.id)).toBe(true);
    expect(await third.inbox.listAside(10)).toEqual([]);
  });

  test('is worked again by the process that works its source, where an admin asked another for it', async () => {
    const working = makeInbox({
      strayMs: 10,
      handle: async (_update, { attempt }) => {
        if (working.seen.length <= 3) throw new TypeError(`attempt ${attempt}`);
      },
    });
    await working.inbox.beginShift(source);
    await working.inbox.put(source, [messageUpdate(1, 1)]);
    await working.inbox.idle();
    const asked = makeInbox();
    const [aside] = await asked.inbox.listAside(1);
    expect(await asked.inbox.retryAside(aside!.id)).toBe(true);
    await vi.waitFor(async () => expect(await rows()).toMatchObject([{ state: 'done' }]), { timeout: 5_000 });
    expect([working.seen, asked.seen]).toEqual([['1', '1', '1', '1'], []]);
  });
});

describe('an update whose failure is nobody’s fault here', () => {
  test('is not set aside while a messenger is away', async () => {
    let failures = 3;
    const { inbox, seen } = makeInbox({
      handle: async () => {
        if (failures-- > 0) throw new MessengerError('down', 'sendMessage', '502');
      },
    });
    await inbox.beginShift(source);
    await inbox.put(source, [messageUpdate(1, 1)]);
    await inbox.idle();
    expect(seen).toHaveLength(4);
    expect(await inbox.listAside(1)).toEqual([]);
  });

  test('is worked at once where the messenger came back while it was failing, however often it had failed before', async () => {
    const failed = 9;
    const { inbox, seen } = makeInbox({
      handle: async () => {
        if (seen.length > failed) return;
        // The answers to others come before the failure of this one is noted: nothing else will end its pause.
        inbox.hurry(source.messenger);
        throw new MessengerError('down', 'sendMessage', '502');
      },
    });
    await inbox.beginShift(source);
    await inbox.put(source, [messageUpdate(1, 1)]);
    await vi.waitUntil(() => seen.length > failed, { timeout: 4_000, interval: 5 });
    await inbox.idle();
    expect(seen).toHaveLength(failed + 1);
  });
});

describe('what waits in the database unseen', () => {
  test('is found by whoever works its source, and goes behind what its chat has in hand and waiting', async () => {
    const { held, handle, reached } = gate();
    const { inbox, seen } = makeInbox({ handle, strayMs: 10 });
    await inbox.beginShift(source);
    await inbox.put(source, [messageUpdate(2, 1, 'in hand'), messageUpdate(3, 1, 'waiting')]);
    await reached('in hand');
    const other = makeInbox();
    await other.inbox.put(source, [messageUpdate(1, 1, 'stray'), messageUpdate(4, 2, 'stray of another chat')]);
    await reached('stray of another chat');
    expect(seen).toEqual(['in hand', 'stray of another chat']);
    for (const text of ['in hand', 'waiting', 'stray', 'stray of another chat']) {
      await reached(text);
      held.get(text)?.go();
    }
    await inbox.idle();
    expect(seen).toEqual(['in hand', 'stray of another chat', 'waiting', 'stray']);
    expect((await rows()).map(({ state }) => state)).toEqual(['done', 'done', 'done', 'done']);
  });
});

describe('a process that ends', () => {
  /** As after kill -9: nothing more is written, and what was in hand never ends. */
  const crash = async (inbox: Inbox): Promise<void> => {
    await inbox.stop({ timeoutMs: 0 });
    inboxes.splice(inboxes.indexOf(inbox), 1);
  };

  test('leaves everything not done to the next, in order and before what is new, under the same ids', async () => {
    const { handle, reached } = gate();
    const ids: string[] = [];
    const note = (facts: UpdateFacts): void => void ids.push(facts.id);
    const first = makeInbox({
      handle: async (update, facts) => {
        if (update.update_id > 1) note(facts);
        if (update.update_id > 1) await handle(update);
      },
    });
    await first.inbox.beginShift(source);
    await first.inbox.put(source, [messageUpdate(1, 1), messageUpdate(2, 1), messageUpdate(3, 1), messageUpdate(4, 2)]);
    await reached('2');
    await reached('4');
    await crash(first.inbox);
    const second = makeInbox({ handle: async (_, facts) => note(facts) });
    const [, shift] = await Promise.all([
      second.inbox.put(source, [messageUpdate(5, 1)]),
      second.inbox.beginShift(source),
    ]);
    await second.inbox.idle();
    expect(second.seen.filter((text) => text !== '4')).toEqual(['2', '3', '5']);
    expect(second.seen).toHaveLength(4);
    expect(new Set(ids).size).toBe(4);
    await shift.end();
  });

  test('at the same update again and again has it set aside in the end', async () => {
    const told: SetAside[] = [];
    await makeInbox().inbox.put(source, [messageUpdate(1, 1), messageUpdate(2, 1)]);
    for (let start = 1; start <= 20; start++) {
      const { handle, reached } = gate();
      const { inbox } = makeInbox({ handle, onSetAside: (entry) => void told.push(entry) });
      await inbox.beginShift(source);
      await reached('1');
      await crash(inbox);
    }
    const last = makeInbox({ onSetAside: (entry) => void told.push(entry) });
    await last.inbox.beginShift(source);
    await last.inbox.idle();
    expect(told).toHaveLength(1);
    expect(last.seen).toEqual(['2']);
  });

  test('in order finishes what is in hand and begins nothing more', async () => {
    const { held, handle, reached } = gate();
    const { inbox, seen } = makeInbox({ handle });
    await inbox.beginShift(source);
    await inbox.put(source, [messageUpdate(1, 1), messageUpdate(2, 1)]);
    await reached('1');
    const stopped = inbox.stop({ timeoutMs: 5_000 });
    held.get('1')?.go();
    expect(await stopped).toEqual({ unfinished: 0 });
    expect(seen).toEqual(['1']);
    expect((await rows()).map(({ state }) => state as unknown)).toEqual(['done', 'waiting']);
  });
});

describe('a shift', () => {
  test('that ends leaves what is not begun, waits for what is, and lets another process go on', async () => {
    const { held, handle, reached } = gate();
    const first = makeInbox({ handle });
    const shift = await first.inbox.beginShift(source);
    await first.inbox.put(source, [messageUpdate(1, 1), messageUpdate(2, 1), messageUpdate(3, 2)]);
    await reached('1');
    await reached('3');
    const ended = shift.end();
    held.get('1')?.go();
    held.get('3')?.fail(new Error('too late to be tried again here'));
    await ended;
    expect(first.inbox.size).toBe(0);
    // What comes now is stored, for whoever works the source.
    await first.inbox.put(source, [messageUpdate(4, 1)]);
    expect(first.seen).toEqual(['1', '3']);
    const second = makeInbox();
    await second.inbox.beginShift(source);
    await second.inbox.idle();
    expect(second.seen.toSorted()).toEqual(['2', '3', '4']);
  });
});

test('what is waiting is found by an index', async () => {
  makeInbox();
  await ensureIndexes(database.connection);
  const plan = await database.connection
    .collection('inbox')
    .find({ messenger: 'telegram', botId: 7, state: 'waiting' })
    .sort({ order: 1 })
    .explain('queryPlanner');
  expect(JSON.stringify(plan)).toContain('IXSCAN');
  expect(JSON.stringify(plan)).not.toMatch(/"SORT"|COLLSCAN/);
});
