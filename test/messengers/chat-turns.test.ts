import { describe, expect, test } from 'vitest';
import { createChatTurns, type ChatTurns } from '../../src/messengers/chat-turns.ts';
import { createChatLimiters } from '../../src/simulator/api/limiter.ts';
import { type ManualClock, manualClock } from './manual-clock.ts';

const BUDGETS = { private: { perSecond: 1, burst: 3 }, group: { perSecond: 0.25, burst: 5 } };
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function begin() {
  const clock = manualClock();
  return { clock, turns: createChatTurns({ budgets: BUDGETS, clock }) };
}

/** Sends to a chat as soon as it may, each message answered after a while; gives when each left, in seconds. */
function sendMany(
  { turns, clock }: { turns: ChatTurns; clock: ManualClock },
  chatId: number,
  count: number,
  { lane = 'reply', answerMs = () => 0 }: { lane?: 'reply' | 'bulk'; answerMs?: () => number } = {},
): number[] {
  const startedAt = clock.monotonic();
  const left: number[] = [];
  for (let number = 0; number < count; number += 1) {
    void (async () => {
      const turn = await turns.take(chatId, { lane });
      left.push((clock.monotonic() - startedAt) / 1000);
      clock.after(answerMs(), () => turns.settle(turn));
    })();
  }
  return left;
}

async function run(clock: ManualClock, ms: number, step = 10): Promise<void> {
  for (let passed = 0; passed < ms; passed += step) {
    clock.advance(step);
    await settle();
  }
}

describe('one chat', () => {
  test('gets a short burst and a message a second from there on, in order', async () => {
    const world = begin();
    const left = sendMany(world, 5, 6);
    await run(world.clock, 3_100);
    expect(left.map((seconds) => Math.round(seconds * 10) / 10)).toEqual([0, 0, 0, 1, 2, 3]);
  });

  test('is never sent more than the messenger bears, however long the answers take', async () => {
    const world = begin();
    const { clock } = world;
    const limiters = createChatLimiters({ chat: { perSecond: 1, burst: 3 } }, () => clock.monotonic());
    let refusals = 0;
    let delivered = 0;
    for (let number = 0; number < 60; number += 1) {
      void (async () => {
        const turn = await world.turns.take(5, { lane: 'reply' });
        // Always the same delays, of up to two seconds each way.
        clock.after((number * 7919) % 2_000, () => {
          if (limiters.take(5, false) === null) delivered += 1;
          else refusals += 1;
          clock.after((number * 104_729) % 2_000, () => world.turns.settle(turn));
        });
      })();
    }
    await run(clock, 150_000, 50);
    expect({ refusals, delivered }).toEqual({ refusals: 0, delivered: 60 });
  });

  test('whose messages are never answered goes on as if they had arrived', async () => {
    const { turns, clock } = begin();
    for (let times = 0; times < 3; times += 1) await turns.take(5, { lane: 'reply' });
    let isGranted = false;
    void Promise.resolve(turns.take(5, { lane: 'reply' })).then(() => (isGranted = true));
    await run(clock, 2_900);
    expect(isGranted).toBe(false);
    await run(clock, 3_000);
    expect(isGranted).toBe(true);
  });

  test('that waits holds up no other', async () => {
    const world = begin();
    sendMany(world, 5, 100);
    const others = [6, 7, 8].map((chatId) => sendMany(world, chatId, 1));
    await settle();
    expect(others).toEqual([[0], [0], [0]]);
  });

  test('lets replies pass what goes to many', async () => {
    const world = begin();
    const bulk = sendMany(world, 5, 5, { lane: 'bulk' });
    await settle();
    const replies = sendMany(world, 5, 1);
    await run(world.clock, 2_100);
    expect([bulk.length, replies.length]).toEqual([4, 1]);
  });

  test('is told at once where it has no room and is not to be waited for', async () => {
    const { turns } = begin();
    for (let times = 0; times < 3; times += 1) turns.settle(await turns.take(5, { lane: 'bulk', longestMs: 0 }));
    await expect(turns.take(5, { lane: 'bulk', longestMs: 0 })).rejects.toMatchObject({ retryAfter: 1, ofChat: true });
    expect(await turns.take(6, { lane: 'bulk', longestMs: 0 })).toMatchObject({ chatId: 6 });
  });
});

describe.each([
  ['Telegram, by its id', -100],
  ['Bale, by what was sent there', 100],
])('a group on %s', (_messenger, groupId) => {
  test('is sent at most twenty messages in any minute', async () => {
    const world = begin();
    if (groupId > 0) world.turns.noteGroup(groupId);
    const left = sendMany(world, groupId, 60);
    await run(world.clock, 120_000, 100);
    const most = Math.max(...left.map((from) => left.filter((at) => at >= from && at < from + 60).length));
    expect(most).toBeGreaterThanOrEqual(19);
    expect(most).toBeLessThanOrEqual(20);
  });
});

describe('a refusal', () => {
  test('pauses its chat to the millisecond, then lets one through', async () => {
    const world = begin();
    const { turns, clock } = world;
    const turn = await turns.take(5, { lane: 'reply' });
    expect(turns.refuse(turn, 30)).toBe('chat');
    turns.settle(turn);
    const left = sendMany(world, 5, 2);
    clock.advance(29_999);
    await settle();
    expect(left).toEqual([]);
    clock.advance(1);
    await settle();
    expect(left).toEqual([30]);
    await run(clock, 1_100);
    expect(left).toHaveLength(2);
  });

  test('of many chats that had been sent much is never the messenger’s', async () => {
    const { turns } = begin();
    const verdicts: string[] = [];
    for (let chatId = 1; chatId <= 12; chatId += 1) {
      turns.settle(await turns.take(chatId, { lane: 'reply' }));
      const second = await turns.take(chatId, { lane: 'reply' });
      verdicts.push(turns.refuse(second, 30));
      turns.settle(second);
    }
    expect(new Set(verdicts)).toEqual(new Set(['chat']));
  });

  test('of a second chat that had been sent nothing is the messenger’s, within the pause of the first', async () => {
    const { turns, clock } = begin();
    const refuse = async (chatId: number) => {
      const turn = await turns.take(chatId, { lane: 'bulk' });
      const verdict = turns.refuse(turn, 10);
      turns.settle(turn);
      return verdict;
    };
    expect([await refuse(1), await refuse(2)]).toEqual(['chat', 'messenger']);
    clock.advance(60_000);
    expect([await refuse(3), await refuse(-100)]).toEqual(['chat', 'chat']);
  });

  test('is told to a reply at once where it outlasts its patience', async () => {
    const { turns } = begin();
    const turn = await turns.take(5, { lane: 'reply' });
    turns.refuse(turn, 60);
    await expect(turns.take(5, { lane: 'reply', patienceMs: 5_000 })).rejects.toMatchObject({ retryAfter: 60 });
  });
});
