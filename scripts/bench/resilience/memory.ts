import { setTimeout as delay } from 'node:timers/promises';
import { finding, type Finding } from '../harness/finding.ts';
import { slopeOf } from '../harness/statistics.ts';
import type { Memory } from './bot.ts';
import { MESSENGERS, onStage, type Stage } from './stage.ts';

const PER_SECOND = 60;
/** Of a hundred updates: somebody whom the bot has never seen, so that what is kept for each person shows. */
const NEW_PEOPLE_PERCENT = 2;
const REGULARS = 400;
const LOOK_EVERY_MS = 10_000;
const TICK_MS = 100;
const HOUR_MS = 3_600_000;
/** Megabytes an hour. */
const MOST_GROWTH = 1;
const COMMANDS = ['help', 'me', 'cases', 'news', 'register', 'help'];

/**
 * A constant load on one process, whose memory is looked at all along; the line through it says how much it grows. What is
 * kept up to a bound (pools, caches, compiled code) is still filling up for a quarter of an hour.
 */
export const playMemory = (minutes: number, warmUp: number) => (): Promise<Finding[]> =>
  onStage(async (stage) => {
    const over = new AbortController();
    const load = keepBusy(stage, over.signal);
    await delay(warmUp * 60_000);
    const startedAt = performance.now();
    const looks: (Memory & { at: number })[] = [];
    while (performance.now() - startedAt < minutes * 60_000) {
      looks.push({ ...(await stage.bot.memory()), at: (performance.now() - startedAt) / HOUR_MS });
      await delay(LOOK_EVERY_MS);
    }
    over.abort();
    const { updates, people } = await load;
    await stage.settled();
    const growth = (of: (memory: Memory) => number) => slopeOf(looks.map((look) => [look.at, of(look)]));
    const kept = growth(({ heap, external }) => heap + external);
    const resident = growth((memory) => memory.resident);
    // What fills up to a bound rises ever less; what leaks rises in a line.
    const quarters = (of: (memory: Memory) => number) =>
      [0, 1, 2, 3]
        .map((quarter) => {
          const part = looks.slice((quarter * looks.length) / 4, ((quarter + 1) * looks.length) / 4);
          return (part.reduce((sum, look) => sum + of(look), 0) / part.length).toFixed(1);
        })
        .join(', ');
    return [
      finding(
        `memory in ${minutes} minutes after ${warmUp} at ${PER_SECOND} updates a second (${updates} updates, ${people} people), after collecting garbage`,
        `≤ ${MOST_GROWTH} MB an hour`,
        `${kept.slope.toFixed(2)} ± ${kept.error.toFixed(2)} MB an hour; heap by quarters ${quarters(({ heap }) => heap)} MB`,
        kept.slope <= MOST_GROWTH,
      ),
      finding(
        '… resident, noise of the allocator included',
        `≤ ${MOST_GROWTH} MB an hour, within the error`,
        `${resident.slope.toFixed(1)} ± ${resident.error.toFixed(1)} MB an hour; by quarters ${quarters((memory) => memory.resident)} MB`,
        resident.slope - resident.error <= MOST_GROWTH,
      ),
    ];
  });

async function keepBusy(stage: Stage, signal: AbortSignal): Promise<{ updates: number; people: number }> {
  const newcomer = (number: number) =>
    stage.simulator[MESSENGERS[number % MESSENGERS.length]!].person({ firstName: 'مریم', started: true });
  const regulars = Array.from({ length: REGULARS }, (_, number) => newcomer(number));
  const startedAt = performance.now();
  let updates = 0;
  let people = REGULARS;
  while (!signal.aborted) {
    const due = ((performance.now() - startedAt) / 1000) * PER_SECOND;
    for (; updates < due; updates += 1) {
      const isNew = updates % 100 < NEW_PEOPLE_PERCENT;
      const person = isNew ? newcomer(people++) : regulars[updates % REGULARS]!;
      // Each regular has another command each time.
      person.command(COMMANDS[Math.floor(updates / 7) % COMMANDS.length]!);
    }
    await delay(TICK_MS);
  }
  return { updates, people };
}
