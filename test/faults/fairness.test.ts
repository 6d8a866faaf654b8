import { monitorEventLoopDelay } from 'node:perf_hooks';
import { describe, expect, it } from 'vitest';
import { HELD_A_DAY } from '../../src/bounds.ts';
import { fa, MESSENGERS, startWorld, type World } from '../support/app.ts';
import { somebody } from '../support/journeys.ts';
import type { MessengerName } from '../../src/messengers/messenger.ts';
import { FORM, inForm } from './form.ts';
import { seen } from './seen.ts';
import { askForHelp, expectWithin, HELP, p99 } from './waits.ts';

/** As the app has it where it isn't told otherwise. */
const USUAL = { burst: 30, perSecond: 2 };
const FAST = { burst: 100_000, perSecond: 100_000 };
const LONGEST_BLOCK_MS = 50;
const FULL = fa('obstacles.unclaimed.full');

async function waitsOf(world: World, messenger: MessengerName, count: number): Promise<number[]> {
  const waits: number[] = [];
  for (let number = 0; number < count; number += 1) waits.push(await askForHelp(somebody(world, messenger)));
  return waits;
}

/** Milliseconds for which the process was blocked at most meanwhile. */
async function longestBlock(work: () => Promise<void>): Promise<number> {
  const delays = monitorEventLoopDelay({ resolution: 1 });
  delays.enable();
  await work();
  delays.disable();
  return delays.max / 1e6;
}

describe.each(MESSENGERS)('on %s', (messenger) => {
  it('row 32: one chat with very many updates keeps nobody waiting, fills no memory, and loses none', async (context) => {
    const world = await startWorld({ flood: USUAL });
    const server = world.server(messenger);
    const count = inForm(250, 5_000);
    const idle = await waitsOf(world, messenger, inForm(3, 100));
    const hasty = somebody(world, messenger);
    // Bale keeps two thousand updates; no more are there at a time.
    for (let sent = 0; sent < count; sent += 500) {
      for (let number = sent; number < Math.min(count, sent + 500); number += 1)
        hasty.say(`گزارش شمارهٔ ${number} از یک نفر`);
      await server.waitUntil(() => server.pendingUpdates.length === 0, { timeoutMs: 30_000 });
    }
    let waits: number[] = [];
    const blockedMs = await longestBlock(async () => {
      waits = await waitsOf(world, messenger, inForm(10, 300));
    });
    const inMemory = world.app.inbox.size;
    expect(inMemory).toBeLessThanOrEqual(30);
    expectWithin(waits, 2, idle);
    if (FORM.isLong) expect(blockedMs).toBeLessThanOrEqual(LONGEST_BLOCK_MS);
    await world.restart({ flood: FAST });
    await world.settled();
    const kept = await world.app.database.connection.collection('held').countDocuments({});
    // By the calls: the chat keeps its last messages only.
    const givenBack = server.calls.filter(({ ok, payload }) => ok && String(payload['text']).includes(FULL)).length;
    expect({ kept, givenBack }).toEqual({
      kept: Math.min(count, HELD_A_DAY),
      givenBack: Math.max(0, count - HELD_A_DAY),
    });
    seen(
      context,
      `${count} of one chat: ${kept} kept, ${givenBack} given back with a word, ${inMemory} in memory; ${waits.length} others answered, 99th ${p99(waits).toFixed(0)} ms (idle ${p99(idle).toFixed(0)}), blocked ${blockedMs.toFixed(0)} ms at most`,
    );
  }, 600_000);

  it('row 33: a 429 of one chat is that chat’s alone, is asked for once, and loses nothing', async (context) => {
    const world = await startWorld();
    const server = world.server(messenger);
    const idle = await waitsOf(world, messenger, inForm(3, 100));
    const refused = somebody(world, messenger);
    const retryAfter = inForm(6, 30);
    const mend = server.faults.add({ method: 'sendMessage', kind: 'rate-limited', retryAfter, chatId: refused.id });
    for (let times = 0; times < 3; times += 1) refused.command('help');
    await server.waitForCall(({ fault }) => fault === 'rate-limited');
    let waits: number[] = [];
    const blockedMs = await longestBlock(async () => {
      waits = await waitsOf(world, messenger, inForm(10, 300));
    });
    expectWithin(waits, 2, idle);
    if (FORM.isLong) expect(blockedMs).toBeLessThanOrEqual(LONGEST_BLOCK_MS);
    const refusals = server.calls.filter(({ fault }) => fault === 'rate-limited').length;
    mend();
    const answers = () => refused.chat.filter(({ from, text }) => from === 'bot' && text.includes(HELP)).length;
    await refused.waitUntil(() => answers() === 3, { timeoutMs: 60_000, what: 'three answers' });
    await world.settled();
    expect(answers()).toBe(3);
    if (!FORM.isLong) expect(refusals).toBe(1);
    seen(
      context,
      `refused ${refusals} times within ${retryAfter} s, then answered 3 of 3; ${waits.length} others answered meanwhile, 99th ${p99(waits).toFixed(0)} ms (idle ${p99(idle).toFixed(0)}), blocked ${blockedMs.toFixed(0)} ms at most`,
    );
  }, 180_000);
});
