import { setTimeout as delay } from 'node:timers/promises';
import { finding, type Finding } from '../harness/finding.ts';
import type { Started } from '../harness/ipc.ts';
import type { Rows } from '../harness/play.ts';
import { percentile } from '../harness/statistics.ts';
import type { Bot } from './bot.ts';
import { playKills } from './kills.ts';
import { CALL_MS, onStage, type Stage } from './stage.ts';

/** Seconds that `count` messages take at a limit that lets a second's worth through at once: no sender can be faster. */
export const idealSeconds = (count: number, perSecond: number): number => (count - perSecond) / perSecond;

export interface Sending {
  id: string;
  /** From the start to the last message that arrived. */
  seconds: number;
  /** Milliseconds from the start to the first message that arrived. */
  firstMs: number;
  refused: number;
  sent: number;
}

/** Starts a campaign that is prepared and waits for its end. */
export async function send(stage: Stage, bot: Started<Bot>, count: number): Promise<Sending> {
  const id = await stage.prepared(bot, count);
  const startedAt = Date.now();
  await bot.ask.start(id);
  await stage.until(bot, id, 'done');
  const { first, last, refused, sent } = await stage.messenger.calls({ since: startedAt });
  if (first === null || last === null) throw new Error('Nothing of the campaign arrived');
  return { id, seconds: (last - startedAt) / 1000, firstMs: first - startedAt, refused, sent };
}

const fixed = (value: number, digits = 3): string => value.toFixed(digits);

const known = (count: number, perSecond: number) => (): Promise<Finding[]> =>
  onStage({ perSecond, recipients: count }, async (stage) => {
    const { seconds, refused } = await send(stage, await stage.bot(), count);
    const { lost, twice } = await stage.messenger.counts({ count });
    const efficiency = idealSeconds(count, perSecond) / seconds;
    const name = `${count} at ${perSecond}/s`;
    return [
      finding(`${name}: efficiency`, '≥ 0.985', fixed(efficiency), efficiency >= 0.985),
      finding(
        `${name}: 429s, lost, doubled`,
        '0, 0, 0',
        `${refused}, ${lost.length}, ${twice}`,
        refused + lost.length + twice === 0,
      ),
    ];
  });

const ROUNDS = 5;
const FIRST_AT_MOST_MS = CALL_MS + 50;

const firstMessage = (): Promise<Finding[]> =>
  onStage({ perSecond: 30, recipients: 20 }, async (stage) => {
    const bot = await stage.bot();
    const took: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      took.push((await send(stage, bot, 20)).firstMs);
      await delay(1500);
    }
    const worst = Math.max(...took);
    return [
      finding(
        `first message out, worst of ${ROUNDS}`,
        `≤ ${FIRST_AT_MOST_MS} ms`,
        `${worst} ms`,
        worst <= FIRST_AT_MOST_MS,
      ),
    ];
  });

/** Until the heap has the size that sending needs, whatever the number of recipients. */
const WARM_UP = 10_000;
/** Fast enough for a bench, and slow enough that what is under way is not what is measured. */
const MEMORY_RATE = 500;

const memory = (): Promise<Finding[]> =>
  onStage({ recipients: 100_000 }, async (stage) => {
    const bot = await stage.bot({ believed: MEMORY_RATE });
    await send(stage, bot, WARM_UP);
    await bot.ask.memory();
    await delay(500);
    const { now: before } = await bot.ask.memory();
    const { seconds, sent } = await send(stage, bot, 100_000);
    const { most } = await bot.ask.memory();
    const { lost } = await stage.messenger.counts({ count: 100_000 });
    const grown = most - before;
    return [
      finding(
        `memory at 100,000 recipients (${fixed(sent / seconds, 0)}/s), after a warm-up of ${WARM_UP}`,
        'growth < 20 MB, 0 lost',
        `${fixed(grown, 1)} MB of ${fixed(before, 0)}, ${lost.length} lost`,
        grown < 20 && lost.length === 0,
      ),
    ];
  });

const lowerLimit = (): Promise<Finding[]> =>
  onStage({ perSecond: 20, recipients: 600 }, async (stage) => {
    const first = await stage.bot({ believed: 30 });
    const { seconds, refused } = await send(stage, first, 600);
    const efficiency = idealSeconds(600, 20) / seconds;
    const learned = await first.ask.rate();
    await first.kill();
    const next = await stage.bot({ believed: 30 });
    const again = await send(stage, next, 300);
    return [
      finding('30 believed, 20 true, 5 s freezes, 600: efficiency', '≥ 0.75', fixed(efficiency), efficiency >= 0.75),
      finding('… 429s per 600', '≤ 10', refused, refused <= 10),
      finding(
        '… after a restart, 300 more',
        'rate kept, no 429',
        `${fixed(learned, 1)}/s kept, ${again.refused} 429s`,
        learned < 22 && again.refused === 0,
      ),
    ];
  });

const BLOCKED_EVERY = 50;

const faults = (): Promise<Finding[]> => {
  const [count, perSecond] = [4000, 100];
  return onStage({ perSecond, recipients: count, blockedEvery: BLOCKED_EVERY }, async (stage) => {
    await stage.messenger.fault({ method: 'sendMessage', kind: 'server-error', probability: 0.01 });
    await stage.messenger.fault({ method: 'sendMessage', kind: 'drop-after', probability: 0.01 });
    const bot = await stage.bot();
    const { id, seconds } = await send(stage, bot, count);
    const progress = await bot.ask.progress(id);
    const blocked = Array.from({ length: count / BLOCKED_EVERY }, (_, index) => index * BLOCKED_EVERY);
    const { lost, twice } = await stage.messenger.counts({ count, except: blocked });
    const marked = await bot.ask.marked();
    const efficiency = idealSeconds(count, perSecond) / seconds;
    const ambiguous = progress?.ambiguous ?? 0;
    const isUnreachable = marked === blocked.length && progress?.byState.unreachable === blocked.length;
    return [
      finding(
        `2 % blocked, 1 % 500s, 1 % dropped, ${count} at ${perSecond}/s: efficiency`,
        '≥ 0.92',
        fixed(efficiency),
        efficiency >= 0.92,
      ),
      finding(
        '… lost; doubled',
        '0; ≤ ambiguous',
        `${lost.length}; ${twice} of ${ambiguous}`,
        lost.length === 0 && twice <= ambiguous,
      ),
      finding('… every 403 marked unreachable', String(blocked.length), marked, isUnreachable),
    ];
  });
};

const TALK = { perSecond: 10, seconds: 28 };

const replies = (): Promise<Finding[]> => {
  const [count, perSecond] = [620, 30];
  return onStage({ perSecond, recipients: count }, async (stage) => {
    const bot = await stage.bot();
    await bot.ask.converse();
    await stage.messenger.talk({ perSecond: TALK.perSecond, seconds: 3 });
    const idle = await stage.messenger.talk(TALK);
    const id = await stage.prepared(bot, count);
    const startedAt = Date.now();
    await bot.ask.start(id);
    const during = await stage.messenger.talk(TALK);
    await stage.until(bot, id, 'done');
    const { last, refused } = await stage.messenger.calls({ since: startedAt });
    const seconds = ((last ?? startedAt) - startedAt) / 1000;
    const whileSending = Math.min(1, seconds / TALK.seconds) * during.length;
    const share = idealSeconds(count + whileSending, perSecond) / seconds;
    const ratio = percentile(during, 0.99) / percentile(idle, 0.99);
    const lost = during.filter((ms) => ms >= 60_000).length;
    return [
      finding(
        `replies during a broadcast, ${during.length}: 99th percentile / idle`,
        '≤ 1.2, none lost',
        `${fixed(ratio, 2)} (${fixed(percentile(during, 0.99), 0)} / ${fixed(percentile(idle, 0.99), 0)} ms), ${lost} lost`,
        ratio <= 1.2 && lost === 0,
      ),
      finding('… the broadcast, of what they leave', '≥ 0.97', `${fixed(share)}, ${refused} 429s`, share >= 0.97),
    ];
  });
};

const MILLION = 1_000_000;

const million = (): Promise<Finding[]> =>
  onStage({ perSecond: 30, recipients: 3000 }, async (stage) => {
    const bot = await stage.bot();
    await bot.ask.memory();
    const beganAt = performance.now();
    const id = await stage.prepared(bot, MILLION);
    const seconds = (performance.now() - beganAt) / 1000;
    const { most } = await bot.ask.memory();
    const timed = async (act: 'pause' | 'cancel'): Promise<number> => {
      const askedAt = Date.now();
      await bot.ask[act](id);
      const answeredAt = Date.now();
      await delay(1500);
      const { last } = await stage.messenger.calls({ since: askedAt });
      return Math.max(answeredAt, last ?? 0) - askedAt;
    };
    await bot.ask.start(id);
    await delay(2000);
    const pauseMs = await timed('pause');
    await bot.ask.resume(id);
    await delay(2000);
    const cancelMs = await timed('cancel');
    return [
      finding(
        '1,000,000 prepared',
        '< 120 s, < 300 MB',
        `${fixed(seconds, 0)} s, ${fixed(most, 0)} MB`,
        seconds < 120 && most < 300,
      ),
      finding(
        '… pause, cancel, until the last message',
        '< 1 s',
        `${pauseMs} ms, ${cancelMs} ms`,
        Math.max(pauseMs, cancelMs) < 1000,
      ),
    ];
  });

export const ROWS: Rows = {
  '1000': known(1000, 30),
  '10000': known(10_000, 300),
  first: firstMessage,
  lower: lowerLimit,
  faults,
  replies,
  kills: () => playKills('resend'),
  'kills-once': () => playKills('leave'),
  memory,
  million,
};
